"""The queue: several senders, crashes, clocks that jump, and saves that wait to be told."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest

from finance_core.advice.nudges import Nudge, NudgeKind
from finance_core.services import (
    autosaves,
    deletion,
    notifications,
    nudge_queue,
    nudges,
    people,
    sync,
)
from finance_core.services.notifications import Choices
from finance_core.services.nudge_queue import LEASE
from finance_core.services.nudges import NudgeState
from finance_core.services.savings import Mood, Style
from finance_core.store import ledger
from finance_core.store import nudges as rows
from tests.finance_core.services.fake_bank import FakeBank, at_bank
from tests.finance_core.services.household import NOW, TODAY, lived_in
from tests.finance_core.services.test_autosaves import set_style
from tests.finance_core.services.test_nudges import choose

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
AWAKE = Choices(on=frozenset(notifications.NUDGES), quiet=None)


@pytest.fixture
def bob(core) -> str:
    person, _ = people.add(core, "Bob", "UTC", "GBP")
    choose(core, person.id, AWAKE, NOW)
    return person.id


def put(core, person_id, number, kind=NudgeKind.BILLS, due_at=NOW, lasts=DAY - SECOND):
    nudge = Nudge(kind, f"thing {number}", f"thing {number}", due_at, due_at + lasts, "Psst.", "so")
    with core.writes.begin() as session:
        ledger.lock_person(session, person_id)
        values = {
            "kind": nudge.kind.value,
            "about": nudge.about,
            "urgency": nudge.urgency,
            "payload": nudge.payload(),
            "due_at": nudge.due_at,
            "not_after": nudge.not_after,
        }
        return rows.add(session, person_id, NOW, **values, key=nudge.key)


def states(core, person_id):
    return Counter(one.state.value for one in nudges.listed(core, person_id))


def test_senders_at_once_send_each_once_and_keep_to_the_caps(core, reopen, bob):
    crowd = [people.add(core, f"Person {n}", "UTC", "GBP")[0].id for n in range(6)]
    for person_id in crowd:
        choose(core, person_id, AWAKE, NOW)
        for number in range(5):
            put(core, person_id, number)
    said: list[str] = []

    def courier(core):
        for _ in range(16):
            claimed, _ = nudge_queue.claim(core, NOW, limit=4)
            for one in claimed:
                said.append(one.id)
                assert nudge_queue.sent(core, one, "telegram", NOW, shown=True)

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(courier, [core, reopen(), reopen()]))
    assert len(said) == len(set(said)) == 6 * 3
    for person_id in crowd:
        assert states(core, person_id) == {"sent": 3, "dropped": 2}  # too late after a day


def test_a_crash_between_claim_and_send_loses_none(core, reopen, bob):
    put(core, bob, 1)
    (lost,), _ = nudge_queue.claim(core, NOW)
    other = reopen()  # the first one is gone
    assert nudge_queue.claim(other, NOW + LEASE - SECOND) == ([], [])
    (again,), _ = nudge_queue.claim(other, NOW + LEASE)
    assert again.id == lost.id
    assert nudge_queue.sent(other, again, "web", NOW + LEASE, shown=True)
    assert states(core, bob) == {"sent": 1}


def test_who_held_it_for_too_long_has_no_say_any_more(core, bob):
    put(core, bob, 1)
    (slow,), _ = nudge_queue.claim(core, NOW)
    (quick,), _ = nudge_queue.claim(core, NOW + LEASE)
    assert not nudge_queue.sent(core, slow, "telegram", NOW + LEASE, shown=True)
    nudge_queue.failed(core, slow, NOW + LEASE, "it broke")
    assert states(core, bob) == {"leased": 1}
    assert nudge_queue.sent(core, quick, "web", NOW + LEASE, shown=True)
    assert nudges.listed(core, bob)[0].channel == "web"


def test_what_fails_is_tried_ever_more_seldom_until_it_is_too_late(core, bob):
    put(core, bob, 1)
    now, pauses = NOW, []
    while True:
        claimed, _ = nudge_queue.claim(core, now)
        if not claimed:
            now = nudges.listed(core, bob)[0].due_at
            continue
        pauses.append(now)
        if not nudge_queue.failed(core, claimed[0], now, "no network"):
            break
        assert nudges.listed(core, bob)[0].last_error == "no network"
        if len(pauses) > 8:
            now = max(now, NOW + DAY - timedelta(minutes=30))
    waits = [(b - a).total_seconds() for a, b in pairwise(pauses)][:8]
    assert waits == sorted(waits) and waits[0] == 15
    assert nudge_queue.sent(core, claimed[0], "web", now, shown=False)


def test_a_channel_that_names_a_pause_gets_it(core, bob):
    put(core, bob, 1)
    (one,), _ = nudge_queue.claim(core, NOW)
    assert nudge_queue.failed(core, one, NOW, "flood", seconds=600)
    assert nudge_queue.claim(core, NOW + 599 * SECOND) == ([], [])
    assert len(nudge_queue.claim(core, NOW + 600 * SECOND)[0]) == 1


def test_a_clock_that_goes_back_does_not_keep_a_lease_for_ever(core, bob):
    put(core, bob, 1, due_at=NOW - 400 * DAY, lasts=500 * DAY)
    nudge_queue.claim(core, NOW)
    back = NOW - 300 * DAY
    assert len(nudge_queue.claim(core, back)[0]) == 1
    assert nudge_queue.claim(core, back + LEASE - SECOND) == ([], [])


def test_a_clock_that_jumps_ahead_leaves_out_what_is_too_late(core, bob):
    put(core, bob, 1)
    put(core, bob, 2, kind=NudgeKind.LOW_BALANCE)
    nudge_queue.claim(core, NOW, limit=1)
    _, dropped = nudge_queue.claim(core, NOW + 90 * DAY)
    assert sorted(dropped) == [("bills_due", "late"), ("low_balance", "late")]


def test_quiet_hours_put_off_and_snoozing_too(core, bob):
    put(core, bob, 1)
    put(core, bob, 2, kind=NudgeKind.LOW_BALANCE)
    quiet = replace(AWAKE, quiet=(time(8), time(11)))
    choose(core, bob, quiet.resting(["low_balance"], NOW + timedelta(hours=5)), NOW)
    assert nudge_queue.claim(core, NOW) == ([], [])
    assert {one.due_at for one in nudges.listed(core, bob)} == {
        datetime(2026, 3, 2, 11, tzinfo=UTC),
        NOW + timedelta(hours=5),
    }
    assert len(nudge_queue.claim(core, NOW + timedelta(hours=2))[0]) == 1
    assert len(nudge_queue.claim(core, NOW + timedelta(hours=5))[0]) == 2  # its lease is over


def test_somebody_who_leaves_meanwhile(core, bob):
    put(core, bob, 1)
    put(core, bob, 2)
    (one,), _ = nudge_queue.claim(core, NOW, limit=1)
    deletion.erase(core, bob, NOW)
    assert not nudge_queue.sent(core, one, "web", NOW, shown=True)
    assert nudge_queue.claim(core, NOW + LEASE) == ([], [])


# --- saves that are announced -----------------------------------------------------


@pytest.fixture
def saver(core) -> tuple:
    bank = lived_in(FakeBank())
    bank.book("wages march", 260_000, TODAY - DAY, "ACME LTD SALARY")
    bank.book("rent march", -90_000, TODAY, "HOMES RENT")
    penny = at_bank(core, fake=bank)
    person, _ = people.add(penny, "Ada", "UTC", "GBP")
    sync.connect(penny, person.id, "fake", "token", TODAY)
    set_style(penny, person.id, Style(Mood.NORMAL, automatic=True))
    autosaves.run(penny, person.id, NOW)
    nudges.plan(penny, person.id, NOW)
    return penny, person.id, bank


def announcement(penny):
    claimed, _ = nudge_queue.claim(penny, NOW)
    return next(one for one in claimed if one.kind == "own_moves")


def test_a_save_moves_a_day_after_it_was_delivered_and_not_before(saver):
    penny, ada, bank = saver
    told = announcement(penny)
    (save,) = autosaves.announced(penny, ada)
    assert str(save.amount) in told.payload["text"]
    assert told.payload["buttons"][0] == {
        "title": "Skip this save",
        "payload": "skip this saving",
    }
    assert save.moves_at is None, "nobody has told them yet"
    delivered = NOW + timedelta(hours=3)
    assert nudge_queue.sent(penny, told, "telegram", delivered, shown=True) is True
    (save,) = autosaves.announced(penny, ada)
    assert (save.told_at, save.moves_at) == (delivered, delivered + DAY)
    assert autosaves.news(penny, ada, delivered) == (), "not told twice"
    autosaves.run(penny, ada, delivered + DAY - SECOND)
    assert not bank.paid
    autosaves.run(penny, ada, delivered + DAY)
    assert len(bank.paid) == 1


def test_on_the_web_it_counts_once_it_is_looked_at(saver):
    penny, ada, bank = saver
    nudge_queue.sent(penny, announcement(penny), "web", NOW, shown=False)
    autosaves.run(penny, ada, NOW + 2 * DAY)
    (save,) = autosaves.announced(penny, ada)
    assert save.moves_at is None
    assert nudge_queue.seen(penny, ada, NOW + 2 * DAY) == 1
    assert nudge_queue.seen(penny, ada, NOW + 3 * DAY) == 0
    (save,) = autosaves.announced(penny, ada)
    assert save.moves_at == NOW + 3 * DAY
    assert not bank.paid


def test_a_save_that_was_refused_before_it_was_sent_is_not_announced(saver):
    penny, ada, _ = saver
    autosaves.skip(penny, ada, NOW, "web")
    claimed, dropped = nudge_queue.claim(penny, NOW)
    assert ("own_moves", "overtaken") in dropped
    assert all(one.kind != "own_moves" for one in claimed)


def test_a_save_that_was_told_in_a_conversation_is_not_announced_again(saver):
    penny, ada, _ = saver
    assert len(autosaves.news(penny, ada, NOW)) == 1
    assert ("own_moves", "overtaken") in nudge_queue.claim(penny, NOW)[1]


def test_what_became_of_it_is_told_as_another_thing(saver):
    penny, ada, _ = saver
    nudge_queue.sent(penny, announcement(penny), "telegram", NOW, shown=True)
    done = NOW + DAY
    autosaves.run(penny, ada, done)
    nudges.plan(penny, ada, done)
    told = [one for one in nudge_queue.claim(penny, done)[0] if one.kind == "own_moves"]
    assert len(told) == 1 and told[0].payload["text"].startswith("I put £")
    assert states(penny, ada)[NudgeState.SENT.value] >= 1
