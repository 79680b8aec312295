"""What has come in from a channel: kept before it is confirmed, until it is answered.

A channel that is handed an update keeps it here before it tells the sender so; whatever
crashes, `waiting` has it at the next start. An update is known by its id at the channel,
so that one which arrives again is kept once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from finance_core.services.core import Core
from finance_core.store import inbox as rows
from finance_core.store.inbox import Inbound

__all__ = ["Inbound", "begin", "finish", "keep", "show", "waiting"]

_IDS_KEPT = timedelta(days=3)  # Telegram hands out an update for a day


def keep(core: Core, channel: str, key: str, body: Mapping[str, Any]) -> bool:
    """Keeps an update for good; False when it had come before."""
    with core.writes.begin() as session:
        return rows.add(session, channel, key, body, core.clock())


def waiting(core: Core, channel: str) -> list[Inbound]:
    """What is not answered yet, oldest first; forgets ids that cannot come again."""
    with core.writes.begin() as session:
        rows.drop_before(session, channel, core.clock() - _IDS_KEPT)
        return rows.waiting(session, channel)


def begin(core: Core, channel: str, key: str) -> Inbound | None:
    """Begins to answer an update; None when that is done already."""
    with core.writes.begin() as session:
        return rows.begin(session, channel, key)


def show(core: Core, channel: str, key: str, shown: int) -> None:
    """Remembers that the first ``shown`` parts of the answer were delivered."""
    with core.writes.begin() as session:
        rows.show(session, channel, key, shown)


def finish(core: Core, channel: str, key: str) -> None:
    """An update is dealt with: its words are erased."""
    with core.writes.begin() as session:
        rows.finish(session, channel, key, core.clock())
