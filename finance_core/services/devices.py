"""Where somebody is signed in: tokens to keep, and sessions that end by themselves."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from finance_core.errors import NotFound, NotSignedIn
from finance_core.services.core import Core
from finance_core.store import audit
from finance_core.store import devices as rows
from finance_core.store.devices import ISSUED, Device

__all__ = ["ISSUED", "Device", "by_token", "end", "end_sessions", "new_token", "of_person",
           "open_session"]  # fmt: skip

_SEEN_EVERY = timedelta(minutes=5)
_LONGEST_LABEL = 100


def new_token() -> str:
    """A token that nobody can guess."""
    return f"penny_{secrets.token_urlsafe(32)}"


def open_session(
    core: Core,
    person_id: str,
    label: str,
    opened_by: str,
    *,
    lasts: timedelta,
    idle: timedelta | None = None,
    ends_by: datetime | None = None,
    channel: str = "web",
) -> str:
    """Signs a device of a person in; returns the token it has to show.

    Args:
        core: the shared parts.
        person_id: whose device.
        label: what the person will know it by.
        opened_by: how they proved who they are; see `Device`.
        lasts: how long the session may last.
        idle: how long it may go unused; as long as it lasts if None.
        ends_by: when what it was opened with ends.
        channel: through which channel.
    """
    now = core.clock()
    expires_at = min(now + lasts, ends_by) if ends_by else now + lasts
    token = new_token()
    label = label[:_LONGEST_LABEL]
    with core.writes.begin() as session:
        rows.add(
            session,
            person_id,
            token,
            label=label,
            now=now,
            expires_at=expires_at,
            opened_by=opened_by,
            idle=idle,
        )
        details = {"by": opened_by, "device": label}
        _audit(session, person_id, now, channel, "session.opened", details)
    return token


def by_token(core: Core, token: str) -> Device:
    """The device that shows this token; now and then it is noted that it was here.

    Raises:
        NotSignedIn: the token is unknown, has ended or was revoked.
    """
    now = core.clock()
    with core.sessions() as session:
        device = rows.by_token(session, token, now)
    if device is None:
        raise NotSignedIn("That access token is not valid.")
    if device.last_seen_at is None or now - device.last_seen_at >= _SEEN_EVERY:
        with core.writes.begin() as session:
            rows.seen(session, token, now)
    return device


def of_person(core: Core, person_id: str) -> list[Device]:
    """Everything a person is signed in with, the latest used first."""
    with core.sessions() as session:
        return rows.of_person(session, person_id, core.clock())


def end(core: Core, person_id: str, device_id: str, *, channel: str = "system") -> None:
    """Signs one of a person's devices out.

    Raises:
        NotFound: there is none of that id among the person's.
    """
    now = core.clock()
    with core.writes.begin() as session:
        if not rows.end(session, person_id, {device_id}, now):
            raise NotFound("I don't know that device.")
        _audit(session, person_id, now, channel, "session.ended", {"device": device_id})


def end_sessions(
    core: Core, person_id: str, *, keep: str | None = None, channel: str = "system"
) -> int:
    """Ends a person's sessions, all but ``keep``; tokens to keep stay. How many ended."""
    now = core.clock()
    with core.writes.begin() as session:
        ended = end_sessions_in(session, person_id, keep, now)
        _audit(session, person_id, now, channel, "sessions.ended", {"number": ended})
    return ended


def end_sessions_in(session: Session, person_id: str, keep: str | None, now: datetime) -> int:
    """The same within a transaction of the caller's, who writes the audit entry."""
    found = rows.of_person(session, person_id, now)
    ids = {one.id for one in found if one.opened_by != ISSUED and one.id != keep}
    return rows.end(session, person_id, ids, now)


def _audit(
    session: Session,
    person_id: str,
    at: datetime,
    channel: str,
    action: str,
    details: dict[str, Any],
) -> None:
    entry = audit.AuditEntry(person_id, at, channel, action, person_id, details=details)
    audit.record(session, entry)
