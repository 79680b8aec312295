"""Handing a conversation to people: composed here, sent from an outbox until it arrives.

Composing writes nothing; the person's yes puts it into the outbox (a change of the kind
``handoff.send``), and the worker sends it. Each carries one reference for good, which mail and
webhook receivers tell a repeated attempt by.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from finance_core.errors import PennyError
from finance_core.model import Person
from finance_core.services import handoff_delivery as delivery
from finance_core.services.core import Core
from finance_core.store import handoffs

KIND = "handoff.send"
"""The kind of change that puts one into the outbox; see ``services/changes.py``."""

WAITING = handoffs.WAITING

_MOST_ATTEMPTS = 14
_LEASE = timedelta(minutes=5)
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=4)
_FIGURE = re.compile(r"[£$€¥₹]?\s?\d(?:[\d.,:/-]*\d)?%?")
_LONGEST_ANSWER = 1_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """How a person's latest hand-over stands: ``waiting``, ``sent`` or ``failed``."""

    reference: str
    status: str
    created_at: datetime
    sent_at: datetime | None


def is_configured(core: Core) -> bool:
    """Whether there is anybody to hand a conversation to."""
    return delivery.is_configured(core.settings)


def compose(
    core: Core, person: Person, topics: Sequence[str], answers: Sequence[str]
) -> dict[str, Any]:
    """The payload of a hand-over: who, what it was about, what Penny answered last.

    Args:
        core: the shared parts.
        person: whose conversation.
        topics: what the last turns were about, oldest first; never the person's own words.
        answers: Penny's last answers, oldest first; figures in them are masked unless
            whoever runs Penny allows them (``PENNY_HANDOFF_AMOUNTS``).
    """
    shown = answers if core.settings.handoff_amounts else [without_figures(a) for a in answers]
    return {
        "reference": handoffs.new_reference(),
        "body": {
            "person": person.name,
            "topics": list(topics),
            "answers": [answer[:_LONGEST_ANSWER] for answer in shown],
        },
    }


def without_figures(text: str) -> str:
    """``text`` with every number masked: amounts, days, account numbers."""
    return _FIGURE.sub("[…]", text)


def latest(core: Core, person_id: str) -> State | None:
    """How the person's latest hand-over stands."""
    with core.sessions() as session:
        found = handoffs.newest(session, person_id)
    if found is None:
        return None
    return State(found.reference, found.status, found.created_at, found.sent_at)


def deliver(core: Core, now: datetime) -> int:
    """Sends what is due; how many arrived. One that fails is tried again, ever more seldom."""
    if not is_configured(core):
        return 0
    with core.sessions() as session:
        ids = handoffs.due(session, now)
    return sum(_deliver(core, one, now) for one in ids)


def _deliver(core: Core, handoff_id: str, now: datetime) -> bool:
    with core.writes.begin() as session:
        # Claimed before it is sent: a crash costs a pause, and never a second sender at once.
        claimed = handoffs.claim(session, handoff_id, now, now + _LEASE)
    if claimed is None:
        return False
    try:
        delivery.send(core.settings, _message(claimed))
    except PennyError as err:
        logger.warning("hand-over %s was not taken", claimed.reference, exc_info=err)
        _not_taken(core, claimed, str(err), now)
        return False
    with core.writes.begin() as session:
        handoffs.settle(session, handoff_id, handoffs.SENT, now=now)
    return True


def _not_taken(core: Core, tried: handoffs.StoredHandoff, why: str, now: datetime) -> None:
    over = tried.attempts >= _MOST_ATTEMPTS
    pause = min(_FIRST_PAUSE * 2 ** (tried.attempts - 1), _LONGEST_PAUSE)
    status = handoffs.FAILED if over else handoffs.WAITING
    with core.writes.begin() as session:
        handoffs.settle(session, tried.id, status, now=now, error=why, next_try_at=now + pause)


def _message(found: handoffs.StoredHandoff) -> delivery.Message:
    body: Mapping[str, Any] = found.body
    return delivery.Message(
        reference=found.reference,
        key=found.id,
        at=found.created_at,
        person=str(body["person"]),
        topics=tuple(body["topics"]),
        answers=tuple(body["answers"]),
    )
