"""When Penny may begin: whatever comes due, and however often, the rules hold."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance_core.advice.nudges import (
    ALWAYS,
    CAPS,
    EVERYTHING,
    UNCAPPED,
    NudgeKind,
    Wishes,
    decide,
    room_from,
    thing,
)
from finance_core.advice.quiet_hours import is_quiet

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
WEEK = timedelta(days=7)
CHOOSABLE = [kind for kind in NudgeKind if kind not in ALWAYS]
EVERY = frozenset(CHOOSABLE)

kinds = st.sampled_from(list(NudgeKind))
zones = st.sampled_from(["UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe"])
clocks = st.times().map(lambda moment: moment.replace(microsecond=0))
quiets = st.none() | st.tuples(clocks, clocks).filter(lambda span: span[0] != span[1])


def wishes(**changes):
    return Wishes(**{"on": EVERY, "zone": UTC_ZONE, **changes})


@settings(max_examples=60)
@given(
    st.datetimes(datetime(2026, 3, 1), datetime(2026, 4, 20), timezones=st.just(UTC)),
    st.lists(st.tuples(kinds, st.integers(0, 14 * 24 * 60)), max_size=60),
    zones.map(ZoneInfo),
    quiets,
)
def test_a_fortnight_keeps_quiet_and_within_the_caps(start, due, zone, quiet):
    """Plays everything that comes due, as the queue would: tried, put off, tried again."""
    wanted = Wishes(EVERY, zone, quiet)
    waiting = [(start + timedelta(minutes=minutes), n, kind) for n, (kind, minutes) in
               enumerate(due)]  # fmt: skip
    sent: list[tuple[datetime, NudgeKind]] = []
    while waiting:
        waiting.sort()
        at, number, kind = waiting.pop(0)
        told = [moment for moment, _ in sent]
        verdict = decide(kind, str(number), at + WEEK, wanted, told, at)
        if verdict.send:
            sent.append((at, kind))
        elif verdict.later:
            assert verdict.later > at, "being put off leads somewhere"
            waiting.append((verdict.later, number, kind))
    for moment, kind in sent:
        assert not is_quiet(moment, zone, quiet)
        if kind in UNCAPPED:
            continue
        for most, span in CAPS:
            assert sum(moment - span < other <= moment for other, _ in sent) <= most + sum(
                moment == other and later in UNCAPPED for other, later in sent
            )


@given(kinds, st.integers(-5000, 5000), quiets, st.integers(0, 5000))
def test_what_is_put_off_is_still_worth_telling_then(kind, lasts, quiet, rest):
    until = NOW + timedelta(minutes=lasts)
    wanted = wishes(quiet=quiet, rests={EVERYTHING: NOW + timedelta(minutes=rest)})
    verdict = decide(kind, "it", until, wanted, [], NOW)
    assert not (verdict.send and (until < NOW or rest > 0))
    assert verdict.later is None or NOW < verdict.later <= until
    assert verdict.send or verdict.why


@given(st.lists(st.integers(-20_000, 600_000), max_size=30))
def test_a_clock_that_went_back_holds_nothing_up_for_longer_than_a_week(minutes):
    sent = [NOW + timedelta(minutes=one) for one in minutes]
    assert NOW <= room_from(sent, NOW) <= NOW + WEEK


@pytest.mark.parametrize("kind", CHOOSABLE)
def test_what_is_off_or_muted_is_left_out(kind):
    later = NOW + WEEK
    assert decide(kind, "Netflix", later, wishes(on=()), [], NOW).why == "off"
    muted = wishes(muted={thing(kind, "NETFLIX")})
    assert decide(kind, "Netflix", later, muted, [], NOW).why == "muted"
    assert decide(kind, "Spotify", later, muted, [], NOW).send


@pytest.mark.parametrize("kind", sorted(ALWAYS))
def test_what_penny_does_by_herself_is_told_whatever_is_off(kind):
    busy = [NOW] * 50
    off = wishes(on=(), muted={thing(kind, "it")})
    assert decide(kind, "it", NOW + WEEK, off, busy, NOW).send
    resting = wishes(on=(), rests={EVERYTHING: NOW + timedelta(days=1)})
    assert decide(kind, "it", NOW + WEEK, resting, [], NOW).later == NOW + timedelta(days=1)
    asleep = wishes(quiet=(time(11), time(13)))
    assert decide(kind, "it", NOW + WEEK, asleep, [], NOW).later == NOW + timedelta(hours=1)


def test_three_a_day_then_the_next_one_waits_a_day_after_the_first():
    sent = [NOW - timedelta(hours=hours) for hours in (1, 5, 20)]
    verdict = decide(NudgeKind.BILLS, "it", NOW + WEEK, wishes(), sent, NOW)
    assert (verdict.send, verdict.later, verdict.why) == (
        False,
        NOW + timedelta(hours=4),
        "capped",
    )
    assert decide(NudgeKind.BILLS, "it", NOW + timedelta(hours=3), wishes(), sent, NOW).why
    assert decide(NudgeKind.WEEKLY, "it", NOW + WEEK, wishes(), sent, NOW).send
