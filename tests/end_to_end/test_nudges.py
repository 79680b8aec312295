"""What Penny begins, through every process: over the event stream and in Telegram."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from queue import Queue

import httpx
import pytest

from finance_core.services import (
    autosaves,
    imports,
    notifications,
    nudges,
    people,
    savings,
)
from finance_core.services.changes import confirm, propose
from finance_core.services.savings import Mood, Style

pytestmark = pytest.mark.stack


@contextmanager
def listening(talker) -> Iterator[Queue[dict]]:
    """The nudges that reach an open screen of a person."""
    heard: Queue[dict] = Queue()
    ready = threading.Event()
    headers = {"Authorization": f"Bearer {talker.token}"}
    client = httpx.Client(base_url=talker.stack.url, headers=headers, timeout=120)

    def listen() -> None:
        event = ""
        try:
            with client.stream("GET", "/api/events") as response:
                for line in response.iter_lines():
                    event = line.removeprefix("event: ") if line.startswith("event:") else event
                    if event == "ready":
                        ready.set()
                    if event == "nudge" and line.startswith("data:"):
                        heard.put(json.loads(line.removeprefix("data:")))
        except httpx.HTTPError:  # the test is over
            return

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    assert ready.wait(20)
    yield heard
    client.close()


def kept(core, person_id, kind, payload):
    now = datetime.now(UTC)
    words = {"summary": "choose", "done_text": "Chosen."}
    change = propose(core, person_id, kind, payload, **words, now=now, channel="web")
    confirm(core, person_id, change.id, now, "web")


def choose(core, person_id, *kinds):
    choices = notifications.Choices(frozenset(kinds), quiet=None)
    kept(core, person_id, notifications.KIND, notifications.payload(core, person_id, choices))


def bill_tomorrow() -> bytes:
    """A year of a phone bill whose next payment is tomorrow, and of wages."""
    today = datetime.now(UTC).date()
    lines = ["account,date,amount,currency,description,balance,category"]
    for back in range(12, 0, -1):
        day = today + timedelta(days=1) - timedelta(days=28 * back)
        lines.append(f"Current,{day},-21.50,GBP,FONECOM MOBILE,900.00,phone")
    return "\n".join(lines).encode()


def buttons(call):
    return {
        button["text"]: button["callback_data"]
        for row in call["reply_markup"]["inline_keyboard"]
        for button in row
    }


def test_a_bill_arrives_on_screen_and_its_buttons_work(person, core):
    talker = person()
    imports.import_content(core, talker.id, bill_tomorrow(), name="bills.csv")
    choose(core, talker.id, notifications.BILLS)
    with listening(talker) as heard:
        nudges.plan(core, talker.id, datetime.now(UTC))
        waiting = next(one for one in nudges.listed(core, talker.id) if one.kind == "bills_due")
        if waiting.due_at > datetime.now(UTC):  # it is before nine o'clock
            nudges.repeat(core, talker.id, waiting.id, datetime.now(UTC), datetime.now(UTC), "cli")
        bill = heard.get(timeout=30)
    assert "21.50" in bill["text"] and "Fonecom" in bill["text"]
    pressed = {button["title"]: button["payload"] for button in bill["buttons"]}
    assert set(pressed) == {"Bills ahead", "Why?", "Snooze a week", "Stop these"}

    answer = talker.say("why am I seeing this?")
    assert "you asked me to remind you of bills" in answer["messages"][0]["text"]
    assert "21.50" in talker.text(pressed["Bills ahead"])
    assert "you asked me to remind you of bills" in talker.text(pressed["Why?"])
    assert "rest until" in talker.text(pressed["Snooze a week"])
    assert set(notifications.of_person(core, talker.id).rests) == {notifications.BILLS}
    assert "Taken back" in talker.text("undo")
    assert "Fonecom" in talker.text("stop telling me about fonecom")
    assert notifications.of_person(core, talker.id).muted
    assert "Shall I" in talker.text(pressed["Stop these"])
    talker.text("yes")
    assert notifications.BILLS not in notifications.of_person(core, talker.id).on
    assert "Bills that fall due: off" in talker.text("what will you tell me?")


def test_an_announced_save_reaches_telegram_and_a_press_skips_it(person, core, bank, telegram):
    fake, _ = telegram
    talker, chat = person("harper", currency="USD"), 4712
    choose(core, talker.id)
    kept(core, talker.id, savings.STYLE, Style(Mood.NORMAL, automatic=True).payload())
    people.link_chat(core, people.link_code(core, talker.id), "telegram", str(chat))
    before = bank("GET", "/admin/ledger/harper")["accounts"]

    now = datetime.now(UTC)
    autosaves.run(core, talker.id, now)
    (save,) = autosaves.announced(core, talker.id)
    assert save.moves_at is None, "nobody has told them yet"
    nudges.plan(core, talker.id, now)
    fake.until(lambda: bool(fake.sent(chat)), seconds=30)
    told = fake.sent(chat)[0]
    assert str(save.amount) in told["text"]
    assert "Skip this save" in buttons(told)
    fake.until(lambda: autosaves.announced(core, talker.id)[0].moves_at is not None)
    (save,) = autosaves.announced(core, talker.id)
    assert save.moves_at - save.told_at == timedelta(hours=24)

    fake.write("why did you tell me this?", chat=chat)
    fake.until(lambda: len(fake.sent(chat)) > 1, seconds=30)
    assert "nothing of that happens untold" in fake.sent(chat)[1]["text"]
    fake.press(told["result"], buttons(told)["Skip this save"], chat=chat)
    fake.until(lambda: len(fake.sent(chat)) > 2, seconds=30)
    assert "stays where it is" in fake.sent(chat)[2]["text"]
    assert autosaves.announced(core, talker.id) == ()
    autosaves.run(core, talker.id, save.moves_at)
    assert bank("GET", "/admin/ledger/harper")["accounts"] == before


def test_a_restart_of_the_channels_loses_none(person, core, stack, telegram):
    fake, _ = telegram
    talker, chat = person(), 4713
    choose(core, talker.id)
    people.link_chat(core, people.link_code(core, talker.id), "telegram", str(chat))
    now = datetime.now(UTC)
    for number in range(3):
        nudges.send_test(core, talker.id, now + timedelta(microseconds=number), "cli")
    stack.restart("channels")
    fake.until(lambda: len(fake.sent(chat)) >= 3, seconds=60)
    fake.until(
        lambda: all(one.state == "sent" for one in nudges.listed(core, talker.id)), seconds=30
    )
    headers = {"Authorization": f"Bearer {talker.token}"}
    turns = httpx.get(f"{stack.url}/api/history", headers=headers, timeout=30).json()["turns"]
    assert len(turns) == 3
    text = httpx.get(f"{stack.url}/metrics", timeout=30).text
    assert 'penny_nudges_total{kind="test",outcome="sent"}' in text
