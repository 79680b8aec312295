"""The table of what Penny begins: planned, sent, or left out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.store.columns import Id, Instant, owner
from finance_core.store.tables import Base, new_id


class NudgeRow(Base):
    """A message that Penny starts: one of a ``key`` for each person, ever.

    ``state`` is ``planned``, ``leased`` (somebody is sending it), ``sent`` or ``dropped``.
    ``due_at`` is when it may be tried next; while it is leased, when the lease runs out.
    ``attempts`` counts the leases, and so tells one holder from the next. ``last_error`` is
    the reason of a failed attempt or of the drop; ``seen_at`` when it was certainly shown.
    """

    __tablename__ = "nudges"
    __table_args__ = (UniqueConstraint("person_id", "key"), Index(None, "state", "due_at"))

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = owner(index=False)
    kind: Mapped[str] = mapped_column(String(24))
    key: Mapped[str] = mapped_column(String(255))
    about: Mapped[str] = mapped_column(Text)
    urgency: Mapped[int]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime]
    not_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    channel: Mapped[str | None] = mapped_column(String(32))
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
