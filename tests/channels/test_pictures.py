"""Charts over HTTP and in Telegram: for the person they were shown to, and for nobody else."""

import io

import httpx
import pytest
from PIL import Image

from finance_core.services import people
from tests.channels.fake_rasa import BALANCE, BAND, CHART
from tests.channels.test_telegram import (  # noqa: F401
    keyboard,
    linked,
    running,
    telegram,
    texts,
    wait,
)

OWN = {"Sec-Fetch-Site": "same-origin"}


async def ask(client: httpx.AsyncClient, text: str, **body: str) -> list[dict]:
    answer = await client.post("/api/messages", json={"text": text, **body})
    return answer.json()["messages"]


async def test_a_message_carries_its_chart_and_where_its_picture_is(signed):
    [message] = await ask(signed, "chart", message_id="m-1")
    assert message["image"] == "/api/charts/main/m-1/0"
    assert message["chart"] == CHART
    assert message["text"] == "You spent $1,532.10 in October."
    [turn] = (await signed.get("/api/history")).json()["turns"]
    assert turn["messages"] == [message]


async def test_its_person_gets_the_picture(signed):
    [message] = await ask(signed, "chart")
    answer = await signed.get(message["image"])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "Groceries" in answer.text
    dark = await signed.get(message["image"], params={"theme": "dark", "size": "small"})
    assert dark.text != answer.text and 'width="280"' in dark.text
    png = await signed.get(message["image"], params={"format": "png"})
    assert Image.open(io.BytesIO(png.content)).format == "PNG"


async def test_nobody_else_does(client, ada, bob):
    token = {"Authorization": f"Bearer {ada[1]}"}
    answer = await client.post("/api/messages", json={"text": "chart"}, headers=token)
    address = answer.json()["messages"][0]["image"]
    assert (await client.get(address)).status_code == 401
    other = await client.get(address, headers={"Authorization": f"Bearer {bob[1]}"})
    assert other.status_code == 404
    assert "Groceries" not in other.text


async def test_a_session_fetches_it_from_our_own_page_only(client, ada):
    await client.post("/api/session", json={"token": ada[1]}, headers=OWN)
    said = await client.post("/api/messages", json={"text": "chart"}, headers=OWN)
    address = said.json()["messages"][0]["image"]
    assert ada[1] not in address
    assert (await client.get(address, headers=OWN)).status_code == 200
    cross = await client.get(address, headers={"Sec-Fetch-Site": "cross-site"})
    assert cross.status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/charts/main/m-1/1", 404),
        ("/api/charts/main/m-2/0", 404),
        ("/api/charts/other/m-1/0", 404),
        ("/api/charts/main/m-1/x", 404),
        ("/api/charts/main/m-1/-1", 404),
        ("/api/charts/..%2f..%2f/m-1/0", 404),
        (f"/api/charts/{'a' * 300}/m-1/0", 422),
        ("/api/charts/main/m-1/0?theme=pink", 422),
        ("/api/charts/main/m-1/0?size=9999", 422),
        ("/api/charts/main/m-1/0?format=exe", 422),
    ],
)
async def test_other_addresses_lead_nowhere(signed, path, status):
    await ask(signed, "chart", message_id="m-1")
    answer = await signed.get(path)
    assert answer.status_code == status
    assert answer.json()["error"]


async def test_a_chart_of_an_earlier_form_is_gone(signed, open_client, ada, settings):
    await ask(signed, "chart", message_id="m-1")
    await signed.get("/api/charts/main/m-1/0")
    [file] = (settings.home / "chats").rglob("*.jsonl")
    file.write_text(file.read_text().replace('"kind": "bars"', '"kind": "rings"'))
    later = {"Authorization": f"Bearer {ada[1]}"}
    answer = await open_client().get("/api/charts/main/m-1/0", headers=later)
    assert answer.status_code == 404 and answer.json()["error"].startswith("This picture")


async def test_a_second_chart_is_a_message_of_its_own(signed):
    first, second = await ask(signed, "two charts", message_id="m-1")
    assert (first["chart"], second["chart"]) == (CHART, BAND)
    assert first["facts"] == [BALANCE] and second["text"] is None
    assert second["image"] == "/api/charts/main/m-1/1"
    assert "Checking" not in (await signed.get(first["image"])).text
    assert "lowest" in (await signed.get(second["image"])).text


async def test_what_cannot_be_drawn_costs_no_answer(signed, caplog):
    [message] = await ask(signed, "broken chart")
    assert message["text"] == "No picture." and message["facts"] == [BALANCE]
    assert message["image"] is None and "chart" not in message
    assert caplog.text.count("A chart was left out") == 2


def test_telegram_gets_a_photo_with_the_words_under_it(telegram, running, linked, rasa):  # noqa: F811
    with running():
        telegram.write("chart")
        telegram.until(lambda: bool(telegram.photos))
        [(chat, caption, photo, markup)] = telegram.photos
        assert (chat, caption) == (7, "You spent $1,532.10 in October.")
        assert Image.open(io.BytesIO(photo)).format == "PNG"
        assert texts(telegram) == []
        [sent] = telegram.called("sendPhoto")
        [button] = keyboard({"reply_markup": markup})
        telegram.press(sent["result"], button["callback_data"])
        telegram.until(lambda: bool(telegram.called("editMessageCaption")))
        assert telegram.called("editMessageCaption")[0]["caption"].endswith("✓ Why?")
        assert wait(telegram, 1) == ["You said: Why?"]


def test_two_charts_are_two_photos(telegram, running, linked):  # noqa: F811
    with running():
        telegram.write("two charts")
        telegram.until(lambda: len(telegram.photos) == 2)
    assert [caption for _, caption, *_ in telegram.photos] == [
        "Both, side by side.",
        "Checking until 30 October",
    ]


def test_a_long_answer_comes_after_its_photo(telegram, running, linked):  # noqa: F811
    with running():
        telegram.write("long chart")
        [text] = wait(telegram, 1)
    assert text.startswith("word word")
    assert [caption for _, caption, *_ in telegram.photos] == ["Spent, October 2026"]


def test_a_photo_that_telegram_refuses_leaves_the_words(telegram, running, linked):  # noqa: F811
    telegram.refuses_photos = True
    with running():
        telegram.write("chart")
        assert wait(telegram, 1) == ["You spent $1,532.10 in October."]
        assert "/api/charts" not in "".join(texts(telegram))


def test_the_web_page_sees_a_chart_that_was_asked_for_in_telegram(
    telegram,  # noqa: F811
    running,  # noqa: F811
    linked,  # noqa: F811
    ada,
    core,
):
    with running() as url, httpx.Client(base_url=url, timeout=10) as client:
        client.headers["Authorization"] = f"Bearer {ada[1]}"
        telegram.write("chart")
        telegram.until(lambda: bool(telegram.photos))
        [turn] = client.get("/api/history").json()["turns"]
        assert client.get(turn["messages"][0]["image"]).status_code == 200
        people.unlink_chat(core, "telegram", "7")
