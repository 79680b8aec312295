"""PINs, how people are spoken to, and linked voice assistants."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _owner(
    table: str, *, key: str = "person_id", of: str = "people.id", length: int = 32
) -> tuple[Any, Any]:
    return (
        sa.Column(key, sa.String(length=length), nullable=False),
        sa.ForeignKeyConstraint([key], [of], name=f"fk_{table}_{key}", ondelete="CASCADE"),
    )


def upgrade() -> None:
    op.create_table(
        "pins",
        *_owner("pins"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        _moment("locked_until", nullable=True),
        _moment("set_at"),
        sa.PrimaryKeyConstraint("person_id", name="pk_pins"),
    )
    op.create_table(
        "voice_settings",
        *_owner("voice_settings"),
        sa.Column("private", sa.Boolean(), nullable=False),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("person_id", name="pk_voice_settings"),
    )
    op.create_table(
        "link_clients",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("redirects", sa.JSON(), nullable=False),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_link_clients"),
        sa.UniqueConstraint("name", name="uq_link_clients_name"),
    )
    op.create_table(
        "links",
        sa.Column("id", sa.String(length=32), nullable=False),
        *_owner("links"),
        *_owner("links", key="client_id", of="link_clients.id", length=40),
        sa.Column("scope", sa.String(length=100), nullable=False),
        _moment("created_at"),
        _moment("confirmed_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
    )
    for column in ("person_id", "client_id"):
        op.create_index(f"ix_links_{column}", "links", [column])
    op.create_table(
        "link_secrets",
        sa.Column("hash", sa.String(length=64), nullable=False),
        *_owner("link_secrets", key="link_id", of="links.id"),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=True),
        sa.Column("challenge", sa.String(length=128), nullable=True),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        sa.PrimaryKeyConstraint("hash", name="pk_link_secrets"),
    )
    for column in ("link_id", "expires_at"):
        op.create_index(f"ix_link_secrets_{column}", "link_secrets", [column])


def downgrade() -> None:
    for table in ("link_secrets", "links", "link_clients", "voice_settings", "pins"):
        op.drop_table(table)
