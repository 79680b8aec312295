"""Passwords, identities of host applications, sessions that end idle, shared accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "access_tokens",
        sa.Column("opened_by", sa.String(length=16), nullable=False, server_default="issue"),
    )
    op.add_column(
        "access_tokens", sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("access_tokens", sa.Column("idle_seconds", sa.Integer(), nullable=True))
    op.execute("UPDATE access_tokens SET opened_by = 'token' WHERE label = 'web session'")
    op.create_table(
        "passwords",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_passwords_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name="pk_passwords"),
    )
    op.create_table(
        "external_identities",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name="fk_external_identities_person_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_external_identities"),
    )
    op.create_index("ix_external_identities_person_id", "external_identities", ["person_id"])
    op.create_table(
        "spent_assertions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_spent_assertions"),
    )
    op.create_index("ix_spent_assertions_expires_at", "spent_assertions", ["expires_at"])
    _shares()


def _shares() -> None:
    op.create_table(
        "account_shares",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("granted_by", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("rights", sa.String(length=8), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_account_shares_account_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["people.id"], name="fk_account_shares_granted_by", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_account_shares_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_account_shares"),
        sa.UniqueConstraint(
            "account_id", "person_id", name="uq_account_shares_account_id_person_id"
        ),
        sa.UniqueConstraint("hash", name="uq_account_shares_hash"),
    )
    for column in ("granted_by", "person_id"):
        op.create_index(f"ix_account_shares_{column}", "account_shares", [column])


def downgrade() -> None:
    op.drop_table("account_shares")
    op.drop_table("spent_assertions")
    op.drop_table("external_identities")
    op.drop_table("passwords")
    for column in ("idle_seconds", "last_seen_at", "opened_by"):
        op.drop_column("access_tokens", column)
