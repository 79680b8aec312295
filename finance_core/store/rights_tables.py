"""Tables of the person's rights: files of their data, what is erased, messages, hand-overs.

The last two outlive the person they are about, so they hang on nobody: a receipt names no
one, and a deletion is gone once every room has erased its part.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.store.columns import Id, owner
from finance_core.store.tables import Base, new_id


class ExportRow(Base):
    """A file of a person's data, of whose secret name only the SHA-256 is kept.

    ``completed_at`` is when the parts that other rooms keep were added to it.
    """

    __tablename__ = "exports"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = owner()
    counts: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]


class NotificationRow(Base):
    """What a person wants to be told unasked, and when not; see ``store/notifications.py``."""

    __tablename__ = "notification_settings"

    person_id: Mapped[str] = owner(primary_key=True)
    choices: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]


class HandoffRow(Base):
    """A conversation to be handed to people, until it is and afterwards.

    ``status`` is ``waiting``, ``sent`` or ``failed``; nobody else tries before ``next_try_at``.
    """

    __tablename__ = "handoffs"
    __table_args__ = (Index(None, "status", "next_try_at"),)

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = owner()
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    body: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class DeletionRow(Base):
    """What is still to be erased of somebody whose rows are gone.

    ``steps`` maps each place that is left to the last trouble there; ``banks`` holds the
    sealed credentials that the access to the banks is given back with.
    """

    __tablename__ = "deletions"

    receipt_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(32))
    steps: Mapped[dict[str, Any]]
    banks: Mapped[list[dict[str, Any]]]
    erased_at: Mapped[datetime]


class ReceiptRow(Base):
    """That somebody's data was erased: how much and when, but not whose."""

    __tablename__ = "deletion_receipts"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime]
    counts: Mapped[dict[str, Any]]
    outstanding: Mapped[dict[str, Any]]
    completed_at: Mapped[datetime | None]
