"""What people think of Penny's answers, kept for those who improve her."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

from finance_core.services import people
from finance_core.services.core import Core
from finance_core.store import feedback
from finance_core.store.feedback import Feedback

__all__ = ["Feedback", "Score", "add", "digest", "of_person"]

type Score = Literal[1, -1]


def add(
    core: Core,
    person_id: str,
    score: Score,
    now: datetime,
    channel: str,
    *,
    intent: str,
    skill: str,
    said: str,
    reply: str,
) -> None:
    """Keeps what a person thought of an answer.

    The words are kept only where the person lets transcripts be kept; else the digest
    alone, which says nothing and still finds the answer in a transcript that exists.

    Args:
        core: the shared parts.
        person_id: who said it.
        score: 1 for praise, -1 for blame.
        now: when.
        channel: where.
        intent: what the message before was understood as.
        skill: the skill that answered it.
        said: the words of praise or blame.
        reply: the answer they are about; empty when there was none.

    Raises:
        NotFound: there is no such person.
    """
    consents = people.get(core, person_id).transcripts_consent
    entry = Feedback(
        person_id=person_id,
        at=now,
        channel=channel,
        score=score,
        intent=intent,
        skill=skill,
        digest=digest(person_id, reply),
        said=said if consents else None,
        reply=reply if consents else None,
    )
    with core.writes.begin() as session:
        feedback.add(session, entry)


def of_person(core: Core, person_id: str) -> list[Feedback]:
    """All that a person said of Penny's answers, oldest first."""
    with core.sessions() as session:
        return feedback.of_person(session, person_id)


def digest(person_id: str, reply: str) -> str:
    """SHA-256 of an answer and of whom it was given to."""
    return hashlib.sha256(f"{person_id}\n{reply}".encode()).hexdigest()
