from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.advice.rules import (
    LAPSES_AFTER,
    Movement,
    Part,
    Rest,
    Rule,
    RuleKind,
    fit,
    owed,
)
from finance_core.money import Money

START = date(2026, 6, 1)  # a Monday
TERMS = {
    RuleKind.ROUND_UP: {"unit": 100, "times": 1},
    RuleKind.INCOME_SHARE: {"percent": "10"},
    RuleKind.PAYDAY: {"minor": 5_000},
    RuleKind.REGULAR: {"minor": 2_000, "every": "week", "on": 4},
    RuleKind.WEEKS_52: {"minor": 100},
    RuleKind.MERCHANT: {"minor": 200, "merchants": ["McDonald's"]},
}


def pounds(text: str) -> Money:
    return Money.of(text, "GBP")


def rule(kind: RuleKind, *rests: Rest, **terms: object) -> Rule:
    return Rule(kind, {**TERMS[kind], **terms}, "GBP", START, rests)


def row(key: str, amount: str, day: int = 2, **more: object) -> Movement:
    sort = "income" if amount[0] != "-" else "spending"
    given = {"merchant": "Shop", "sort": sort, **more}
    return Movement(key, START + timedelta(days=day - 1), pounds(amount), **given)


def amounts(parts: tuple[Part, ...]) -> list[str]:
    return [str(part.amount.amount) for part in parts]


def test_round_ups_go_to_the_next_unit():
    rows = [row("a", "-3.40"), row("b", "-5.00", 3), row("c", "-0.01", 4)]
    assert amounts(owed(rule(RuleKind.ROUND_UP), rows, (), START + timedelta(9))) == [
        "0.60",
        "0.99",
    ]
    doubled = rule(RuleKind.ROUND_UP, times=2, unit=500)
    assert amounts(owed(doubled, rows, (), START + timedelta(9))) == ["3.20", "9.98"]


def test_a_share_of_each_income_is_rounded_down():
    rows = [row("a", "1999.99"), row("b", "12.00", 3)]
    assert amounts(owed(rule(RuleKind.INCOME_SHARE), rows, (), START + timedelta(9))) == [
        "199.99",
        "1.20",
    ]
    fine = rule(RuleKind.INCOME_SHARE, percent="2.5")
    assert amounts(owed(fine, rows, (), START + timedelta(9))) == ["49.99", "0.30"]


def test_a_charge_counts_visits_and_no_refunds():
    rows = [
        row("a", "-4.99", merchant="McDonald's"),
        row("b", "-7.00", merchant="MCDONALD'S"),
        row("c", "4.99", merchant="McDonald's", sort="spending"),
        row("d", "-3.00", merchant="Burger King"),
    ]
    assert amounts(owed(rule(RuleKind.MERCHANT), rows, (), START + timedelta(9))) == ["2.00"] * 2


def test_refunds_owe_nothing():
    back = [row("a", "20.55", sort="spending")]
    for kind in RuleKind:
        assert owed(rule(kind), back, (), START) == owed(rule(kind), [], (), START)


def test_weeks_and_months_fall_on_their_days():
    today = START + timedelta(29)
    weekly = owed(rule(RuleKind.REGULAR), [], (), today)
    assert [part.day.day for part in weekly] == [5, 12, 19, 26]
    monthly = rule(RuleKind.REGULAR, every="month", on=31)
    assert [part.day for part in owed(monthly, [], (), today)] == [date(2026, 6, 30)]
    daily = rule(RuleKind.REGULAR, every="day", on=None)
    assert len(owed(daily, [], (), today)) == 30
    same_weekday = rule(RuleKind.REGULAR, on=None)
    assert [part.day.day for part in owed(same_weekday, [], (), today)] == [1, 8, 15, 22, 29]


def test_the_challenge_grows_by_its_step_and_ends_after_a_year():
    challenge = rule(RuleKind.WEEKS_52)
    saved: dict[str, Money] = {}
    for day in range(0, 800):
        for part in owed(challenge, [], saved, START + timedelta(day)):
            saved[part.key] = part.amount
    assert len(saved) == 52
    assert sum(saved.values(), pounds("0")) == pounds("1378.00")  # 52 * 53 / 2


