"""Looking ahead: the balance of a day to come, and what can be afforded until then.

A turn never waits for training: it takes the model that the background worker made for
exactly this ledger, and a statistical forecast until there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from finance_core import forecasting
from finance_core.advice.affordability import Affordability, affordability
from finance_core.advice.sweeps import scaled
from finance_core.errors import BadInput, NotFound
from finance_core.forecasting import ForecastModel
from finance_core.model import (
    Account,
    AccountKind,
    BalanceForecast,
    ForecastDay,
    Reach,
    RecurringStream,
    Transaction,
)
from finance_core.money import Money, total
from finance_core.services import balances, movements, people
from finance_core.services.core import Core
from finance_core.services.streams import active, active_in, history

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
    "train",
    "trained",
    "warm_up",
]

_HORIZONS = (45, 90, 180)


@dataclass(frozen=True, slots=True)
class Pool:
    """Accounts of one currency that are looked at together, with what is known of them.

    Attributes:
        name: how a reply names them: the account, or "your current accounts".
        start: their booked balance at the end of the day.
        fingerprint: of ``movements``; a model belongs to exactly one.
    """

    name: str
    accounts: tuple[Account, ...]
    start: Money
    movements: tuple[Transaction, ...]
    streams: tuple[RecurringStream, ...]
    fingerprint: str


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


def pool_of(core: Core, person_id: str, today: date, account_id: str | None = None) -> Pool:
    """The one account asked for, or the everyday accounts of the person's main currency.

    Somebody else's account is only looked at when asked for: it is not theirs to plan with.

    Raises:
        NotFound: there is no such account, or none at all.
    """
    reached = core if account_id else core.reaching(Reach.OWN)
    known = balances.balances(reached, person_id, today, account_id)
    entries = [entry for entry in known.accounts if account_id or _is_everyday(entry.account)]
    entries = entries or list(known.accounts)
    if not account_id:
        entries = _of_main_currency(core, person_id, entries)
    accounts = tuple(entry.account for entry in entries)
    ids = frozenset(account.id for account in accounts)
    known_rows = tuple(m for m in history(core, person_id, today) if m.account_id in ids)
    return Pool(
        name=accounts[0].name if len(accounts) == 1 else "your current accounts",
        accounts=accounts,
        start=total([entry.balance for entry in entries], accounts[0].currency),
        movements=known_rows,
        streams=tuple(s for s in active(core, person_id, today) if s.account_id in ids),
        fingerprint=core.recent(
            ("fingerprint", ids, today, movements.mark(core, person_id)),
            lambda: forecasting.fingerprint(known_rows),
        ),
    )


def forecast(
    core: Core, person_id: str, pool: Pool, today: date, days_ahead: int
) -> BalanceForecast:
    """The daily forecast of a pool, at least ``days_ahead`` days long; kept between turns.

    Raises:
        BadInput: further ahead than can be told.
        NotEnoughData: the history is too short.
    """
    horizon = next((days for days in _HORIZONS if days_ahead <= days), None)
    if horizon is None:
        raise BadInput(f"I can look {_HORIZONS[-1]} days ahead, not further.")
    model = trained(core, pool.fingerprint)
    key = ("forecast", today, pool.fingerprint, horizon, pool.start, model and model.name)
    return core.recent(
        key,
        lambda: forecasting.forecast(
            model, pool.movements, pool.start, pool.streams, today, horizon
        ),
    )


def as_of(core: Core, person_id: str, pool: Pool, then: date) -> BalanceForecast:
    """What would have been forecast on a past day, from what was known by then.

    Statistical, from the streams found in what was known.

    Raises:
        NotEnoughData: the history was too short.
    """
    later = [m.amount for m in pool.movements if m.posted_on > then and not m.pending]
    start = pool.start - total(later, pool.start.currency)
    past = tuple(m for m in pool.movements if m.posted_on <= then)
    key = ("as of", then, pool.fingerprint, pool.start)
    return core.recent(
        key,
        lambda: forecasting.forecast(None, past, start, active_in(past, then), then, 14),
    )


def warm_up() -> None:
    """Loads the library of trained models, so that no turn waits for it; takes seconds."""
    forecasting.warm_up()


def trained(core: Core, mark: str) -> ForecastModel | None:
    """The model for exactly this history, from memory or disk; None while there is none."""
    folder = core.settings.models_folder
    return core.recent(("model", mark), lambda: forecasting.load(folder, mark))


def train(core: Core, person_id: str, today: date) -> bool:
    """Trains the everyday accounts' model unless it exists; for the background.

    Returns:
        Whether anything was trained.

    Raises:
        NotEnoughData: the history is too short.
    """
    try:
        pool = pool_of(core, person_id, today)
    except NotFound:
        return False
    if forecasting.load(core.settings.models_folder, pool.fingerprint) is not None:
        return False
    model = forecasting.train(pool.movements, pool.start, pool.streams, today)
    forecasting.save(model, core.settings.models_folder)
    return True


def _is_everyday(account: Account) -> bool:
    return account.kind in (AccountKind.CHECKING, AccountKind.CASH, AccountKind.OTHER)


def _of_main_currency(
    core: Core, person_id: str, entries: Sequence[balances.AccountBalance]
) -> list[balances.AccountBalance]:
    """Those of the person's own currency, else of the first account's."""
    own = people.get(core, person_id).currency
    currencies = [entry.account.currency for entry in entries]
    chosen = own if own in currencies else currencies[0]
    return [entry for entry in entries if entry.account.currency == chosen]
