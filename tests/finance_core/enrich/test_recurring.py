"""Recurring streams: generated ones with drift are found, and nothing looks ahead."""

from __future__ import annotations

import calendar
import dataclasses
import random
import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance_core.enrich.recurring import find_streams
from finance_core.model import Cadence, RecurringStream, StreamStatus, Transaction
from finance_core.money import Money

START = date(2023, 1, 1)
_IDS = iter(range(10**9))


def row(
    day: date,
    amount: str | int,
    merchant: str = "Northwind",
    category: str = "utilities",
    account: str = "a",
) -> Transaction:
    money = Money.from_minor(amount, "EUR") if isinstance(amount, int) else Money.of(amount, "EUR")
    return Transaction(f"t{next(_IDS)}", account, day, money, merchant, merchant, category)


def monthly(day_of_month: int, count: int, step: int = 1, start: date = START) -> list[date]:
    days = []
    for n in range(count):
        year, month = divmod(start.month - 1 + n * step, 12)
        last = calendar.monthrange(start.year + year, month + 1)[1]
        days.append(date(start.year + year, month + 1, min(day_of_month, last)))
    return days


def next_working_day(day: date) -> date:
    return day + timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))


def only(streams: list[RecurringStream]) -> RecurringStream:
    assert len(streams) == 1, streams
    return streams[0]


@pytest.mark.parametrize(
    ("cadence", "days"),
    [
        (Cadence.WEEKLY, [START + timedelta(days=7 * n) for n in range(12)]),
        (Cadence.BIWEEKLY, [START + timedelta(days=14 * n) for n in range(9)]),
        (Cadence.FOUR_WEEKLY, [START + timedelta(days=28 * n) for n in range(9)]),
        (Cadence.MONTHLY, [START + timedelta(days=30 * n) for n in range(14)]),  # prepaid
        (Cadence.TWO_MONTHLY, monthly(31, 7, 2)),
        (Cadence.SEMIMONTHLY, sorted(monthly(1, 6) + monthly(15, 6))),
        (Cadence.MONTHLY, monthly(31, 9)),
        (Cadence.QUARTERLY, monthly(10, 5, 3)),
        (Cadence.SEMIANNUAL, monthly(20, 4, 6)),
        (Cadence.ANNUAL, monthly(3, 2, 12)),
    ],
)
def test_every_cadence(cadence: Cadence, days: list[date]) -> None:
    stream = only(find_streams([row(day, "-42.50") for day in days], days[-1]))
    assert stream.cadence is cadence
    assert stream.status is StreamStatus.ACTIVE
    assert (stream.first_on, stream.last_on) == (days[0], days[-1])
    assert stream.amount == stream.low == stream.high == Money.of("-42.50", "EUR")
    assert len(stream.transaction_ids) == len(days)


def test_next_date_of_a_month_end_bill_is_the_month_end() -> None:
    stream = only(find_streams([row(d, "-10") for d in monthly(31, 6)], date(2023, 7, 2)))
    assert stream.next_on == date(2023, 7, 31)


def test_a_bill_moved_off_weekends_is_expected_on_monday() -> None:
    days = [next_working_day(day) for day in monthly(1, 9)]  # 1 October 2023 is a Sunday
    stream = only(find_streams([row(d, "-700", category="rent") for d in days], date(2023, 9, 15)))
    assert stream.next_on == date(2023, 10, 2)


def test_a_wage_paid_before_weekends_is_expected_on_friday() -> None:
    def earlier(day: date) -> date:
        return day - timedelta(days={5: 1, 6: 2}.get(day.weekday(), 0))

    days = [earlier(day) for day in monthly(28, 9)]  # 28 October 2023 is a Saturday
    wages = [row(day, "2100", category="income_salary") for day in days]
    assert only(find_streams(wages, date(2023, 10, 5))).next_on == date(2023, 10, 27)


def test_an_unsteady_utility_bill() -> None:
    amounts = ["-80", "-104", "-56", "-99.10", "-61.75", "-70", "-103.90", "-57"]
    rows = [row(day, amount) for day, amount in zip(monthly(12, 8), amounts, strict=True)]
    stream = only(find_streams(rows, date(2023, 8, 20)))
    assert stream.cadence is Cadence.MONTHLY
    assert stream.low == Money.of("-104", "EUR")
    assert stream.high == Money.of("-56", "EUR")
    assert stream.low <= stream.amount <= stream.high
    assert stream.next_on == date(2023, 9, 12)


