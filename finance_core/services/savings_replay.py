"""One account's life replayed with money that is put aside, and money that comes back.

An engine decides every evening from what is known by then. What it puts aside leaves that
evening; what has to come back is ordered in the evening and is there at the next day's end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from finance_core.advice import guard, sweeps
from finance_core.forecasting.series import Floats, Series
from finance_core.money import Money

FIRST_DAY = 90  # the replay starts once this many days are known
HORIZON = 30
DAYS_BETWEEN = 7  # a person is not asked more often


@dataclass(frozen=True, slots=True)
class Evening:
    """What is known of the money on one evening.

    Attributes:
        day: index of the day in the account's series.
        balance: in the account, what was put aside being away.
        kept: what is away.
        saved: what was put aside in the last 30 days.
    """

    day: int
    balance: Money
    kept: Money
    saved: Money


class Engine:
    """Decides how much moves; this one never does, and leaves what is away where it is.

    Attributes:
        rests_after_return: whether it is not asked for some days after money came back.
    """

    rests_after_return = True

    def save(self, evening: Evening) -> Money:
        """What is put aside this evening; zero for nothing."""
        return Money.zero(evening.balance.currency)

    def leave(self, evening: Evening) -> Money | None:
        """The balance below which money comes back; None when none ever does."""
        return None


@dataclass(frozen=True, slots=True)
class Move:
    """Money put aside (positive) or coming back (negative) on a day."""

    day: int
    amount: Money
    balance_before: Money


@dataclass(frozen=True, slots=True)
class Track:
    """How a replay went.

    Attributes:
        moves: in the order of days; what comes back is listed on the day it arrives.
        kept: shape (days,), what was away at each day's end.
        days: how many days were replayed.
    """

    moves: tuple[Move, ...]
    kept: Floats
    days: int


def replay(series: Series, engine: Engine, currency: str, every: int = DAYS_BETWEEN) -> Track:
    """Lives through an account's days with ``engine``.

    Args:
        series: the account as it really was.
        engine: asked to save at most every ``every`` days, and not in the last 30.
        currency: of the account.
        every: days of rest after a save or after money came back.
    """
    kept = back = Money.zero(currency)
    away = np.zeros(len(series))
    moves: list[Move] = []
    next_day = FIRST_DAY
    step = sweeps.friendly_step(currency)
    for day in range(FIRST_DAY, len(series)):
        real = Money.rounded(float(series.balance[day]), currency)
        if back:
            moves.append(Move(day, -back, real - kept))
            kept = kept - back
        evening = Evening(day, real - kept, kept, _lately(moves, day, currency))
        leave = engine.leave(evening) if kept else None
        back = (
            guard.come_back(evening.balance, kept, leave, step) if leave else Money.zero(currency)
        )
        if back:
            next_day = max(next_day, day + every * engine.rests_after_return)
        elif next_day <= day < len(series) - HORIZON:
            amount = engine.save(evening)
            if amount.minor > 0:
                moves.append(Move(day, amount, evening.balance))
                kept, next_day = kept + amount, day + every
        away[day] = float(kept.amount)
    return Track(tuple(moves), away, len(series) - FIRST_DAY)


def _lately(moves: list[Move], day: int, currency: str) -> Money:
    found = Money.zero(currency)
    for move in reversed(moves):
        if day - move.day >= 30:
            break
        if move.amount.minor > 0:
            found = found + move.amount
    return found


def windows(series: Series) -> dict[int, int]:
    """For each day of the replay the day before the next real income, at most 30 days on.

    A real income is the first day with inflows of at least half a mean month's of the 90
    days before.
    """
    inflow = np.bincount(
        series.days, weights=np.maximum(series.amounts, 0.0), minlength=len(series)
    )
    ends = {}
    for day in range(FIRST_DAY, len(series)):
        income = inflow[max(day - 89, 0) : day + 1].sum() / 3 / 2
        coming = inflow[day + 1 : day + 1 + HORIZON]
        large = np.flatnonzero(coming >= income) if income > 0 else np.array([], dtype=int)
        end = day + int(large[0]) if len(large) else day + HORIZON
        ends[day] = min(end, series.last)
    return ends


def blamed(series: Series, track: Track, ends: dict[int, int], level: float) -> set[int]:
    """The saves (indices of ``track.moves``) that brought the balance below ``level``.

    A day counts when the balance is below it, and would not be had nothing been put aside.
    It is laid to every save whose window it is in, and to the latest save in any case.
    """
    never_saved = series.balance
    bad = (never_saved - track.kept < level - 0.005) & (never_saved >= level)
    found: set[int] = set()
    for day in np.flatnonzero(bad):
        saves = [i for i, m in enumerate(track.moves) if m.day <= day and m.amount.minor > 0]
        found.update(saves[-1:])
        found.update(i for i in saves if ends[track.moves[i].day] >= day)
    return found


def hindsight(series: Series, floor: Money, cap: Money) -> Engine:
    """Knows everything to come, and puts aside only what never has to come back.

    With the same days of rest, cap and rounding nobody could have had more put aside, on
    any day, without ever taking money back or going below the floor.
    """
    lowest = np.minimum.accumulate(series.balance[::-1])[::-1]

    def save(evening: Evening) -> Money:
        low = Money.rounded(float(lowest[evening.day]), floor.currency) - evening.kept
        return _worth(min(low - floor, cap))

    return _Naive(save)


def hindsight_with_returns(series: Series, floor: Money, cap: Money) -> Engine:
    """Knows everything to come, and has money back just before it is needed.

    What any engine whose money comes back could have had put aside at best, with the same
    days of rest, cap and rounding, without ever going below the floor.
    """
    tomorrow = np.append(series.balance[1:], series.balance[-1])
    return _Foreseen(series.balance, tomorrow, floor, cap)


class _Foreseen(Engine):
    rests_after_return = False

    def __init__(self, today: Floats, tomorrow: Floats, floor: Money, cap: Money) -> None:
        self._today, self._tomorrow = today, tomorrow
        self._floor, self._cap = floor, cap

    def save(self, evening: Evening) -> Money:
        low = min(self._today[evening.day], self._tomorrow[evening.day])
        room = Money.rounded(float(low), self._floor.currency) - self._floor - evening.kept
        return _worth(min(room, self._cap))

    def leave(self, evening: Evening) -> Money | None:
        leaves = float(self._today[evening.day] - self._tomorrow[evening.day])
        return self._floor + Money.rounded(leaves, self._floor.currency)


def _worth(amount: Money) -> Money:
    """Rounded as sweeps are; zero when too small."""
    step = sweeps.friendly_step(amount.currency)
    rounded = sweeps.round_down(amount, step)
    return (
        rounded if rounded.amount >= step * sweeps.SMALLEST_STEPS else Money.zero(amount.currency)
    )


class _Naive(Engine):
    def __init__(self, amount: Callable[[Evening], Money]) -> None:
        self._amount = amount

    def save(self, evening: Evening) -> Money:
        return self._amount(evening)


def naive(series: Series, currency: str) -> Iterator[tuple[str, Engine]]:
    """Engines without any forecast: a tenth of each income, round-ups, the 52-week challenge.

    They move whatever their rule says as long as the account holds it, as plain standing
    rules at a bank do, and never move anything back.
    """
    step = sweeps.friendly_step(currency)
    flows: dict[int, list[float]] = {}
    for day, amount in zip(series.days, series.amounts, strict=True):
        flows.setdefault(int(day), []).append(float(amount))

    def covered(amount: float, evening: Evening) -> Money:
        wanted = Money.rounded(amount, currency)
        return min(wanted, max(evening.balance, Money.zero(currency)))

    def tenth(evening: Evening) -> Money:
        return covered(sum(a for a in flows.get(evening.day, ()) if a > 0) / 10, evening)

    def change(evening: Evening) -> Money:
        spent = [-a for a in flows.get(evening.day, ()) if a < 0]
        return covered(sum(-a % float(step) for a in spent), evening)

    def weekly(evening: Evening) -> Money:
        week, rest = divmod(evening.day - FIRST_DAY, 7)
        return covered(0 if rest or week >= 52 else (week + 1) * float(step) / 5, evening)

    yield "tenth_of_income", _Naive(tenth)
    yield "round_ups", _Naive(change)
    yield "weeks_52", _Naive(weekly)
