"""Choosing and training a person's own forecast model: the slow part.

Candidates replay the person's past: at each origin they see nothing later, and
the one whose balance paths were closest is kept, with its past errors as the
band (conformal prediction on the person's own history).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from finance_core.errors import NotEnoughData
from finance_core.forecasting import bootstrap, learned, naive
from finance_core.forecasting.cache import fingerprint
from finance_core.forecasting.naive import NAIVE
from finance_core.forecasting.schedule import known_at
from finance_core.forecasting.series import Floats, Ints, Series, from_transactions, to_date
from finance_core.model import RecurringStream, Transaction
from finance_core.money import Money

STATISTICAL = "streams_bootstrap"
LEARNED = ("gradient_boosting", "random_forest")
CANDIDATES = (STATISTICAL, *NAIVE, *LEARNED)

_FIRST_ORIGIN = 90
_STEP = 7
_MIN_ORIGINS = 6
_MIN_LEARNING = 16
_BLOCKS = 2


@dataclass(frozen=True)
class ForecastModel:
    """What training found; plain arrays and scikit-learn objects, safe to pickle.

    Attributes:
        fingerprint: of the history it was trained on.
        name: the candidate that was chosen.
        scores: mean absolute error of each candidate's balance path on past
            origins, in the currency's major unit; empty when too few origins.
        origins: number of past origins compared.
        horizon: days ahead they were compared on.
        widen: factor on the statistical forecast's band.
        errors: shape (origins, horizon), past errors over scale, of a naive choice.
        learner: the fitted model of a learned choice.
    """

    fingerprint: str
    name: str
    trained_on: date
    scores: dict[str, float] = field(default_factory=dict)
    origins: int = 0
    horizon: int = 0
    widen: float | None = None
    errors: Floats | None = None
    learner: learned.Learned | None = None


def train(
    history: Sequence[Transaction],
    start: Money,
    streams: Sequence[RecurringStream],
    today: date,
    candidates: Collection[str] = CANDIDATES,
    trees: int = 1000,
) -> ForecastModel:
    """Compares the candidates on the person's own past and fits the best one.

    Takes seconds to a minute; deterministic for the same arguments.

    Args:
        history: movements of accounts of one currency.
        start: balance at the end of ``today``.
        streams: known recurring streams, with their ``transaction_ids``.
        today: the last day known.
        candidates: names to compare, of ``CANDIDATES``.
        trees: size of the random forest.

    Raises:
        NotEnoughData: under two weeks of history.
    """
    series = from_transactions(history, start, today)
    mark = fingerprint(history)
    horizon = int(np.clip((len(series) - _FIRST_ORIGIN) // 5, 14, 90))
    origins = np.arange(series.last - horizon, _FIRST_ORIGIN - 1, -_STEP)[::-1]
    if len(origins) < _MIN_ORIGINS:
        return ForecastModel(mark, STATISTICAL, today)
    scored = origins[len(origins) // 2 :]
    actual = np.array([series.balance[o + 1 : o + horizon + 1] for o in scored])
    scale = np.array([series.until(int(o)).scale() for o in scored])

    middles: dict[str, Floats] = {}
    halves = np.ones_like(actual)
    if STATISTICAL in candidates:
        middles[STATISTICAL], halves = replay_streams(
            history, streams, series, scored, horizon, start.currency
        )
    for name in [n for n in NAIVE if n in candidates]:
        middles[name] = np.array([naive.path(name, series.until(int(o)), horizon) for o in scored])
    lessons = _Lessons.of(series, origins, scored, horizon)
    for name in [n for n in LEARNED if n in candidates and lessons.enough]:
        middles[name] = lessons.replay(name, trees)
    if not middles:
        raise NotEnoughData("There is no candidate that can be trained on this history yet.")

    scores = {name: float(np.abs(m - actual).mean()) for name, m in middles.items()}
    best = min(scores, key=lambda name: scores[name])
    widen = None
    if STATISTICAL in middles:
        widen = _widening(np.abs(actual - middles[STATISTICAL]) / halves)
    return ForecastModel(
        mark,
        best,
        today,
        scores,
        len(scored),
        horizon,
        widen,
        errors=(actual - middles[best]) / scale[:, None] if best in NAIVE else None,
        learner=lessons.learn(best, middles[best], trees) if best in LEARNED else None,
    )


def _widening(ratio: Floats) -> float:
    """Factor that would have put 80 % of what came inside the 80 % band."""
    count = ratio.size
    level = min(np.ceil((count + 1) * 0.8) / count, 1.0)
    return float(np.clip(np.quantile(ratio, level), 0.7, 4.0))


def replay_streams(
    history: Sequence[Transaction],
    streams: Sequence[RecurringStream],
    series: Series,
    scored: Ints,
    horizon: int,
    currency: str,
) -> tuple[Floats, Floats]:
    """Median paths and half-widths of the 80 % bands at past origins."""
    by_id = {t.id: t for t in history}
    middles, halves = [], []
    for index in scored:
        origin = to_date(series.first + int(index))
        known = [k for s in streams if (k := known_at(s, origin, by_id))]
        now = float(series.balance[index])
        used = {i for s in known for i in s.transaction_ids}
        rest = from_transactions(history, Money.rounded(now, currency), origin, used)
        middle, sampled = bootstrap.paths(rest, now, known, horizon)
        low, high = np.quantile(sampled, [0.1, 0.9], axis=0)
        middles.append(middle)
        halves.append(np.maximum((high - low) / 2, series.scale() * 1e-3))
    return np.array(middles), np.array(halves)


@dataclass(frozen=True, slots=True)
class _Lessons:
    """Past origins as training samples, cut into blocks that are learned before they are scored."""

    series: Series
    samples: dict[int, learned.Sample]
    scored: Ints
    ahead: Ints
    enough: bool

    @classmethod
    def of(cls, series: Series, origins: Ints, scored: Ints, horizon: int) -> _Lessons:
        ahead = learned.knots(horizon)
        before = origins[origins + horizon <= scored[0]]
        enough = len(before) * 2 >= _MIN_LEARNING
        every = np.arange(origins[-1], _FIRST_ORIGIN - 1, -_STEP // 2)[::-1]
        indices = sorted({*every.tolist(), *scored.tolist()}) if enough else []
        samples = (
            dict(zip(indices, learned.samples(series, indices, ahead), strict=True))
            if enough
            else {}
        )
        return cls(series, samples, scored, ahead, enough)

    def replay(self, name: str, trees: int) -> Floats:
        """Median paths at the scored origins, each block learned only from what lay before it."""
        days = np.arange(1, int(self.ahead[-1]) + 1)
        out = []
        for block in np.array_split(self.scored, _BLOCKS):
            past = [s for i, s in self.samples.items() if i + int(self.ahead[-1]) <= int(block[0])]
            centre = learned.fit_centre(name, past, every=3, trees=trees)
            now = [self.samples[int(i)] for i in block]
            changes = learned.predict_changes(centre, now)
            for index, sample, change in zip(block, now, changes, strict=True):
                path = np.interp(days, self.ahead, change)
                out.append(self.series.balance[index] + sample.scale * path)
        return np.array(out)

    def learn(self, name: str, middles: Floats, trees: int) -> learned.Learned:
        """Fits on everything, with the band from the replayed errors."""
        centre = learned.fit_centre(name, list(self.samples.values()), every=3, trees=trees)
        held_out = [self.samples[int(i)] for i in self.scored]
        scale = np.array([s.scale for s in held_out])[:, None]
        now = self.series.balance[self.scored][:, None]
        predicted = ((middles - now) / scale)[:, self.ahead - 1]
        return learned.calibrate(name, centre, held_out, predicted, self.ahead)
