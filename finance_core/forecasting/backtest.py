"""How good the forecasts are on accounts whose future is known.

Protocol. An account's first origin is its 120th day; further ones follow every 30
days, as long as the account has 30 more days. At an origin only what lies on or
before it is seen; the end-of-day balances of the next 30 days are forecast. Path MAE
is the mean absolute error over all folds and days, low-point MAE that of the lowest
balance of the 30 days, both in the file's currency.

The learned models are global: accounts are dealt into groups, and each group is
forecast by models that were fitted (and whose bands were calibrated) on the other
groups only. Whichever candidate is best on those others forecasts the group; that is
``penny``. Calendar years and months are no features, so what else happened in the
same weeks to other accounts cannot be looked up.

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
from pathlib import Path

import joblib
import numpy as np

from finance_core.errors import NotEnoughData
from finance_core.forecasting import accounts_file, learned
from finance_core.forecasting.naive import NAIVE
from finance_core.forecasting.predict import quantiles
from finance_core.forecasting.series import Floats, Ints, Series, to_date

FIRST_ORIGIN = 119  # index of the 120th day
STEP = 30
HORIZON = 30
GROUPS = 5
USUAL_NAIVE = ("last_value", "mean_flow_90", "same_day_last_month", "same_day_three_months")
CHOSEN = "penny"
_EVERY = 6  # of an origin's 30 days ahead every 6th is learned from, staggered

Paths = Callable[[str, Series, date, int], tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True)
class Fold:
    """One origin of one account, as a training sample and as what is to be forecast."""

    account: str
    group: int
    known: Series
    actual: Floats
    sample: learned.Sample

    @property
    def origin(self) -> date:
        """The last day known."""
        return to_date(self.known.first + self.known.last)


@dataclass(frozen=True, slots=True)
class Scored:
    """Forecasts of some folds by every model: middles and low points, ``penny``'s quantiles."""

    folds: tuple[int, ...]
    middles: dict[str, Floats]
    lows: dict[str, Floats]
    bands: Floats


def folds_of(accounts: dict[str, Series], groups: int = GROUPS) -> list[Fold]:
    """Every origin of every account that has enough days."""
    ahead = np.arange(1, HORIZON + 1, dtype=np.int64)
    usable = [a for a, series in accounts.items() if series.last >= FIRST_ORIGIN + HORIZON]
    dealt = np.random.default_rng(learned.SEED).permutation(len(usable)) % groups
    return [
        Fold(
            account,
            int(group),
            series.until(index),
            series.balance[index + ahead],
            learned.sample(series, index, ahead),
        )
        for account, group in zip(usable, dealt, strict=True)
        for series in [accounts[account]]
        for index in range(FIRST_ORIGIN, series.last - HORIZON + 1, STEP)
    ]


