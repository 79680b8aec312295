"""The accounts a forecast is about, with what is known of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from finance_core.model import Account, Reach, RecurringStream, Transaction
from finance_core.money import Money, total
from finance_core.services import balances, movements, people
from finance_core.services.core import Core
from finance_core.services.streams import active, history


@dataclass(frozen=True)
class Pool:
    """Accounts of one currency that are looked at together, with what is known of them.

    Movements and streams are read when they are first asked for: a turn whose forecast lies
    in the store needs neither.

    Attributes:
        name: how a reply names them: the account, or "your current accounts".
        start: their booked balance at the end of the day.
        core: where the rest is read.
    """

    name: str
    accounts: tuple[Account, ...]
    start: Money
    person_id: str
    today: date
    core: Core = field(repr=False, compare=False)

    @cached_property
    def version(self) -> Hashable:
        """Of the ledger the accounts are in."""
        return movements.mark(self.core, self.person_id)

    @cached_property
    def movements(self) -> tuple[Transaction, ...]:
        """What is known of the accounts up to the day, oldest first."""
        known = history(self.core, self.person_id, self.today)
        return tuple(m for m in known if m.account_id in self.ids)

    @cached_property
    def streams(self) -> tuple[RecurringStream, ...]:
        """The accounts' streams that go on."""
        found = active(self.core, self.person_id, self.today)
        return tuple(s for s in found if s.account_id in self.ids)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Of the accounts."""
        return tuple(account.id for account in self.accounts)


def pool_of(core: Core, person_id: str, today: date, account_id: str | None = None) -> Pool:
    """The one account asked for, or the everyday accounts of the person's main currency.

    Somebody else's account is only looked at when asked for: it is not theirs to plan with.

    Raises:
        NotFound: there is no such account, or none at all.
    """
    reached = core if account_id else core.reaching(Reach.OWN)
    known = balances.balances(reached, person_id, today, account_id)
    entries = [entry for entry in known.accounts if account_id or entry.account.kind.is_everyday]
    entries = entries or list(known.accounts)
    if not account_id:
        entries = _of_main_currency(core, person_id, entries)
    accounts = tuple(entry.account for entry in entries)
    own = all(account.person_id == person_id for account in accounts)
    return Pool(
        name=accounts[0].name if len(accounts) == 1 else "your current accounts",
        accounts=accounts,
        start=total([entry.balance for entry in entries], accounts[0].currency),
        person_id=person_id,
        today=today,
        core=core.reaching(Reach.OWN) if own else core,
    )


def _of_main_currency(
    core: Core, person_id: str, entries: Sequence[balances.AccountBalance]
) -> list[balances.AccountBalance]:
    """Those of the person's own currency, else of the first account's."""
    own = people.get(core, person_id).currency
    currencies = [entry.account.currency for entry in entries]
    chosen = own if own in currencies else currencies[0]
    return [entry for entry in entries if entry.account.currency == chosen]
