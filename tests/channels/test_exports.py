"""Files of people's data: fetched by their owner alone, and sent as a file in Telegram."""

import io
import stat
import zipfile
from datetime import timedelta

import httpx
import pytest

from channels import exports
from finance_core.services import export
from finance_core.services.core import Core
from tests.channels import fake_rasa
from tests.channels.test_telegram import running, telegram, texts, wait  # noqa: F401

OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def link(core: Core, ada) -> str:
    made = export.make(core, ada[0], core.clock())
    return f"/api/exports/{made.token}"


async def test_its_owner_gets_the_file(signed: httpx.AsyncClient, link):
    answer = await signed.get(link)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="penny-')
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ledger.csv" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()


async def test_nobody_else_does(client: httpx.AsyncClient, bob, link):
    assert (await client.get(link)).status_code == 401
    others = {"Authorization": f"Bearer {bob[1]}"}
    assert (await client.get(link, headers=others)).status_code == 404


@pytest.mark.parametrize("name", ["x", "..%2f..%2fsecret.key", "%00", "a" * 43])
async def test_other_names_lead_nowhere(signed: httpx.AsyncClient, link, name):
    answer = await signed.get(f"/api/exports/{name}")
    assert answer.status_code == 404
    assert answer.json()["error"]


async def test_a_link_ends_after_a_day(signed: httpx.AsyncClient, core: Core, link, ada):
    export.expire(core, core.clock() + export.LIFETIME + timedelta(seconds=1))
    assert (await signed.get(link)).status_code == 404


async def test_a_session_fetches_it_from_our_own_page_only(client, ada, link):
    opened = await client.post("/api/session", json={"token": ada[1]}, headers=OWN)
    assert opened.status_code == 200
    assert (await client.get(link, headers=OWN)).status_code == 200
    cross = await client.get(link, headers={"Sec-Fetch-Site": "cross-site"})
    assert cross.status_code == 403


def test_the_link_is_found_in_what_penny_says(core, link):
    said = f"Here is a copy of your data: {link}\nIt works for a day."
    assert f"/api/exports/{exports.token_in(said)}" == link
    assert link not in exports.without_link(said, "below")
    assert exports.token_in("/api/exports/short") is None


def test_telegram_gets_the_file_itself(telegram, running, core, ada, rasa, link, monkeypatch):  # noqa: F811
    from finance_core.services import people

    people.link_chat(core, people.link_code(core, ada[0]), "telegram", "7")
    answer = [{"text": f"Here is a copy of your data: {link}\nIt works for a day."}]
    monkeypatch.setitem(fake_rasa.ANSWERS, "export my data", answer)
    with running():
        telegram.write("export my data")
        assert "see the file below" in wait(telegram, 1)[0]
        telegram.until(lambda: bool(telegram.documents))
    (chat, name, content) = telegram.documents[0]
    assert chat == 7
    assert name.endswith(".zip")
    assert "ledger.csv" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert link not in "".join(texts(telegram))


def test_telegram_says_when_the_file_is_gone(telegram, running, core, ada, rasa, monkeypatch):  # noqa: F811
    from finance_core.services import people

    people.link_chat(core, people.link_code(core, ada[0]), "telegram", "7")
    answer = [{"text": f"Here it is: /api/exports/{'a' * 43}"}]
    monkeypatch.setitem(fake_rasa.ANSWERS, "export my data", answer)
    with running():
        telegram.write("export my data")
        assert "not there" in wait(telegram, 2)[1]
    assert telegram.documents == []


def test_the_file_stays_private(core, link):
    (path,) = (core.settings.home / "exports").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
