"""The bank as a whole: its books, consents, transfers and faults, and its calendar."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

from finance_core.errors import BadInput
from finance_core.sandbox.consents import Consents
from finance_core.sandbox.database import Database
from finance_core.sandbox.faults import Faults
from finance_core.sandbox.generator import Life
from finance_core.sandbox.households import HOUSEHOLDS
from finance_core.sandbox.ledger import Ledger
from finance_core.sandbox.plans import Plan
from finance_core.sandbox.records import (
    BankAccount,
    Change,
    Fate,
    Household,
    Row,
    State,
    account_id,
    digest,
    settle,
)
from finance_core.sandbox.settings import SandboxSettings
from finance_core.sandbox.transfers import Transfers

_YEARS = 2
_LONGEST_ADVANCE = 3_660

logger = logging.getLogger(__name__)


class Bank:
    """The sandbox bank over its SQLite file; opening it brings it up to today.

    Attributes:
        ledger: accounts and movements.
        consents: items and tokens.
        transfers: payments.
        faults: what goes wrong on demand.
    """

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self._database = Database(settings.database)
        self.ledger = Ledger(self._database)
        self.consents = Consents(self._database)
        self.transfers = Transfers(self._database, self.ledger, self.today)
        self.faults = Faults()
        self._reached = date.min
        self.catch_up()

    # --- the calendar -------------------------------------------------------------------

    def today(self, household: Household | None = None) -> date:
        """The bank's day; for a household read from a file, that file's last day."""
        if household is not None and household.today is not None:
            return household.today
        return self._reached

    def catch_up(self) -> None:
        """Lives the days up to the real today, if there are any."""
        wanted = self.settings.sandbox_today or datetime.now(UTC).date()
        if wanted > self._reached:
            self._live_until(wanted)

    def advance(self, days: int) -> int:
        """Lives ``days`` more days, whatever the real date; returns how many rows they brought."""
        if not 1 <= days <= _LONGEST_ADVANCE:
            raise BadInput(f"days must be from 1 to {_LONGEST_ADVANCE}.")
        with self._database.transaction():
            return self._live_until(self.today() + timedelta(days=days))

    def _live_until(self, wanted: date) -> int:
        begun = perf_counter()
        with self._database.transaction():
            reached = date.fromisoformat(self.ledger.recall("today") or str(date.min))
            seed = int(self.ledger.recall("seed") or self.settings.sandbox_seed)
            start = date.fromisoformat(self.ledger.recall("start") or str(_first_day(wanted)))
            count = 0
            if wanted > reached:
                for plan in HOUSEHOLDS.values():
                    count += self._live(plan, seed, start, max(reached, start), wanted)
                self.ledger.remember("seed", str(seed))
                self.ledger.remember("start", start.isoformat())
                self.ledger.remember("today", wanted.isoformat())
        self._reached = max(reached, wanted)
        logger.info("%s rows up to %s in %.2f s", count, self._reached, perf_counter() - begun)
        return count

    def _live(self, plan: Plan, seed: int, start: date, reached: date, wanted: date) -> int:
        """One household's days after ``reached``; its first day is the day after ``start``."""
        if reached == start:
            self._open(plan)
        accounts = self.ledger.accounts(plan.name)
        balances = {account.id: self.ledger.balance(account) for account in accounts}
        life = Life(plan, seed, start, balances, self.ledger.waiting(plan.name))
        changes: list[Change] = []
        for day in range(1, (wanted - reached).days + 1):
            changes += life.live(reached + timedelta(days=day))
        return self.ledger.apply(changes)

    def _open(self, plan: Plan) -> None:
        self.ledger.put_household(
            Household(plan.name, plan.title, plan.currency, plan.institution_id, plan.institution)
        )
        for account in plan.accounts:
            self.ledger.put_account(
                BankAccount(
                    account_id(plan.name, account.key),
                    plan.name,
                    account.name,
                    account.kind,
                    plan.currency,
                    account.opening,
                    account.limit,
                )
            )

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Holds the books still, so that what is read or written within belongs together."""
        with self._database.transaction():
            yield

    # --- done to the books by hand ---------------------------------------------------------

    def add_row(self, account: str, minor: int, description: str, *, pending: bool) -> Row:
        """Enters a row of today; a pending one posts tomorrow under another id."""
        owner = self.ledger.account(account)
        day = self.today(self.ledger.household(owner.household))
        with self._database.transaction():
            row = Row(
                id=digest(account, day, self.ledger.newest_event(owner.household), "by hand"),
                account_id=account,
                day=day,
                amount=minor,
                description=description,
                made_on=day,
            )
            if pending:
                row = replace(row, state=State.PENDING, due=day + timedelta(days=1), fate=Fate.POST)
            self.ledger.apply([Change("added", row)])
        return row

    def settle_pending(self, fate: Fate, households: list[Household]) -> int:
        """Gives all pending rows of ``households`` their fate now; returns how many."""
        count = 0
        with self._database.transaction():
            for household in households:
                day = self.today(household)
                for row in self.ledger.waiting(household.name):
                    if row.state is State.PENDING:
                        self.ledger.apply(settle(replace(row, fate=fate), day))
                        count += 1
        return count

    def reset(self) -> None:
        """Forgets everything and lives the households' years anew."""
        self.faults.clear()
        self._reached = date.min
        with self._database.transaction():
            self._database.wipe()
            self.catch_up()

    def close(self) -> None:
        """Closes the database."""
        self._database.close()


def _first_day(today: date) -> date:
    """The day before the households' first one: a month's end two years and more ago."""
    return date(today.year - _YEARS, today.month, 1) - timedelta(days=1)
