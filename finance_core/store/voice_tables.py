"""Tables of talking aloud: PINs, how people want to be spoken to, and linked assistants.

Of every secret only a digest is kept, of a PIN a sealed slow one: a PIN is short, and
whoever got hold of the database alone must not be able to try them all.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.store.columns import Id, owner
from finance_core.store.tables import Base, new_id


class PinRow(Base):
    """A person's PIN; ``tries`` counts those since it was last given right."""

    __tablename__ = "pins"

    person_id: Mapped[str] = owner(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    set_at: Mapped[datetime]


class VoiceSettingsRow(Base):
    """How a person is spoken to; ``private`` is no figures aloud."""

    __tablename__ = "voice_settings"

    person_id: Mapped[str] = owner(primary_key=True)
    private: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]


class LinkClientRow(Base):
    """A service that people may link with theirs (OAuth 2 client), added by the operator.

    ``secret_hash`` is None for a public client, which proves itself by PKCE alone.
    ``redirects`` is ``{"uris": [...]}``.
    """

    __tablename__ = "link_clients"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    secret_hash: Mapped[str | None] = mapped_column(String(64))
    redirects: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class LinkRow(Base):
    """A person's consent to a service; ``scope`` is what it may do, separated by blanks.

    ``confirmed_at`` is when the service fetched its first tokens.
    """

    __tablename__ = "links"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = owner()
    client_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("link_clients.id", ondelete="CASCADE"), index=True
    )
    scope: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class LinkSecretRow(Base):
    """A code or token of a link; ``kind`` is ``code``, ``access`` or ``refresh``.

    Codes and refresh tokens are used once; ``redirect_uri`` and ``challenge`` belong to codes.
    """

    __tablename__ = "link_secrets"
    __table_args__ = (Index(None, "expires_at"),)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    link_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("links.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(8))
    redirect_uri: Mapped[str | None] = mapped_column(Text)
    challenge: Mapped[str | None] = mapped_column(String(128))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
