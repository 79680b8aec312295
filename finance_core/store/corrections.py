"""A person's own categories: of one movement, and of all of a merchant's.

What Penny found stays in ``transactions.category``; the person's word is kept beside it and
goes before it wherever movements are read (``queries``). So a sync overwrites no correction,
and taking one back leaves exactly what was there, also of movements that came meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from finance_core.errors import NotFound
from finance_core.model import TransactionRecord
from finance_core.money import Money
from finance_core.store import queries
from finance_core.store.ledger import lock_person, mark_changed
from finance_core.store.tables import AccountRow, CorrectionRow, TransactionRow


def correct(session: Session, person_id: str, merchant: str, category: str, now: datetime) -> int:
    """Keeps the person's own category for a merchant; the number of rows it changed."""
    lock_person(session, person_id)
    before = _effective(session, person_id, merchant)
    session.merge(
        CorrectionRow(person_id=person_id, merchant=merchant, category=category, updated_at=now)
    )
    session.flush()
    mark_changed(session, person_id)
    after = _effective(session, person_id, merchant)
    return sum(before[row_id] != after[row_id] for row_id in after)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the category of a movement rests on.

    Attributes:
        record: the movement as it was reported, without the bank's ids.
        found: the category that was found for it.
        own: the person's word for this movement, ``rule`` that for its merchant.
    """

    record: TransactionRecord
    found: str
    own: str | None
    rule: str | None


def evidence(session: Session, person_id: str, transaction_id: str) -> Evidence | None:
    """What the category of a movement rests on; None when it is somebody else's."""
    found = session.execute(
        select(TransactionRow, AccountRow.currency, CorrectionRow.category)
        .join(AccountRow, AccountRow.id == TransactionRow.account_id)
        .outerjoin(CorrectionRow, queries.corrects(person_id))
        .where(AccountRow.person_id == person_id, TransactionRow.id == transaction_id)
    ).one_or_none()
    if found is None:
        return None
    row, currency, rule = found
    record = TransactionRecord(
        external_id=row.external_id,
        account_external_id=row.account_id,
        posted_on=row.posted_on,
        amount=Money.from_minor(row.amount_minor, currency),
        description=row.description,
        pending=row.pending,
        merchant_hint=row.merchant_hint,
        category_hint=row.category_hint,
        mcc=row.mcc,
    )
    return Evidence(record, row.category, row.own_category, rule)


def put_row(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Gives one movement a category of its own.

    Args:
        session: an open session that writes.
        person_id: whose.
        payload: ``transaction`` (id) and ``category``; a category of None takes it away.
        now: when.

    Returns:
        The payload that brings back what there was before.

    Raises:
        NotFound: the movement is gone, or somebody else's.
    """
    row_id = payload["transaction"]
    found = session.execute(
        select(TransactionRow.own_category)
        .join(AccountRow, AccountRow.id == TransactionRow.account_id)
        .where(AccountRow.person_id == person_id, TransactionRow.id == row_id)
    ).one_or_none()
    if found is None:
        raise NotFound("That transaction is no longer in your accounts.")
    _set_own(session, {row_id: payload["category"]})
    mark_changed(session, person_id)
    return {"transaction": row_id, "category": found[0]}


def restore_row(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Brings back what ``put_row`` replaced."""
    put_row(session, person_id, before, now)


def put_always(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Gives all of a merchant's movements, and those to come, one category.

    Args:
        session: an open session that writes.
        person_id: whose.
        payload: ``merchants`` (all names the ledger has for it) and ``category``.
        now: when.

    Returns:
        What it replaced: ``rules`` (merchant → category, or None where there was none) and
        ``rows`` (movement → the category of its own that it had).
    """
    merchants = list(payload["merchants"])
    known = queries.corrections(session, person_id)
    own = _own_rows(session, person_id, merchants)
    _set_own(session, dict.fromkeys(own))
    for merchant in merchants:
        correct(session, person_id, merchant, payload["category"], now)
    return {"rules": {merchant: known.get(merchant) for merchant in merchants}, "rows": own}


def restore_always(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Brings back the rules and the rows' own categories that ``put_always`` replaced."""
    for merchant, category in before["rules"].items():
        rule = session.get(CorrectionRow, (person_id, merchant))
        if category is not None:
            correct(session, person_id, merchant, category, now)
        elif rule is not None:
            session.delete(rule)
    still = _ids(session, person_id, payload["merchants"])
    _set_own(session, {row_id: own for row_id, own in before["rows"].items() if row_id in still})
    mark_changed(session, person_id)


def _effective(session: Session, person_id: str, merchant: str) -> dict[str, str]:
    """The category in force of each of a merchant's movements."""
    rows = session.execute(
        select(TransactionRow.id, queries.CATEGORY)
        .join(AccountRow, AccountRow.id == TransactionRow.account_id)
        .outerjoin(CorrectionRow, queries.corrects(person_id))
        .where(AccountRow.person_id == person_id, TransactionRow.merchant == merchant)
    )
    return dict(rows.all())


def _own_rows(session: Session, person_id: str, merchants: Iterable[str]) -> dict[str, str]:
    rows = session.execute(
        select(TransactionRow.id, TransactionRow.own_category)
        .join(AccountRow, AccountRow.id == TransactionRow.account_id)
        .where(
            AccountRow.person_id == person_id,
            TransactionRow.merchant.in_(list(merchants)),
            TransactionRow.own_category.is_not(None),
        )
    )
    return {row_id: own for row_id, own in rows if own is not None}


def _ids(session: Session, person_id: str, merchants: Iterable[str]) -> set[str]:
    return set(
        session.scalars(
            select(TransactionRow.id)
            .join(AccountRow, AccountRow.id == TransactionRow.account_id)
            .where(AccountRow.person_id == person_id, TransactionRow.merchant.in_(list(merchants)))
        )
    )


def _set_own(session: Session, categories: Mapping[str, str | None]) -> None:
    for row_id, category in categories.items():
        session.execute(
            update(TransactionRow)
            .where(TransactionRow.id == row_id)
            .values(own_category=category)
            .execution_options(synchronize_session=False)
        )