def test_a_price_rise_is_one_stream_at_the_new_price() -> None:
    days = monthly(7, 10)
    rows = [row(day, "-9.99" if n < 7 else "-11.99") for n, day in enumerate(days)]
    stream = only(find_streams(rows, days[-1]))
    assert stream.amount == Money.of("-11.99", "EUR")
    assert len(stream.transaction_ids) == 10
    assert "10 times every month since 7 January 2023" in stream.why
    assert stream.why.endswith("lately €11.99, €9.99 until 7 July 2023.")


def test_two_contracts_with_one_company_one_of_them_rising() -> None:
    rows = [row(day, "-20") for day in monthly(3, 10)]
    rows += [row(day, "-35" if n < 8 else "-38") for n, day in enumerate(monthly(18, 10))]
    streams = find_streams(rows, date(2023, 10, 20))
    assert [str(s.amount.amount) for s in streams] == ["-38.00", "-20.00"]
    assert [len(s.transaction_ids) for s in streams] == [10, 10]


def test_two_contracts_told_apart_by_their_days_alone() -> None:
    chance = random.Random(4)
    rows = [row(day, -chance.randrange(3000, 5000)) for day in monthly(4, 10)]
    rows += [row(day, "-39.50") for day in monthly(19, 10)]
    streams = find_streams(rows, date(2023, 10, 20))
    assert [s.cadence for s in streams] == [Cadence.MONTHLY] * 2
    assert {len(s.transaction_ids) for s in streams} == {10}


def test_a_wage_twice_a_month_stays_one() -> None:
    days = sorted(monthly(15, 8) + monthly(31, 8))
    rows = [row(day, "1480", category="income_salary") for day in days]
    assert only(find_streams(rows, days[-1])).cadence is Cadence.SEMIMONTHLY


def test_a_renamed_company_goes_on() -> None:
    days = monthly(9, 12)
    rows = [row(day, "-12.50", "Nordlicht Media", "subscriptions") for day in days[:6]]
    rows += [row(day, "-12.50", "Paypal Nordlicht Media", "subscriptions") for day in days[6:]]
    stream = only(find_streams(rows, days[-1]))
    assert (stream.label, len(stream.transaction_ids)) == ("Paypal Nordlicht Media", 12)


def test_another_employer_is_another_stream() -> None:
    days = monthly(25, 12)
    rows = [row(day, "2400", "Northbank Payroll", "income_salary") for day in days[:6]]
    rows += [row(day, "2500", "Southbank Payroll", "income_salary") for day in days[6:]]
    streams = find_streams(rows, days[-1])
    assert {s.label: s.status for s in streams} == {
        "Southbank Payroll": StreamStatus.ACTIVE,
        "Northbank Payroll": StreamStatus.ENDED,
    }


def test_wages_by_the_hour_with_weeks_off() -> None:
    chance = random.Random(2)
    days = [START + timedelta(days=7 * n) for n in range(40) if n % 9 != 5]
    rows = [row(day, chance.randrange(9000, 30_000), category="income_salary") for day in days]
    stream = only(find_streams(rows, days[-1]))
    assert (stream.cadence, stream.missed) == (Cadence.WEEKLY, 4)
    assert stream.low < stream.amount < stream.high


def test_a_payment_ten_days_late_is_still_its_own() -> None:
    days = monthly(5, 12)
    days[6] += timedelta(days=9)
    stream = only(find_streams([row(day, "-30") for day in days], days[-1]))
    assert (len(stream.transaction_ids), stream.missed) == (12, 0)


def test_what_is_late_says_since_when() -> None:
    stream = only(find_streams([row(day, "-15") for day in monthly(10, 6)], date(2023, 7, 20)))
    assert stream.missed_on == date(2023, 7, 10)


def test_a_subscription_among_purchases_at_the_same_shop() -> None:
    random.seed(3)
    rows = [row(day, "-8.99", "Amazon", "shopping") for day in monthly(9, 8)]
    for _ in range(40):
        day = START + timedelta(days=random.randrange(240))
        rows.append(row(day, -random.randrange(1000, 9000), "Amazon", "shopping"))
    streams = find_streams(rows, date(2023, 8, 28))
    assert [(str(s.amount.amount), s.cadence) for s in streams] == [("-8.99", Cadence.MONTHLY)]


