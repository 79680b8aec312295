"""On which days something that repeats falls."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Shift = Literal["none", "next", "previous"]
ALL_MONTHS = frozenset(range(1, 13))


@dataclass(frozen=True, slots=True)
class Monthly:
    """A day of the month (31: the last), moved off weekends if asked; only in ``months``."""

    day: int
    shift: Shift = "none"
    months: frozenset[int] = ALL_MONTHS

    def falls_on(self, day: date) -> bool:
        """Whether ``day`` is one of its days."""
        if self.shift == "none":
            return self._is_nominal(day)
        if day.weekday() > 4:
            return False
        if self._is_nominal(day):
            return True
        if self.shift == "next":
            return day.weekday() == 0 and any(self._is_nominal(day - _days(n)) for n in (1, 2))
        return day.weekday() == 4 and any(self._is_nominal(day + _days(n)) for n in (1, 2))

    def _is_nominal(self, day: date) -> bool:
        return day.month in self.months and day.day == min(self.day, monthrange(*_month(day))[1])


@dataclass(frozen=True, slots=True)
class Weekly:
    """A weekday (Monday 0), each week or ``every`` so many weeks."""

    weekday: int
    every: int = 1
    offset: int = 0

    def falls_on(self, day: date) -> bool:
        """Whether ``day`` is one of its days."""
        week = (day.toordinal() - 1) // 7
        return day.weekday() == self.weekday and week % self.every == self.offset


Schedule = Monthly | Weekly


def months_between(start: date, day: date) -> int:
    """Whole calendar months from the month of ``start`` to the month of ``day``."""
    return (day.year - start.year) * 12 + day.month - start.month


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _days(count: int) -> timedelta:
    return timedelta(days=count)
