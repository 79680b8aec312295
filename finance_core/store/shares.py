"""Rows of accounts that people share, or offer to share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from finance_core.errors import NotFound, NotSignedIn, Refused
from finance_core.store.identity_tables import AccountShareRow
from finance_core.store.people import digest
from finance_core.store.tables import AccountRow, PersonRow

_GONE = "I don't know that share."


@dataclass(frozen=True, slots=True)
class Share:
    """An account that is shared, or offered.

    Attributes:
        account: its name, as its owner knows it.
        owner_id, owner: who shares it.
        person_id, person: with whom; None while nobody has brought the code.
        rights: ``see``, or ``spend``, which includes it.
        expires_at: until when an offer waits; None once it is accepted.
    """

    id: str
    account_id: str
    account: str
    owner_id: str
    owner: str
    person_id: str | None
    person: str | None
    rights: str
    granted_at: datetime
    expires_at: datetime | None
    accepted_at: datetime | None


def offer(
    session: Session,
    account_id: str,
    granted_by: str,
    rights: str,
    code: str,
    *,
    person_id: str | None,
    now: datetime,
    expires_at: datetime,
) -> str:
    """Writes an offer down; it takes the place of an unanswered one. Its id.

    Raises:
        Refused: the account is shared with this person already.
    """
    waiting = [AccountShareRow.account_id == account_id, AccountShareRow.accepted_at.is_(None)]
    same = AccountShareRow.person_id == person_id
    old = or_(AccountShareRow.expires_at <= now, same) if person_id else (
        AccountShareRow.expires_at <= now
    )  # fmt: skip
    session.execute(delete(AccountShareRow).where(*waiting, old))
    row = AccountShareRow(
        account_id=account_id,
        granted_by=granted_by,
        person_id=person_id,
        rights=rights,
        hash=digest(code),
        granted_at=now,
        expires_at=expires_at,
    )
    session.add(row)
    _flush(session)
    return row.id


def accept(session: Session, person_id: str, share_id: str, now: datetime) -> str:
    """The person's yes to an offer made to them; its id.

    Raises:
        NotFound: there is no such offer to them, or it waits no longer.
    """
    mine = (AccountShareRow.id == share_id, AccountShareRow.person_id == person_id)
    taken = _take(session, person_id, now, *mine)
    if taken is None:
        raise NotFound(_GONE)
    return taken


def accept_code(session: Session, person_id: str, code: str, now: datetime) -> str:
    """The yes of whoever brings the code of an offer; its id. The code is used up.

    Raises:
        NotSignedIn: the code is unknown, used or too old, or meant for somebody else.
        Refused: the account is their own, or shared with them already.
    """
    owned = session.scalar(
        select(AccountShareRow.granted_by).where(AccountShareRow.hash == digest(code))
    )
    if owned == person_id:
        raise Refused("That account is yours already.")
    meant = or_(AccountShareRow.person_id.is_(None), AccountShareRow.person_id == person_id)
    taken = _take(session, person_id, now, AccountShareRow.hash == digest(code), meant)
    if taken is None:
        raise NotSignedIn("That code is not valid (any more). Please ask for a new one.")
    return taken


def end(session: Session, person_id: str, share_id: str) -> None:
    """Ends a share, or an offer, by either of the two.

    Raises:
        NotFound: there is none that the person takes part in.
    """
    part = or_(AccountShareRow.granted_by == person_id, AccountShareRow.person_id == person_id)
    gone = session.scalar(
        delete(AccountShareRow)
        .where(AccountShareRow.id == share_id, part)
        .returning(AccountShareRow.id)
    )
    if gone is None:
        raise NotFound(_GONE)


def get(session: Session, person_id: str, share_id: str) -> Share:
    """A share, or an offer, that the person takes part in.

    Raises:
        NotFound: there is none.
    """
    found = next((one for one in _read(session, person_id) if one.id == share_id), None)
    if found is None:
        raise NotFound(_GONE)
    return found


def of_person(session: Session, person_id: str, now: datetime) -> list[Share]:
    """What the person shares and what is shared with them, offers that wait included."""
    found = _read(session, person_id)
    return [one for one in found if one.expires_at is None or one.expires_at > now]


def _read(session: Session, person_id: str) -> list[Share]:
    owner, person = aliased(PersonRow), aliased(PersonRow)
    rows = session.execute(
        select(AccountShareRow, AccountRow.name, owner.name, person.name)
        .join(AccountRow, AccountRow.id == AccountShareRow.account_id)
        .join(owner, owner.id == AccountShareRow.granted_by)
        .outerjoin(person, person.id == AccountShareRow.person_id)
        .where(or_(AccountShareRow.granted_by == person_id, AccountShareRow.person_id == person_id))
        .order_by(AccountShareRow.granted_at, AccountShareRow.id)
    )
    return [
        Share(
            id=row.id,
            account_id=row.account_id,
            account=account,
            owner_id=row.granted_by,
            owner=owner_name,
            person_id=row.person_id,
            person=person_name,
            rights=row.rights,
            granted_at=row.granted_at,
            expires_at=row.expires_at,
            accepted_at=row.accepted_at,
        )
        for row, account, owner_name, person_name in rows
    ]


def _take(
    session: Session, person_id: str, now: datetime, *which: ColumnElement[bool]
) -> str | None:
    try:
        return session.scalar(
            update(AccountShareRow)
            .where(*which, AccountShareRow.accepted_at.is_(None), AccountShareRow.expires_at > now)
            .values(person_id=person_id, accepted_at=now, expires_at=None, hash=None)
            .returning(AccountShareRow.id)
            .execution_options(synchronize_session=False)
        )
    except IntegrityError as err:
        raise Refused(_TWICE) from err


_TWICE = "That account is shared with this person already. End that first to change it."


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as err:
        raise Refused(_TWICE) from err
