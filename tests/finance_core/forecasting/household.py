"""A made-up household with salary, rent and everyday spending, for forecasts to look at."""

from datetime import date, timedelta

import numpy as np

from finance_core.model import Cadence, RecurringStream, StreamStatus, Transaction
from finance_core.money import Money

TODAY = date(2024, 6, 20)


def history(days=400, seed=0, currency="GBP", factor=1, today=TODAY):
    """Movements of ``days`` days up to ``today``; whole units, times ``factor``."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(days):
        day = today - timedelta(days=days - 1 - number)
        if number == 0:
            rows.append((day, 500, "Opening"))
        if day.day == 25:
            rows.append((day, 2400, "Salary"))
        if day.day == 1:
            rows.append((day, -900, "Rent"))
        for _ in range(random.poisson(2.0 if day.weekday() > 3 else 1.0)):
            rows.append((day, -int(random.gamma(2, 18)) - 1, "Shop"))
    return [
        Transaction(
            id=f"t{number}",
            account_id="a",
            posted_on=day,
            amount=Money.of(amount * factor, currency),
            description=label,
            merchant=label,
            category="other",
            sequence=number,
        )
        for number, (day, amount, label) in enumerate(rows)
    ]


def streams(movements):
    """The streams of salary and rent, as a finder would give them."""
    found = []
    for label, day in (("Salary", 25), ("Rent", 1)):
        own = [t for t in movements if t.merchant == label]
        last = own[-1].posted_on
        month = last.month % 12 + 1
        found.append(
            RecurringStream(
                key=label,
                account_id="a",
                label=label,
                category="other",
                cadence=Cadence.MONTHLY,
                amount=own[-1].amount,
                low=own[-1].amount,
                high=own[-1].amount,
                first_on=own[0].posted_on,
                last_on=last,
                next_on=date(last.year + (month == 1), month, day),
                window=2,
                status=StreamStatus.ACTIVE,
                confidence=0.95,
                transaction_ids=tuple(t.id for t in own),
            )
        )
    return found
