"""Forecasts that are made in advance, once a day for each account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_forecasts",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.Date(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("start_minor", sa.BigInteger(), nullable=False),
        sa.Column("low_point_minor", sa.BigInteger(), nullable=False),
        sa.Column("low_point_q05_minor", sa.BigInteger(), nullable=False),
        sa.Column("low_point_on", sa.Date(), nullable=False),
        sa.Column("next_income_on", sa.Date(), nullable=True),
        sa.Column("quantiles", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name="fk_account_forecasts_account_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "origin", name="pk_account_forecasts"),
    )


def downgrade() -> None:
    op.drop_table("account_forecasts")
