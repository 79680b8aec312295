"""A forecast of an account by two that know it differently, weighed by past errors.

One sees balances: the shared model, which has learned from many accounts (``pooled``), or
without one the account's own past (``alone``). The other sees what movements say: the recurring
streams (``bootstrap``). Both say what they would have said on past days, and the forecast lies
between them, the closer one weighing more (Bates & Granger 1969, with a fourth power: the far
one is left out sooner). One month of an account tells little, so what both did on accounts of
the currency that nobody had learned from counts too (``shared.Streams``). Medians and bands are
averaged, quantile by quantile (Vincent 1912), and the sample paths of the streams are bent to
them, so that low points are those of whole paths.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from finance_core.forecasting import alone, bootstrap
from finance_core.forecasting.bootstrap import held
from finance_core.forecasting.lessons import HORIZON
from finance_core.forecasting.quantiles import quantiles_of
from finance_core.forecasting.schedule import known_at
from finance_core.forecasting.series import Floats, from_transactions, to_date
from finance_core.forecasting.shared import Told
from finance_core.model import RecurringStream, Transaction
from finance_core.money import Money

_UNTESTED_BAND = 0.9  # of the shared band, for an account without a month to test it on
_POWER = 4
_TINY = 1e-9


def paths(
    told: Told,
    history: Sequence[Transaction],
    start: Money,
    streams: Sequence[RecurringStream],
    origin: date,
    horizon: int,
) -> tuple[Floats, Floats]:
    """Median path and sample paths of the balance, arguments as of ``predict.forecast``."""
    middle, sampled = bootstrap.of_history(history, start, streams, origin, horizon)
    weight = _weight(told, history, start, streams, origin)
    band = _UNTESTED_BAND if told.error is None else weight
    return _bent(middle, sampled, told, weight, band)


def by_itself(
    history: Sequence[Transaction],
    start: Money,
    streams: Sequence[RecurringStream],
    origin: date,
    horizon: int,
) -> tuple[Floats, Floats]:
    """The same where no model has learned from other accounts: from this one's past alone.

    A history too short to be tested keeps the wide band of its streams.
    """
    told = alone.tell(from_transactions(history, start, origin))
    if told.error is None:
        return bootstrap.of_history(history, start, streams, origin, horizon)
    return paths(told, history, start, streams, origin, horizon)


def _weight(
    told: Told,
    history: Sequence[Transaction],
    start: Money,
    streams: Sequence[RecurringStream],
    origin: date,
) -> float:
    """Weight of the shared model, 0 to 1."""
    if told.error is None:
        return 1.0
    series = from_transactions(history, start, origin)
    by_id = {t.id: t for t in history}
    missed = []
    for at in series.last - np.array(told.tested):
        then = to_date(series.first + int(at))
        known = [k for s in streams if (k := known_at(s, then, by_id))]
        used = {i for s in known for i in s.transaction_ids}
        now = float(series.balance[at])
        rest = from_transactions(history, Money.rounded(now, start.currency), then, used)
        middle, _ = bootstrap.paths(rest, now, known, HORIZON)
        missed.append(np.abs(middle - series.balance[at + 1 : at + 1 + HORIZON]).mean())
    own = told.streams.benefit * float(np.mean(missed)) + _TINY
    return 1 / (1 + ((told.error + _TINY) / own) ** _POWER)


def _bent(
    middle: Floats, paths: Floats, told: Told, weight: float, band: float
) -> tuple[Floats, Floats]:
    """Moves and stretches sample paths toward other quantiles, each day for itself.

    Beyond the days that are told the last shift and stretch hold on.

    Args:
        middle: shape (days,), median of the paths.
        paths: shape (paths, days).
        told: what to move to.
        weight: how far the median goes there, 0 to 1.
        band: how far the distance of the 80 % band from the median does.
    """
    days = min(told.quantiles.shape[1], len(middle))
    own, to = quantiles_of(middle[:days], paths[:, :days]), told.quantiles[:, :days]
    shift = held(weight * (to[2] - own[2]), len(middle))
    left = (1 - band) * told.streams.narrow
    below, above = (
        held(left + band * np.abs(to[at] - to[2]) / _size(own[at] - own[2]), len(middle))
        for at in (1, 3)
    )
    off = paths - middle
    return middle + shift, middle + shift + off * np.where(off < 0, below, above)


def _size(values: Floats) -> Floats:
    return np.maximum(np.abs(values), _TINY)
