"""Column types that SQLite and PostgreSQL share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from sqlalchemy import BigInteger, DateTime, Dialect, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC; SQLite, which knows no zones, keeps it as naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: refuses a naive datetime, whose instant nobody knows."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = Annotated[str, mapped_column(String(32))]
"""An identifier of 32 hexadecimal digits."""

Minor = Annotated[int, mapped_column(BigInteger)]
"""Whole minor units of the row's, or its account's, currency."""

Currency = Annotated[str, mapped_column(String(3))]
"""ISO 4217 code."""


def owner(*, primary_key: bool = False, index: bool = True) -> Mapped[str]:
    """Whose a row is: it goes with the person."""
    return mapped_column(
        String(32),
        ForeignKey("people.id", ondelete="CASCADE"),
        primary_key=primary_key,
        index=index and not primary_key,
    )
