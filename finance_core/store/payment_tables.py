"""Tables of money that moves by itself or to others: payees, schedules and savings rules."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.store.columns import Currency, Id, Instant, Minor, owner
from finance_core.store.tables import Base, new_id


def _key(column: str, *, index: bool = True) -> Any:
    return mapped_column(String(32), ForeignKey(column, ondelete="CASCADE"), index=index)


class PayeeRow(Base):
    """Somebody a person has saved to pay.

    ``sealed`` is the encrypted account number, of which ``tail`` shows the end. A removed
    payee stays for the payments that went there.
    """

    __tablename__ = "payees"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = owner()
    name: Mapped[str] = mapped_column(Text)
    scheme: Mapped[str] = mapped_column(String(16))
    tail: Mapped[str] = mapped_column(String(4))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


class ScheduleRow(Base):
    """A payment to be made on a day, or what became of it.

    ``idempotency_key`` is the bank's; ``why`` is the reason of a failure; ``told_at`` is
    when the person heard of the outcome.
    """

    __tablename__ = "payment_schedules"
    __table_args__ = (Index(None, "status", "due_on"),)

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = owner()
    from_account_id: Mapped[str] = _key("accounts.id")
    to_account_id: Mapped[str | None] = _key("accounts.id")
    payee_id: Mapped[str | None] = _key("payees.id")
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    label: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    status: Mapped[str] = mapped_column(String(16))
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    proposal_id: Mapped[str | None] = mapped_column(String(32))
    why: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    told_at: Mapped[datetime | None] = mapped_column(Instant)


class RuleRow(Base):
    """A savings rule. ``terms`` are its figures; ``pauses`` the days it rests or rested."""

    __tablename__ = "savings_rules"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = owner()
    kind: Mapped[str] = mapped_column(String(16))
    terms: Mapped[dict[str, Any]]
    currency: Mapped[Currency]
    from_account_id: Mapped[str] = _key("accounts.id")
    to_account_id: Mapped[str] = _key("accounts.id")
    starts_on: Mapped[date]
    pauses: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


class RuleRunRow(Base):
    """What a savings rule did on a day: one transfer at most."""

    __tablename__ = "rule_runs"

    rule_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("savings_rules.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(16))
    amount_minor: Mapped[Minor]
    proposal_id: Mapped[str | None] = mapped_column(String(32), index=True)
    why: Mapped[str | None] = mapped_column(Text)


class RulePartRow(Base):
    """An occasion a rule has counted (a movement's id, a week), so that it never does again."""

    __tablename__ = "rule_parts"

    rule_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("savings_rules.id", ondelete="CASCADE"), primary_key=True
    )
    part: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date]


class SavingStyleRow(Base):
    """How a person wants to save: the mood, and whether saves need no yes of their own."""

    __tablename__ = "saving_styles"

    person_id: Mapped[str] = owner(primary_key=True)
    mood: Mapped[str] = mapped_column(String(16))
    automatic: Mapped[bool]
    updated_at: Mapped[datetime]


class SweepRow(Base):
    """A savings move that was offered, announced or made: one of a kind on a day at most.

    ``kind`` is ``offer`` (waited for a yes), ``save`` or ``back`` (by themselves); ``told_at``
    is when the person heard of it, ``moves_at`` the end of their time to say no.
    """

    __tablename__ = "sweeps"
    __table_args__ = (Index(None, "person_id", "day"),)

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = owner(index=False)
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    from_account_id: Mapped[str] = _key("accounts.id")
    to_account_id: Mapped[str] = _key("accounts.id")
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    proposal_id: Mapped[str | None] = mapped_column(String(32), index=True)
    why: Mapped[str | None] = mapped_column(Text)
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    moves_at: Mapped[datetime | None] = mapped_column(Instant)
