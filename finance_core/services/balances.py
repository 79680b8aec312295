"""What is in the accounts, as of any day."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from finance_core.advice.rates import Rate, convert, parse_rates
from finance_core.errors import BadInput, NotEnoughData, NotFound
from finance_core.model import Account, Person
from finance_core.money import Money, total, totals_by_currency
from finance_core.services import people
from finance_core.services.core import Core
from finance_core.store import queries

_SEVERAL = 2
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """One account's booked balance at the end of a day.

    Attributes:
        available: what may be spent, where the bank says so and the day is the current one.
        known_on: the day the bank last reported; earlier than the day asked when data is old.
    """

    account: Account
    balance: Money
    available: Money | None
    known_on: date


@dataclass(frozen=True, slots=True)
class Balances:
    """Balances of some accounts with one total for each currency."""

    accounts: tuple[AccountBalance, ...]
    totals: dict[str, Money]

    def only(self, account_ids: Collection[str]) -> Balances:
        """The balances of some of the accounts."""
        chosen = tuple(entry for entry in self.accounts if entry.account.id in account_ids)
        return Balances(chosen, totals_by_currency([entry.balance for entry in chosen]))


@dataclass(frozen=True, slots=True)
class NetWorth:
    """What is owned less what is owed on a day, each currency for itself.

    Attributes:
        balances: the accounts it is made of.
        total: all of it in the person's currency, at stated ``rates``; None with one
            currency, or where a rate is not stated.
        missing: currencies without a rate.
    """

    day: date
    balances: Balances
    total: Money | None
    rates: tuple[Rate, ...] = ()
    missing: tuple[str, ...] = ()


def net_worth(core: Core, person_id: str, day: date) -> NetWorth:
    """What is owned less what is owed at the end of ``day``.

    Raises:
        NotFound: the person has no accounts yet.
        NotEnoughData: no account's history goes back that far.
    """
    return _worth(core, person_id, day, balances(core, person_id, day))


def net_worths(core: Core, person_id: str, before: date, after: date) -> tuple[NetWorth, NetWorth]:
    """Net worth of two days, of the accounts that are known on both.

    Raises:
        NotFound: the person has no accounts yet.
        NotEnoughData: no account's history goes back that far.
    """
    first, second = (balances(core, person_id, day) for day in (before, after))
    both = {entry.account.id for entry in first.accounts}
    return (
        _worth(core, person_id, before, first),
        _worth(core, person_id, after, second.only(both)),
    )


def _worth(core: Core, person_id: str, day: date, found: Balances) -> NetWorth:
    if len(found.totals) < _SEVERAL:
        return NetWorth(day, found, None)
    own = people.get(core, person_id).currency
    rates = _rates(core)
    parts, used, missing = [], [], []
    for currency, amount in found.totals.items():
        converted = None if currency == own else convert(amount, own, rates)
        if currency == own:
            parts.append(amount)
        elif converted:
            parts.append(converted[0])
            used.append(converted[1])
        else:
            missing.append(currency)
    whole = None if missing else total(parts, own)
    return NetWorth(day, found, whole, tuple(used), tuple(missing))


def _rates(core: Core) -> tuple[Rate, ...]:
    """The stated rates; none when the setting cannot be read, which only the log is told."""
    try:
        return parse_rates(core.settings.exchange_rates)
    except BadInput as error:
        logger.error("PENNY_EXCHANGE_RATES is ignored: %s", error)
        return ()


def balances(core: Core, person_id: str, today: date, account_id: str | None = None) -> Balances:
    """Booked balances at the end of ``today``.

    For a day before the last report, later booked rows are taken off again, so a
    past day shows what the ledger said then. Accounts whose history begins later are
    left out.

    Raises:
        NotFound: the person has no accounts yet, or not this one.
        NotEnoughData: no account's history goes back that far.
    """
    with core.sessions() as session:
        accounts = [
            account
            for account in queries.accounts(session, person_id, core.reach)
            if account_id in (None, account.id)
        ]
        later = queries.booked_after(session, person_id, today, core.reach)
        first = queries.first_days(session, person_id, core.reach)
    if not accounts:
        raise NotFound("I don't see any account of yours yet. Connect a bank or import a file.")
    known = [a for a in accounts if today >= first.get(a.id, today) - timedelta(days=1)]
    if not known:
        begin = min(first.values())
        raise NotEnoughData(f"I have no figures from before {begin:%-d %B %Y}.")
    person = people.get(core, person_id)
    entries = tuple(_balance(person, account, today, later.get(account.id)) for account in known)
    return Balances(entries, totals_by_currency([entry.balance for entry in entries]))


def _balance(person: Person, account: Account, today: date, later: Money | None) -> AccountBalance:
    known_on = reported_on(person, account)
    balance = account.current if later is None else account.current - later
    is_current = later is None and timedelta(0) <= today - known_on <= timedelta(days=1)
    available = account.available if is_current else None
    return AccountBalance(account, balance, available, min(known_on, today))


def reported_on(person: Person, account: Account) -> date:
    """The day of the account's last report: the person's day for what a bank reported.

    A file names a day without an hour, so that its day is the same everywhere.
    """
    return person.today(account.as_of) if account.connection_id else account.as_of.date()