def test_a_refund_is_not_part_of_the_stream() -> None:
    rows = [row(day, "-30") for day in monthly(5, 6)] + [row(date(2023, 4, 20), "30")]
    stream = only(find_streams(rows, date(2023, 6, 10)))
    assert len(stream.transaction_ids) == 6


def test_a_duplicate_charge_does_not_break_the_stream() -> None:
    rows = [row(day, "-15") for day in [*monthly(5, 6), date(2023, 3, 5)]]
    stream = only(find_streams(rows, date(2023, 6, 10)))
    assert len(stream.transaction_ids) == 6


def test_equal_amounts_with_descriptions_that_say_nothing() -> None:
    rows = [row(d, "-456", f"Payment {n}", "other") for n, d in enumerate(monthly(6, 5))]
    assert only(find_streams(rows, date(2023, 5, 20))).amount == Money.of("-456", "EUR")


def test_one_company_whose_name_ends_in_a_new_code_each_time() -> None:
    codes = ["Qwx", "Trp", "Zzl", "Bnm", "Klp", "Wsd", "Vfr"]
    rows = [
        row(day, -9000 - 311 * n, f"Ohio Power {codes[n]}") for n, day in enumerate(monthly(6, 7))
    ]
    stream = only(find_streams(rows, date(2023, 7, 20)))
    assert (stream.label, len(stream.transaction_ids)) == ("Ohio Power", 7)


def test_interest_that_grows_with_the_savings_is_one_stream() -> None:
    rows = [
        row(day, 40 * (n + 1), "Interest", "income_interest")
        for n, day in enumerate(monthly(31, 12))
    ]
    assert len(only(find_streams(rows, date(2023, 12, 31))).transaction_ids) == 12


def test_two_purchases_a_year_apart_are_no_stream() -> None:
    rows = [row(date(y, 6, 5), "-18", "Noodle Bar", "dining") for y in (2023, 2024)]
    rows += [row(date(y, 6, 5), "-18", "Optician", "health") for y in (2023, 2024)]
    rows += [row(date(2023, 9, 9), "-40", "Optician", "health")]
    assert find_streams(rows, date(2024, 7, 1)) == []


@pytest.mark.parametrize(
    ("today", "status", "next_on"),
    [
        (date(2023, 6, 10), StreamStatus.ACTIVE, date(2023, 7, 10)),
        (date(2023, 7, 11), StreamStatus.ACTIVE, date(2023, 7, 11)),  # any day now
        (date(2023, 7, 20), StreamStatus.LATE, date(2023, 8, 10)),
        (date(2023, 9, 1), StreamStatus.ENDED, None),
    ],
)
def test_status_as_time_goes_by(today: date, status: StreamStatus, next_on: date | None) -> None:
    stream = only(find_streams([row(day, "-15") for day in monthly(10, 6)], today))
    assert (stream.status, stream.next_on) == (status, next_on)


def test_cash_is_never_a_stream() -> None:
    rows = [row(day, "-100", "Cash Withdrawal", "cash") for day in monthly(1, 8)]
    assert find_streams(rows, date(2023, 9, 1)) == []


def test_weekly_groceries_of_any_amount_are_a_habit_not_a_bill() -> None:
    random.seed(1)
    rows = [
        row(START + timedelta(days=7 * n), -random.randrange(3000, 9000), "Tesco", "groceries")
        for n in range(30)
    ]
    assert find_streams(rows, date(2023, 8, 1)) == []


def test_random_shopping_is_hardly_ever_a_stream() -> None:
    generator = random.Random(11)
    found = 0
    for person in range(60):
        rows = [
            row(
                START + timedelta(days=generator.randrange(365)),
                -generator.choice([450, 999, 1250, 2000, 3000, 4999]),
                f"Shop {generator.randrange(8)}",
                "shopping",
                f"account {person}",
            )
            for _ in range(60)
        ]
        found += len(find_streams(rows, date(2024, 1, 1)))
    assert found <= 12  # of 3,600 purchases at 480 merchants


def test_accounts_and_currencies_stay_apart() -> None:
    rows = [row(day, "-15", account="a") for day in monthly(5, 5)]
    rows += [row(day, "-15", account="b") for day in monthly(5, 5)]
    streams = find_streams(rows, date(2023, 5, 20))
    assert [s.account_id for s in streams] == ["a", "b"]


