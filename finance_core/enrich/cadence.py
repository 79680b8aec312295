"""Finding the rhythm of a list of days: weekly, monthly on the 5th, twice a month, …

A rhythm is a grid of expected days. Every day is assigned to the nearest expected
one; the rhythm holds when few expected days are missed, few days are left over, and
those that are there lie close. Days are proleptic Gregorian ordinals (``date.toordinal``).
"""

from __future__ import annotations

import calendar
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from finance_core.model import Cadence

_LEAST_KEPT = 0.7  # share of expected days that must have happened
_MOST_EXTRA = 0.15  # share of days that may lie beside the rhythm
_SATURDAY = 5
_ANCHORS_TRIED = 4
_DAYS_OFF = 7  # mean days off at which a rhythm fits only e times less closely
_VERY_LATE_OF = 5  # at most one in so many
_THIRTY_DAYS, _FAINT_PRIOR = 30, 0.95
_STRICT_COUNT, _STRICT_KEPT, _STRICT_OFF = 8, 0.85, 0.8
_SURELY_NEAREST = 5  # days; two anchors are at least twelve days apart


@dataclass(frozen=True, slots=True)
class _Span:
    """What a cadence is made of: its usual gap, months per step, and tolerances, in days.

    ``tolerance`` is for every one, ``late`` for the few that come much later than usual.
    """

    gaps: tuple[int, int]
    months: int
    tolerance: int
    late: int
    least: int


_SPANS = {
    Cadence.WEEKLY: _Span((5, 9), 0, 2, 3, 4),
    Cadence.BIWEEKLY: _Span((12, 16), 0, 3, 6, 3),
    Cadence.FOUR_WEEKLY: _Span((26, 30), 0, 3, 10, 4),
    Cadence.SEMIMONTHLY: _Span((12, 18), 1, 3, 6, 5),
    Cadence.MONTHLY: _Span((24, 38), 1, 6, 10, 3),
    Cadence.TWO_MONTHLY: _Span((53, 69), 2, 9, 14, 4),
    Cadence.QUARTERLY: _Span((80, 103), 3, 12, 18, 3),
    Cadence.SEMIANNUAL: _Span((168, 198), 6, 15, 22, 3),
    Cadence.ANNUAL: _Span((345, 385), 12, 20, 27, 2),
}
_PERIODS = {Cadence.WEEKLY: 7, Cadence.BIWEEKLY: 14, Cadence.FOUR_WEEKLY: 28}


