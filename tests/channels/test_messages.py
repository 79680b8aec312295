"""``POST /api/messages``, ``/api/history`` and ``/api/me`` against a fake Rasa."""

import asyncio
import logging
from pathlib import Path

import httpx
import pytest

from channels.app import create_app
from channels.settings import ChannelSettings
from finance_core.services.core import Core
from tests.channels.fake_rasa import BALANCE, SAVE, YES, FakeRasa


async def say(client: httpx.AsyncClient, text: object, **more: object) -> httpx.Response:
    return await client.post("/api/messages", json={"text": text, **more})


async def test_an_answer_carries_its_figures(signed: httpx.AsyncClient, rasa: FakeRasa, ada):
    response = await say(signed, "balance", message_id="m-1")
    assert response.status_code == 200
    assert response.json() == {
        "messages": [
            {
                "text": "You have $1,234.50 in Checking.",
                "buttons": [],
                "image": None,
                "facts": [BALANCE],
            }
        ],
        "message_id": "m-1",
    }
    assert rasa.asked == [
        {
            "sender": f"{ada[0]}~main",
            "message": "balance",
            "metadata": {"channel": "web", "message_id": "m-1"},
        }
    ]


async def test_facts_join_the_text_before_them(signed: httpx.AsyncClient):
    answer = (await say(signed, "odd")).json()["messages"]
    assert [(message["text"], message["facts"]) for message in answer] == [
        (None, [BALANCE]),
        ("Then this.", [SAVE]),
    ]


async def test_buttons_and_pictures(signed: httpx.AsyncClient):
    answer = (await say(signed, "help me save")).json()["messages"]
    assert answer[0]["buttons"][0] == {"title": "Yes, move it", "payload": YES}
    answer = (await say(signed, "picture")).json()["messages"]
    assert answer[1]["image"] == "https://elsewhere.example/chart.png"


@pytest.mark.parametrize("order", ["restart", "back", "session_start"])
async def test_rasas_own_orders_are_words_from_a_person(
    signed: httpx.AsyncClient, rasa: FakeRasa, order: str
):
    await say(signed, f"/{order} now")
    assert rasa.texts == [f"{order} now"]


async def test_another_day_thread_and_the_understanding(
    signed: httpx.AsyncClient, rasa: FakeRasa, ada
):
    response = await say(
        signed,
        "balance",
        as_of="2024-02-29",
        thread="suite_7",
        understanding=True,
        channel="cli",
    )
    assert response.json()["intent"] == "check_balance"
    assert response.json()["entities"] == [{"entity": "account", "value": "checking"}]
    assert rasa.asked[0]["sender"] == f"{ada[0]}~suite_7"
    assert rasa.asked[0]["metadata"]["today"] == "2024-02-29"
    assert rasa.asked[0]["metadata"]["channel"] == "cli"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"text": ""}, 422),
        ({"text": " \n\t\x00 "}, 422),
        ({"text": 5}, 422),
        ({"text": None}, 422),
        ({"text": ["balance"]}, 422),
        ({"text": "x" * 2001}, 422),
        ({"text": "balance", "as_of": "2023-02-31"}, 422),
        ({"text": "balance", "as_of": "20230201"}, 422),
        ({"text": "balance", "as_of": 7}, 422),
        ({"text": "balance", "thread": "../../etc"}, 422),
        ({"text": "balance", "thread": "x" * 33}, 422),
        ({"text": "balance", "thread": ""}, 422),
        ({"text": "balance", "message_id": "a b"}, 422),
        ({"text": "balance", "message_id": 1}, 422),
        ({"text": "balance", "understanding": "yes"}, 422),
        ({"text": "balance", "channel": "telegram"}, 422),
        ({"text": "balance", "channel": ["web"]}, 422),
        ([], 400),
        ("balance", 400),
        (None, 400),
    ],
)
async def test_bad_fields(signed: httpx.AsyncClient, rasa: FakeRasa, body, status):
    response = await signed.post("/api/messages", json=body)
    assert response.status_code == status
    assert list(response.json()) == ["error"]
    assert response.json()["error"].endswith(".")
    assert rasa.asked == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 10_000,
        b'{"text": "\\ud800"}',
        b'{"text": ' + b"9" * 5000 + b"}",
    ],
)
async def test_bodies_that_are_no_message(signed: httpx.AsyncClient, rasa: FakeRasa, content):
    response = await signed.post("/api/messages", content=content)
    assert response.status_code in (400, 422)
    assert list(response.json()) == ["error"]
    assert rasa.asked == []


