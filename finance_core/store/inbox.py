"""Rows of what has come in from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from finance_core.store.inbox_tables import InboundRow


@dataclass(frozen=True, slots=True)
class Inbound:
    """An update that waits: its id at the channel, itself, and how far its answer got.

    Attributes:
        attempts: how often answering it was begun.
        shown: parts of the answer that were delivered.
    """

    key: str
    body: Mapping[str, Any]
    attempts: int
    shown: int


def add(session: Session, channel: str, key: str, body: Mapping[str, Any], now: datetime) -> bool:
    """Keeps an update; False when it was there already."""
    if session.get(InboundRow, (channel, key)):
        return False
    session.add(InboundRow(channel=channel, key=key, body=dict(body), received_at=now))
    return True


def waiting(session: Session, channel: str) -> list[Inbound]:
    """What is not dealt with yet, in the order it came."""
    found = session.scalars(
        select(InboundRow)
        .where(InboundRow.channel == channel, InboundRow.done_at.is_(None))
        .order_by(InboundRow.received_at, InboundRow.key)
    )
    return [Inbound(row.key, row.body or {}, row.attempts, row.shown) for row in found]


def begin(session: Session, channel: str, key: str) -> Inbound | None:
    """Counts an attempt at an update; None when there is nothing to do (any more)."""
    row = session.get(InboundRow, (channel, key))
    if row is None or row.done_at or row.body is None:
        return None
    row.attempts += 1
    return Inbound(row.key, row.body, row.attempts, row.shown)


def show(session: Session, channel: str, key: str, shown: int) -> None:
    """Keeps how many parts of the answer were delivered."""
    session.execute(_row(channel, key).values(shown=shown))


def finish(session: Session, channel: str, key: str, now: datetime) -> None:
    """Takes the words of an update away; its id stays for a while."""
    session.execute(_row(channel, key).values(body=None, done_at=now))


def drop_before(session: Session, channel: str, moment: datetime) -> None:
    """Forgets ids of updates that were dealt with before ``moment``."""
    session.execute(
        delete(InboundRow).where(InboundRow.channel == channel, InboundRow.done_at < moment)
    )


def _row(channel: str, key: str) -> Any:
    return update(InboundRow).where(InboundRow.channel == channel, InboundRow.key == key)