@dataclass(frozen=True, slots=True)
class Grid:
    """The expected days of a rhythm, numbered.

    Attributes:
        period: days from one to the next, for weekly and biweekly; 0 for months.
        phase: expected day number 0, for weekly and biweekly.
        months: months from one to the next, for the others.
        offset: month (year × 12 + month − 1) of expected day number 0.
        anchors: days of the month; 31 means the last one.
    """

    period: int = 0
    phase: int = 0
    months: int = 1
    offset: int = 0
    anchors: tuple[int, ...] = (1,)

    def day(self, number: int) -> int:
        """Ordinal of the expected day with this number."""
        if self.period:
            return self.phase + number * self.period
        step, which = divmod(number, len(self.anchors))
        return _day_of_month(self.offset + step * self.months, self.anchors[which])

    def nearest(self, ordinal: int) -> tuple[int, int]:
        """Number of the nearest expected day, and how many days later ``ordinal`` is."""
        if self.period:
            number = round((ordinal - self.phase) / self.period)
            return number, ordinal - self.phase - number * self.period
        count = len(self.anchors)
        base = (_month_of(ordinal) - self.offset) // self.months * count
        number, late = base, ordinal - self.day(base)
        for other in (*range(base + 1, base + 2 * count), base - 1):
            if abs(late) <= _SURELY_NEAREST:
                break
            lateness = ordinal - self.day(other)
            if abs(lateness) < abs(late):
                number, late = other, lateness
        return number, late


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A grid that fits.

    Attributes:
        cadence: its name.
        grid: its expected days.
        members: positions, within the days given, of those that belong to it.
        numbers: the number of the expected day each member stands for, ascending.
        lateness: how many days late each member is (negative when early).
        missed: expected days in between on which nothing happened.
        score: 0 to 1, how well it fits.
        tolerance: days a member may lie off.
    """

    cadence: Cadence
    grid: Grid
    members: tuple[int, ...]
    numbers: tuple[int, ...]
    lateness: tuple[int, ...]
    missed: int
    score: float
    tolerance: int

    @property
    def last(self) -> int:
        """Number of the last expected day that happened."""
        return self.numbers[-1]

    @property
    def is_strict(self) -> bool:
        """Whether it is kept so closely, for so long, that chance cannot have done it."""
        kept = len(self.numbers) / (len(self.numbers) + self.missed)
        off = sum(map(abs, self.lateness)) / len(self.lateness)
        return len(self.numbers) >= _STRICT_COUNT and kept >= _STRICT_KEPT and off <= _STRICT_OFF

    @property
    def window(self) -> int:
        """Days the next one may be early or late: what nine of ten kept so far."""
        offs = sorted(map(abs, self.lateness))
        return max(1, offs[int(0.9 * (len(offs) - 1) + 0.5)])

    def expected(self, ahead: int = 1) -> int:
        """Ordinal of the expected day ``ahead`` steps after the last; off weekends if usual."""
        nominal = self.grid.day(self.last + ahead)
        weekday = (nominal - 1) % 7
        if weekday < _SATURDAY or self.grid.period:
            return nominal
        days = [
            late
            for number, late in zip(self.numbers, self.lateness, strict=True)
            if (self.grid.day(number) - 1) % 7 >= _SATURDAY
        ]
        if not days:
            return nominal
        later = sum(day > 0 for day in days)
        earlier = sum(day < 0 for day in days)
        if later > len(days) / 2:
            return nominal + 7 - weekday
        return nominal - (weekday - _SATURDAY + 1) if earlier > len(days) / 2 else nominal


def find_rhythm(days: Sequence[int]) -> Rhythm | None:
    """The rhythm that fits the days best, if any does.

    Args:
        days: ordinals, ascending. Several may be equal; one of them belongs to the rhythm.
    """
    gaps = sorted(later - earlier for earlier, later in pairwise(days) if later > earlier)
    if not gaps:
        return None
    usual = gaps[len(gaps) // 2]
    fits = [
        fit
        for cadence, span in _SPANS.items()
        if span.gaps[0] <= usual <= span.gaps[1] and len(days) >= span.least
        for grid in _grids(cadence, days)
        if (fit := _fit(cadence, grid, days))
    ]
    return max(fits, key=lambda fit: fit.score, default=None)


def _fit(cadence: Cadence, grid: Grid, days: Sequence[int]) -> Rhythm | None:
    span = _SPANS[cadence]
    taken: dict[int, tuple[int, int]] = {}  # number → (position, lateness)
    off: list[tuple[int, int, int]] = []  # position, number, lateness of what is too far away
    for position, ordinal in enumerate(days):
        number, late = grid.nearest(ordinal)
        if abs(late) > span.tolerance:
            off.append((position, number, late))
        elif number not in taken or abs(late) < abs(taken[number][1]):
            taken[number] = position, late
    room = len(taken) // _VERY_LATE_OF
    if len(taken) < span.least or len(days) - len(taken) > room + _allowed(len(days)):
        return None
    if off and room:
        _take_late(taken, off, grid, span.late)
    first, last = min(taken), max(taken)
    expected = last - first + 1
    extra = len(days) - len(taken)
    if len(taken) / expected < _LEAST_KEPT or extra > _allowed(len(days)):
        return None
    numbers = sorted(taken)
    lateness = tuple(taken[number][1] for number in numbers)
    closeness = math.exp(-sum(map(abs, lateness)) / len(lateness) / _DAYS_OFF)
    score = len(taken) / expected * (0.5 + 0.5 * closeness) * (1 - extra / len(days))
    if grid.period > 14:
        score *= _FAINT_PRIOR  # three or four months look like any number of days about thirty
    members = tuple(taken[number][0] for number in numbers)
    missed = expected - len(taken)
    return Rhythm(cadence, grid, members, tuple(numbers), lateness, missed, score, span.tolerance)


def _allowed(count: int) -> float:
    """How many of so many days may lie beside the rhythm."""
    return max(_MOST_EXTRA * count, 1 if count > 4 else 0)


def _take_late(
    taken: dict[int, tuple[int, int]], off: list[tuple[int, int, int]], grid: Grid, most: int
) -> None:
    """Adds those that stand for an expected day that is still open, but came very late.

    Args:
        taken: expected day → (position, lateness); is added to.
        off: position, nearest expected day and lateness of those that lie too far away.
        grid: the expected days.
        most: days they may be late.
    """
    room = len(taken) // _VERY_LATE_OF
    for position, nearest, lateness in off:
        number, late = nearest, lateness
        if late < 0:
            number, late = number - 1, late + grid.day(number) - grid.day(number - 1)
        if room and number not in taken and 0 < late <= most:
            taken[number] = position, late
            room -= 1


def _grids(cadence: Cadence, days: Sequence[int]) -> Iterator[Grid]:
    period = _PERIODS.get(cadence, 0)
    if period:
        yield Grid(period=period, phase=_phase(days, period))
        return
    if cadence is Cadence.MONTHLY:
        # Prepaid plans last so many days.
        yield Grid(period=_THIRTY_DAYS, phase=_phase(days, _THIRTY_DAYS))
    months = _SPANS[cadence].months
    anchors = _anchors(days)
    choices: list[tuple[int, ...]] = [(anchor,) for anchor in anchors]
    if cadence is Cadence.SEMIMONTHLY:
        choices = [(a, b) for a in anchors for b in anchors if 12 <= b - a <= 18]
    for choice in choices:
        here = _month_of(days[0])
        offset = min((here - 1, here, here + 1), key=_distance(days[0], choice[0]))
        yield Grid(months=months, offset=offset, anchors=choice)


def _phase(days: Sequence[int], period: int) -> int:
    shifts = sorted((day - days[0] + period // 2) % period - period // 2 for day in days)
    return days[0] + shifts[len(shifts) // 2]


def _distance(ordinal: int, anchor: int) -> Callable[[int], int]:
    return lambda month: abs(ordinal - _day_of_month(month, anchor))


def _anchors(days: Sequence[int]) -> list[int]:
    """Days of the month worth trying: the commonest, the middle one, and the last of the month."""
    counts: Counter[int] = Counter()
    at_end = False
    for ordinal in days:
        day = date.fromordinal(ordinal)
        counts[day.day] += 1
        at_end = at_end or day.day == calendar.monthrange(day.year, day.month)[1]
    usual = [day for day, _ in counts.most_common(_ANCHORS_TRIED)]
    inner = sorted(counts.elements())
    tried = [*usual, inner[len(inner) // 2], *([31] if at_end else [])]
    return list(dict.fromkeys(tried))


@lru_cache(maxsize=16384)
def _day_of_month(month: int, day: int) -> int:
    year, index = divmod(month, 12)
    return date(year, index + 1, min(day, calendar.monthrange(year, index + 1)[1])).toordinal()


@lru_cache(maxsize=16384)
def _month_of(ordinal: int) -> int:
    day = date.fromordinal(ordinal)
    return day.year * 12 + day.month - 1
