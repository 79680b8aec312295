"""Looking ahead: the balance of a day to come, and what can be afforded until then.

A turn takes what the worker forecast in advance, if that is of the same ledger; else it works the
forecast out, by the shared model where there is one, and by the account's own past and streams.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from finance_core import forecasting
from finance_core.advice.affordability import Affordability, affordability
from finance_core.advice.sweeps import scaled
from finance_core.errors import BadInput
from finance_core.forecasting import SharedModel
from finance_core.forecasting.series import from_transactions
from finance_core.model import (
    BalanceForecast,
    ForecastDay,
)
from finance_core.money import Money, total
from finance_core.services import (
    shared_models,
    stored_forecasts,
)
from finance_core.services.core import Core
from finance_core.services.pools import Pool, pool_of
from finance_core.services.streams import active_in

__all__ = [
    "Affordability",
    "Outlook",
    "Pool",
    "as_of",
    "balance_on",
    "can_afford",
    "floor_of",
    "forecast",
    "pool_of",
    "warm_up",
]

_HORIZONS = (stored_forecasts.HORIZON, 90, 180)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecast of a pool, looked at on one day."""

    name: str
    day: ForecastDay
    forecast: BalanceForecast


def balance_on(
    core: Core, person_id: str, day: date, today: date, account_id: str | None = None
) -> Outlook:
    """The expected balance of a coming day, of one account or of the everyday accounts.

    Raises:
        BadInput: the day is not ahead, or too far.
        NotEnoughData: the history is too short.
        NotFound: no such account.
    """
    if day <= today:
        raise BadInput("That day is not ahead; ask me for the balance of a past day instead.")
    pool = pool_of(core, person_id, today, account_id)
    found = forecast(core, person_id, pool, today, (day - today).days)
    return Outlook(pool.name, found.on(day), found)


def can_afford(
    core: Core,
    person_id: str,
    amount: Money,
    on: date,
    today: date,
    account_id: str | None = None,
) -> tuple[Pool, Affordability]:
    """Whether ``amount`` can be spent on a day, today included, and from which accounts.

    Raises:
        BadInput: the day has passed or is too far, or the currency is another one.
        NotEnoughData: the history is too short.
        NotFound: no such account.
    """
    if on < today:
        raise BadInput("That day has already passed.")
    pool = pool_of(core, person_id, today, account_id)
    if amount.currency != pool.start.currency:
        raise BadInput(
            f"{pool.name} is in {pool.start.currency}; I have no exchange rate "
            f"for {amount.currency}."
        )
    found = forecast(core, person_id, pool, today, max((on - today).days, _HORIZONS[0]))
    floor = floor_of(core, amount.currency)
    return pool, affordability(found, amount, on, floor)


def floor_of(core: Core, currency: str) -> Money:
    """The balance to keep in ``currency``: the setting, scaled where units are small."""
    return scaled(core.settings.floor_minor, currency)


def forecast(
    core: Core,
    person_id: str,
    pool: Pool,
    today: date,
    days_ahead: int,
    *,
    with_lows: bool = False,
) -> BalanceForecast:
    """The daily forecast of a pool, at least ``days_ahead`` days long; kept between turns.

    What the worker made in advance is taken if it is of the same ledger, balance and model.

    Args:
        core: the shared parts.
        person_id: whose.
        pool: the accounts.
        today: the last day known.
        days_ahead: how far to look.
        with_lows: whether ``chance_above`` will be asked for, which is not stored.

    Raises:
        BadInput: further ahead than can be told.
        NotEnoughData: the history is too short.
    """
    horizon = next((days for days in _HORIZONS if days_ahead <= days), None)
    if horizon is None:
        raise BadInput(f"I can look {_HORIZONS[-1]} days ahead, not further.")
    shared = shared_models.in_force(core.settings.models_folder, today)
    mark = stored_forecasts.fingerprint(pool.version, pool.start, shared)
    ids = pool.ids
    if len(ids) == 1 and horizon == stored_forecasts.HORIZON and not with_lows:
        found = stored_forecasts.found(core, person_id, ids[0], today, mark)
        if found:
            return found
    key = ("forecast", today, ids, horizon, mark)
    return core.recent(key, lambda: _worked_out(pool, today, horizon, shared))


def _worked_out(
    pool: Pool, today: date, horizon: int, shared: SharedModel | None
) -> BalanceForecast:
    known, start = pool.movements, pool.start
    told = None
    if shared:
        series = from_transactions(known, start, today)
        told = forecasting.tell(shared, [(start.currency, series)])[0]
    return forecasting.forecast(told, known, start, pool.streams, today, horizon)


def as_of(core: Core, person_id: str, pool: Pool, then: date) -> BalanceForecast:
    """What would have been forecast on a past day, from what was known by then.

    By the accounts alone, from the streams found in what was known.

    Raises:
        NotEnoughData: the history was too short.
    """
    later = [m.amount for m in pool.movements if m.posted_on > then and not m.pending]
    start = pool.start - total(later, pool.start.currency)
    past = tuple(m for m in pool.movements if m.posted_on <= then)
    key = ("as of", then, pool.ids, pool.version, pool.start)
    return core.recent(
        key,
        lambda: forecasting.forecast(None, past, start, active_in(past, then), then, 14),
    )


def warm_up(core: Core) -> None:
    """Loads the shared model, so that no turn waits for it; takes seconds."""
    shared_models.warm_up(core)
