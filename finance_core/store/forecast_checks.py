"""Which accounts a forecast is due for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from finance_core.store.forecast_tables import ForecastCheckRow
from finance_core.store.tables import AccountRow, PersonRow


@dataclass(frozen=True, slots=True)
class Check:
    """An account that was looked at; see ``ForecastCheckRow``."""

    account_id: str
    due_at: datetime
    ledger_version: int | None
    model: str


def due(session: Session, now: datetime, model: str, most: int) -> list[str]:
    """Ids of up to ``most`` accounts to look at, those that have waited longest first."""
    check = ForecastCheckRow
    rows = session.scalars(
        select(AccountRow.id)
        .join(PersonRow, PersonRow.id == AccountRow.person_id)
        .outerjoin(check, check.account_id == AccountRow.id)
        .where(
            or_(
                check.account_id.is_(None),
                check.due_at <= now,
                check.ledger_version != PersonRow.ledger_version,
                check.model != model,
            )
        )
        .order_by(check.due_at.asc().nulls_first(), AccountRow.id)
        .limit(most)
    )
    return list(rows)


def note(session: Session, checks: Collection[Check]) -> None:
    """Writes down what was looked at; the accounts have to exist, see ``forecasts.alive``."""
    ids = [one.account_id for one in checks]
    session.execute(delete(ForecastCheckRow).where(ForecastCheckRow.account_id.in_(ids)))
    if checks:
        session.execute(insert(ForecastCheckRow), [asdict(one) for one in checks])
