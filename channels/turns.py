"""The plain values of a conversation: messages and turns, and their JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Button:
    """A quick reply: what the person sees and what pressing it sends."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message from Penny.

    Attributes:
        text: what she says; None for a picture alone.
        buttons: quick replies.
        image: address of a picture.
        facts: the figures of the message, as the finance core gave them.
        chart: the data of the picture at ``image``, which is also its text alternative.
    """

    text: str | None
    buttons: tuple[Button, ...] = ()
    image: str | None = None
    facts: tuple[dict[str, Any], ...] = ()
    chart: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a person with the answer to it.

    Attributes:
        message_id: the sender's own id for the message; asked twice, answered once.
        at: instant it was answered, ISO 8601 in UTC.
        channel: where it was said (``web``, ``telegram``, …).
        text: what was sent: the words, or a button's payload.
        said: what was said, as people read it: the words, or a button's title.
        messages: the answer.
        intent: what was understood, where that was asked for.
        entities: the details understood, where that was asked for.
        retry: True when there was no real answer and asking again may help.
    """

    message_id: str
    at: str
    channel: str
    text: str
    said: str
    messages: tuple[Message, ...]
    intent: str | None = None
    entities: tuple[dict[str, Any], ...] = ()
    retry: bool = False


def to_json(turn: Turn) -> dict[str, Any]:
    """A turn as JSON types."""
    return {**asdict(turn), "messages": [message_json(message) for message in turn.messages]}


def message_json(message: Message) -> dict[str, Any]:
    """A message as JSON types; ``chart`` only where there is one."""
    row = asdict(message)
    if message.chart is None:
        del row["chart"]
    return row


def from_json(row: dict[str, Any]) -> Turn:
    """Reads what `to_json` wrote.

    Raises:
        KeyError, TypeError: the row is something else.
    """
    messages = tuple(
        Message(
            text=message["text"],
            buttons=tuple(Button(**button) for button in message["buttons"]),
            image=message["image"],
            facts=tuple(message["facts"]),
            chart=message.get("chart"),
        )
        for message in row["messages"]
    )
    return Turn(**{**row, "messages": messages, "entities": tuple(row["entities"])})
