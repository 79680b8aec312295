"""The courier: into the chat, onto open screens, and to the messenger, once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr

from channels.app import Door, create_app
from channels.contract import Channel, Undelivered
from channels.turns import Message, Turn
from finance_core.advice.nudges import Nudge, NudgeKind
from finance_core.model import Chart, Fact
from finance_core.services import changes, notifications, nudge_queue, nudges, people
from finance_core.services.core import Core
from finance_core.store import ledger
from finance_core.store import nudges as rows
from tests.channels.fake_rasa import CHART
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.serving import served
from tests.channels.test_events import listening, next_data

WHY = "you asked me to remind you of bills."


class Messenger(Channel):
    """A channel that lives in the test."""

    pushes = True

    def __init__(self, name: str = "pager", answers: tuple[object, ...] = ()) -> None:
        self.name = name
        self.answers = list(answers)
        self.got: list[tuple[str, Message, str]] = []

    async def deliver(self, person_id: str, message: Message, key: str) -> bool:
        answer = self.answers.pop(0) if self.answers else True
        if isinstance(answer, Exception):
            raise answer
        if answer:
            self.got.append((person_id, message, key))
        return bool(answer)


@pytest.fixture
def plan(core: Core) -> Callable[..., str]:
    """Has a nudge wait to be sent; its id."""

    def put(person_id: str, kind: NudgeKind = NudgeKind.TEST, lasts: float = 86_400, **values):
        now = core.clock()
        nudge = Nudge(
            **{
                "kind": kind,
                "key": f"{kind} {now.isoformat()}",
                "about": "Netflix",
                "due_at": now,
                "not_after": now + timedelta(seconds=lasts),
                "text": "Netflix takes $9.99 on Tue 16 June.",
                "why": WHY,
                "facts": (Fact("amount", "9.99", "USD", label="Netflix"),),
                **values,
            }
        )
        with core.writes.begin() as session:
            ledger.lock_person(session, person_id)
            return rows.add(
                session,
                person_id,
                now,
                kind=nudge.kind.value,
                key=nudge.key,
                about=nudge.about,
                urgency=nudge.urgency,
                payload=nudge.payload(),
                due_at=now,
                not_after=nudge.not_after,
            )

    return put


@pytest.fixture
def awake(core: Core, ada) -> str:
    """Ada's id; she wants to hear everything at any hour."""
    choose(core, ada[0], notifications.Choices(frozenset(notifications.NUDGES), quiet=None))
    return ada[0]


def choose(core: Core, person_id: str, choices: notifications.Choices) -> None:
    payload, now = notifications.payload(core, person_id, choices), core.clock()
    words = {"summary": "choose", "done_text": "Chosen."}
    change = changes.propose(
        core, person_id, notifications.KIND, payload, **words, now=now, channel="web"
    )
    changes.confirm(core, person_id, change.id, now, "web")


def door_with(core: Core, settings, *channels: Channel) -> Door:
    door = Door(settings, core)
    door.courier._channels |= {channel.name: channel for channel in channels}
    return door


def only(core: Core, person_id: str) -> nudges.StoredNudge:
    (found,) = nudges.listed(core, person_id)
    return found


async def said(door: Door, person_id: str) -> list[str]:
    return [turn.message_id for turn in await door.conversations.history.turns(person_id, "main")]


async def test_it_is_put_into_the_chat_and_handed_over_once(core, settings, awake, plan):
    pager = Messenger()
    door = door_with(core, settings, pager)
    nudge_id = plan(awake, chart=None)
    assert await door.courier.round() == 1
    assert await door.courier.round() == 0
    ((person_id, message, key),) = pager.got
    assert (person_id, key) == (awake, f"nudge-{nudge_id}")
    assert message.text == "Netflix takes $9.99 on Tue 16 June."
    assert message.facts[0]["value"] == "9.99"
    assert [button.title for button in message.buttons] == ["Why?"]
    assert await said(door, awake) == [key]
    sent = only(core, awake)
    assert (sent.state, sent.channel, sent.seen_at) == ("sent", "pager", sent.sent_at)
    assert b'penny_nudges_total{kind="test",outcome="sent"} 1.0' in door.metrics.text()
    await door.assistant.close()


