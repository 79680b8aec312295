"""The tables of what people plan with their money: goals, and the terms of their debts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.store.columns import Currency, Id, Minor, owner
from finance_core.store.tables import Base, new_id


class GoalRow(Base):
    """What a person saves for.

    With an account, what it has grown by since ``start_minor`` (its balance at the end of
    the day before ``started_on``) counts as saved; so do ``contributions``, a list of
    ``{"on": ISO date, "minor": minor units}``.
    """

    __tablename__ = "goals"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = owner()
    name: Mapped[str] = mapped_column(Text)
    target_minor: Mapped[Minor]
    currency: Mapped[Currency]
    due_on: Mapped[date | None]
    account_id: Mapped[str | None] = mapped_column(
        String(32), ForeignKey("accounts.id", ondelete="SET NULL"), index=True
    )
    start_minor: Mapped[Minor]
    started_on: Mapped[date]
    contributions: Mapped[list[dict[str, Any]]]
    created_at: Mapped[datetime]


class DebtTermsRow(Base):
    """What a debt costs, as the person said: yearly rate in basis points, least payment a month."""

    __tablename__ = "debt_terms"

    account_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[str] = owner()
    apr_bps: Mapped[int]
    minimum_minor: Mapped[Minor]
    updated_at: Mapped[datetime]


class OfferRow(Base):
    """A suggestion that was put to a person, and the last answer to it.

    ``key`` says what it is about (``advice/insights.py``); ``times`` counts the days on which
    it was offered, the last of which was ``last_on``.
    """

    __tablename__ = "offers"

    person_id: Mapped[str] = owner(primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    last_on: Mapped[date]
    times: Mapped[int]
    answer: Mapped[str | None] = mapped_column(String(16))
    answered_on: Mapped[date | None]
