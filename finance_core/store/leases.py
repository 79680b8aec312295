"""Work that one process does at a time, however many there are: a name, taken for a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from finance_core.store.forecast_tables import LeaseRow


def take(session: Session, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Takes a lease, or keeps one's own for longer; False while somebody else has it."""
    taken = session.scalar(
        update(LeaseRow)
        .where(LeaseRow.name == name, (LeaseRow.until <= now) | (LeaseRow.holder == holder))
        .values(holder=holder, until=until)
        .returning(LeaseRow.name)
        .execution_options(synchronize_session=False)
    )
    if taken:
        return True
    if session.scalar(select(LeaseRow.name).where(LeaseRow.name == name)):
        return False
    try:
        with session.begin_nested():
            session.add(LeaseRow(name=name, holder=holder, until=until))
    except IntegrityError:  # somebody else was first by a moment
        return False
    return True


def release(session: Session, name: str, holder: str) -> None:
    """Gives a lease back, if it is still one's own."""
    session.execute(delete(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder))