async def test_after_a_crash_it_is_sent_again_and_stands_in_the_chat_once(
    core, settings, awake, plan, monkeypatch
):
    pager = Messenger()
    door = door_with(core, settings, pager)
    plan(awake)
    with monkeypatch.context() as broken:  # dies after it was handed over, before it is noted
        broken.setattr(nudge_queue, "sent", _dies)
        await door.courier.round()
    assert only(core, awake).state == "leased"
    later = core.clock() + nudge_queue.LEASE + timedelta(seconds=1)
    again = door_with(replace(core, clock=lambda: later), settings, pager)
    assert await again.courier.round() == 1
    assert only(core, awake).state == "sent"
    assert len(await said(again, awake)) == 1
    keys = {key for _, _, key in pager.got}
    assert len(pager.got) == 2 and len(keys) == 1, "the same key tells a channel it is the same"
    await door.assistant.close()
    await again.assistant.close()


def _dies(*_: object, **__: object) -> None:
    raise RuntimeError("the power is gone")


async def test_what_does_not_go_through_waits_and_falls_back_to_the_web(
    core, settings, awake, plan
):
    pager = Messenger(answers=(Undelivered("busy", 60.0), RuntimeError("odd"), Undelivered("x")))
    plan(awake, lasts=120)
    now = core.clock()
    clock = [now]
    door = door_with(replace(core, clock=lambda: clock[0]), settings, pager)
    await door.courier.round()
    waiting = only(core, awake)
    assert (waiting.state, waiting.last_error) == ("planned", "busy")
    assert timedelta(seconds=59) < waiting.due_at - now < timedelta(seconds=61)
    for seconds in (61, 100):
        clock[0] = now + timedelta(seconds=seconds)
        await door.courier.round()
    sent = only(core, awake)
    assert (sent.state, sent.channel, sent.seen_at) == ("sent", "web", None)
    assert sent.attempts == 3
    assert len(await said(door, awake)) == 1
    assert b'penny_nudges_total{kind="test",outcome="failed"} 3.0' in door.metrics.text()
    await door.assistant.close()


async def test_where_it_goes(core, settings, awake, plan):
    pager, pigeon = Messenger("pager"), Messenger("pigeon")
    door = door_with(core, settings, pager, pigeon)
    headers = {"message_id": "m-1", "at": "2026-06-15T12:00:00+00:00", "text": "", "said": ""}
    await door.conversations.history.append(
        awake, "main", Turn(**headers, channel="pigeon", messages=())
    )
    plan(awake)
    await door.courier.round()
    assert (len(pager.got), len(pigeon.got)) == (0, 1), "where they last wrote"
    choose(core, awake, replace(notifications.of_person(core, awake), channel="pager"))
    plan(awake)
    await door.courier.round()
    assert (len(pager.got), len(pigeon.got)) == (1, 1), "where they want it"
    choose(core, awake, replace(notifications.of_person(core, awake), channel="web"))
    plan(awake)
    await door.courier.round()
    assert (len(pager.got), len(pigeon.got)) == (1, 1), "nowhere but here"
    choose(core, awake, replace(notifications.of_person(core, awake), channel=None))
    pigeon.answers = [False]
    plan(awake)
    await door.courier.round()
    assert (len(pager.got), len(pigeon.got)) == (2, 1), "where they can be reached"
    await door.assistant.close()


async def test_one_that_goes_wrong_holds_up_no_other(core, settings, awake, bob, plan):
    choose(core, bob[0], notifications.Choices(frozenset(), quiet=None))
    pager = Messenger()
    door = door_with(core, settings, pager)
    plan(awake)
    with core.writes.begin() as session:
        session.get(rows.NudgeRow, only(core, awake).id).payload = {"no": "text", "offer": None,
                                                                     "subject": None}  # fmt: skip
    plan(bob[0])
    await door.courier.round()
    assert only(core, bob[0]).state == "sent"
    assert only(core, awake).state == "leased"
    await door.assistant.close()


async def test_what_was_left_out_is_counted(core, settings, ada, plan):
    choose(core, ada[0], notifications.Choices(frozenset(), quiet=None))
    door = door_with(core, settings)
    plan(ada[0], NudgeKind.BILLS)
    await door.courier.round()
    assert b'penny_nudges_total{kind="bills_due",outcome="dropped_off"} 1.0' in door.metrics.text()
    await door.assistant.close()


# --- over real sockets ------------------------------------------------------------


