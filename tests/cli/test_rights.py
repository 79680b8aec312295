"""``penny export``, ``user delete``, ``user revoke``, ``user receipt`` and the worker's part."""

from __future__ import annotations

import json
import stat
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from channels.history import lines_of
from cli import erasing, worker
from cli.core import open_core
from cli.export import complete_waiting
from cli.stack import Ports
from finance_core.errors import NotFound, NotSignedIn
from finance_core.services import deletion, export, people
from learning import checkpoint
from learning.errors import StoreError
from tests.cli.test_commands import LEDGER

TURN = {
    "message_id": "m", "at": "2026-06-01T00:00:00+00:00", "channel": "web", "text": "hello",
    "said": "hello", "messages": [], "intent": None, "entities": [], "retry": False,
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch) -> Path:
    """A home whose ports nobody listens on."""
    ports = Ports.free()
    for name, port in (
        ("PENNY_PORT", ports.web), ("PENNY_RASA_PORT", ports.rasa), ("PENNY_S3_PORT", ports.objects)
    ):  # fmt: skip
        monkeypatch.setenv(name, str(port))
    return tmp_path / "home"


@pytest.fixture
def ada(penny, home, tmp_path) -> str:
    """Ada's token; she has a ledger, said something, and Rasa kept it."""
    made = json.loads(penny("user", "add", "Ada", "--currency", "GBP", "--json").out)
    (tmp_path / "ledger.csv").write_text(LEDGER)
    assert penny("import", "ledger.csv", "--user", "Ada").code == 0
    with open_core() as core:
        person = people.by_name(core, "Ada")
    chats = home / "chats" / person.id
    chats.mkdir(parents=True)
    (chats / "main.jsonl").write_text(json.dumps(TURN) + "\n")
    events = home / "events" / "conversations.jsonl"
    events.parent.mkdir()
    said = {"sender_id": f"{person.id}~main", "event": "user", "text": "a secret"}
    events.write_text(json.dumps(said) + "\n")
    checkpoint.save(home / "learning", checkpoint.Checkpoint())  # transcripts may be stored
    return made["token"]


def test_an_export_by_command(penny, ada, tmp_path):
    result = penny("export", "--user", "Ada", "--to", "ada.zip", "--json")
    assert result.code == 0, result.err
    found = json.loads(result.out)
    assert found["counts"]["transactions"] == 3
    assert "object store" in found["missing"], "it is not up"
    path = tmp_path / "ada.zip"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    held = zipfile.ZipFile(path)
    assert json.loads(held.read("conversations.jsonl"))["said"] == "hello"
    bob = penny("user", "add", "Bob", "--currency", "GBP")
    assert bob.code == 0
    held.extract("ledger.csv", tmp_path / "out")
    again = penny("import", "out/ledger.csv", "--user", "Bob", "--json")
    assert json.loads(again.out)["new"] == 3
    once_more = penny("export", "--user", "Ada", "--to", "ada.zip")
    assert once_more.code == 2
    assert "there already" in once_more.err
    assert penny("export", "--user", "Nobody").code == 2


def test_deleting_asks_for_the_phrase(penny, ada, monkeypatch):
    monkeypatch.setattr("typer.prompt", lambda *arguments, **options: "yes")
    result = penny("user", "delete", "Ada")
    assert result.code == 2
    assert "Nothing was erased" in result.err
    with open_core() as core:
        assert people.by_token(core, ada)
    monkeypatch.setattr("typer.prompt", lambda *arguments, **options: "Delete Everything ")
    assert penny("user", "delete", "Ada").code == 0
    with open_core() as core, pytest.raises(NotSignedIn):
        people.by_token(core, ada)


def test_deleting_reaches_every_room_it_can_and_says_what_is_left(penny, ada, home):
    result = penny("user", "delete", "Ada", "--yes", "--json")
    assert result.code == 0, result.err
    receipt = json.loads(result.out)["receipt"]
    assert receipt["counts"]["transactions"] == 3
    assert set(receipt["outstanding"]) == {deletion.TALKS, deletion.TRANSCRIPTS}
    assert list((home / "chats").iterdir()) == []
    assert "secret" not in (home / "events" / "conversations.jsonl").read_text()
    shown = penny("user", "receipt", receipt["id"])
    assert receipt["id"] in shown.out
    assert "Rasa does not answer" in shown.out
    assert "Ada" not in shown.out
    assert penny("user", "delete", "Ada", "--yes").code == 2
    assert penny("user", "receipt", "R-X").code == 2


