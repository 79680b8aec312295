"""The tables.

Everything hangs on a person: deleting the ``people`` row deletes all that is theirs.
Amounts are whole minor units; the currency is the account's. Instants are UTC.
"""

from __future__ import annotations

import secrets
import time
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from finance_core.store.columns import Currency, Id, Instant, Minor, owner


def new_id() -> str:
    """A fresh identifier: later ones sort after earlier ones, and none can be guessed."""
    return f"{time.time_ns():016x}{secrets.token_hex(8)}"


class Base(DeclarativeBase):
    """Parent of all tables; constraints get predictable names for migrations."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        date: Date,
        dict[str, Any]: JSON,
        list[dict[str, Any]]: JSON,
    }


class PersonRow(Base):
    """Somebody Penny talks with.

    ``name_key`` is the name as it is looked up; ``ledger_version`` counts the changes of
    the person's movements.
    """

    __tablename__ = "people"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), unique=True)
    currency: Mapped[Currency]
    timezone: Mapped[str] = mapped_column(String(64))
    transcripts_consent: Mapped[bool] = mapped_column(default=False)
    ledger_version: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime]


class AccessTokenRow(Base):
    """A bearer token, of which only the SHA-256 is kept.

    ``opened_by`` says what it was given for (``store/devices.py``). A session that nobody
    has used for ``idle_seconds`` is over, before ``expires_at`` too.
    """

    __tablename__ = "access_tokens"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = owner()
    label: Mapped[str] = mapped_column(String(100))
    opened_by: Mapped[str] = mapped_column(String(16), default="issue", server_default="issue")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    idle_seconds: Mapped[int | None]


class LinkCodeRow(Base):
    """A code that ties a chat to a person once, of which only the SHA-256 is kept."""

    __tablename__ = "link_codes"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = owner()
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ChatLinkRow(Base):
    """A chat of a channel (a Telegram chat, say) that belongs to a person."""

    __tablename__ = "chat_links"

    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    chat_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    person_id: Mapped[str] = owner()
    created_at: Mapped[datetime]


class ConnectionRow(Base):
    """A bank connection.

    ``credentials`` are encrypted; ``version`` counts applied batches, so that of two
    syncs that started from the same state only one is applied.
    """

    __tablename__ = "connections"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = owner()
    protocol: Mapped[str] = mapped_column(String(32))
    institution: Mapped[str | None] = mapped_column(Text)
    institution_url: Mapped[str | None] = mapped_column(Text)
    base_url: Mapped[str | None] = mapped_column(Text)
    credentials: Mapped[bytes] = mapped_column(LargeBinary)
    cursor: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime]
    last_synced_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


class AccountRow(Base):
    """An account; without a connection when it came from files.

    Files seldom state today's balance, so the latest one that any of them stated is kept
    (``stated_minor`` at the end of ``stated_on``) and the rows after it are added.
    """

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("connection_id", "external_id"),)

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = owner()
    connection_id: Mapped[str | None] = mapped_column(
        String(32), ForeignKey("connections.id", ondelete="CASCADE")
    )
    external_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16))
    currency: Mapped[Currency]
    current_minor: Mapped[Minor]
    available_minor: Mapped[Minor | None]
    as_of: Mapped[datetime]
    institution: Mapped[str | None] = mapped_column(Text)
    stated_minor: Mapped[Minor | None]
    stated_on: Mapped[date | None]


class TransactionRow(Base):
    """A movement, with the bank's own words and what was made of them.

    ``category`` is what Penny found, ``own_category`` the person's word for this movement;
    ``sequence`` grows with each new row of an account, in the bank's order.
    """

    __tablename__ = "transactions"
    __table_args__ = (
        UniqueConstraint("account_id", "external_id"),
        Index(None, "account_id", "posted_on"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("accounts.id", ondelete="CASCADE")
    )
    external_id: Mapped[str] = mapped_column(Text)
    posted_on: Mapped[date]
    amount_minor: Mapped[Minor]
    description: Mapped[str] = mapped_column(Text)
    merchant: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    own_category: Mapped[str | None] = mapped_column(Text)
    pending: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(BigInteger)
    merchant_hint: Mapped[str | None] = mapped_column(Text)
    category_hint: Mapped[str | None] = mapped_column(Text)
    mcc: Mapped[str | None] = mapped_column(Text)


class CorrectionRow(Base):
    """A person's own category for a merchant."""

    __tablename__ = "corrections"

    person_id: Mapped[str] = owner(primary_key=True)
    merchant: Mapped[str] = mapped_column(Text, primary_key=True)
    category: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]


class ProposalRow(Base):
    """A transfer that waits for a yes, or what became of it.

    It goes to an own account or to a payee, never to both. The two keys are written
    before the bank is first asked, so that whoever takes over after a crash asks with the
    same ones. ``lease_until``: until then somebody is asking.
    """

    __tablename__ = "proposals"
    __table_args__ = (Index(None, "person_id", "status"),)

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = owner(index=False)
    from_account_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    to_account_id: Mapped[str | None] = mapped_column(
        String(32), ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    payee_id: Mapped[str | None] = mapped_column(
        String(32), ForeignKey("payees.id", ondelete="CASCADE"), index=True
    )
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    reason: Mapped[str] = mapped_column(Text)
    facts: Mapped[list[dict[str, Any]]]
    status: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(32))
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    reversal_key: Mapped[str] = mapped_column(String(64), unique=True)
    bank_transfer_id: Mapped[str | None] = mapped_column(Text)
    bank_reversal_id: Mapped[str | None] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]


class ChangeRow(Base):
    """A change of Penny's own records that waits for a yes, or what became of it.

    ``before`` is what the change replaced: all that undoing it needs.
    """

    __tablename__ = "changes"
    __table_args__ = (Index(None, "person_id", "status"),)

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = owner(index=False)
    kind: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    summary: Mapped[str] = mapped_column(Text)
    done_text: Mapped[str] = mapped_column(Text)
    facts: Mapped[list[dict[str, Any]]]
    status: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class BudgetRow(Base):
    """What a person wants to spend on a category in a month."""

    __tablename__ = "budgets"

    person_id: Mapped[str] = owner(primary_key=True)
    category: Mapped[str] = mapped_column(Text, primary_key=True)
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    updated_at: Mapped[datetime]


class FeedbackRow(Base):
    """What a person thought of an answer: ``score`` is 1 or -1; ``store/feedback.py`` says more."""

    __tablename__ = "feedback"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = owner()
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(32))
    score: Mapped[int]
    intent: Mapped[str] = mapped_column(String(64))
    skill: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    said: Mapped[str | None] = mapped_column(Text)
    reply: Mapped[str | None] = mapped_column(Text)


class AuditRow(Base):
    """One write: who, when, through which channel, what, why."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    person_id: Mapped[str] = owner()
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]]
