"""How good the forecasts are on accounts whose future is known.

Protocol. An account's first origin is its 120th day; further ones follow every 30
days, as long as the account has 30 more days. At an origin only what lies on or
before it is seen; the end-of-day balances of the next 30 days are forecast. Path MAE
is the mean absolute error over all folds and days, low-point MAE that of the lowest
balance of the 30 days, both in the file's currency.

The learned models are global: accounts are dealt into groups, and each group is
forecast by models that were fitted (and whose bands were calibrated) on the other
groups only. Of fewer than ten accounts nothing is learned: each is forecast by its own
past alone, as accounts of a bank are that nobody taught. Calendar years and months are
no features, so what else happened in the same weeks to other accounts cannot be looked up.

``best_naive`` and ``ratio`` compare with the four forecasts without a model that are
usual (last value, 90-day mean flow, same day last month, mean of the same day in
three months: the latter two carry changes on from today's balance).
``level_last_month`` (the balance itself returns to what it was a month ago) and ``blend``
(a mean of several of these) also need no model and are stronger on some banks' data; they
are reported beside the four, and ``ratio_to_strongest`` compares with the best of all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from finance_core.errors import NotEnoughData
from finance_core.forecasting import accounts_file, naive, pooled, scores, statistical
from finance_core.forecasting.lessons import HORIZON, KNOTS, Lessons, between_knots, origins_of
from finance_core.forecasting.naive import NAIVE
from finance_core.forecasting.panel import Origins, Panel
from finance_core.forecasting.pooled import Ahead, PooledModel
from finance_core.forecasting.recurrence import Movements
from finance_core.forecasting.regressor import SEED
from finance_core.forecasting.scores import CHOSEN, USUAL_NAIVE
from finance_core.forecasting.series import Floats, Ints, Series, to_date

__all__ = ["CHOSEN", "FIRST_ORIGIN", "STEP", "USUAL_NAIVE", "folds_of", "forecast"]

FIRST_ORIGIN = 119  # index of the 120th day
STEP = 30
GROUPS = 5
FOREST = "random_forest"
_AT_ONCE = 256  # accounts in a task
_DAYS = np.arange(1, HORIZON + 1, dtype=np.int64)

Paths = Callable[[str, Series, date, int], tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True)
class Folds:
    """Every origin of every account that has enough days.

    Attributes:
        names: of the accounts, in the panel's order.
        group: shape (accounts,), the group each was dealt into.
        lessons: all folds, as something to learn from.
    """

    names: tuple[str, ...]
    group: Ints
    lessons: Lessons

    @property
    def origins(self) -> Origins:
        """Of all folds."""
        return self.lessons.origins


@dataclass(frozen=True, slots=True)
class _Part:
    """Forecasts of the folds of one group; ``model`` is None where nothing was learned."""

    folds: Ints
    penny: Ahead
    forest: Floats | None = None
    train_seconds: float = 0.0
    model: PooledModel | None = None


def folds_of(accounts: dict[str, Series], groups: int = GROUPS) -> Folds:
    """Cuts accounts into folds; all are of one group where they are too few to learn from.

    Raises:
        NotEnoughData: no account has 150 days of history.
    """
    usable = {a: s for a, s in accounts.items() if s.last >= FIRST_ORIGIN + HORIZON}
    if not usable:
        raise NotEnoughData("No account in the file has the 150 days of history that I need.")
    if len(usable) < 2 * groups:
        groups = 1
    panel = Panel.of(list(usable.values()))
    return Folds(
        tuple(usable),
        np.random.default_rng(SEED).permutation(len(usable)) % groups,
        Lessons.of(origins_of(panel, FIRST_ORIGIN, STEP)),
    )


def forecast(
    path: Path | str,
    out: Path | str | None = None,
    own_paths: Paths | None = None,
    forest_rows: int = 300,
    trees: int = 1000,
    jobs: int = 2,
    others: int = 0,
) -> dict[str, object]:
    """Runs the protocol of the module on a file.

    Args:
        path: CSV with ``account_id,date,amount,balance``, an account's rows in booking order.
        out: where to write ``penny``'s forecasts, one row for each day ahead:
            ``account_id,origin,date,q05,q10,q50,q90,q95,actual``.
        own_paths: adds the model ``streams_bootstrap``, which learns from nobody else:
            called with account, known history, origin and horizon, returns the median
            path and sample paths.
        forest_rows: rows each random forest is fitted on, evenly picked (it is slow); 0
            leaves the random forest out.
        trees: its size.
        jobs: processes.
        others: on how many folds, evenly picked, the models of ``statistical`` are measured
            beside all others (they are slow); 0 leaves them out.

    Returns:
        ``folds models best_naive ratio coverage80 accounts_per_second`` and further
        ``accounts seconds train_seconds ratio_to_strongest low_point_ratio
        coverage80_by_horizon coverage80_by_size``; ``models`` maps a name to
        ``path_mae low_point_mae``. ``accounts_per_second`` is that of ``predict_many`` with a
        trained model in ``jobs`` processes; ``train_seconds`` is the longest
        time that one group's model took. ``beside_statistical`` has ``folds`` and ``models``
        of the folds that ``others`` picks.

    Raises:
        NotFound: no such file.
        BadInput: the file cannot be read.
        NotEnoughData: no account has 150 days of history.
    """
    began = time.perf_counter()
    accounts = accounts_file.read(Path(path))
    folds = folds_of(accounts)
    parts: list[_Part] = joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(_score_group)(folds, group, forest_rows, trees)
        for group in np.unique(folds.group)
    )
    middles, lows, bands = _joined(folds, parts)
    if own_paths:
        middles["streams_bootstrap"], lows["streams_bootstrap"] = _own(folds, own_paths)
    actual = folds.origins.to_come(HORIZON)
    models = scores.errors(actual, middles, lows)
    beside = _beside(folds, others, middles, lows, jobs) if others else {}
    if out is not None:
        accounts_file.write(Path(out), _rows(folds, bands, actual))
    long_enough = [accounts[name] for name in folds.names]
    return {
        "folds": len(actual),
        "models": models,
        **scores.ratios(models),
        **scores.coverage(actual, bands, folds.lessons.scale),
        "accounts": len(folds.names),
        "accounts_per_second": round(_speed(parts[0].model, long_enough, jobs), 1),
        "train_seconds": round(max(part.train_seconds for part in parts), 1),
        "seconds": round(time.perf_counter() - began, 1),
        **beside,
    }


def _joined(
    folds: Folds, parts: Sequence[_Part]
) -> tuple[dict[str, Floats], dict[str, Floats], Floats]:
    """Paths and low points of all models and the bands, in the order of the folds."""
    back = np.argsort(np.concatenate([part.folds for part in parts]))
    bands = np.concatenate([part.penny.quantiles for part in parts])[back]
    every = naive.every(folds.origins, _DAYS)
    middles = {name: every[:, number] for number, name in enumerate(NAIVE)}
    bare = [part.forest for part in parts if part.forest is not None]
    if bare:
        middles[FOREST] = np.concatenate(bare)[back]
    lows = {name: middle.min(axis=1) for name, middle in middles.items()}
    middles[CHOSEN] = bands[:, 2]
    lows[CHOSEN] = np.concatenate([part.penny.low_point for part in parts])[back]
    return middles, lows, bands


def _beside(
    folds: Folds, count: int, middles: dict[str, Floats], lows: dict[str, Floats], jobs: int
) -> dict[str, Any]:
    """All models and the statistical ones on ``count`` folds, evenly picked."""
    actual = folds.origins.to_come(HORIZON)
    picked = np.unique(np.linspace(0, len(actual) - 1, count).astype(int))
    found = statistical.paths(folds.origins.part(picked), HORIZON, jobs)
    all_middles = {name: middle[picked] for name, middle in middles.items()} | found
    all_lows = {name: low[picked] for name, low in lows.items()}
    all_lows |= {name: middle.min(axis=1) for name, middle in found.items()}
    models = scores.errors(actual[picked], all_middles, all_lows)
    return {"beside_statistical": {"folds": len(picked), "models": models}}


def _rows(folds: Folds, bands: Floats, actual: Floats) -> list[tuple[str, date, Floats, Floats]]:
    where = zip(folds.origins.series, folds.origins.day, strict=True)
    return [
        (folds.names[series], to_date(day), band, came)
        for (series, day), band, came in zip(where, bands, actual, strict=True)
    ]


def _score_group(folds: Folds, group: int, forest_rows: int, trees: int) -> _Part:
    """Forecasts one group by models of the others."""
    mine = folds.group[folds.origins.series] == group
    if mine.all():
        return _Part(np.flatnonzero(mine), pooled.ahead_alone(folds.origins))
    taught = folds.lessons.part(~mine)
    began = time.perf_counter()
    model = pooled.fit(taught)
    seconds = time.perf_counter() - began
    asked = folds.lessons.part(mine)
    bare = _forest(taught, asked, forest_rows, trees) if forest_rows else None
    movements = Movements.of(asked.origins.panel)
    return _Part(
        np.flatnonzero(mine), model.ahead(asked, movements, model.trust[0]), bare, seconds, model
    )


def _forest(taught: Lessons, asked: Lessons, rows: int, trees: int) -> Floats:
    """Paths of the blueprint's random forest, fitted on some evenly picked rows."""
    from sklearn.ensemble import RandomForestRegressor  # noqa: PLC0415 - slow to import

    flat = np.nan_to_num(taught.features.reshape(-1, taught.features.shape[2]))
    change = (taught.origins.to_come(HORIZON) - taught.origins.now[:, None])[:, KNOTS - 1]
    target = (change / taught.scale[:, None]).ravel()
    picked = np.unique(np.linspace(0, len(flat) - 1, rows).astype(int))
    forest = RandomForestRegressor(trees, random_state=SEED, n_jobs=2)
    fitted = forest.fit(flat[picked], target[picked])
    table = asked.features
    found = fitted.predict(np.nan_to_num(table.reshape(-1, table.shape[2])))
    change = between_knots(np.asarray(found).reshape(table.shape[:2]), KNOTS)
    return np.asarray(asked.origins.now[:, None] + asked.scale[:, None] * change)