async def test_two_thousand_characters_are_fine(signed: httpx.AsyncClient):
    assert (await say(signed, "é" * 2000)).status_code == 200


async def test_too_large_a_body_declared_or_not(signed: httpx.AsyncClient):
    async def chunks():
        for _ in range(100):
            yield b"x" * 1000

    declared = await signed.post("/api/messages", content=b"x" * 20_000)
    streamed = await signed.post("/api/messages", content=chunks())
    assert [declared.status_code, streamed.status_code] == [413, 413]
    assert "16,384 bytes" in streamed.json()["error"]


async def test_a_body_that_never_ends_is_given_up(open_client, ada):
    client = open_client(body_seconds=0.05)

    async def slow():
        yield b'{"text": '
        await asyncio.sleep(5)

    headers = {"Authorization": f"Bearer {ada[1]}"}
    # The test transport reads the whole body before it calls the app, hence the app itself.
    response = await call_slowly(client._transport.app, headers)
    assert response == 408


async def call_slowly(app, headers) -> int:
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/api/messages",
        "raw_path": b"/api/messages",
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    first = True
    status = 0

    async def receive():
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": b'{"text": ', "more_body": True}
        await asyncio.sleep(5)
        return {"type": "http.disconnect"}

    async def send(message):
        nonlocal status
        status = message.get("status", status)

    await app(scope, receive, send)
    return status


async def test_a_repeated_message_is_answered_once(signed: httpx.AsyncClient, rasa: FakeRasa):
    first = await say(signed, "balance", message_id="m-1")
    second = await say(signed, "balance", message_id="m-1")
    assert first.json() == second.json()
    assert rasa.texts == ["balance"]


async def test_a_message_repeated_while_it_is_answered(signed: httpx.AsyncClient, rasa: FakeRasa):
    rasa.delay = 0.2
    answers = await asyncio.gather(*(say(signed, YES, message_id="m-1") for _ in range(5)))
    assert len({answer.text for answer in answers}) == 1
    assert rasa.texts == [YES]


async def test_a_repeated_message_is_known_after_a_restart(open_client, ada, rasa: FakeRasa):
    headers = {"Authorization": f"Bearer {ada[1]}"}
    body = {"text": YES, "message_id": "m-1"}
    first = await open_client().post("/api/messages", json=body, headers=headers)
    second = await open_client().post("/api/messages", json=body, headers=headers)
    assert first.json() == second.json()
    assert rasa.texts == [YES]


async def test_the_same_id_for_other_words_is_refused(signed: httpx.AsyncClient, rasa: FakeRasa):
    await say(signed, "balance", message_id="m-1")
    assert (await say(signed, YES, message_id="m-1")).status_code == 409
    rasa.delay = 0.1
    both = await asyncio.gather(
        say(signed, "one", message_id="m-2"), say(signed, "two", message_id="m-2")
    )
    assert sorted(answer.status_code for answer in both) == [200, 409]
    assert rasa.texts == ["balance", "one"]


async def test_a_sender_who_hangs_up_finds_the_answer_later(
    signed: httpx.AsyncClient, rasa: FakeRasa
):
    rasa.delay = 0.3
    sending = asyncio.create_task(say(signed, YES, message_id="m-1"))
    await asyncio.sleep(0.1)
    sending.cancel()
    answer = await say(signed, YES, message_id="m-1")
    assert answer.status_code == 200
    assert rasa.texts == [YES]


async def test_one_conversation_is_answered_in_order_and_others_do_not_wait(
    signed: httpx.AsyncClient, rasa: FakeRasa
):
    await signed.get("/api/me")  # the token is known from here on, so nobody overtakes
    rasa.delay = 0.2
    slow = [asyncio.create_task(say(signed, f"n{n}")) for n in range(3)]
    await asyncio.sleep(0.1)
    other = await say(signed, "other", thread="second")
    assert other.status_code == 200
    assert not slow[2].done()
    await asyncio.gather(*slow)
    assert [text for text in rasa.texts if text != "other"] == ["n0", "n1", "n2"]


