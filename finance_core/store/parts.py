"""Everybody's accounts in parts, so that many processes can share the reading.

Everything else in the store reads one person's rows; this is for what is worked out for all
accounts at once and written back to each person's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from finance_core.model import Account, AccountKind, Person, Transaction
from finance_core.money import Money
from finance_core.store.people import as_person
from finance_core.store.queries import CATEGORY, as_account
from finance_core.store.tables import AccountRow, CorrectionRow, PersonRow, TransactionRow

_MOVEMENTS = TransactionRow.__table__.c


@dataclass(frozen=True, slots=True)
class Part:
    """The accounts whose ids lie between two, both included; only ``ids`` of them if given."""

    first: str
    last: str
    ids: tuple[str, ...] = ()

    @classmethod
    def of(cls, ids: Collection[str]) -> Part:
        """Some accounts, at least one."""
        return cls(min(ids), max(ids), tuple(ids))

    @property
    def inside(self) -> ColumnElement[bool]:
        """Whether an account is in it."""
        if self.ids:
            return AccountRow.id.in_(self.ids)
        return AccountRow.id.between(self.first, self.last)


@dataclass(frozen=True, slots=True)
class AccountLedger:
    """An account, whose it is, and its movements, oldest first.

    Attributes:
        version: of the person's ledger; not newer than the movements.
    """

    person: Person
    account: Account
    movements: tuple[Transaction, ...]
    version: int


@dataclass(frozen=True, slots=True)
class StoredLedger:
    """The rows of an account as they lie in the store, right or wrong."""

    account_id: str
    person: PersonRow
    account: AccountRow
    movements: Sequence[Any]

    def read(self) -> AccountLedger:
        """What the rows say; raises whatever a row that makes no sense leads to."""
        code = self.account.currency
        rows = tuple(
            Transaction(key, account, day, Money.from_minor(minor, code), *rest)
            for account, key, day, minor, *rest in self.movements
        )
        return AccountLedger(
            as_person(self.person), as_account(self.account), rows, self.person.ledger_version
        )


def parts(session: Session, size: int) -> list[Part]:
    """All accounts, ``size`` in each part but the last; an account added later is in one too."""
    place = func.row_number().over(order_by=AccountRow.id) - 1
    numbered = select(AccountRow.id, (place // size).label("part")).subquery()
    rows = session.execute(
        select(func.min(numbered.c.id), func.max(numbered.c.id))
        .group_by(numbered.c.part)
        .order_by(numbered.c.part)
    )
    return [Part(first, last) for first, last in rows]


def one_by_one(session: Session, part: Part) -> list[Part]:
    """The accounts of a part, each a part of its own."""
    ids = session.scalars(select(AccountRow.id).where(part.inside).order_by(AccountRow.id))
    return [Part(key, key) for key in ids]


def ledgers(session: Session, part: Part, since: date) -> Iterator[StoredLedger]:
    """The accounts of a part with their movements from ``since`` on, in order of their ids."""
    inside = part.inside
    owned = session.execute(
        select(AccountRow, PersonRow)
        .join(PersonRow, PersonRow.id == AccountRow.person_id)
        .where(inside)
        .order_by(AccountRow.id)
    ).all()
    corrects = and_(
        CorrectionRow.person_id == AccountRow.person_id,
        CorrectionRow.merchant == TransactionRow.merchant,
    )
    rows = session.connection().execute(
        select(
            _MOVEMENTS.account_id,
            _MOVEMENTS.id,
            _MOVEMENTS.posted_on,
            _MOVEMENTS.amount_minor,
            _MOVEMENTS.description,
            _MOVEMENTS.merchant,
            CATEGORY,
            _MOVEMENTS.pending,
            _MOVEMENTS.sequence,
        )
        .select_from(TransactionRow)
        .join(AccountRow, AccountRow.id == TransactionRow.account_id)
        .outerjoin(CorrectionRow, corrects)
        .where(inside, _MOVEMENTS.posted_on >= since)
        .order_by(_MOVEMENTS.account_id, _MOVEMENTS.posted_on, _MOVEMENTS.sequence, _MOVEMENTS.id)
    )
    by_account = {key: list(found) for key, found in groupby(rows, key=lambda row: row[0])}
    for account, person in owned:
        yield StoredLedger(account.id, person, account, by_account.get(account.id, ()))


def lived_in(session: Session, since: date, reported: date) -> list[tuple[str, str]]:
    """Everyday accounts with movements before ``since`` and after ``reported``.

    Returns:
        Ids of account and person.
    """
    booked = TransactionRow.pending.is_(False)
    everyday = [kind.value for kind in AccountKind if kind.is_everyday]
    rows = session.execute(
        select(AccountRow.id, AccountRow.person_id)
        .join(TransactionRow, TransactionRow.account_id == AccountRow.id)
        .where(booked, AccountRow.kind.in_(everyday))
        .group_by(AccountRow.id, AccountRow.person_id)
        .having(
            func.min(TransactionRow.posted_on) <= since,
            func.max(TransactionRow.posted_on) >= reported,
        )
    )
    return [(account_id, person_id) for account_id, person_id in rows]