def test_the_worker_tries_the_rest_until_it_is_done(penny, ada, home, monkeypatch):
    receipt = json.loads(penny("user", "delete", "Ada", "--yes", "--json").out)["receipt"]
    later = datetime.now(UTC) + timedelta(minutes=5)
    asked: list[str] = []
    monkeypatch.setattr(erasing, "_ask_rasa", asked.append)
    with open_core() as core:
        erasing.sweep(core, later)
        assert set(deletion.receipt(core, receipt["id"]).outstanding) == {deletion.TRANSCRIPTS}
        monkeypatch.setattr(erasing.transcripts, "forget", lambda settings, one: asked.append(one))
        erasing.sweep(core, later)
        erasing.sweep(core, later)
        done = deletion.receipt(core, receipt["id"])
    assert done.outstanding == {}
    assert done.completed_at == later
    assert len(asked) == 2
    assert asked[0] == asked[1]


def test_rasa_is_asked_with_her_token(penny, ada, monkeypatch):
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    asked: list[tuple[str, str, bytes]] = []

    class Rasa(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, self.headers["Authorization"], body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Rasa)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PENNY_RASA_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("PENNY_RASA_TOKEN", "rasa's own")
    with open_core() as core:
        person = people.by_name(core, "Ada")
    receipt = json.loads(penny("user", "delete", "Ada", "--yes", "--json").out)["receipt"]
    server.shutdown()
    assert deletion.TALKS not in receipt["outstanding"]
    ((path, authorization, body),) = asked
    assert (path, authorization) == ("/webhooks/forget/", "Bearer rasa's own")
    assert json.loads(body) == {"person": person.id}


def test_where_nothing_was_ever_stored_no_store_is_needed(penny, ada, home):
    (home / "learning" / "checkpoint.json").unlink()
    found = json.loads(penny("export", "--user", "Ada", "--json").out)
    assert found["missing"] is None
    receipt = json.loads(penny("user", "delete", "Ada", "--yes", "--json").out)["receipt"]
    assert set(receipt["outstanding"]) == {deletion.TALKS}


def test_a_running_web_erases_its_own_chats(penny, ada, home, monkeypatch):
    monkeypatch.setattr(erasing, "web_runs", lambda: True)
    receipt = json.loads(penny("user", "delete", "Ada", "--yes", "--json").out)["receipt"]
    assert deletion.CHATS in receipt["outstanding"]
    assert deletion.EVENTS in receipt["outstanding"], "the worker waits until turns are over"
    (folder,) = (home / "chats").iterdir()
    assert lines_of(home / "chats", folder.name)


def test_revoking_ends_every_way_in(penny, ada):
    with open_core() as core:
        person = people.by_name(core, "Ada")
        people.link_chat(core, people.link_code(core, person.id), "telegram", "7")
        open_code = people.link_code(core, person.id)
    result = penny("user", "revoke", "--user", "Ada", "--new-token", "--json")
    found = json.loads(result.out)
    assert found["revoked"] == 1
    with open_core() as core:
        with pytest.raises(NotSignedIn):
            people.by_token(core, ada)
        with pytest.raises(NotSignedIn):
            people.link_chat(core, open_code, "telegram", "8")
        assert people.by_chat(core, "telegram", "7") is None
        assert people.by_token(core, found["token"]).name == "Ada"
    assert json.loads(penny("user", "revoke", "--user", "Ada", "--json").out)["revoked"] == 1


def test_exports_from_the_chat_are_completed(penny, ada, monkeypatch):
    now = datetime.now(UTC)
    with open_core() as core:
        person = people.by_name(core, "Ada")
        made = export.make(core, person.id, now)
        with pytest.raises(StoreError):
            complete_waiting(core)
        assert len(export.waiting(core, now)) == 1
        rows = [{"text": "masked"}]
        monkeypatch.setattr("cli.export.copies.stored_turns", lambda settings, one: rows)
        complete_waiting(core)
        assert export.waiting(core, now) == []
        held = zipfile.ZipFile(export.find(core, person.id, made.token, now))
        assert json.loads(held.read("transcripts.jsonl")) == rows[0]
        assert json.loads(held.read("conversations.jsonl"))["said"] == "hello"


def test_a_round_of_the_worker_expires_files_and_sends(penny, ada, monkeypatch):
    with open_core() as core:
        person = people.by_name(core, "Ada")
        made = export.make(core, person.id, datetime.now(UTC) - export.LIFETIME)
        for job in worker.jobs(core, with_sync=False):
            worker._attempt(job)
        assert list((core.settings.home / "exports").iterdir()) == []
        with pytest.raises(NotFound):
            export.find(core, person.id, made.token, datetime.now(UTC))
