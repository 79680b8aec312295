"""What people thought of Penny's answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from finance_core.store.tables import FeedbackRow


@dataclass(frozen=True, slots=True)
class Feedback:
    """One word of praise or blame.

    Attributes:
        score: 1 for praise, -1 for blame.
        intent: what the person's message before was understood as; empty when unknown.
        skill: the skill that had answered; empty when none had.
        digest: SHA-256 that leads to the answer in a transcript, if one was kept.
        said: the words of praise or blame; None unless the person lets transcripts be kept,
            and so is ``reply``, the answer they are about.
    """

    person_id: str
    at: datetime
    channel: str
    score: int
    intent: str
    skill: str
    digest: str
    said: str | None = None
    reply: str | None = None


def add(session: Session, entry: Feedback) -> None:
    """Keeps one."""
    session.add(
        FeedbackRow(
            person_id=entry.person_id,
            at=entry.at,
            channel=entry.channel,
            score=entry.score,
            intent=entry.intent,
            skill=entry.skill,
            digest=entry.digest,
            said=entry.said,
            reply=entry.reply,
        )
    )


def of_person(session: Session, person_id: str) -> list[Feedback]:
    """All of a person's, oldest first."""
    rows = session.scalars(
        select(FeedbackRow).where(FeedbackRow.person_id == person_id).order_by(FeedbackRow.id)
    )
    return [
        Feedback(
            row.person_id,
            row.at,
            row.channel,
            row.score,
            row.intent,
            row.skill,
            row.digest,
            row.said,
            row.reply,
        )
        for row in rows
    ]
