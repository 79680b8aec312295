"""Tables of how people prove who they are, and of accounts they share.

A spent assertion names nobody, so it hangs on nobody; it is gone once it would be too old
to be accepted anyway.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.store.columns import Id, owner
from finance_core.store.tables import Base, new_id


class PasswordRow(Base):
    """A person's password, as Argon2id made it; its parameters are part of the text."""

    __tablename__ = "passwords"

    person_id: Mapped[str] = owner(primary_key=True)
    hash: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]


class ExternalIdentityRow(Base):
    """Who somebody is in a host application: the ``sub`` that its ``iss`` knows them by."""

    __tablename__ = "external_identities"

    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = owner()
    created_at: Mapped[datetime]


class SpentAssertionRow(Base):
    """A host's token that was used, as the SHA-256 of its ``iss`` and ``jti``."""

    __tablename__ = "spent_assertions"
    __table_args__ = (Index(None, "expires_at"),)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime]


class AccountShareRow(Base):
    """An account that its owner shares with somebody, or offers to.

    An offer waits until ``expires_at`` for the yes of ``person_id``, or for whoever brings
    the code of which ``hash`` is kept; from ``accepted_at`` on it is a share. ``rights``
    is ``see`` or ``spend``, which includes seeing.
    """

    __tablename__ = "account_shares"
    __table_args__ = (UniqueConstraint("account_id", "person_id"),)

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("accounts.id", ondelete="CASCADE")
    )
    granted_by: Mapped[str] = owner()
    person_id: Mapped[str | None] = mapped_column(
        String(32), ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    rights: Mapped[str] = mapped_column(String(8))
    hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    granted_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
