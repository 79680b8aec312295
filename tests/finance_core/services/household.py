"""Half a year of an ordinary life at the bank that lives in the test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.finance_core.services.fake_bank import FakeBank

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = NOW.date()


def lived_in(bank: FakeBank, minor: int = 300_000) -> FakeBank:
    """Books half a year of wages, rent and shopping; ``minor`` is what is left of it."""
    bank.balances[bank.current] = minor
    for week in range(26):
        day = TODAY - timedelta(days=2 + 7 * week)
        bank.book(f"shop {week}", -6_000 - 100 * (week % 5), day, "TESCO STORES 3345")
        if day.day <= 7:
            bank.book(f"wages {week}", 260_000, day.replace(day=1), "ACME LTD SALARY")
            bank.book(f"rent {week}", -90_000, day.replace(day=3), "HOMES RENT")
    return bank