def test_what_waited_too_long_lapses():
    rows = [row("a", "-3.40", 1)]
    last = START + LAPSES_AFTER
    assert owed(rule(RuleKind.ROUND_UP), rows, (), last)
    assert not owed(rule(RuleKind.ROUND_UP), rows, (), last + timedelta(1))


def test_before_its_start_and_while_it_rests_nothing_is_owed():
    rows = [row(str(day), "-3.40", day) for day in (-1, 0, 1, 5, 9, 12)]
    pause = Rest(START + timedelta(3), START + timedelta(9))
    found = owed(rule(RuleKind.ROUND_UP, pause), rows, (), START + timedelta(20))
    assert [part.key for part in found] == ["1", "12"]
    for_now = Rest(START + timedelta(3), None)
    found = owed(rule(RuleKind.ROUND_UP, for_now), rows, (), START + timedelta(20))
    assert [part.key for part in found] == ["1"]


def test_other_currencies_are_left_alone():
    euro = Movement("e", START, Money.of("-3.40", "EUR"), "Shop", "spending")
    assert owed(rule(RuleKind.ROUND_UP), [euro], (), START) == ()


movements = st.lists(
    st.builds(
        lambda key, minor, day, pending, sort, merchant: Movement(
            f"t{key}",
            START + timedelta(day),
            Money.from_minor(minor, "GBP"),
            merchant,
            sort,
            pending,
        ),
        st.integers(0, 10_000),
        st.integers(-50_000, 50_000),
        st.integers(-5, 30),
        st.booleans(),
        st.sampled_from(["spending", "income", "other"]),
        st.sampled_from(["McDonald's", "Shop"]),
    ),
    unique_by=lambda movement: movement.id,
    max_size=30,
)
kinds = st.sampled_from(list(RuleKind))


@given(kinds, movements, st.sets(st.integers(0, 29)), st.data())
def test_however_runs_are_split_everything_counts_once(kind, rows, days, data):
    """Rows turn up late, in any order; the sum over runs is that of one run at the end."""
    late = {r.id: data.draw(st.integers(0, 3)) for r in rows}
    end = START + timedelta(30)
    counted: dict[str, Money] = {}
    for day in [*sorted(days), 30]:
        today = START + timedelta(day)
        known = [r for r in rows if day == 30 or r.day + timedelta(late[r.id]) <= today]
        for part in owed(rule(kind), known, counted, today):
            assert part.key not in counted
            counted[part.key] = part.amount
    once = owed(rule(kind), rows, (), end)
    assert counted == {part.key: part.amount for part in once}


@given(kinds, movements)
def test_pending_rows_count_only_once_booked(kind, rows):
    today = START + timedelta(30)
    assert owed(rule(kind), rows, (), today) == owed(
        rule(kind), [r for r in rows if not r.pending], (), today
    )


@given(kinds, movements, st.integers(-10_000, 100_000), st.integers(1, 50_000))
def test_what_is_moved_stays_within_room_and_cap(kind, rows, room_minor, cap_minor):
    room, cap = Money.from_minor(room_minor, "GBP"), Money.from_minor(cap_minor, "GBP")
    parts = owed(rule(kind), rows, (), START + timedelta(30))
    fitting = fit(parts, room, cap)
    total = fitting.total("GBP")
    assert total <= cap
    assert not fitting.parts or total <= room
    assert [part.key for part in fitting.parts] == [p.key for p in parts[: len(fitting.parts)]]
    assert bool(fitting.held_by) == (len(fitting.parts) < len(parts))


@pytest.mark.parametrize(
    ("room", "cap", "moved", "held_by"),
    [
        ("100", "300", ["10.00", "50.00"], None),
        ("40", "300", ["10.00"], "floor"),
        ("-5", "300", [], "floor"),
        ("100", "55", ["10.00"], "cap"),
        ("100", "8", ["8.00"], "cap"),
    ],
)
def test_parts_are_taken_in_order(room, cap, moved, held_by):
    parts = (Part("a", START, pounds("10")), Part("b", START, pounds("50")))
    fitting = fit(parts, pounds(room), pounds(cap))
    assert (amounts(fitting.parts), fitting.held_by) == (moved, held_by)
