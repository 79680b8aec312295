"""One turn of a conversation, read from Rasa's tracker into plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from rasa_sdk import Tracker

from actions.understanding.days import month_first
from finance_core.errors import BadInput
from finance_core.model import Chart, Fact, Person
from finance_core.services import people
from finance_core.services.core import Core

_MONTH_FIRST = "USD"  # people of this currency write 6/5 for 5 June


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a message, as the language model understood it."""

    text: str
    intent: str
    confidence: float
    hints: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said, by whom, where and when.

    Attributes:
        text: the words; of a message with several questions those of the first.
        confidence: how sure the language model is of ``intent``, 0 to 1.
        today: the day to answer for; the person's own calendar day unless the channel sent one.
        now: the instant, for expiry and audit.
        hints: names tagged by the language model, as ``(kind, words)``.
        frame: skill and parameters of the last question answered, to follow up on.
        proposal_id: the transfer that waits for a yes in this conversation, if any.
        change_id: the change that does, if any; never both.
        last_reply: text, facts and buttons of the last reply, to repeat or explain.
        answering: ``last_reply`` when Penny said it just before, else empty.
        goes_on: whether ``frame`` is kept although the words do not show it.
        also: the further questions of the message.
        ranking: the likeliest intents with their confidences, best first.
        open_question: what Penny asked to complete a skill and has no answer to yet, if
            anything: its ``skill``, ``frame``, ``text``, ``buttons``, ``tries`` and ``asides``.
        said_before_at: when the person said something before this, as far as Rasa tells.
        earlier: intent and answer of the turns just before this one, oldest first.
        proven: whether the PIN was given for this turn; it repeats the words of the one before,
            which was refused for want of it.
    """

    person: Person
    text: str
    intent: str
    confidence: float
    today: date
    now: datetime
    channel: str
    hints: tuple[tuple[str, str], ...] = ()
    frame: Mapping[str, Any] = field(default_factory=dict)
    proposal_id: str | None = None
    change_id: str | None = None
    last_reply: Mapping[str, Any] = field(default_factory=dict)
    answering: Mapping[str, Any] = field(default_factory=dict)
    goes_on: bool = False
    also: tuple[Question, ...] = ()
    ranking: tuple[tuple[str, float], ...] = ()
    open_question: Mapping[str, Any] = field(default_factory=dict)
    earlier: tuple[tuple[str, str], ...] = ()
    said_before_at: datetime | None = None
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What Penny says.

    Attributes:
        facts: every figure that ``text`` shows.
        buttons: ``(title, text sent when pressed)``.
        slots: conversation state to keep (``frame``, ``proposal_id``).
        asks: whether the skill needs an answer before it can go on; the question is put
            again after whatever else is talked about meanwhile.
        refused: whether what was said made no sense, so that an open question stays open.
        waits_for_pin: whether nothing was done for want of the PIN, so that all stays as it is.
        charts: pictures of what the text says, for channels that can show them.
    """

    text: str
    facts: tuple[Fact, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)
    asks: bool = False
    refused: bool = False
    waits_for_pin: bool = False
    charts: tuple[Chart, ...] = ()


def read_turn(core: Core, tracker: Tracker) -> Turn:
    """Reads the tracker; the sender is ``<person id>~<thread>``.

    Raises:
        NotFound: the conversation belongs to nobody.
    """
    person = people.get(core, tracker.sender_id.partition("~")[0])
    message = tracker.latest_message
    metadata = message.get("metadata") or {}
    first, *also = [_question(found, person) for found in message.get("questions") or (message,)]
    now = datetime.now(UTC)
    last_reply = tracker.get_slot("last_reply") or {}
    proven = metadata.get("verified") is True
    return Turn(
        person=person,
        text=first.text,
        intent=first.intent,
        confidence=first.confidence,
        today=_day(metadata.get("today")) or person.today(now),
        now=now,
        channel=str(metadata.get("channel") or "unknown"),
        hints=first.hints,
        frame=tracker.get_slot("frame") or {},
        proposal_id=tracker.get_slot("proposal_id"),
        change_id=tracker.get_slot("change_id"),
        last_reply=last_reply,
        answering=last_reply if last_reply.get("text") in _just_said(tracker, proven) else {},
        also=tuple(also),
        ranking=tuple(
            (entry["name"], float(entry["confidence"]))
            for entry in message.get("intent_ranking") or ()
        ),
        open_question=tracker.get_slot("open_question") or {},
        earlier=_earlier(tracker),
        said_before_at=_said_before_at(tracker),
        proven=proven,
    )


def _question(said: Mapping[str, Any], person: Person) -> Question:
    """A message, or one question of it, as Rasa hands it over."""
    text, intent = said.get("text") or "", said.get("intent") or {}
    return Question(
        text=month_first(text) if person.currency == _MONTH_FIRST else text,
        intent=intent.get("name") or "",
        confidence=float(intent.get("confidence") or 0.0),
        hints=tuple(
            (entity["entity"], str(entity["value"])) for entity in said.get("entities") or ()
        ),
    )


def _just_said(tracker: Tracker, proven: bool) -> set[str]:
    """What Penny said between the person's last two messages; before a repeated one counts too."""
    own = [at for at, event in enumerate(tracker.events) if event["event"] == "user"]
    own = own[-3 if proven else -2 :]
    between = tracker.events[own[0] : own[-1]] if own else ()
    return {event["text"] for event in between if event["event"] == "bot" and event.get("text")}


def _said_before_at(tracker: Tracker) -> datetime | None:
    """When the message before the present one came."""
    own = [event.get("timestamp") for event in tracker.events if event["event"] == "user"]
    at = own[-2] if len(own) > 1 else None
    return None if at is None else datetime.fromtimestamp(float(at), UTC)


def _earlier(tracker: Tracker) -> tuple[tuple[str, str], ...]:
    """Intent and answer of the turns before the present one, as far back as Rasa tells."""
    turns: list[tuple[str, list[str]]] = []
    for event in tracker.events:
        if event["event"] == "user":
            understood = (event.get("parse_data") or {}).get("intent") or {}
            turns.append((understood.get("name") or "", []))
        elif event["event"] == "bot" and event.get("text") and turns:
            turns[-1][1].append(event["text"])
    return tuple((intent, "\n".join(said)) for intent, said in turns[:-1])


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text} is not a day I know; I read days as 2026-03-31.") from None
