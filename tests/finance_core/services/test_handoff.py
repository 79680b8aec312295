"""Handing a conversation to people, to a real mail server and a real web server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from finance_core.errors import Refused
from finance_core.services import changes, handoff, people
from finance_core.services.core import Core
from finance_core.services.handoff_delivery import signature
from tests.finance_core.services.household import NOW

SECRET = "a key of theirs"


@dataclass
class Mailbox:
    """What a mail server was handed; ``refusals`` is how often it says no first."""

    port: int = 0
    mails: list[Message] = field(default_factory=list)
    refusals: int = 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.refusals:
            self.refusals -= 1
            return "451 try again later"
        self.mails.append(message_from_bytes(envelope.content))
        return "250 taken"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=0)
    server.port = _free_port()
    server.start()
    box.port = server.port
    yield box
    server.stop()


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


@dataclass
class Hook:
    """What a web server was handed; ``statuses`` are its answers, 200 when they are used up."""

    url: str = ""
    asked: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


@pytest.fixture
def hook() -> Iterator[Hook]:
    found = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.asked.append((dict(self.headers), body))
            self.send_response(found.statuses.pop(0) if found.statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/handoff?key=hidden"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()


def with_settings(core: Core, **changed: object) -> Core:
    return replace(core, settings=core.settings.model_copy(update=changed))


def by_mail(core: Core, box: Mailbox, **more: object) -> Core:
    url = SecretStr(f"smtp://127.0.0.1:{box.port}")
    return with_settings(core, handoff_email="help@bank.example", smtp_url=url, **more)


def by_hook(core: Core, hook: Hook, **more: object) -> Core:
    secret = SecretStr(SECRET)
    return with_settings(core, handoff_webhook=hook.url, handoff_secret=secret, **more)


@pytest.fixture
def ada(core: Core) -> str:
    return people.add(core, "Ada", "UTC", "GBP")[0].id


ANSWERS = ["You have £1,234.50 in Current.", "On 3 May you paid €40,00."]


def said_yes(core: Core, ada: str) -> tuple[str, str]:
    """Composes and confirms a hand-over; its reference and the change's id."""
    payload = handoff.compose(core, people.get(core, ada), ["check balance"], ANSWERS)
    change = changes.propose(
        core, ada, handoff.KIND, payload, summary="pass it on", done_text="Passed on.",
        now=NOW, channel="web",
    )  # fmt: skip
    changes.confirm(core, ada, change.id, NOW, "web")
    return payload["reference"], change.id


def test_a_mail_arrives_once_without_figures(core, ada, mailbox):
    core = by_mail(core, mailbox)
    reference, _ = said_yes(core, ada)
    assert handoff.latest(core, ada).status == "waiting"
    assert handoff.deliver(core, NOW) == 1
    assert handoff.deliver(core, NOW + timedelta(days=1)) == 0
    (mail,) = mailbox.mails
    assert reference in mail["Subject"]
    assert mail["To"] == "help@bank.example"
    body = mail.get_payload(decode=True).decode()
    assert "Ada" in body
    assert "check balance" in body
    assert "in Current." in body
    assert "1,234.50" not in body
    assert "40,00" not in body
    state = handoff.latest(core, ada)
    assert (state.status, state.sent_at, state.reference) == ("sent", NOW, reference)


def test_figures_are_kept_where_that_is_allowed(core, ada, mailbox):
    core = by_mail(core, mailbox, handoff_amounts=True)
    said_yes(core, ada)
    handoff.deliver(core, NOW)
    assert "£1,234.50" in mailbox.mails[0].get_payload(decode=True).decode()


def test_nothing_leaves_before_the_yes(core, ada, mailbox):
    core = by_mail(core, mailbox)
    handoff.compose(core, people.get(core, ada), [], ANSWERS)
    assert handoff.deliver(core, NOW) == 0
    assert mailbox.mails == []


def test_a_refused_mail_is_sent_again_under_the_same_id(core, ada, mailbox):
    core = by_mail(core, mailbox)
    mailbox.refusals = 2
    said_yes(core, ada)
    assert handoff.deliver(core, NOW) == 0
    assert handoff.deliver(core, NOW) == 0, "not before a pause"
    assert mailbox.refusals == 1
    assert handoff.deliver(core, NOW + timedelta(minutes=1)) == 0
    assert handoff.deliver(core, NOW + timedelta(minutes=2)) == 0
    assert handoff.deliver(core, NOW + timedelta(minutes=3)) == 1
    assert len(mailbox.mails) == 1