@pytest.mark.parametrize("fault", ["500", "garbage"])
async def test_a_broken_rasa_gets_an_apology_and_a_second_chance(
    signed: httpx.AsyncClient, rasa: FakeRasa, fault
):
    rasa.broken = fault
    response = await say(signed, "balance", message_id="m-1")
    assert response.status_code == 503
    assert response.json()["retry"] is True
    assert response.json()["messages"][0]["text"].startswith("Sorry")
    assert "Traceback" not in response.text
    rasa.broken = None
    assert (await say(signed, "balance", message_id="m-1")).status_code == 200
    assert (await signed.get("/api/history")).json()["turns"][0]["message_id"] == "m-1"


async def test_an_empty_answer_is_an_apology(signed: httpx.AsyncClient):
    response = await say(signed, "silent")
    assert response.status_code == 503
    assert response.json()["messages"][0]["text"].startswith("Sorry")


async def test_rasa_down_or_late(open_client, ada, rasa: FakeRasa, caplog):
    headers = {"Authorization": f"Bearer {ada[1]}"}
    down = open_client(rasa_url="http://127.0.0.1:9")
    response = await down.post(
        "/api/messages", json={"text": "balance", "understanding": True}, headers=headers
    )
    assert response.status_code == 503
    assert response.json()["intent"] is None
    rasa.delay = 1.0
    late = open_client(turn_seconds=0.1)
    response = await late.post("/api/messages", json={"text": "balance"}, headers=headers)
    assert response.status_code == 503
    assert rasa.token not in caplog.text


async def test_a_fast_talker_is_slowed_down(open_client, ada, bob, rasa: FakeRasa):
    client = open_client(turns_per_minute=60, turn_burst=3)
    headers = {"Authorization": f"Bearer {ada[1]}"}
    answers = [
        await client.post("/api/messages", json={"text": f"n{n}"}, headers=headers)
        for n in range(4)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].headers["Retry-After"] == "1"
    assert answers[3].json()["error"]
    other = await client.post(
        "/api/messages", json={"text": "hello"}, headers={"Authorization": f"Bearer {bob[1]}"}
    )
    assert other.status_code == 200
    assert len(rasa.asked) == 4


async def test_history_is_kept_and_is_ones_own(open_client, ada, bob, settings):
    client = open_client()
    headers = {"Authorization": f"Bearer {ada[1]}"}
    for text in ("help me save", YES):
        await client.post("/api/messages", json={"text": text}, headers=headers)
    again = open_client()  # a restart
    turns = (await again.get("/api/history", headers=headers)).json()["turns"]
    assert [turn["said"] for turn in turns] == ["help me save", "Yes, move it"]
    assert turns[0]["messages"][0]["facts"] == [SAVE]
    others = await again.get("/api/history", headers={"Authorization": f"Bearer {bob[1]}"})
    assert others.json() == {"turns": []}
    files = list(Path(settings.home / "chats").rglob("*.jsonl"))
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600]


async def test_who_am_i(signed: httpx.AsyncClient):
    me = (await signed.get("/api/me")).json()
    assert len(me.pop("key")) == 16
    assert me == {
        "name": "Ada",
        "text_limit": 2000,
        "currency": "USD",
        "timezone": "UTC",
        "demo": False,
        "telegram": None,
    }


async def test_no_secret_and_no_word_of_a_person_reaches_the_log(
    signed: httpx.AsyncClient, ada, rasa: FakeRasa, caplog
):
    caplog.set_level(logging.INFO, "channels")
    await say(signed, "balance", understanding=True)
    rasa.broken = "500"
    await say(signed, "my salary is 5000")
    assert "No answer from the assistant" in caplog.text
    for secret in (ada[1], "salary", "1,234.50"):
        assert secret not in caplog.text


async def test_an_unexpected_fault_shows_no_trace(
    core: Core, settings: ChannelSettings, ada, monkeypatch
):
    def fail(*_: object) -> None:
        raise RuntimeError("postgresql://penny:secret@db")

    monkeypatch.setattr("finance_core.services.devices.by_token", fail)
    transport = httpx.ASGITransport(create_app(settings, core))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        response = await client.get("/api/me", headers={"Authorization": "Bearer x"})
        assert response.status_code == 500
        assert response.json() == {"error": "Something went wrong on my side. Please try again."}
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert (await client.get("/readyz")).json()["database"] is False