def test_nothing_from_nothing() -> None:
    assert find_streams([], START) == []
    assert find_streams([row(START, "-1")], START) == []
    assert find_streams([row(START, "0") for _ in range(5)], START) == []


generated = st.fixed_dictionaries(
    {
        "day": st.integers(1, 31),
        "count": st.integers(6, 18),
        "minor": st.integers(500, 200_000),
        "spread": st.floats(0, 0.3),
        "drift": st.integers(0, 2),
        "seed": st.integers(0, 10_000),
    }
)


@settings(max_examples=60, deadline=None)
@given(generated)
def test_generated_monthly_bills_with_drift_are_found(spec: dict) -> None:
    chance = random.Random(spec["seed"])
    rows = [
        row(
            next_working_day(day + timedelta(days=chance.randint(0, spec["drift"]))),
            -round(spec["minor"] * (1 + chance.uniform(-spec["spread"], spec["spread"]))),
        )
        for day in monthly(spec["day"], spec["count"])
    ]
    last = rows[-1].posted_on
    stream = max(find_streams(rows, last), key=lambda s: len(s.transaction_ids))
    assert stream.cadence is Cadence.MONTHLY
    assert len(stream.transaction_ids) >= spec["count"] - 1
    assert stream.next_on is not None
    assert 20 <= (stream.next_on - last).days <= 40


movements = st.lists(
    st.builds(
        lambda offset, minor, merchant, category: (offset, minor, merchant, category),
        st.integers(0, 400),
        st.sampled_from([-1500, -1500, -1499, -3000, -20_000, 250_000, 700]),
        st.sampled_from(["Alpha", "Beta", "Gamma"]),
        st.sampled_from(["utilities", "shopping", "income_salary", "other"]),
    ),
    max_size=60,
)


def built(specs: list[tuple[int, int, str, str]]) -> list[Transaction]:
    return [
        dataclasses.replace(row(START + timedelta(days=o), m, name, category), id=f"m{n}")
        for n, (o, m, name, category) in enumerate(specs)
    ]


@settings(max_examples=80, deadline=None)
@given(movements, st.integers(0, 400))
def test_later_rows_change_nothing_today(
    specs: list[tuple[int, int, str, str]], offset: int
) -> None:
    today = START + timedelta(days=offset)
    rows = built(specs)
    known = [one for one in rows if one.posted_on <= today]
    assert find_streams(rows, today) == find_streams(known, today)


@settings(max_examples=80, deadline=None)
@given(movements, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    specs: list[tuple[int, int, str, str]], chance: random.Random
) -> None:
    rows = built(specs)
    shuffled = list(rows)
    chance.shuffle(shuffled)
    today = START + timedelta(days=400)
    assert find_streams(rows, today) == find_streams(shuffled, today)


@settings(max_examples=80, deadline=None)
@given(movements)
def test_what_every_stream_promises(specs: list[tuple[int, int, str, str]]) -> None:
    today = START + timedelta(days=380)
    rows = {one.id: one for one in built(specs)}
    streams = find_streams(list(rows.values()), today)
    used = [i for stream in streams for i in stream.transaction_ids]
    assert len(used) == len(set(used))
    assert len({(s.account_id, s.key) for s in streams}) == len(streams)
    for stream in streams:
        days = [rows[i].posted_on for i in stream.transaction_ids]
        assert days == sorted(days)
        assert (days[0], days[-1]) == (stream.first_on, stream.last_on)
        assert days[-1] <= today
        assert stream.low <= stream.amount <= stream.high
        assert len({rows[i].amount.amount > 0 for i in stream.transaction_ids}) == 1
        assert 0 < stream.confidence <= 1
        assert (stream.next_on is None) == (stream.status is StreamStatus.ENDED)
        assert stream.next_on is None or stream.next_on >= today
        assert stream.why.endswith(".")


def test_five_thousand_rows_of_one_person_are_quick() -> None:
    chance = random.Random(5)
    rows = [row(day, "-49", f"Bill {n}") for n in range(20) for day in monthly(n + 1, 24)]
    for _ in range(4500):
        day = START + timedelta(days=chance.randrange(730))
        rows.append(
            row(day, -chance.randrange(200, 9000), f"Shop {chance.randrange(150)}", "shopping")
        )
    started = time.process_time()
    streams = find_streams(rows, date(2025, 1, 1))
    assert time.process_time() - started < 1.0  # measured 0.15 s; room for a busy machine
    assert sum(s.label.startswith("Bill") for s in streams) == 20
