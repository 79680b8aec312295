"""One model for many accounts: fitted on some, it forecasts others, all at once.

Paths are drawn from how the bank's accounts move (``outlook``); what their median still misses
is learned by gradient boosting of the absolute error (LightGBM: Ke et al. 2017). The accounts
are dealt into folds: one model is fitted without each fold, and forecasts are their mean. So
each account's errors are known from a model that had not seen it, and bands are calibrated on
all accounts (CV+: Barber et al. 2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from finance_core.errors import BadInput, NotEnoughData
from finance_core.forecasting import bands, outlook, trust
from finance_core.forecasting.bands import Bands
from finance_core.forecasting.lessons import HORIZON, KNOTS, Lessons, between_knots, origins_of
from finance_core.forecasting.outlook import Habits, Outlook
from finance_core.forecasting.panel import Origins, Panel
from finance_core.forecasting.quantiles import QUANTILES
from finance_core.forecasting.recurrence import Movements
from finance_core.forecasting.regressor import SEED, Regressor
from finance_core.forecasting.series import Floats, Ints, Series
from finance_core.forecasting.trust import Trust

_FOLDS = 6
_ENOUGH = 6_000  # origins to learn from


@dataclass(frozen=True, slots=True)
class Ahead:
    """Forecasts of several accounts, in the currency's major unit.

    Attributes:
        quantiles: shape (accounts, 5, days), of ``quantiles.QUANTILES``; row 2 is the median path.
        low_point: shape (accounts,), median of the lowest balance of all days.
    """

    quantiles: Floats
    low_point: Floats


@dataclass(frozen=True, slots=True)
class PooledModel:
    """What ``train_many`` found; safe to pickle.

    Attributes:
        habits: how the accounts move.
        centres: predict what the outlook's median misses, over scale; their mean counts.
        low: predicts what the outlook's lowest balance misses, over scale.
        bands: around the median path.
        trust: for each set of accounts learned from whom to believe there, by errors of
            models that had not seen the account.
    """

    habits: Habits
    centres: tuple[Regressor, ...]
    low: Regressor
    bands: Bands
    trust: tuple[Trust, ...]

    def ahead(self, asked: Lessons, movements: Movements, whom: Trust) -> Ahead:
        """Forecasts from origins, as far as ``whom`` and each account's own past tell.

        Accounts of another bank are tested on drawn paths, and those is all they get: what was
        learned to correct there is far off where balances are of another size.

        Args:
            asked: the origins and what is seen there.
            movements: of their panel.
            whom: to believe on these accounts.
        """
        found = self.bare(asked, movements) if whom.own else self.drawn(asked.origins, movements)
        quantiles, low = trust.mixed(
            found.quantiles,
            found.low_point,
            trust.simple_paths(asked.origins, movements, HORIZON),
            trust.test(self.habits, asked.origins, movements, HORIZON),
            whom,
            asked.scale,
        )
        return Ahead(quantiles, low)

    def drawn(self, origins: Origins, movements: Movements) -> Ahead:
        """Medians of the paths alone, without a band: how they spread elsewhere is not known."""
        seen = self.habits.ahead(origins, movements, HORIZON)
        return Ahead(np.repeat(seen.middle[:, None], len(QUANTILES), axis=1), seen.low)

    def bare(self, asked: Lessons, movements: Movements) -> Ahead:
        """The same, whatever the accounts' past says of the model.

        Args:
            asked: the origins and what is seen there.
            movements: of their panel.
        """
        seen = self.habits.ahead(asked.origins, movements, HORIZON)
        now, scale = asked.origins.now, asked.scale
        table = asked.seen(seen)
        path = seen.middle + scale[:, None] * between_knots(_mean(self.centres, table), KNOTS)
        low = seen.low + scale * self.low.predict(_low_view(table, path, seen, now, scale))
        return Ahead(self.bands.around(path, table, scale), np.minimum(low, path[:, 0]))


def train_many(
    histories: Sequence[Series],
    first: int = 29,
    step: int | None = None,
    sets: Ints | None = None,
) -> PooledModel:
    """Fits one model on the histories of many accounts of one bank.

    Args:
        histories: end-of-day balances and movements, each up to the last day known.
        first: index of the first origin learned from.
        step: days between origins; when None 10 for few histories, 30 for many, which learn
            nothing more from neighbouring days.
        sets: shape (histories,), number of the set each belongs to, as of accounts of a
            currency, for ``PooledModel.trust``; one set when None.

    Raises:
        NotEnoughData: too few accounts with more than ``first`` + 30 days.
    """
    panel = Panel.of(histories)
    often = int(np.clip(len(panel.balance) // _ENOUGH, 10, 30))
    origins = origins_of(panel, first, step or often)
    if len(np.unique(origins.series)) < 12:
        raise NotEnoughData("I need at least 12 accounts with two months of history.")
    return fit(Lessons.of(origins), sets)


def predict_many(
    model: PooledModel,
    histories: Sequence[Series],
    horizon: int = HORIZON,
    whom: Trust = trust.CAREFUL,
) -> Ahead:
    """Forecasts many accounts at once, each from the last day of its history.

    A pure function: an account's forecast does not depend on the others it is asked with.

    Args:
        model: from ``train_many``.
        histories: what is known of each account.
        horizon: days ahead.
        whom: for accounts of the model's own bank one of its ``trust``, for a set of others
            from ``trust_in``; nothing is taken for granted when left out.

    Raises:
        BadInput: the horizon is longer than what the model learned.
    """
    if not 1 <= horizon <= HORIZON:
        raise BadInput(f"This model looks 1 to {HORIZON} days ahead.")
    origins = Panel.of(histories).every_last()
    found = model.ahead(Lessons.of(origins), Movements.of(origins.panel), whom)
    return Ahead(found.quantiles[:, :, :horizon], found.low_point)


def predict_alone(histories: Sequence[Series]) -> Ahead:
    """Forecasts many accounts by nothing but their own past, ``HORIZON`` days ahead."""
    return ahead_alone(Panel.of(histories).every_last())


def ahead_alone(origins: Origins) -> Ahead:
    """The same from any days."""
    return Ahead(*trust.alone(origins, Movements.of(origins.panel), HORIZON))


def trust_in(model: PooledModel, histories: Sequence[Series]) -> Trust:
    """Whom to believe on accounts of another bank, by the past of many of them."""
    origins = Panel.of(histories).every_last()
    return trust.learn(model.habits, origins, Movements.of(origins.panel), HORIZON)


def fit(taught: Lessons, sets: Ints | None = None) -> PooledModel:
    """Fits on all accounts of some lessons; ``sets`` as in ``train_many``."""
    panel, scale, now = taught.origins.panel, taught.scale, taught.origins.now
    movements = Movements.of(panel)
    accounts = np.random.default_rng(SEED).permutation(np.unique(taught.origins.series))
    fold = np.full(len(panel.size), -1)
    fold[accounts] = np.arange(len(accounts)) % _FOLDS
    seen = _seen_by_others(taught, movements, fold)
    table = taught.seen(seen)
    came = taught.origins.to_come(HORIZON)
    off = (came - seen.middle)[:, KNOTS - 1] / scale[:, None]
    centres, found = [], np.empty_like(off)
    for number in range(_FOLDS):
        own = fold[taught.origins.series] == number
        centre = _centre(table[~own], off[~own], scale[~own], number)
        found[own] = _mean((centre,), table[own])
        centres.append(centre)
    path = seen.middle + scale[:, None] * between_knots(found, KNOTS)
    low = _small().fit(
        _low_view(table, path, seen, now, scale),
        (came.min(axis=1) - seen.low) / scale,
        sample_weight=scale,
    )
    error = (came - path) / scale[:, None]
    set_of = np.zeros(len(panel.size), dtype=np.int64) if sets is None else sets
    around = bands.learn(_small(), table, error, scale, taught.origins.series)
    return PooledModel(
        outlook.learn(panel, movements, fold >= 0, scale),
        tuple(centres),
        low,
        around,
        _trust(taught.origins, movements, around.around(path, table, scale), set_of),
    )


def _trust(origins: Origins, movements: Movements, found: Floats, sets: Ints) -> tuple[Trust, ...]:
    """Whom to believe on each set of accounts, by forecasts of models that had not seen them."""
    came, path = origins.to_come(HORIZON), found[:, 2]
    pooled = np.abs(path - came).mean(axis=1)
    simple = trust.simple_paths(origins, movements, HORIZON)
    errors = np.abs(simple - came[:, None]).mean(axis=2)
    needed = bands.needed(found, came)
    everywhere = max(float(np.quantile(needed, 0.8)), 1e-9)
    judged = []
    for number in range(int(sets.max()) + 1):
        own = sets[origins.series] == number
        accounts = len(np.unique(origins.series[own]))
        width = float(np.quantile(needed[own], 0.8)) / everywhere if accounts else 1.0
        judged.append(trust.judged(pooled[own], errors[own], accounts, width))
    return tuple(judged)


def _seen_by_others(lessons: Lessons, movements: Movements, fold: Ints) -> Outlook:
    """The outlook of each account by habits of the other folds."""
    own = fold[lessons.origins.series]
    parts, rows = [], []
    for number in range(_FOLDS):
        mine = np.flatnonzero(own == number)
        habits = outlook.learn(
            lessons.origins.panel,
            movements,
            (fold >= 0) & (fold != number),
            lessons.scale[own != number],
        )
        parts.append(habits.ahead(lessons.origins.part(mine), movements, HORIZON))
        rows.append(mine)
    return Outlook.joined(parts).at(np.argsort(np.concatenate(rows)))


def _centre(table: Floats, off: Floats, scale: Floats, seed: int) -> Any:
    """Weights lie between those of shares of a scale and those of money: few would rule."""
    flat = table.reshape(-1, table.shape[2])
    return _boosting(
        n_estimators=250,
        learning_rate=0.04,
        num_leaves=31,
        colsample_bytree=0.3,
        min_child_samples=int(np.clip(len(flat) // 1000, 10, 60)),
        random_state=SEED + seed,
    ).fit(flat, off.ravel(), sample_weight=np.sqrt(np.repeat(scale, off.shape[1])))


def _small() -> Any:
    return _boosting(
        n_estimators=80,
        learning_rate=0.05,
        num_leaves=15,
        colsample_bytree=0.3,
        min_child_samples=20,
        random_state=SEED,
    )


def _boosting(**how: Any) -> Any:
    from lightgbm import LGBMRegressor  # noqa: PLC0415 - slow to import

    return LGBMRegressor(
        **how, objective="l1", n_jobs=1, verbose=-1, max_bin=127, deterministic=True
    )


def _mean(models: Sequence[Regressor], table: Floats) -> Floats:
    flat = table.reshape(-1, table.shape[2])
    return np.asarray(np.mean([m.predict(flat) for m in models], axis=0).reshape(table.shape[:2]))


def _low_view(table: Floats, path: Floats, seen: Outlook, now: Floats, scale: Floats) -> Floats:
    """What the low point is told from: the last day's features and the median path."""
    share = (path - now[:, None]) / scale[:, None]
    lowest = share.argmin(axis=1).astype(np.float64)
    shape = [share[:, 0], share.min(axis=1), share.mean(axis=1), share[:, -1], lowest]
    return np.hstack([table[:, -1], np.stack(shape, axis=1), seen.low_columns(now, scale)])
