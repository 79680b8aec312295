"""Suggestions that were put to people, and what they answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from finance_core.store.plan_tables import OfferRow


@dataclass(frozen=True, slots=True)
class StoredOffer:
    """One suggestion as it was put to a person; see ``OfferRow``."""

    key: str
    kind: str
    last_on: date
    times: int
    answer: str | None
    answered_on: date | None


def of_person(session: Session, person_id: str) -> list[StoredOffer]:
    """All that was ever put to a person, by key."""
    rows = session.scalars(
        select(OfferRow).where(OfferRow.person_id == person_id).order_by(OfferRow.key)
    )
    return [
        StoredOffer(row.key, row.kind, row.last_on, row.times, row.answer, row.answered_on)
        for row in rows
    ]


def put(session: Session, person_id: str, offered: Iterable[tuple[str, str]], day: date) -> None:
    """Notes that suggestions, as ``(key, kind)``, were put to a person on a day.

    Several times on one day count once; an answer from before stays.
    """
    for key, kind in offered:
        row = session.get(OfferRow, (person_id, key))
        if row is None:
            row = OfferRow(person_id=person_id, key=key, kind=kind, last_on=day, times=1)
            session.add(row)
        elif row.last_on != day:
            row.times, row.last_on = row.times + 1, day


def answer(session: Session, person_id: str, key: str, said: str, day: date) -> bool:
    """Keeps the answer to a suggestion; False when it was never put to the person."""
    row = session.get(OfferRow, (person_id, key))
    if row is None:
        return False
    row.answer, row.answered_on = said, day
    return True
