"""The pooled model of one installation: learned from its accounts, asked for each of them.

Accounts of a currency are divided by what is usual in it before anything is learned, so one
model serves several currencies and holds no account's figures in money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import numpy as np

from finance_core.errors import NotEnoughData
from finance_core.forecasting.files import read, write
from finance_core.forecasting.pooled import PooledModel, predict_many, train_many
from finance_core.forecasting.series import Floats, Series
from finance_core.forecasting.trust import Trust

FEWEST = 60
"""Accounts a model is learned from at least; of one currency, a third of it."""

LEARNED_DAYS = 400
"""Days of each account that are learned from, the latest."""

BACK = 30
"""Days since the past origin on which models are put to the test."""

_FORMAT = 2  # raised when the fields or the features change
_FILE = f"shared-{_FORMAT}.joblib"
_YOUNGEST = 29


@dataclass(frozen=True, slots=True)
class SharedModel:
    """A pooled model and what it takes to ask it.

    Attributes:
        mark: of this training; no other has it.
        trained_on: the day it was learned up to.
        accounts: how many it was learned from.
        units: by currency what counts as one: the median monthly turnover, to one digit.
        pooled: knows balances in these units only; its sets are the currencies, in order.
    """

    mark: str
    trained_on: date
    accounts: int
    units: Mapping[str, float]
    pooled: PooledModel


@dataclass(frozen=True, slots=True)
class Told:
    """What the shared model says of one account, in its currency's major unit.

    Attributes:
        quantiles: shape (5, days), rows as in ``pooled.QUANTILES``.
        error: mean absolute error of its median a month ago; None for a younger account.
    """

    name: ClassVar[str] = "shared"

    quantiles: Floats
    error: float | None

    def times(self, unit: float) -> Told:
        """The same in units that are so much smaller."""
        return Told(self.quantiles * unit, None if self.error is None else self.error * unit)


def train_shared(
    histories: Sequence[tuple[str, Series]], today: date, step: int = 10
) -> SharedModel:
    """Fits one model on many people's accounts; takes minutes.

    Args:
        histories: currency and history of each account.
        today: the last day known.
        step: days between the past days that are learned from.

    Raises:
        NotEnoughData: under ``FEWEST`` accounts of currencies that a third of it have.
    """
    units = _units(histories)
    of_those = [(code, series) for code, series in histories if code in units]
    known = [_in_units(series, units[code]) for code, series in of_those]
    if len(known) < FEWEST:
        raise NotEnoughData(f"I need {FEWEST} accounts to learn from; there are {len(known)}.")
    number = {code: at for at, code in enumerate(units)}
    sets = np.array([number[code] for code, _ in of_those])
    pooled = train_many([_latest(series) for series in known], step=step, sets=sets)
    return SharedModel(uuid4().hex, today, len(known), units, pooled)


def tell(shared: SharedModel, many: Sequence[tuple[str, Series]]) -> list[Told | None]:
    """What the model says of accounts, each from its last day; None in a currency it never saw.

    What is said of an account does not depend on the others it is asked with.
    """
    told: list[Told | None] = [None] * len(many)
    for whom, (code, unit) in zip(shared.pooled.trust, shared.units.items(), strict=True):
        asked = [at for at, (currency, _) in enumerate(many) if currency == code]
        if asked:
            found = _tell(shared.pooled, [_in_units(many[at][1], unit) for at in asked], whom)
            for at, one in zip(asked, found, strict=True):
                told[at] = one.times(unit)
    return told


def _tell(model: PooledModel, now: Sequence[Series], whom: Trust) -> list[Told]:
    """What the model says of accounts of one currency, in its units."""
    old = [n for n, series in enumerate(now) if series.last - BACK >= _YOUNGEST]
    past = [now[n].until(now[n].last - BACK) for n in old]
    found = predict_many(model, [*now, *past], whom=whom).quantiles
    came = np.array([now[n].balance[-BACK:] for n in old]).reshape(-1, BACK)
    error: list[float | None] = [None] * len(now)
    for n, each in zip(old, np.abs(found[len(now) :, 2, :BACK] - came).mean(axis=1), strict=True):
        error[n] = float(each)
    return [Told(each, missed) for each, missed in zip(found, error, strict=False)]


def save(model: SharedModel, folder: Path) -> Path:
    """Writes the model into ``folder`` in place of the last one; returns the file."""
    return write(model, folder / _FILE)


def load(folder: Path) -> SharedModel | None:
    """The model of this installation; None when there is none, or none that can be read."""
    model: Any = read(folder / _FILE)
    return model if isinstance(model, SharedModel) else None


def stamp(folder: Path) -> int | None:
    """When the file was last written, in nanoseconds; None while there is none."""
    try:
        return (folder / _FILE).stat().st_mtime_ns
    except OSError:
        return None


def _units(histories: Sequence[tuple[str, Series]]) -> dict[str, float]:
    scales: dict[str, list[float]] = {}
    for code, series in histories:
        scales.setdefault(code, []).append(series.scale())
    return {
        code: _one_digit(float(np.median(found)))
        for code, found in sorted(scales.items())
        if len(found) >= FEWEST // 3
    }


def _one_digit(value: float) -> float:
    """So that it is nobody's own figure."""
    return float(f"{value:.0e}")


def _in_units(series: Series, unit: float) -> Series:
    return replace(series, balance=series.balance / unit, amounts=series.amounts / unit)


def _latest(series: Series) -> Series:
    """The last ``LEARNED_DAYS`` days of a history."""
    skip = len(series) - LEARNED_DAYS
    if skip <= 0:
        return series
    kept = series.days >= skip
    return Series(
        series.first + skip, series.balance[skip:], series.days[kept] - skip, series.amounts[kept]
    )
