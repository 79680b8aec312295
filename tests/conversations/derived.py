"""Figures made from other figures: sums, medians, shares, paces, and debts paid off.

Knows nothing of Penny. A part is a figure in quotes or another ``from``:

``add: [A, B, …]``      their sum; ``less: [A, B, …]`` is A without the others
``median: [A, B, C]``   the one in the middle
``percent: [A, B]``     A as a share of B, in whole percent
``each: [A, N]``        A shared over N, rounded down; ``part: [A, N]`` is rounded up
``a_month: [A, DAYS]``  what A in so many days comes to in an average month
``reached: [A, PACE]``  the day when A is there at PACE a month, from the suite's day on
``months: DEBTS``, ``interest: DEBTS``  how ``{debts: [[owed, percent, least], …], extra,
                        first: dear | small}`` is paid off
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

_MONTH = Fraction(146_097, 4_800)  # days of the Gregorian calendar's average one

type Figure = Callable[[dict[str, Any]], str | None]


def value(source: dict[str, Any], today: str, figure: Figure) -> str:
    """The figure that ``source`` stands for; ``figure`` works out those of the ledger."""
    [(what, parts)] = source.items()
    if what in ("months", "interest"):
        months, interest = _paid_off(**parts)
        return str(months) if what == "months" else _cents(interest)
    numbers = [_number(part, today, figure) for part in parts]
    if what == "percent":
        return str(round(100 * numbers[0] / numbers[1]))
    if what == "reached":
        days = math.ceil(numbers[0] / numbers[1] * _MONTH)
        return str(date.fromisoformat(today) + timedelta(days=days))
    return _cents(_MADE[what](*numbers))


_MADE: dict[str, Callable[..., Fraction]] = {
    "add": lambda *numbers: sum(numbers, Fraction(0)),
    "less": lambda first, *others: first - sum(others, Fraction(0)),
    "median": lambda *numbers: median(numbers),
    "each": lambda whole, count: Fraction(math.floor(whole / count * 100), 100),
    "part": lambda whole, count: Fraction(math.ceil(whole / count * 100), 100),
    "a_month": lambda whole, days: whole / days * _MONTH,
}
FIGURES = frozenset({*_MADE, "percent", "reached", "months", "interest"})


def _number(part: Any, today: str, figure: Figure) -> Fraction:
    if not isinstance(part, dict):
        return Fraction(str(part))
    found = value(part, today, figure) if set(part) & FIGURES else figure(part)
    if found is None:
        raise ValueError(f"{part} is no figure")
    return Fraction(found)


def _cents(number: Fraction) -> str:
    return f"{round(number * 100) / 100:.2f}"


def _paid_off(debts: list[list[Any]], first: str = "dear", extra: Any = 0) -> tuple[int, Fraction]:
    """Months and interest: all get their least payment, the rest goes to one after the other."""
    owed = [Fraction(str(debt[0])) for debt in debts]
    rates = [Fraction(str(debt[1])) / 1200 for debt in debts]
    least = [Fraction(str(debt[2])) for debt in debts]
    key = (lambda n: -rates[n]) if first == "dear" else (lambda n: Fraction(str(debts[n][0])))
    order = sorted(range(len(debts)), key=key)
    months, paid, whole = 0, Fraction(0), sum(owed, Fraction(0))
    while any(owed):
        months += 1
        purse = sum(least, Fraction(str(extra)))
        owed = [money * (1 + rate) for money, rate in zip(owed, rates, strict=True)]
        for most in (least, None):
            for n in order:
                wanted = Fraction(math.ceil(owed[n] * 100), 100)
                payment = min(wanted, purse, most[n] if most else wanted)
                owed[n] = max(owed[n] - payment, Fraction(0))
                purse -= payment
                paid += payment
    return months, paid - whole