def test_a_webhook_is_signed_and_carries_one_key(core, ada, hook):
    core = by_hook(core, hook)
    hook.statuses = [503, 500]
    reference, _ = said_yes(core, ada)
    for minutes in (0, 1, 3):
        handoff.deliver(core, NOW + timedelta(minutes=minutes))
    assert len(hook.asked) == 3
    assert len({headers["Idempotency-Key"] for headers, _ in hook.asked}) == 1
    for headers, body in hook.asked:
        stamp = headers["X-Penny-Timestamp"]
        assert headers["X-Penny-Signature"] == signature(SECRET, stamp, body)
        assert abs(int(stamp) - time.time()) < 60
    told = json.loads(hook.asked[0][1])
    assert (told["reference"], told["person"], told["topics"]) == (
        reference, "Ada", ["check balance"]
    )  # fmt: skip
    assert "1,234" not in hook.asked[0][1].decode()
    assert handoff.latest(core, ada).status == "sent"


def test_the_signature_is_of_every_byte():
    whole = signature(SECRET, "100", b"body")
    assert whole.startswith("sha256=")
    others = {signature(SECRET, "101", b"body"), signature(SECRET, "100", b"bodY"),
              signature("other", "100", b"body")}  # fmt: skip
    assert whole not in others


def test_a_receiver_that_is_gone_is_given_up_at_last(core, ada, caplog):
    core = with_settings(
        core,
        handoff_webhook=f"http://127.0.0.1:{_free_port()}/x?key=hidden",
        handoff_secret=SecretStr(SECRET),
    )
    said_yes(core, ada)
    now = NOW
    for _ in range(40):
        handoff.deliver(core, now)
        now += timedelta(hours=4)
    assert handoff.latest(core, ada).status == "failed"
    assert "hidden" not in "".join(record.getMessage() for record in caplog.records)


def test_undo_before_it_is_sent_and_not_after(core, ada, mailbox):
    core = by_mail(core, mailbox)
    _, change = said_yes(core, ada)
    changes.undo(core, ada, change, NOW, "web")
    assert handoff.deliver(core, NOW) == 0
    assert mailbox.mails == []
    _, change = said_yes(core, ada)
    handoff.deliver(core, NOW)
    with pytest.raises(Refused, match="passed on already"):
        changes.undo(core, ada, change, NOW, "web")


def test_two_workers_send_one(core, reopen, ada, mailbox):
    core, other = by_mail(core, mailbox), by_mail(reopen(), mailbox)
    said_yes(core, ada)
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda at=at: counts.append(handoff.deliver(at, NOW)))
        for at in (core, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 1]
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize(
    "half",
    [
        {},
        {"handoff_email": "help@bank.example"},
        {"handoff_webhook": "https://desk.example/"},
        {"smtp_url": SecretStr("smtp://127.0.0.1")},
    ],
)
def test_half_a_configuration_is_none(core, ada, half):
    core = with_settings(core, **half)
    assert not handoff.is_configured(core)
    assert handoff.deliver(core, NOW) == 0


def test_a_mail_server_of_the_wrong_form(core, ada):
    core = with_settings(
        core, handoff_email="help@bank.example", smtp_url=SecretStr("mailto:somebody")
    )
    said_yes(core, ada)
    assert handoff.deliver(core, NOW) == 0
    assert handoff.latest(core, ada).status == "waiting"


def test_a_name_can_add_no_header(core, mailbox):
    core = by_mail(core, mailbox)
    eve, _ = people.add(core, "Eve\r\nBcc: all@bank.example", "UTC", "GBP")
    said_yes(core, eve.id)
    assert handoff.deliver(core, NOW) == 1
    assert mailbox.mails[0]["Bcc"] is None


@given(st.from_regex(r"[a-z ,.£€$%:/-]*(\d[\d.,:/-]*[a-z £€%]*)*", fullmatch=True))
def test_no_digit_survives_masking(text):
    assert not any(letter.isdigit() for letter in handoff.without_figures(text))
