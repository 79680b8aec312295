"""The queue of nudges that are due: claimed by one sender at a time, settled once.

A claim is a lease. Whoever holds it sends and settles; when nobody did before it runs out,
the next one sends the same nudge again, under the same id. So none is lost, and a channel
that knows the id shows it once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from finance_core.advice.nudges import NudgeKind, decide
from finance_core.advice.sweeps import TIME_TO_SAY_NO
from finance_core.errors import NotFound
from finance_core.services import notifications, people
from finance_core.services.core import Core
from finance_core.store import audit, ledger, offers, schedules, sweeps
from finance_core.store import nudges as rows
from finance_core.store.nudges import NudgeState, StoredNudge
from finance_core.store.sweeps import SweepStatus

__all__ = ["LEASE", "Dropped", "NudgeState", "StoredNudge", "claim", "failed", "seen", "sent"]

LEASE = timedelta(seconds=90)
"""How long a sender has; longer than any sending may take."""

_FIRST_PAUSE = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(hours=1)
_LATELY = timedelta(days=8)
_PLANNED, _LEASED, _SENT, _DROPPED = (
    NudgeState.PLANNED,
    NudgeState.LEASED,
    NudgeState.SENT,
    NudgeState.DROPPED,
)

type Dropped = tuple[str, str]
"""Kind of a nudge that was left out, and the reason in one word."""


def claim(core: Core, now: datetime, limit: int = 20) -> tuple[list[StoredNudge], list[Dropped]]:
    """What is to be sent now, leased to the caller; and what was left out on the way.

    Everything is looked at once more: what the person turned off, muted or heard of since is
    left out; what falls into quiet hours, rests, or would be too much is put off. The person's
    row is locked meanwhile, so that two senders together keep to the caps.
    """
    with core.sessions() as session:
        due = rows.waiting(session, now, LEASE, limit)
    claimed: list[StoredNudge] = []
    dropped: list[Dropped] = []
    for nudge_id, person_id in due:
        found = _claim(core, nudge_id, person_id, now)
        if isinstance(found, StoredNudge):
            claimed.append(found)
        elif found:
            dropped.append(found)
    return claimed, dropped


def sent(core: Core, nudge: StoredNudge, channel: str, now: datetime, *, shown: bool) -> bool:
    """Notes that a nudge went out.

    A save that is announced counts as told only when the message was ``shown``: delivered to a
    messenger, or on an open screen. What only waits in the web chat is told when it is looked
    at (``seen``), and the time to say no begins then.

    Returns:
        False when the lease had run out and somebody else settled it.
    """
    try:
        today = people.get(core, nudge.person_id).today(now)
    except NotFound:  # erased meanwhile
        return False
    with core.writes.begin() as session:
        ledger.lock_person(session, nudge.person_id)
        seen_at = now if shown else None
        if not rows.move(
            session, nudge, _SENT, channel=channel, sent_at=now, seen_at=seen_at, last_error=None
        ):
            return False
        if nudge.payload["offer"]:
            key, kind = nudge.payload["offer"]
            offers.put(session, nudge.person_id, [(key, kind)], today)
        if shown:
            _tell(session, nudge, now)
        details = {"kind": nudge.kind, "key": nudge.key}
        entry = audit.AuditEntry(
            nudge.person_id, now, channel, "nudge.sent", nudge.id, nudge.payload["why"], details
        )
        audit.record(session, entry)
    return True


def failed(
    core: Core, nudge: StoredNudge, now: datetime, why: str, seconds: float | None = None
) -> bool:
    """Notes that a nudge did not go through; it is tried again, ever more seldom.

    Returns:
        Whether it will be; False when there is no time left for that.
    """
    pause = min(_FIRST_PAUSE * 2 ** min(nudge.attempts - 1, 20), _LONGEST_PAUSE)
    if seconds is not None:
        pause = timedelta(seconds=max(seconds, 1.0))
    if now + pause > nudge.not_after:
        return False
    with core.writes.begin() as session:
        rows.move(session, nudge, _PLANNED, due_at=now + pause, last_error=why)
    return True


def seen(core: Core, person_id: str, now: datetime) -> int:
    """Notes that a person has looked at what Penny told them on the web; how much was new."""
    with core.sessions() as session:
        if not _unseen(session, person_id, now):
            return 0
    with core.writes.begin() as session:
        ledger.lock_person(session, person_id)
        new = _unseen(session, person_id, now)
        rows.see(session, [one.id for one in new], now)
        for one in new:
            _tell(session, one, now)
    return len(new)


def _claim(
    core: Core, nudge_id: str, person_id: str, now: datetime
) -> StoredNudge | Dropped | None:
    try:
        person = people.get(core, person_id)
    except NotFound:  # erased meanwhile
        return None
    wishes = notifications.wishes(person, notifications.of_person(core, person_id))
    with core.writes.begin() as session:
        ledger.lock_person(session, person_id)
        nudge = rows.get(session, nudge_id)
        if nudge is None or not _is_due(nudge, now):
            return None  # somebody else was first
        if _overtaken(session, nudge):
            rows.move(session, nudge, _DROPPED, last_error="overtaken")
            return nudge.kind, "overtaken"
        told = _lately(session, nudge, now)
        kind = NudgeKind(nudge.kind)
        verdict = decide(kind, nudge.about, nudge.not_after, wishes, told, now)
        if verdict.send:
            until = now + LEASE
            rows.move(session, nudge, _LEASED, due_at=until, attempts=nudge.attempts + 1)
            return rows.get(session, nudge_id)
        if verdict.later:
            rows.move(session, nudge, _PLANNED, due_at=verdict.later, last_error=verdict.why)
            return None
        rows.move(session, nudge, _DROPPED, last_error=verdict.why)
        return nudge.kind, verdict.why


def _is_due(nudge: StoredNudge, now: datetime) -> bool:
    if nudge.state not in (_PLANNED, _LEASED):
        return False
    by_another_clock = nudge.state is _LEASED and nudge.due_at > now + LEASE
    return nudge.due_at <= now or by_another_clock


def _lately(session: Session, nudge: StoredNudge, now: datetime) -> list[datetime]:
    """When the person was sent others lately; what others are sending just now counts."""
    told = [
        one.sent_at
        for one in rows.latest_sent(session, nudge.person_id, now - _LATELY, limit=100)
        if one.sent_at
    ]
    others = rows.of_person(session, nudge.person_id, states=(_LEASED,))
    return told + [now for one in others if one.id != nudge.id]


def _overtaken(session: Session, nudge: StoredNudge) -> bool:
    """Whether the person heard of it elsewhere, or it was called off."""
    if nudge.payload["offer"]:
        key = nudge.payload["offer"][0]
        return any(one.key == key for one in offers.of_person(session, nudge.person_id))
    subject = nudge.payload["subject"]
    if not subject:
        return False
    if nudge.payload.get("again"):
        return False
    sort, _, rest = nudge.key.partition(" ")
    if sort == "schedule":
        return all(one.id != subject for one in schedules.untold(session, nudge.person_id))
    step = rest.rpartition(" ")[2]
    untold = sweeps.untold(session, nudge.person_id)
    return all((one.id, one.status.value) != (subject, step) for one in untold)


def _tell(session: Session, nudge: StoredNudge, now: datetime) -> None:
    """Notes that what Penny does by herself was told; a save's time to say no begins."""
    subject = nudge.payload["subject"]
    if not subject:
        return
    if nudge.key.startswith("schedule "):
        schedules.tell(session, subject, now)
        return
    for one in sweeps.untold(session, nudge.person_id):
        if one.id == subject:
            announced = one.status is SweepStatus.ANNOUNCED
            until = now + TIME_TO_SAY_NO if announced else one.moves_at
            sweeps.tell(session, one.id, now, until)


def _unseen(session: Session, person_id: str, now: datetime) -> list[StoredNudge]:
    return [
        one for one in rows.latest_sent(session, person_id, now - _LATELY) if one.seen_at is None
    ]
