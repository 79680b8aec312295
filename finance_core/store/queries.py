"""Reading a person's ledger. Every query is limited to one person's reach.

That is their own accounts, unless a wider `Reach` is given (``store/reach.py``). What
somebody else's account is called says whose it is, and its movements have the categories
that its owner gave them.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from contextlib import suppress
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, join, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from finance_core.errors import NotFound
from finance_core.model import Account, AccountKind, Reach, Transaction
from finance_core.money import Money
from finance_core.store.reach import shared_ids, within
from finance_core.store.tables import AccountRow, CorrectionRow, PersonRow, TransactionRow

_MOVEMENTS = TransactionRow.__table__.c

_HOME = TransactionRow.account_id == AccountRow.id

CATEGORY: ColumnElement[str] = func.coalesce(
    TransactionRow.own_category, CorrectionRow.category, TransactionRow.category
)
"""The category in force: the person's word for the row, else for the merchant, else as found.

Needs ``outerjoin(CorrectionRow, corrects(person_id))``.
"""


def corrects(person_id: str | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Joins a movement with its owner's own category for its merchant."""
    return and_(
        CorrectionRow.person_id == person_id, CorrectionRow.merchant == TransactionRow.merchant
    )


def accounts(session: Session, person_id: str, reach: Reach = Reach.OWN) -> list[Account]:
    """All accounts, one's own first, by name."""
    rows = session.execute(_with_owner().where(within(person_id, reach)))
    found = [_seen_by(person_id, row, owner) for row, owner in rows]
    return sorted(found, key=lambda one: (one.person_id != person_id, one.name.casefold(), one.id))


def account(session: Session, person_id: str, account_id: str, reach: Reach = Reach.OWN) -> Account:
    """One account.

    Raises:
        NotFound: there is none of this id, or it is out of the person's reach.
    """
    found = session.execute(
        _with_owner().where(within(person_id, reach), AccountRow.id == account_id)
    ).one_or_none()
    if found is None:
        raise NotFound("I don't know that account.")
    return _seen_by(person_id, found[0], found[1])


def account_of_record(session: Session, person_id: str, account_id: str) -> Account:
    """An account that a row of the person's own names, as after a transfer from it.

    It keeps its name when it is no longer shared; what is in it is then not told.

    Raises:
        NotFound: it does not exist any more.
    """
    with suppress(NotFound):
        return account(session, person_id, account_id, Reach.SEE)
    found = session.execute(_with_owner().where(AccountRow.id == account_id)).one_or_none()
    if found is None:
        raise NotFound("I don't know that account.")
    known = _seen_by(person_id, found[0], found[1])
    return replace(known, current=Money.zero(known.currency), available=None)


def owner(session: Session, account_id: str) -> str | None:
    """The id of the person whose account it is."""
    return session.scalar(select(AccountRow.person_id).where(AccountRow.id == account_id))


def transactions(
    session: Session,
    person_id: str,
    *,
    account_ids: Collection[str] | None = None,
    start: date | None = None,
    end: date | None = None,
    reach: Reach = Reach.OWN,
) -> list[Transaction]:
    """Movements by day, and within a day in the bank's order, in the categories in force.

    Args:
        session: an open session.
        person_id: whose.
        account_ids: only of these accounts; ids of other people match nothing.
        start: first day wanted, included.
        end: last day wanted, included.
        reach: how far beyond the person's own accounts.
    """
    currencies = _currencies(session, person_id, account_ids, reach)
    conditions: list[ColumnElement[bool]] = [_MOVEMENTS.account_id.in_(currencies)]
    if start is not None:
        conditions.append(_MOVEMENTS.posted_on >= start)
    if end is not None:
        conditions.append(_MOVEMENTS.posted_on <= end)
    source: FromClause = TransactionRow.__table__
    whose: str | InstrumentedAttribute[str] = person_id
    if reach is not Reach.OWN:
        source, whose = join(TransactionRow, AccountRow, _HOME), AccountRow.person_id
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
        .select_from(source)
        .outerjoin(CorrectionRow, corrects(whose))
        .where(*conditions)
        .order_by(_MOVEMENTS.posted_on, _MOVEMENTS.sequence, _MOVEMENTS.id)
    )
    return [
        Transaction(key, account, day, Money.from_minor(minor, currencies[account]), *rest)
        for key, account, day, minor, *rest in rows
    ]