async def test_an_open_screen_gets_it_at_once_and_nobody_elses(
    core, settings, awake, ada, bob, plan
):
    app = create_app(settings.model_copy(update={"courier_seconds": 0.05}), core)
    with served(app) as url:
        async with httpx.AsyncClient(base_url=url, timeout=10) as client:
            async with listening(client, ada[1]) as lines:
                nudge_id = plan(awake, NudgeKind.BILLS, items=("Netflix",))
                got = await next_data(lines, "nudge")
            assert got["id"] == f"nudge-{nudge_id}"
            assert got["text"].startswith("Netflix takes")
            assert got["why"] == WHY
            assert [button["title"] for button in got["buttons"]] == [
                "Why?",
                "Snooze a week",
                "Stop these",
            ]
            assert got["facts"][0]["value"] == "9.99"
            headers = {"Authorization": f"Bearer {ada[1]}"}
            turns = (await client.get("/api/history", headers=headers)).json()["turns"]
            assert [(t["channel"], t["said"], t["message_id"]) for t in turns] == [
                ("nudge", "", got["id"])
            ]
            other = {"Authorization": f"Bearer {bob[1]}"}
            assert (await client.get("/api/history", headers=other)).json() == {"turns": []}


async def test_the_web_has_it_at_the_next_visit_and_only_then_it_is_seen(
    core, settings, awake, ada, plan
):
    app = create_app(settings.model_copy(update={"courier_seconds": 0.05}), core)
    plan(awake)
    with served(app) as url, httpx.Client(base_url=url, timeout=10) as client:
        _until(lambda: only(core, awake).state == "sent")
        assert only(core, awake).seen_at is None
        client.headers["Authorization"] = f"Bearer {ada[1]}"
        assert len(client.get("/api/history").json()["turns"]) == 1
        assert only(core, awake).seen_at is not None


@pytest.fixture
def telegram() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
def running(telegram, core, settings, ada) -> Iterator[Callable[..., AbstractContextManager[str]]]:
    people.link_chat(core, people.link_code(core, ada[0]), "telegram", "7")
    with served(telegram.app) as api:

        @contextmanager
        def run() -> Iterator[str]:
            own = {
                "telegram_token": SecretStr(TOKEN),
                "telegram_base_url": api,
                "courier_seconds": 0.05,
            }
            with served(create_app(settings.model_copy(update=own), core)) as url:
                telegram.until(lambda: bool(telegram.called("deleteWebhook")))  # it is connected
                yield url

        yield run


def test_telegram_gets_text_and_buttons_and_its_button_works(
    telegram, running, core, awake, plan, rasa
):
    with running():
        plan(awake, NudgeKind.BILLS, ask=("Bills ahead", "balance", "upcoming_bills"))
        telegram.until(lambda: len(telegram.sent()) == 1)
        message = telegram.sent()[0]
        assert message["text"] == "Netflix takes $9.99 on Tue 16 June."
        buttons = [b for row in message["reply_markup"]["inline_keyboard"] for b in row]
        assert [b["text"] for b in buttons] == [
            "Bills ahead",
            "Why?",
            "Snooze a week",
            "Stop these",
        ]
        assert all(len(b["callback_data"].encode()) <= 64 for b in buttons)
        telegram.press(message["result"], buttons[0]["callback_data"])
        telegram.until(lambda: len(telegram.sent()) == 2)
        assert telegram.sent()[1]["text"] == "You have $1,234.50 in Checking."
    assert only(core, awake).channel == "telegram"
    assert only(core, awake).seen_at is not None


def test_a_picture_with_its_words(telegram, running, core, awake, plan):
    parts = {name: CHART[name] for name in ("kind", "title", "summary", "currency", "prefix")}
    rows_ = tuple(map(tuple, CHART["rows"]))
    with running():
        plan(awake, chart=Chart(**parts, columns=tuple(CHART["columns"]), rows=rows_))
        telegram.until(lambda: len(telegram.photos) == 1, seconds=30)  # drawn for the first time
    assert telegram.photos[0][1] == "Netflix takes $9.99 on Tue 16 June."
    assert telegram.sent() == []


def test_a_flood_is_waited_out(telegram, running, core, awake, plan):
    telegram.flood(seconds=1)
    with running():
        plan(awake)
        telegram.until(lambda: len(telegram.sent()) == 1)
        _until(lambda: only(core, awake).state == "sent")
    sent = only(core, awake)
    assert (sent.attempts, sent.channel) == (1, "telegram")
    assert sent.sent_at - sent.created_at >= timedelta(seconds=1)


def test_a_chat_that_blocked_the_bot_is_untied_and_the_web_has_it(
    telegram, running, core, awake, plan
):
    telegram.block()
    with running():
        plan(awake)
        _until(lambda: only(core, awake).state == "sent")
    assert only(core, awake).channel == "web"
    assert people.by_chat(core, "telegram", "7") is None
    assert telegram.sent() == []


def _until(condition: Callable[[], bool], seconds: float = 8) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.02)
