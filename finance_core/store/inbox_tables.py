"""The table of what has come in from outside and is not answered yet.

It hangs on nobody: whose a message is shows when it is answered, and then its words go.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.store.tables import Base


class InboundRow(Base):
    """One update of a channel, by the id it has there.

    ``body`` is the update as it came, until it is dealt with; ``shown`` counts the parts of
    the answer that were delivered.
    """

    __tablename__ = "inbound"
    __table_args__ = (Index(None, "channel", "done_at"),)

    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    attempts: Mapped[int] = mapped_column(default=0)
    shown: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
