"""Alerts on regular payments: what is told, what is not, and that nothing looks ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance_core.advice.alerts import Alert, AlertKind, find_alerts
from finance_core.model import Cadence, RecurringStream, StreamStatus, Transaction
from finance_core.money import Money

TODAY = date(2025, 6, 20)


def paid(
    day: date, amount: str, merchant: str = "Filmbox", category: str = "subscriptions"
) -> Transaction:
    money = Money.of(amount, "EUR")
    key = f"{merchant} {day} {amount}"
    return Transaction(key, "a", day, money, merchant.upper(), merchant, category)


def monthly(*amounts: str, last: date = date(2025, 6, 10)) -> list[date]:
    months = range(last.month - len(amounts), last.month)
    return [date(last.year + m // 12, m % 12 + 1, last.day) for m in months]


def stream(rows: list[Transaction], **changes: object) -> RecurringStream:
    """A stream of the rows as the finder would describe it."""
    last = rows[-1]
    made = RecurringStream(
        key=f"{last.merchant}:monthly",
        account_id="a",
        label=last.merchant,
        category=last.category,
        cadence=Cadence.MONTHLY,
        amount=last.amount,
        low=min(row.amount for row in rows),
        high=max(row.amount for row in rows),
        first_on=rows[0].posted_on,
        last_on=last.posted_on,
        next_on=last.posted_on + timedelta(days=30),
        window=1,
        status=StreamStatus.ACTIVE,
        confidence=0.9,
        transaction_ids=tuple(row.id for row in rows),
    )
    return replace(made, **changes)


def rows_of(*amounts: str, merchant: str = "Filmbox", category: str = "subscriptions"):
    days = monthly(*amounts)
    return [paid(day, one, merchant, category) for day, one in zip(days, amounts, strict=True)]


def kinds(alerts: list[Alert]) -> list[AlertKind]:
    return [alert.kind for alert in alerts]


def test_a_price_rise_costs_its_difference_for_a_year() -> None:
    rows = rows_of("-9.99", "-9.99", "-9.99", "-11.99", "-11.99")
    (alert,) = find_alerts([stream(rows)], rows, TODAY)
    assert alert.kind is AlertKind.PRICE_RISE
    assert alert.at_stake == Money.of("24.00", "EUR")
    assert alert.day == date(2025, 5, 10)
    assert alert.transaction_ids == (rows[2].id, rows[3].id, rows[4].id)
    told = {fact.name: fact.value for fact in alert.evidence}
    assert told["price_before"] == "9.99"
    assert told["price"] == "11.99"


@pytest.mark.parametrize(
    "amounts",
    [
        ("-9.99", "-9.99", "-9.99", "-9.99"),
        ("-11.99", "-11.99", "-11.99", "-9.99"),  # cheaper
        ("-50", "-61", "-48", "-66"),  # was never steady
        ("-40", "-52", "-40", "-40", "-40", "-50"),  # a tariff with extras
        ("-9.99", "-9.99", "-9.99", "-25.00"),  # another contract
        ("-9.99", "-9.99", "-9.99", "-11.99", "-11.99", "-11.99", "-11.99"),  # long ago
    ],
)
def test_no_price_rise(amounts: tuple[str, ...]) -> None:
    rows = rows_of(*amounts, category="utilities")
    assert find_alerts([stream(rows)], rows, TODAY) == []


def test_a_rise_seen_once_is_less_sure_than_one_seen_twice() -> None:
    once, twice = rows_of("-9", "-9", "-9", "-9", "-10"), rows_of("-9", "-9", "-9", "-10", "-10")
    sure = [find_alerts([stream(rows)], rows, TODAY)[0].confidence for rows in (once, twice)]
    assert sure[0] < sure[1]


def wages(**changes: object) -> tuple[list[Transaction], RecurringStream]:
    amounts = ("2000", "2000", "2000", "2000", "2000")
    rows = rows_of(*amounts, merchant="Acme", category="income_salary")
    late = {"status": StreamStatus.LATE, "missed_on": date(2025, 6, 10), **changes}
    return rows[:-1], stream(rows[:-1], **late)


def test_an_income_that_has_not_come() -> None:
    rows, income = wages()
    later = paid(date(2025, 6, 18), "-30", "Shop", "groceries")
    (alert,) = find_alerts([income], [*rows, later], TODAY)
    assert (alert.kind, alert.at_stake) == (AlertKind.LATE_INCOME, Money.of("2000", "EUR"))
    assert alert.day == date(2025, 6, 10)


def test_an_account_that_was_not_read_since_says_nothing_of_late_income() -> None:
    rows, income = wages()
    assert find_alerts([income], rows, TODAY) == []
    early = paid(date(2025, 6, 10), "-30", "Shop", "groceries")
    assert find_alerts([income], [*rows, early], TODAY) == []


def test_income_from_elsewhere_instead_is_no_alarm() -> None:
    rows, income = wages()
    later = paid(date(2025, 6, 18), "-30", "Shop", "groceries")
    instead = paid(date(2025, 6, 12), "2150", "Newcorp", "income_salary")
    assert find_alerts([income], [*rows, later, instead], TODAY) == []
    small = paid(date(2025, 6, 12), "150", "Friend", "transfer_person")
    assert kinds(find_alerts([income], [*rows, later, small], TODAY)) == [AlertKind.LATE_INCOME]


def test_a_subscription_nobody_speaks_of() -> None:
    rows = rows_of(*["-9.99"] * 14)
    (alert,) = find_alerts([stream(rows)], rows, TODAY)
    assert alert.kind is AlertKind.FORGOTTEN_SUBSCRIPTION
    assert alert.at_stake == Money.of("119.88", "EUR")
    assert alert.confidence < 0.5  # use cannot be seen in bank rows
    assert "139.86" in alert.reason
    assert find_alerts([stream(rows)], rows, TODAY, known={"Filmbox"}) == []
    also = paid(date(2025, 3, 3), "-4.50")
    assert find_alerts([stream(rows)], [*rows, also], TODAY) == []
    assert find_alerts([stream(rows[3:])], rows[3:], TODAY) == []
    rent = rows_of(*["-900"] * 14, category="rent")
    assert find_alerts([stream(rent)], rent, TODAY) == []


def test_a_duplicate_says_less_where_people_pay_twice() -> None:
    pairs = []
    for merchant, category in (("Optician", "health"), ("Bus", "transport")):
        one = paid(date(2025, 6, 1), "-18.40", merchant, category)
        pairs.append((replace(one, id=one.id + " again"), one))
    found = find_alerts([], [row for pair in pairs for row in pair], TODAY, duplicates=pairs)
    assert [alert.label for alert in found] == ["Optician", "Bus"]
    assert found[0].at_stake == Money.of("18.40", "EUR")
    assert find_alerts([], [], date(2025, 9, 1), duplicates=pairs) == []


def test_a_trial_whose_price_is_still_to_come() -> None:
    usual = rows_of(*["-9.99"] * 4)
    check = paid(date(2025, 6, 12), "-1.00", "Tunebox")
    (alert,) = find_alerts([stream(usual)], [*usual, check], TODAY)
    assert alert.kind is AlertKind.TRIAL_ENDING
    assert alert.estimated
    assert all(fact.name != "price" for fact in alert.evidence)
    given_back = [replace(check, amount=Money.of("-15", "EUR")), paid(TODAY, "15", "Tunebox")]
    assert len(find_alerts([stream(usual)], [*usual, *given_back], TODAY)) == 1


@pytest.mark.parametrize(
    "rows",
    [
        [paid(date(2025, 6, 12), "-9.99", "Tunebox")],  # a full price
        [paid(date(2025, 6, 12), "-1.00", "Kiosk", "groceries")],
        [paid(date(2025, 4, 12), "-1.00", "Tunebox")],  # long over
        [paid(date(2025, 6, n), "-1.00", "Tunebox") for n in (5, 12)],
    ],
)
def test_no_trial(rows: list[Transaction]) -> None:
    usual = rows_of(*["-9.99"] * 4)
    assert find_alerts([stream(usual)], [*usual, *rows], TODAY) == []


def test_what_costs_most_and_is_surest_comes_first() -> None:
    dear, cheap = rows_of("-90", "-90", "-90", "-99"), rows_of("-9", "-9", "-9", "-10")
    found = find_alerts([stream(cheap), stream(dear)], cheap + dear, TODAY)
    assert [alert.at_stake for alert in found] == [Money.of(n, "EUR") for n in ("108", "12")]


def test_unsure_streams_say_nothing() -> None:
    rows = rows_of("-9", "-9", "-9", "-10")
    assert find_alerts([stream(rows, confidence=0.4)], rows, TODAY) == []


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 60), st.sampled_from(["-1", "-9.99", "2000"])), max_size=6)
)
def test_later_rows_change_no_alert(later: list[tuple[int, str]]) -> None:
    usual = rows_of("-9", "-9", "-9", "-10")
    rows, income = wages()
    now = [*usual, *rows, paid(date(2025, 6, 12), "-1.00", "Tunebox")]
    future = [
        replace(paid(TODAY + timedelta(days=days), amount, "Tunebox"), id=f"later {n}")
        for n, (days, amount) in enumerate(later)
    ]
    streams = [stream(usual), income]
    assert find_alerts(streams, now, TODAY) == find_alerts(streams, now + future, TODAY)
