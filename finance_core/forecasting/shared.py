"""The pooled model of one installation: learned from its accounts, asked for each of them.

Accounts of a currency are divided by what is usual in it before anything is learned, so one
model serves several currencies and holds no account's figures in money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import numpy as np

from finance_core.errors import NotEnoughData
from finance_core.forecasting import bootstrap
from finance_core.forecasting.bands import needed
from finance_core.forecasting.files import read, write
from finance_core.forecasting.pooled import PooledModel, predict_many, train_many
from finance_core.forecasting.quantiles import quantiles_of
from finance_core.forecasting.series import Floats, Series
from finance_core.forecasting.trust import Trust
from finance_core.model import RecurringStream, Transaction
from finance_core.money import Money

FEWEST = 60
"""Accounts a model is learned from at least; of one currency, a third of it."""

LEARNED_DAYS = 400
"""Days of each account that are learned from, the latest."""

BACK = 30
"""Days since the past origin on which models are put to the test."""

_FORMAT = 4  # raised when the fields or the features change
_FILE = f"shared-{_FORMAT}.joblib"
YOUNGEST = 29
"""Index of the first day that a forecast is put to the test on."""


_SHARP = 3  # power of how much better one did on other accounts
_ACCOUNTS = 5  # that have to be seen before that counts half
_MOST = 10.0


@dataclass(frozen=True, slots=True)
class Apart:
    """An account that is not learned from, to see how its own streams do beside the model.

    Attributes:
        series: its history.
        own: shape (5, BACK), rows as in ``quantiles.QUANTILES``: what was forecast for its last
            days by streams found in what was known before.
    """

    currency: str
    series: Series
    own: Floats

    @classmethod
    def of(
        cls,
        series: Series,
        past: Sequence[Transaction],
        start: Money,
        streams: Sequence[RecurringStream],
        then: date,
    ) -> Apart:
        """Forecasts the last ``BACK`` days of a history from what was known before.

        Args:
            series: the history, those days included.
            past: its movements up to ``then``.
            start: balance at the end of ``then``.
            streams: found in ``past``.
            then: the last day known, ``BACK`` days before the last of ``series``.

        Raises:
            NotEnoughData: under two weeks of history.
        """
        own = quantiles_of(*bootstrap.of_history(past, start, streams, then, BACK))
        return cls(start.currency, series, own)


@dataclass(frozen=True, slots=True)
class Streams:
    """How forecasts by an account's own streams do beside a shared model.

    Attributes:
        benefit: how many times the error of streams counts.
        narrow: how many times as wide as it is their band should be.
    """

    benefit: float = 1.3
    narrow: float = 1.0


@dataclass(frozen=True, slots=True)
class SharedModel:
    """A pooled model and what it takes to ask it.

    Attributes:
        mark: of this training; no other has it.
        trained_on: the day it was learned up to.
        accounts: how many it was learned from.
        units: by currency what counts as one: the median monthly turnover, to one digit.
        pooled: knows balances in these units only; its sets are the currencies, in order.
        streams: by currency, where there were accounts to see it on.
    """

    mark: str
    trained_on: date
    accounts: int
    units: Mapping[str, float]
    pooled: PooledModel
    streams: Mapping[str, Streams] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """What the shared model says of one account, in its currency's major unit.

    Attributes:
        quantiles: shape (5, days), rows as in ``quantiles.QUANTILES``.
        error: mean absolute error of its median on past days; None for a younger account.
        streams: how the account's own do beside it, as seen on others.
        tested: how many days since each of those past days.
    """

    name: ClassVar[str] = "shared"

    quantiles: Floats
    error: float | None
    streams: Streams = Streams()
    tested: tuple[int, ...] = (BACK,)

    def times(self, unit: float) -> Told:
        """The same in units that are so much smaller."""
        error = None if self.error is None else self.error * unit
        return replace(self, quantiles=self.quantiles * unit, error=error)


def train_shared(
    histories: Sequence[tuple[str, Series]],
    today: date,
    step: int | None = None,
    apart: Sequence[Apart] = (),
) -> SharedModel:
    """Fits one model on many people's accounts; takes minutes.

    Args:
        histories: currency and history of each account.
        today: the last day known.
        step: as in ``train_many``.
        apart: other accounts, to compare the model with their own streams on.

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
    model = SharedModel(uuid4().hex, today, len(known), units, pooled)
    compared = {code: _compared(model, [a for a in apart if a.currency == code]) for code in units}
    return replace(model, streams=compared)


def _compared(model: SharedModel, apart: Sequence[Apart]) -> Streams:
    """How streams did on accounts of one currency; the fewer there are, the more is assumed."""
    before = [(one.currency, one.series.until(one.series.last - BACK)) for one in apart]
    told = [one.quantiles for one in tell(model, before) if one]
    if not told:
        return Streams()
    came = np.array([one.series.balance[-BACK:] for one in apart])
    own = np.array([one.own for one in apart])
    by_model, by_streams = (np.abs(q[:, 2] - came).mean() for q in (np.array(told), own))
    ratio = np.quantile(needed(own, came), 0.8)
    sure, usual = len(apart) / (len(apart) + _ACCOUNTS), Streams()
    benefit = (by_streams / max(by_model, 1e-9)) ** _SHARP
    return Streams(
        float(np.clip(benefit, 1 / _MOST, _MOST) ** sure * usual.benefit ** (1 - sure)),
        float(np.clip(ratio, 1 / _MOST, _MOST) ** sure * usual.narrow ** (1 - sure)),
    )


def tell(shared: SharedModel, many: Sequence[tuple[str, Series]]) -> list[Told | None]:
    """What the model says of accounts, each from its last day; None in a currency it never saw.

    What is said of an account does not depend on the others it is asked with.
    """
    told: list[Told | None] = [None] * len(many)
    for whom, (code, unit) in zip(shared.pooled.trust, shared.units.items(), strict=True):
        asked = [at for at, (currency, _) in enumerate(many) if currency == code]
        streams = shared.streams.get(code, Streams())
        if asked:
            found = _tell(shared.pooled, [_in_units(many[at][1], unit) for at in asked], whom)
            for at, one in zip(asked, found, strict=True):
                told[at] = replace(one.times(unit), streams=streams)
    return told


def _tell(model: PooledModel, now: Sequence[Series], whom: Trust) -> list[Told]:
    """What the model says of accounts of one currency, in its units."""
    old = [n for n, series in enumerate(now) if series.last - BACK >= YOUNGEST]
    past = [now[n].until(now[n].last - BACK) for n in old]
    found = predict_many(model, [*now, *past], whom=whom).quantiles
    came = np.array([now[n].balance[-BACK:] for n in old]).reshape(-1, BACK)
    error: list[float | None] = [None] * len(now)
    for n, each in zip(old, np.abs(found[len(now) :, 2, :BACK] - came).mean(axis=1), strict=True):
        error[n] = float(each)
    return [Told(each, missed) for each, missed in zip(found, error, strict=False)]


def save(model: SharedModel, folder: Path) -> Path:
    """Writes the model into ``folder`` in place of the last one; returns the file."""
    path = write(model, folder / _FILE)
    for old in set(folder.glob("shared-*.joblib")) - {path}:  # what nobody reads is not kept
        old.unlink(missing_ok=True)
    return path


def clear(folder: Path) -> None:
    """Deletes the models of single persons that earlier versions trained."""
    for old in folder.glob("forecast-*.joblib"):
        old.unlink(missing_ok=True)


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
