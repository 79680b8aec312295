"""Tables of forecasts that are made in advance, once a day for each account."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.store.columns import Currency, Minor
from finance_core.store.tables import Base


class AccountForecastRow(Base):
    """What was forecast for an account at the end of ``origin``; ``model.BalanceForecast``.

    ``fingerprint`` tells from which movements. ``quantiles`` maps ``q05``, ``q10``, ``q50``,
    ``q90`` and ``q95`` to a list of minor units, one for each day after ``origin``.
    """

    __tablename__ = "account_forecasts"

    account_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    origin: Mapped[date] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    model: Mapped[str] = mapped_column(Text)
    currency: Mapped[Currency]
    start_minor: Mapped[Minor]
    low_point_minor: Mapped[Minor]
    low_point_q05_minor: Mapped[Minor]
    low_point_on: Mapped[date]
    next_income_on: Mapped[date | None]
    quantiles: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class ForecastCheckRow(Base):
    """When an account was last looked at, whether or not there was anything to forecast.

    ``due_at`` is the person's next midnight; before that a forecast is only due when the ledger
    is not the one of ``ledger_version`` any more (None: whichever it is), or the shared model
    not ``model``.
    """

    __tablename__ = "forecast_checks"

    account_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    due_at: Mapped[datetime]
    ledger_version: Mapped[int | None] = mapped_column(BigInteger)
    model: Mapped[str] = mapped_column(String(64))


class LeaseRow(Base):
    """Work that one process does at a time, and until when it may."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(String(32))
    until: Mapped[datetime]
