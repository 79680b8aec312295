"""Work that one of several processes does at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

from finance_core.services.core import Core
from finance_core.store import leases


@contextmanager
def holding(core: Core, name: str, now: datetime, most: timedelta) -> Iterator[bool]:
    """Holds the lease ``name`` for as long as the work takes; yields whether it was to be had.

    Args:
        core: the shared parts.
        name: of the work.
        now: the present instant.
        most: after that others may have it, as after a crash.
    """
    holder = uuid4().hex
    with core.writes.begin() as session:
        mine = leases.take(session, name, holder, now, now + most)
    try:
        yield mine
    finally:
        if mine:
            with core.writes.begin() as session:
                leases.release(session, name, holder)
