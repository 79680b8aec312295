"""Reading a person's ledger. Every query is limited to one person's rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from finance_core.errors import NotFound
from finance_core.model import Account, AccountKind, Transaction
from finance_core.money import Money
from finance_core.store.tables import AccountRow, CorrectionRow, PersonRow, TransactionRow

_MOVEMENTS = TransactionRow.__table__.c

CATEGORY: ColumnElement[str] = func.coalesce(
    TransactionRow.own_category, CorrectionRow.category, TransactionRow.category
)
"""The category in force: the person's word for the row, else for the merchant, else as found.

Needs ``outerjoin(CorrectionRow, corrects(person_id))``.
"""


def corrects(person_id: str) -> ColumnElement[bool]:
    """Joins a movement with the person's own category for its merchant."""
    return and_(
        CorrectionRow.person_id == person_id, CorrectionRow.merchant == TransactionRow.merchant
    )


def accounts(session: Session, person_id: str) -> list[Account]:
    """All accounts, by name."""
    rows = session.scalars(select(AccountRow).where(AccountRow.person_id == person_id))
    found = [as_account(row) for row in rows]
    return sorted(found, key=lambda account: (account.name.casefold(), account.id))


def account(session: Session, person_id: str, account_id: str) -> Account:
    """One account.

    Raises:
        NotFound: there is none of this id, or it is somebody else's.
    """
    row = session.scalar(
        select(AccountRow).where(AccountRow.person_id == person_id, AccountRow.id == account_id)
    )
    if row is None:
        raise NotFound("I don't know that account.")
    return as_account(row)


def transactions(
    session: Session,
    person_id: str,
    *,
    account_ids: Collection[str] | None = None,
    start: date | None = None,
    end: date | None = None,
) -> list[Transaction]:
    """Movements by day, and within a day in the bank's order, in the categories in force.

    Args:
        session: an open session.
        person_id: whose.
        account_ids: only of these accounts; ids of other people match nothing.
        start: first day wanted, included.
        end: last day wanted, included.
    """
    currencies = _currencies(session, person_id, account_ids)
    conditions: list[ColumnElement[bool]] = [_MOVEMENTS.account_id.in_(currencies)]
    if start is not None:
        conditions.append(_MOVEMENTS.posted_on >= start)
    if end is not None:
        conditions.append(_MOVEMENTS.posted_on <= end)
    rows = session.connection().execute(  # plain rows: thousands of them in a turn
        select(
            _MOVEMENTS.id,
            _MOVEMENTS.account_id,
            _MOVEMENTS.posted_on,
            _MOVEMENTS.amount_minor,
            _MOVEMENTS.description,
            _MOVEMENTS.merchant,
            CATEGORY,
            _MOVEMENTS.pending,
            _MOVEMENTS.sequence,
        )
        .select_from(TransactionRow)
        .outerjoin(CorrectionRow, corrects(person_id))
        .where(*conditions)
        .order_by(_MOVEMENTS.posted_on, _MOVEMENTS.sequence, _MOVEMENTS.id)
    )
    return [
        Transaction(key, account, day, Money.from_minor(minor, currencies[account]), *rest)
        for key, account, day, minor, *rest in rows
    ]


def booked_after(session: Session, person_id: str, day: date) -> dict[str, Money]:
    """Sum of the booked (not pending) movements after ``day``, by account id.

    Accounts without any are left out.
    """
    rows = session.execute(
        select(AccountRow.id, AccountRow.currency, func.sum(TransactionRow.amount_minor))
        .join(TransactionRow, TransactionRow.account_id == AccountRow.id)
        .where(
            AccountRow.person_id == person_id,
            TransactionRow.posted_on > day,
            TransactionRow.pending.is_(False),
        )
        .group_by(AccountRow.id, AccountRow.currency)
    )
    return {account_id: Money.from_minor(int(minor), code) for account_id, code, minor in rows}


def first_days(session: Session, person_id: str) -> dict[str, date]:
    """Day of the earliest movement, by account id; accounts without any are left out."""
    rows = session.execute(
        select(AccountRow.id, func.min(TransactionRow.posted_on))
        .join(TransactionRow, TransactionRow.account_id == AccountRow.id)
        .where(AccountRow.person_id == person_id)
        .group_by(AccountRow.id)
    )
    return {str(account_id): day for account_id, day in rows}


def ledger_mark(session: Session, person_id: str) -> int:
    """A mark that changes whenever the person's movements or their categories do.

    Good for deciding whether something derived from the ledger is still current.
    """
    version = session.scalar(select(PersonRow.ledger_version).where(PersonRow.id == person_id))
    return version or 0


def newest_day(session: Session, person_id: str) -> date | None:
    """Day of the latest movement; None when there is none."""
    return session.scalar(
        select(func.max(TransactionRow.posted_on))
        .join(AccountRow, AccountRow.id == TransactionRow.account_id)
        .where(AccountRow.person_id == person_id)
    )


def merchant_names(session: Session, person_id: str, category: str | None = None) -> list[str]:
    """Merchants that occur (in one category, when given), most used first."""
    return _most_used(session, person_id, TransactionRow.merchant, category)


def category_codes(session: Session, person_id: str) -> list[str]:
    """Categories that occur, most used first."""
    return _most_used(session, person_id, CATEGORY)


def corrections(session: Session, person_id: str) -> dict[str, str]:
    """The person's own categories, by merchant."""
    rows = session.execute(
        select(CorrectionRow.merchant, CorrectionRow.category).where(
            CorrectionRow.person_id == person_id
        )
    )
    return dict(rows.all())


def _most_used(
    session: Session,
    person_id: str,
    column: ColumnElement[str] | InstrumentedAttribute[str],
    category: str | None = None,
) -> list[str]:
    query = (
        select(column, func.count())
        .select_from(TransactionRow)
        .join(AccountRow, AccountRow.id == TransactionRow.account_id)
        .outerjoin(CorrectionRow, corrects(person_id))
        .where(AccountRow.person_id == person_id)
        .group_by(column)
    )
    if category is not None:
        query = query.where(CATEGORY.in_([category]))
    rows = session.execute(query)
    return [name for name, _ in sorted(rows, key=lambda row: (-row[1], row[0]))]


def _currencies(
    session: Session, person_id: str, account_ids: Collection[str] | None
) -> dict[str, str]:
    """Currency of each of the person's accounts that are asked for."""
    query = select(AccountRow.id, AccountRow.currency).where(AccountRow.person_id == person_id)
    if account_ids is not None:
        query = query.where(AccountRow.id.in_(account_ids))
    return dict(session.execute(query).all())


def as_account(found: AccountRow) -> Account:
    """The account of a row."""
    available = found.available_minor
    return Account(
        id=found.id,
        person_id=found.person_id,
        name=found.name,
        kind=AccountKind(found.kind),
        current=Money.from_minor(found.current_minor, found.currency),
        available=None if available is None else Money.from_minor(available, found.currency),
        as_of=found.as_of,
        connection_id=found.connection_id,
        institution=found.institution,
    )