def _speed(model: PooledModel | None, histories: Sequence[Series], jobs: int) -> float:
    """Accounts that ``jobs`` processes forecast a second as people get it, all included."""
    parts = [histories[at : at + _AT_ONCE] for at in range(0, len(histories), _AT_ONCE)]
    predict = partial(pooled.predict_many, model) if model else pooled.predict_alone
    work = [joblib.delayed(predict)(part) for part in parts]
    with joblib.Parallel(n_jobs=jobs) as pool:
        pool(work[:jobs])  # loads libraries and the model
        began = time.perf_counter()
        pool(work)
        return len(histories) / (time.perf_counter() - began)


def _own(folds: Folds, own_paths: Paths) -> tuple[Floats, Floats]:
    middles, lows = [], []
    histories = _histories(folds.origins.panel)
    for series, index in zip(folds.origins.series, folds.origins.index, strict=True):
        known = histories[series].until(int(index))
        origin = to_date(known.first + known.last)
        middle, paths = own_paths(folds.names[series], known, origin, HORIZON)
        middles.append(middle)
        lows.append(np.median(paths.min(axis=1)))
    return np.array(middles), np.array(lows)


def _histories(panel: Panel) -> list[Series]:
    edges = np.searchsorted(panel.position, [*panel.start, len(panel.balance)])
    return [
        Series(
            int(panel.first[n]),
            panel.balance[at : at + panel.size[n]],
            panel.position[edges[n] : edges[n + 1]] - at,
            panel.amounts[edges[n] : edges[n + 1]],
        )
        for n, at in enumerate(panel.start)
    ]
