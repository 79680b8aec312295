"""Quiet hours by the clock on the wall, whatever that clock does."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.advice.quiet_hours import at, is_quiet, next_allowed

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
NIGHT = (time(22), time(7))
ZONES = ["UTC", "Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
         "Pacific/Apia", "America/St_Johns", "Africa/Casablanca"]  # fmt: skip

instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
clocks = st.times().map(lambda moment: moment.replace(microsecond=0))
spans = st.tuples(clocks, clocks).filter(lambda span: span[0] != span[1])


@given(instants, st.sampled_from(ZONES).map(ZoneInfo), spans)
def test_what_is_allowed_is_never_quiet_never_earlier_and_at_most_a_day_off(moment, zone, quiet):
    found = next_allowed(moment, zone, quiet)
    assert not is_quiet(found, zone, quiet)
    assert moment <= found <= moment + timedelta(hours=26)
    if not is_quiet(moment, zone, quiet):
        assert found == moment


@given(instants, st.sampled_from(ZONES).map(ZoneInfo), spans)
def test_nothing_but_a_missing_hour_is_waited_for_in_vain(moment, zone, quiet):
    found = next_allowed(moment, zone, quiet)
    hour = timedelta(hours=1, minutes=1)
    before = [moment + (found - hour - moment) * part / 8 for part in range(9)]
    assert all(is_quiet(one, zone, quiet) for one in before if moment <= one <= found - hour)


@pytest.mark.parametrize(
    ("moment", "zone", "quiet", "allowed"),
    [
        # an ordinary night
        ("2026-06-15T21:30", LONDON, NIGHT, "2026-06-16T06:00"),
        ("2026-06-15T20:59", LONDON, NIGHT, "2026-06-15T20:59"),
        ("2026-06-15T06:00", LONDON, NIGHT, "2026-06-15T06:00"),
        # the nights summer time begins and ends
        ("2026-03-28T23:00", LONDON, NIGHT, "2026-03-29T06:00"),
        ("2026-10-24T22:00", LONDON, NIGHT, "2026-10-25T07:00"),
        # the end of the quiet hours is skipped, or comes twice
        ("2026-03-08T05:00", NEW_YORK, (time(22), time(2, 30)), "2026-03-08T07:30"),
        ("2026-11-01T04:30", NEW_YORK, (time(22), time(1, 30)), "2026-11-01T06:30"),
        # in the middle of the day
        ("2026-06-15T12:30", LONDON, (time(13), time(15)), "2026-06-15T14:00"),
    ],
)
def test_nights(moment, zone, quiet, allowed):
    found = next_allowed(datetime.fromisoformat(moment).replace(tzinfo=UTC), zone, quiet)
    assert found == datetime.fromisoformat(allowed).replace(tzinfo=UTC)


def test_no_quiet_hours():
    now = datetime(2026, 6, 15, 3, tzinfo=UTC)
    assert next_allowed(now, LONDON, None) == now


def test_a_clock_that_never_shows_the_time():
    skipped = at(date(2026, 3, 29), time(1, 30), LONDON)
    assert skipped.astimezone(LONDON).time() == time(2, 30)
