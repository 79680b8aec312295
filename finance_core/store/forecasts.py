"""Forecasts that were made in advance: one for each account and day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, delete, insert, or_, select
from sqlalchemy.orm import Session

from finance_core.model import BalanceForecast, ForecastDay
from finance_core.money import Money
from finance_core.store.forecast_tables import AccountForecastRow
from finance_core.store.tables import AccountRow

KEPT = timedelta(days=7)
"""How long a forecast is kept, to be compared with what came."""

_QUANTILES = ("q05", "q10", "q50", "q90", "q95")


@dataclass(frozen=True, slots=True)
class AccountForecast:
    """A forecast, the account it is of, and the digest of the movements it was made from."""

    account_id: str
    fingerprint: str
    forecast: BalanceForecast


def replace(session: Session, made: Collection[AccountForecast], now: datetime) -> set[str]:
    """Writes forecasts in place of those of the same account and day; drops what is too old.

    Writers of the same accounts queue, and writing the same again changes nothing.

    Returns:
        Ids of the accounts that still exist, which are those that were written.
    """
    there = alive(session, [one.account_id for one in made])
    kept = [one for one in made if one.account_id in there]
    table = AccountForecastRow
    for origin in {one.forecast.origin for one in kept}:
        same_day = [one.account_id for one in kept if one.forecast.origin == origin]
        session.execute(
            delete(table).where(
                table.account_id.in_(same_day),
                or_(table.origin == origin, table.origin < origin - KEPT),
            )
        )
    if kept:
        session.execute(insert(table), [_values(one, now) for one in kept])
    return there


def alive(session: Session, ids: Collection[str]) -> set[str]:
    """Which accounts still exist; they do until the session's transaction ends."""
    rows = session.scalars(
        select(AccountRow.id)
        .where(AccountRow.id.in_(ids))
        .order_by(AccountRow.id)
        .with_for_update(key_share=True)
    )
    return set(rows)


def of_day(
    session: Session, person_id: str, account_id: str, origin: date
) -> AccountForecast | None:
    """What was forecast for a person's account at the end of ``origin``."""
    row = session.scalar(
        select(AccountForecastRow)
        .join(
            AccountRow,
            and_(AccountRow.id == AccountForecastRow.account_id, AccountRow.person_id == person_id),
        )
        .where(AccountForecastRow.account_id == account_id, AccountForecastRow.origin == origin)
    )
    return None if row is None else _forecast(row)


def _values(made: AccountForecast, now: datetime) -> dict[str, object]:
    found = made.forecast
    return {
        "account_id": made.account_id,
        "origin": found.origin,
        "fingerprint": made.fingerprint,
        "model": found.model,
        "currency": found.start.currency,
        "start_minor": found.start.minor,
        "low_point_minor": found.low_point.minor,
        "low_point_q05_minor": found.low_point_q05.minor,
        "low_point_on": found.low_point_on,
        "next_income_on": found.next_income_on,
        "quantiles": {
            name: [getattr(day, name).minor for day in found.days] for name in _QUANTILES
        },
        "made_at": now,
    }


def _forecast(row: AccountForecastRow) -> AccountForecast:
    def money(minor: int) -> Money:
        return Money.from_minor(minor, row.currency)

    columns = zip(*(row.quantiles[name] for name in _QUANTILES), strict=True)
    days = tuple(
        ForecastDay(row.origin + timedelta(days=number), *(money(minor) for minor in column))
        for number, column in enumerate(columns, start=1)
    )
    found = BalanceForecast(
        origin=row.origin,
        start=money(row.start_minor),
        days=days,
        next_income_on=row.next_income_on,
        low_point=money(row.low_point_minor),
        low_point_q05=money(row.low_point_q05_minor),
        low_point_on=row.low_point_on,
        model=row.model,
    )
    return AccountForecast(row.account_id, row.fingerprint, found)
