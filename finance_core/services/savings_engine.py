"""The engine people get, as a replay asks it: what was known of an account on each day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from finance_core.advice import guard, sweeps
from finance_core.advice.moods import Terms
from finance_core.advice.sweeps import Limits
from finance_core.forecasting import forecast as forecast_balance
from finance_core.forecasting.series import Series, to_date
from finance_core.model import BalanceForecast, RecurringStream, Transaction
from finance_core.money import Money
from finance_core.services.savings_replay import HORIZON, Engine, Evening
from finance_core.services.streams import active_in

_FORECAST_LIVES = 4  # days without a movement
_WEEK = 7


class Known:
    """What is known of an account on a day, worked out once."""

    def __init__(self, series: Series, history: Sequence[Transaction], currency: str) -> None:
        self.series = series
        self._history, self._currency = history, currency
        self._streams: dict[int, list[RecurringStream]] = {}
        self._ahead: dict[int, BalanceForecast] = {}
        self._habits: dict[int, guard.Habits] = {}
        self._broken: dict[int, str | None] = {}

    def habits(self, day: int) -> guard.Habits:
        """What surprises the account had; anew whenever streams are."""
        made = self._made_on(day)
        if made not in self._habits:
            flows = guard.sudden(self._past(made), self.streams(day))
            self._habits[made] = guard.habits(
                flows, self._currency, to_date(self.series.first + made)
            )
        return self._habits[made]

    def streams(self, day: int) -> list[RecurringStream]:
        """The streams that go on."""
        made = self._made_on(day)
        if made not in self._streams:
            on = to_date(self.series.first + made)
            self._streams[made] = active_in(self._past(made), on)
        return self._streams[made]

    def ahead(self, day: int) -> BalanceForecast:
        """The forecast as if nothing were away.

        One lives until something moves, four days at most: until then hardly anything
        changes, and the replay is several times as fast.
        """
        made = self._made_on(day)
        if made not in self._ahead:
            start = Money.rounded(float(self.series.balance[made]), self._currency)
            on = to_date(self.series.first + made)
            self._ahead[made] = forecast_balance(
                None, self._past(made), start, self.streams(day), on, HORIZON
            )
        return self._ahead[made]

    def broken(self, day: int) -> str | None:
        """What usually holds for the account and does not, as if nothing were away."""
        if day not in self._broken:
            then = day - _WEEK
            earlier = None if then < guard.YOUNG else self.ahead(then)
            now, on = self.ahead(day).start, to_date(self.series.first + day)
            self._broken[day] = guard.broken(self.streams(day), earlier, now, on)
        return self._broken[day]

    def _past(self, day: int) -> Sequence[Transaction]:
        on = to_date(self.series.first + day)
        return self._history[: bisect_right(self._history, on, key=lambda t: t.posted_on)]

    def _made_on(self, day: int) -> int:
        latest = int(np.searchsorted(self.series.days, day, side="right")) - 1
        moved = int(self.series.days[latest])
        return day - (day - moved) % _FORECAST_LIVES


class Sweeping(Engine):
    """The engine people get."""

    def __init__(self, known: Known, floor: Money, cap: Money, terms: Terms) -> None:
        self._known, self._floor, self._cap, self._terms = known, floor, cap, terms

    def save(self, evening: Evening) -> Money:
        """What would be proposed, and is taken to be accepted."""
        limits = self._limits(evening)
        if not sweeps.worth_asking(evening.balance, limits):
            return Money.zero(self._floor.currency)
        limits = replace(limits, broken=self._known.broken(evening.day))
        on = to_date(self._known.series.first + evening.day)
        ahead = _less(self._known.ahead(evening.day), evening.kept)
        return sweeps.propose_sweep(ahead, limits, on, on).amount

    def leave(self, evening: Evening) -> Money | None:
        """What has to stay on this evening."""
        limits = replace(self._limits(evening), broken=self._known.broken(evening.day))
        return sweeps.leave(limits, evening.balance)

    def _limits(self, evening: Evening) -> Limits:
        return Limits(
            self._floor,
            self._cap,
            self._terms,
            self._terms.share,
            self._known.habits(evening.day),
            evening.kept,
            evening.saved,
        )


def _less(ahead: BalanceForecast, kept: Money) -> BalanceForecast:
    """The forecast of an account from which ``kept`` was put aside."""
    return replace(
        ahead,
        start=ahead.start - kept,
        low_point=ahead.low_point - kept,
        low_point_q05=ahead.low_point_q05 - kept,
    )