def forecast(
    path: Path | str,
    out: Path | str | None = None,
    own_paths: Paths | None = None,
    forest_rows: int = 300,
    trees: int = 1000,
    jobs: int = 2,
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

    Returns:
        ``folds models best_naive ratio coverage80 accounts_per_second`` and further
        ``accounts seconds chosen ratio_to_strongest``; ``models`` maps a name to
        ``path_mae low_point_mae``.

    Raises:
        NotFound: no such file.
        BadInput: the file cannot be read.
        NotEnoughData: too few accounts with 150 days to fit on some and score others.
    """
    began = time.perf_counter()
    folds = folds_of(accounts_file.read(Path(path)))
    accounts = len({fold.account for fold in folds})
    if accounts < 2 * GROUPS:
        raise NotEnoughData(
            f"The file has {accounts} accounts with 150 days of history; "
            f"I need at least {2 * GROUPS} to learn on some and measure on others."
        )
    parts = joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(_score_group)(folds, group, forest_rows, trees) for group in range(GROUPS)
    )
    order = np.concatenate([part.folds for part, _ in parts])
    back = np.argsort(order)
    middles, lows = (
        {name: np.concatenate([getattr(p, field)[name] for p, _ in parts])[back] for name in names}
        for field, names in (("middles", parts[0][0].middles), ("lows", parts[0][0].lows))
    )
    bands = np.concatenate([part.bands for part, _ in parts])[back]
    if own_paths:
        middles["streams_bootstrap"], lows["streams_bootstrap"] = _own(folds, own_paths)
    if out is not None:
        accounts_file.write(
            Path(out),
            ((f.account, f.origin, band, f.actual) for f, band in zip(folds, bands, strict=True)),
        )
    seconds = time.perf_counter() - began
    return {
        **_figures(np.array([f.actual for f in folds]), middles, lows, bands),
        "accounts": accounts,
        "accounts_per_second": round(accounts / seconds, 2),
        "seconds": round(seconds, 1),
        "chosen": sorted({chosen for _, chosen in parts}),
    }


def _figures(
    actual: Floats, middles: dict[str, Floats], lows: dict[str, Floats], bands: Floats
) -> dict[str, object]:
    lowest = actual.min(axis=1)
    models = {
        name: {
            "path_mae": round(float(np.abs(middles[name] - actual).mean()), 2),
            "low_point_mae": round(float(np.abs(lows[name] - lowest).mean()), 2),
        }
        for name in middles
    }
    best = min(USUAL_NAIVE, key=lambda name: models[name]["path_mae"])
    mine = models[CHOSEN]["path_mae"]
    return {
        "folds": len(actual),
        "models": models,
        "best_naive": best,
        "ratio": round(mine / models[best]["path_mae"], 4),
        "ratio_to_strongest": round(mine / min(models[n]["path_mae"] for n in NAIVE), 4),
        "coverage80": round(float(((actual >= bands[:, 1]) & (actual <= bands[:, 3])).mean()), 4),
    }


def _score_group(
    folds: Sequence[Fold], group: int, forest_rows: int, trees: int
) -> tuple[Scored, str]:
    """Forecasts one group by models of the others; the next group calibrates them."""
    test = [i for i, f in enumerate(folds) if f.group == group]
    held = [f for f in folds if f.group == (group + 1) % GROUPS]
    rest = [f for f in folds if f.group not in (group, (group + 1) % GROUPS)]
    mine = [folds[i] for i in test]
    ahead = np.arange(1, HORIZON + 1, dtype=np.int64)
    middles = {n: _naive(NAIVE[n], mine) for n in NAIVE}
    lows = {name: middle.min(axis=1) for name, middle in middles.items()}
    errors = {n: _error(_naive(NAIVE[n], held), held) for n in NAIVE}
    bands: dict[str, Floats] = {n: _naive_bands(NAIVE[n], held, mine) for n in NAIVE}
    for name in ("gradient_boosting", "random_forest") if forest_rows else ("gradient_boosting",):
        fitted, error = _fit(name, rest, held, ahead, forest_rows, trees)
        errors[name] = error
        middles[name], lows[name], bands[name] = _apply(fitted, mine)
    chosen = min(errors, key=lambda name: errors[name])
    middles[CHOSEN], lows[CHOSEN] = middles[chosen], lows[chosen]
    return Scored(tuple(test), middles, lows, bands[chosen]), chosen


def _fit(
    name: str,
    rest: Sequence[Fold],
    held: Sequence[Fold],
    ahead: Ints,
    forest_rows: int,
    trees: int,
) -> tuple[learned.Learned, float]:
    """A model fitted on ``rest``, calibrated on ``held``; boosting then learns from both."""
    learn, every = [f.sample for f in rest], _EVERY
    if name == "random_forest":
        learn, every = _thinned(learn, forest_rows), HORIZON
    centre = before = learned.fit_centre(name, learn, every, trees, flat=False)
    held_out = [f.sample for f in held]
    predicted = learned.predict_changes(before, held_out)
    scale = np.array([s.scale for s in held_out])[:, None]
    now = np.array([f.known.balance[-1] for f in held])[:, None]
    error = _error(now + scale * predicted, held)
    if name == "gradient_boosting":
        centre = learned.fit_centre(name, [*learn, *held_out], every)
    return learned.calibrate(name, centre, held_out, predicted, ahead), error


def _thinned(samples: Sequence[learned.Sample], count: int) -> list[learned.Sample]:
    return [samples[i] for i in np.unique(np.linspace(0, len(samples) - 1, count).astype(int))]


def _error(middle: Floats, folds: Sequence[Fold]) -> float:
    return float(np.abs(middle - np.array([f.actual for f in folds])).mean())


def _naive(method: Callable[[Series, int], Floats], folds: Sequence[Fold]) -> Floats:
    return np.array([method(f.known, HORIZON) for f in folds])


def _naive_bands(
    method: Callable[[Series, int], Floats], held: Sequence[Fold], folds: Sequence[Fold]
) -> Floats:
    scale = np.array([f.sample.scale for f in held])[:, None]
    errors = (np.array([f.actual for f in held]) - _naive(method, held)) / scale
    middles = _naive(method, folds)
    return np.array(
        [
            quantiles(middle, middle + fold.sample.scale * errors)
            for fold, middle in zip(folds, middles, strict=True)
        ]
    )


def _apply(fitted: learned.Learned, folds: Sequence[Fold]) -> tuple[Floats, Floats, Floats]:
    """Median paths, median low points and quantiles (folds, 5, horizon)."""
    features = np.vstack([f.sample.features for f in folds])
    with learned.one_thread():
        changes = fitted.centre.predict(features).reshape(len(folds), -1)
        widths = learned.widths(fitted.spread, features).reshape(len(folds), -1)
    middles, lows, bands = [], [], []
    for fold, change, width in zip(folds, changes, widths, strict=True):
        now, scale = float(fold.known.balance[-1]), fold.sample.scale
        middle, paths = learned.spread_out(now, scale, change, width, fitted.errors)
        middles.append(middle)
        lows.append(np.median(paths.min(axis=1)))
        bands.append(quantiles(middle, paths))
    return np.array(middles), np.array(lows), np.array(bands)


def _own(folds: Sequence[Fold], own_paths: Paths) -> tuple[Floats, Floats]:
    middles, lows = [], []
    for fold in folds:
        middle, paths = own_paths(fold.account, fold.known, fold.origin, HORIZON)
        middles.append(middle)
        lows.append(np.median(paths.min(axis=1)))
    return np.array(middles), np.array(lows)
