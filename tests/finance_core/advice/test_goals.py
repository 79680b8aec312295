from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.advice.goals import due_before, instalments, monthly_pace, shared_out, status
from finance_core.errors import BadInput, CurrencyMismatch
from finance_core.money import Money

TODAY = date(2026, 6, 15)
DECEMBER = date(2026, 12, 31)


def gbp(amount):
    return Money.of(amount, "GBP")


def test_parts_fall_due_at_month_ends_and_on_the_day():
    assert instalments(TODAY, date(2026, 9, 10)) == [
        date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 10)
    ]  # fmt: skip
    assert instalments(TODAY, TODAY) == [TODAY]


def test_what_is_missing_is_shared_over_the_months_left():
    found = status(gbp(1000), gbp(300), gbp(300), DECEMBER, TODAY, pace=gbp(100))
    assert (found.missing, found.monthly_need) == (gbp(700), gbp(100))
    assert found.still_this_month == gbp(100)
    assert found.reached_on == date(2027, 1, 15), "213.06 days at £100 in 30.44 days"
    assert found.standing == "behind"
    assert status(gbp(1000), gbp(300), gbp(300), DECEMBER, TODAY, gbp(120)).standing == "on_track"


def test_what_was_put_aside_this_month_counts_for_it():
    found = status(gbp(1000), gbp(380), gbp(300), DECEMBER, TODAY)
    assert (found.monthly_need, found.still_this_month) == (gbp(100), gbp(20))
    done = status(gbp(1000), gbp(450), gbp(300), DECEMBER, TODAY)
    assert (done.monthly_need, done.still_this_month) == (gbp(100), gbp(0))


@pytest.mark.parametrize(
    ("saved", "due", "pace", "standing"),
    [
        (1000, DECEMBER, None, "reached"),
        (1200, TODAY - timedelta(days=1), None, "reached"),
        (10, TODAY - timedelta(days=1), 50, "overdue"),
        (10, None, 50, "open"),
        (10, DECEMBER, None, "open"),
        (10, DECEMBER, 0, "behind"),
        (10, DECEMBER, -5, "behind"),
        (990, TODAY, 1000, "behind"),
        (990, TODAY + timedelta(days=1), 1000, "on_track"),
    ],
)
def test_how_a_goal_stands(saved, due, pace, standing):
    found = status(gbp(1000), gbp(saved), gbp(0), due, TODAY, None if pace is None else gbp(pace))
    assert found.standing == standing
    if standing in ("reached", "overdue"):
        assert found.monthly_need is None


def test_a_goal_waits_for_those_before_it_at_the_same_pace():
    alone = status(gbp(100), gbp(0), gbp(0), None, TODAY, gbp(100))
    second = status(gbp(100), gbp(0), gbp(0), None, TODAY, gbp(100), ahead=gbp(100))
    assert (second.reached_on - TODAY).days == pytest.approx(
        2 * (alone.reached_on - TODAY).days, abs=1
    )


def test_a_pace_that_takes_lifetimes_names_no_day():
    assert status(gbp(10_000_000), gbp(0), gbp(0), None, TODAY, gbp("0.01")).reached_on is None


def test_a_drained_account_saved_nothing():
    found = status(gbp(100), gbp(-40), gbp(-60), DECEMBER, TODAY)
    assert (found.saved, found.missing) == (gbp(0), gbp(100))


def test_impossible_goals():
    with pytest.raises(BadInput):
        status(gbp(0), gbp(0), gbp(0), None, TODAY)
    with pytest.raises(CurrencyMismatch):
        status(gbp(10), Money.of(1, "EUR"), gbp(0), None, TODAY)


@pytest.mark.parametrize(
    ("until", "amount"),
    [
        (date(2026, 6, 30), "0"),
        (date(2026, 7, 1), "100"),
        (date(2026, 7, 31), "100"),
        (date(2026, 8, 1), "200"),
        (date(2030, 1, 1), "700"),
    ],
)
def test_only_parts_due_before_a_day_count(until, amount):
    found = status(gbp(1000), gbp(300), gbp(300), DECEMBER, TODAY)
    assert due_before(found, TODAY, until) == gbp(amount)


@given(
    target=st.integers(1, 5_000_000),
    before=st.integers(-1000, 5_000_000),
    more=st.integers(-1_000_000, 1_000_000),
    days=st.integers(0, 3000),
    until=st.integers(0, 3000),
    currency=st.sampled_from(["GBP", "JPY", "KWD"]),
)
def test_the_parts_suffice_and_never_exceed_what_is_missing(
    target, before, more, days, until, currency
):
    def money(minor):
        return Money.from_minor(minor, currency)

    due = TODAY + timedelta(days=days)
    found = status(money(target), money(before + more), money(before), due, TODAY)
    if found.standing == "reached":
        assert found.saved.minor >= target
        assert due_before(found, TODAY, TODAY + timedelta(days=until)) == money(0)
        return
    parts = len(instalments(TODAY, due))
    need = found.monthly_need.minor
    start = max(before, 0)
    assert start + need * parts >= target, "all parts together get there"
    assert need == 0 or start + (need - 1) * parts < target, "and no part is larger than needed"
    assert 0 <= due_before(found, TODAY, TODAY + timedelta(days=until)).minor <= found.missing.minor


@given(
    available=st.integers(-1000, 100_000), missing=st.lists(st.integers(-10, 50_000), max_size=6)
)
def test_money_is_shared_out_once(available, missing):
    given_out = shared_out(
        gbp(0) + Money.from_minor(available, "GBP"),
        [Money.from_minor(minor, "GBP") for minor in missing],
    )
    minors = [money.minor for money in given_out]
    assert sum(minors) == min(max(available, 0), sum(max(minor, 0) for minor in missing))
    assert all(0 <= got <= max(wanted, 0) for got, wanted in zip(minors, missing, strict=True))


def test_a_pace_needs_a_month():
    assert monthly_pace(gbp(300), date(2026, 5, 16), TODAY) is None
    assert monthly_pace(gbp(93), date(2026, 5, 15), TODAY) == gbp("91.31")
    assert monthly_pace(gbp(-31), date(2026, 5, 15), TODAY) == gbp("-30.44")
