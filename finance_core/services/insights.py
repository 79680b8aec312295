"""Suggestions: one ranked list, the best few put to the person, their answers kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from finance_core.advice import insights
from finance_core.advice.answers import Answer, Offer
from finance_core.advice.insights import MOST, Insight, InsightKind, Ranked, is_urgent
from finance_core.services import insight_sources
from finance_core.services.core import Core
from finance_core.store import audit, ledger, offers

__all__ = [
    "MOST",
    "Answer",
    "Insight",
    "InsightKind",
    "Ranked",
    "answer",
    "best",
    "look",
    "news",
    "offered",
]


def look(core: Core, person_id: str, today: date) -> list[Ranked]:
    """All that may be worth doing, most worth doing first, whether it may be offered or not."""
    found = insight_sources.all_found(core, person_id, today)
    month = insight_sources.usual_month(core, person_id, today)
    return insights.rank(found, _offers(core, person_id), month, today)


def best(
    core: Core,
    person_id: str,
    today: date,
    *,
    most: int = MOST,
    without: Collection[str] = (),
    but: Collection[InsightKind] = (),
) -> list[Insight]:
    """The few suggestions to put to the person now.

    Args:
        core: the finance core.
        person_id: whose.
        today: the day it is.
        most: at most so many.
        without: ids of payments that are told already.
        but: kinds to leave out.
    """
    ranked = [entry for entry in look(core, person_id, today) if entry.insight.kind not in but]
    chosen = insights.best(ranked, _offers(core, person_id), today, most=most, without=without)
    return [entry.insight for entry in chosen]


def news(core: Core, person_id: str, today: date) -> Insight | None:
    """The most pressing thing that was never told before, if there is one."""
    known = {offer.key: offer for offer in _offers(core, person_id)}
    new = [
        entry.insight
        for entry in look(core, person_id, today)
        if is_urgent(entry.insight, today) and entry.insight.key not in known
    ]
    return new[0] if new else None


def offered(core: Core, person_id: str, shown: Iterable[Insight], today: date) -> None:
    """Notes that suggestions were put to the person."""
    keys = [(one.key, one.kind.value) for one in shown]
    if not keys:
        return
    with core.writes.begin() as session:
        ledger.lock_person(session, person_id)
        offers.put(session, person_id, keys, today)


def answer(
    core: Core, person_id: str, key: str, said: Answer, today: date, now: datetime, channel: str
) -> bool:
    """Keeps what the person said to a suggestion; False when it was never put to them."""
    with core.writes.begin() as session:
        ledger.lock_person(session, person_id)
        known = offers.answer(session, person_id, key, said.value, today)
        if known:
            entry = audit.AuditEntry(person_id, now, channel, f"suggestion.{said.value}", key)
            audit.record(session, entry)
    return known


def _offers(core: Core, person_id: str) -> list[Offer]:
    with core.sessions() as session:
        found = offers.of_person(session, person_id)
    return [
        Offer(
            one.key,
            one.kind,
            one.last_on,
            one.times,
            Answer(one.answer) if one.answer else None,
            one.answered_on,
        )
        for one in found
    ]