def booked_after(
    session: Session, person_id: str, day: date, reach: Reach = Reach.OWN
) -> dict[str, Money]:
    """Sum of the booked (not pending) movements after ``day``, by account id.

    Accounts without any are left out.
    """
    rows = session.execute(
        select(AccountRow.id, AccountRow.currency, func.sum(TransactionRow.amount_minor))
        .join(TransactionRow, TransactionRow.account_id == AccountRow.id)
        .where(
            within(person_id, reach),
            TransactionRow.posted_on > day,
            TransactionRow.pending.is_(False),
        )
        .group_by(AccountRow.id, AccountRow.currency)
    )
    return {account_id: Money.from_minor(int(minor), code) for account_id, code, minor in rows}


def first_days(session: Session, person_id: str, reach: Reach = Reach.OWN) -> dict[str, date]:
    """Day of the earliest movement, by account id; accounts without any are left out."""
    rows = session.execute(
        select(AccountRow.id, func.min(TransactionRow.posted_on))
        .join(TransactionRow, TransactionRow.account_id == AccountRow.id)
        .where(within(person_id, reach))
        .group_by(AccountRow.id)
    )
    return {str(account_id): day for account_id, day in rows}


def ledger_mark(session: Session, person_id: str, reach: Reach = Reach.OWN) -> Hashable:
    """A mark that changes whenever the movements in reach or their categories do.

    Good for deciding whether something derived from the ledger is still current. It is the
    same for every reach while nothing is shared.
    """
    version = session.scalar(select(PersonRow.ledger_version).where(PersonRow.id == person_id))
    own = version or 0
    if reach is Reach.OWN:
        return own
    shared = session.execute(
        select(AccountRow.id, PersonRow.ledger_version)
        .join(PersonRow, PersonRow.id == AccountRow.person_id)
        .where(AccountRow.id.in_(shared_ids(person_id, reach)))
        .order_by(AccountRow.id)
    )
    others = tuple(map(tuple, shared))
    return (own, others) if others else own


def newest_day(session: Session, person_id: str, reach: Reach = Reach.OWN) -> date | None:
    """Day of the latest movement; None when there is none."""
    return session.scalar(
        select(func.max(TransactionRow.posted_on))
        .join(AccountRow, AccountRow.id == TransactionRow.account_id)
        .where(within(person_id, reach))
    )


def merchant_names(
    session: Session, person_id: str, category: str | None = None, reach: Reach = Reach.OWN
) -> list[str]:
    """Merchants that occur (in one category, when given), most used first."""
    return _most_used(session, person_id, TransactionRow.merchant, reach, category)


def category_codes(session: Session, person_id: str, reach: Reach = Reach.OWN) -> list[str]:
    """Categories that occur, most used first."""
    return _most_used(session, person_id, CATEGORY, reach)


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
    reach: Reach,
    category: str | None = None,
) -> list[str]:
    query = (
        select(column, func.count())
        .select_from(TransactionRow)
        .join(AccountRow, AccountRow.id == TransactionRow.account_id)
        .outerjoin(CorrectionRow, corrects(AccountRow.person_id))
        .where(within(person_id, reach))
        .group_by(column)
    )
    if category is not None:
        query = query.where(CATEGORY.in_([category]))
    rows = session.execute(query)
    return [name for name, _ in sorted(rows, key=lambda row: (-row[1], row[0]))]


def _currencies(
    session: Session, person_id: str, account_ids: Collection[str] | None, reach: Reach
) -> dict[str, str]:
    """Currency of each of the accounts in reach that are asked for."""
    query = select(AccountRow.id, AccountRow.currency).where(within(person_id, reach))
    if account_ids is not None:
        query = query.where(AccountRow.id.in_(account_ids))
    return dict(session.execute(query).all())


def _with_owner() -> Select[AccountRow, str]:
    return select(AccountRow, PersonRow.name).join(PersonRow, PersonRow.id == AccountRow.person_id)


def _seen_by(person_id: str, row: AccountRow, owner_name: str) -> Account:
    found = as_account(row)
    if found.person_id == person_id:
        return found
    return replace(found, name=f"{found.name} ({owner_name}’s)")


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
