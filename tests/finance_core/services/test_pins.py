"""The PIN: kept unreadable, tried slowly, and asked of every write that is said aloud."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.errors import BadInput
from finance_core.services import changes, deletion, people, pins, transfers, voice
from finance_core.services.core import Core
from finance_core.services.pins import NeedsPin, Verdict
from finance_core.store import audit, personal

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
PIN = "4921"


def at(core: Core, seconds: float) -> Core:
    return replace(core, clock=lambda: START + timedelta(seconds=seconds))


@pytest.fixture
def core(core: Core) -> Core:
    return at(core, 0)


@pytest.fixture
def ada(core: Core) -> str:
    person, _ = people.add(core, "Ada", "UTC", "GBP")
    pins.put(core, person.id, PIN, channel="web")
    return person.id


def actions_of(core, person_id):
    with core.sessions() as session:
        return [(e.channel, e.action) for e in audit.entries(session, person_id)]


def test_right_and_wrong(core, ada):
    assert pins.is_set(core, ada)
    assert pins.check(core, ada, PIN, channel="alexa").verdict is Verdict.RIGHT
    wrong = pins.check(core, ada, "4922", channel="alexa")
    assert (wrong.verdict, wrong.tries_left, wrong.until) == (Verdict.WRONG, 2, None)
    assert actions_of(core, ada)[-3:] == [
        ("web", "pin.set"), ("alexa", "pin.right"), ("alexa", "pin.wrong"),
    ]  # fmt: skip
    bob, _ = people.add(core, "Bob", "UTC", "GBP")
    assert pins.check(core, bob.id, PIN, channel="alexa").verdict is Verdict.NOT_SET


def test_pauses_grow_and_a_right_pin_does_not_help_meanwhile(core, ada):
    def tried(seconds, pin="0101"):
        return pins.check(at(core, seconds), ada, pin, channel="twilio")

    assert [tried(0).until for _ in range(3)] == [None, None, START + timedelta(minutes=1)]
    assert tried(59, PIN).verdict is Verdict.LOCKED
    assert tried(61).until == START + timedelta(seconds=61, minutes=2)
    assert tried(120, PIN).verdict is Verdict.LOCKED
    assert tried(61 + 121).until == START + timedelta(seconds=182, minutes=4)
    assert tried(10_000, PIN).verdict is Verdict.RIGHT
    assert tried(10_001).tries_left == 2, "a right one begins anew"


def test_the_longest_pause_is_a_day(core, ada):
    now = 0.0
    for _ in range(25):
        checked = pins.check(at(core, now), ada, "0101", channel="alexa")
        now = (checked.until - START).total_seconds() + 1 if checked.until else now
    assert checked.until - START <= timedelta(days=1, seconds=now)
    assert checked.until - (START + timedelta(seconds=now)) <= timedelta(days=1)


def test_many_at_once_get_no_more_tries(core, ada):
    guesses = [f"{number:04d}" for number in range(3000, 3024)]
    with ThreadPoolExecutor(8) as guessers:
        found = list(
            guessers.map(lambda pin: pins.check(core, ada, pin, channel="alexa").verdict, guesses)
        )
    assert found.count(Verdict.WRONG) == 3
    assert found.count(Verdict.LOCKED) == 21


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "12 34", "١٢٣٤", "4921\n"])
def test_a_pin_is_4_to_8_digits(core, ada, pin):
    with pytest.raises(BadInput, match="4 to 8 digits"):
        pins.put(core, ada, pin, channel="web")


@pytest.mark.parametrize(
    "pin", ["1234", "9876", "0000", "1212", "123123", "1984", "2024", "2580", "2468", "7890"]
)
def test_weak_ones_are_refused(core, ada, pin):
    with pytest.raises(BadInput, match="too easy"):
        pins.put(core, ada, pin, channel="web")
    assert pins.check(core, ada, PIN, channel="alexa").verdict is Verdict.RIGHT


@given(st.from_regex(r"[0-9]{4,8}", fullmatch=True))
def test_most_pins_are_allowed_whatever_their_length(pin):
    if not pins.is_weak(pin):
        assert len(set(pin)) > 1


def test_not_by_voice(core, ada):
    for channel in pins.SPOKEN:
        with pytest.raises(BadInput, match="never set by voice"):
            pins.put(core, ada, "7351", channel=channel)


def test_it_is_kept_unreadable_and_leaves_with_the_person(core, ada):
    voice.set_private(core, ada, True, channel="web")
    with core.sessions() as session:
        rows = personal.rows(session, ada)
        assert personal.counts(session, ada)["pins"] == 1
    assert PIN not in str(rows) and "argon2" not in str(rows)
    assert rows["voice_settings"][0]["private"] is True
    deletion.erase(core, ada, START)
    assert not pins.is_set(core, ada)
    with core.sessions() as session:
        assert personal.counts(session, ada) == {}


def test_dropping_it(core, ada):
    assert pins.drop(core, ada, channel="cli")
    assert not pins.drop(core, ada, channel="cli")
    assert not pins.is_set(core, ada)


WRITES = {
    "yes to a change": lambda core, who: changes.confirm(core, who, "c", START, "alexa"),
    "undo of a change": lambda core, who: changes.undo(core, who, "c", START, "alexa"),
    "yes to a transfer": lambda core, who: transfers.confirm(core, who, "p", START, "alexa"),
    "undo of a transfer": lambda core, who: transfers.undo(core, who, START, "alexa"),
    "erasing": lambda core, who: deletion.erase(core, who, START),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
@pytest.mark.parametrize("channel", sorted(pins.SPOKEN))
def test_no_write_aloud_without_the_pin(core, ada, write, channel):
    with pins.spoken(channel, proven=False), pytest.raises(NeedsPin):
        write(core, ada)
    assert people.get(core, ada)


@pytest.mark.parametrize(("channel", "proven"), [("alexa", True), ("web", False)])
def test_with_the_pin_or_in_writing_it_is_done(core, ada, channel, proven):
    with pins.spoken(channel, proven=proven):
        pins.require()
        with pins.spoken("alexa", proven=False), pytest.raises(NeedsPin):
            pins.require()
        pins.require()
