"""Client of the private Rasa server: asks, and puts its answer into messages."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote

import httpx

from channels.charts.spec import NoChart, read
from channels.settings import ChannelSettings
from channels.turns import Button, Message
from finance_core.errors import PennyError

log = logging.getLogger(__name__)

APOLOGY = (
    "Sorry, something on my side isn't working, so I have no answer to that yet. "
    "Please try again in a minute; nothing is ever done twice."
)

# Rasa's own orders, which it obeys without an answer; from a person they are words
_ORDERS = re.compile(r"^/(?=(?:restart|back|session_start)\b)")


class AssistantDown(PennyError):
    """Rasa gave no answer; the message is the apology a person gets."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conversation stands after its last turn.

    Attributes:
        intent: what was understood.
        open: whether a form, a question or an offer waits for an answer.
        model: Rasa's id of the model that understood it.
        entities: name and value of each that was found, sorted.
    """

    intent: str | None
    open: bool
    model: str | None
    entities: tuple[tuple[str, ...], ...] = ()


NOWHERE = Standing(None, False, None)


class Assistant:
    """Talks to Rasa over kept-alive connections."""

    def __init__(
        self, settings: ChannelSettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        # Idle connections go before Rasa drops them (after 5 s), or a reused one may be dead.
        pool = httpx.Limits(max_connections=100, keepalive_expiry=3.0)
        self._http = httpx.AsyncClient(
            base_url=settings.rasa_url,
            timeout=httpx.Timeout(settings.turn_seconds, connect=2.0),
            transport=transport or httpx.AsyncHTTPTransport(retries=1, limits=pool),
            trust_env=False,
        )
        token = settings.rasa_token
        self._token = {"token": token.get_secret_value()} if token else {}

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def ask(
        self,
        person_id: str,
        text: str,
        channel: str,
        today: date | None = None,
        thread: str = "main",
        message_id: str | None = None,
        *,
        verified: bool = False,
    ) -> list[Message]:
        """Says ``text`` as ``person_id`` and returns Penny's answer.

        Args:
            person_id: who speaks.
            text: the words, or a button's payload.
            channel: where it was said.
            today: the day to answer as of; None for the real one.
            thread: which of the person's conversations.
            message_id: the sender's own id for the message.
            verified: whether the PIN was given for it, on a spoken channel.

        Raises:
            AssistantDown: no answer, a late one, or an empty one.
        """
        metadata: dict[str, Any] = {"channel": channel, "message_id": message_id}
        if verified:
            metadata["verified"] = True
        if today:
            metadata["today"] = today.isoformat()
        words = _ORDERS.sub("", text)
        said = {"sender": sender(person_id, thread), "message": words, "metadata": metadata}
        rows = await self._json("POST", "/webhooks/rest/webhook", json=said)
        messages = merge(rows) if isinstance(rows, list) else []
        if not messages:
            raise AssistantDown(APOLOGY)
        return messages

    async def understanding(
        self, person_id: str, thread: str = "main"
    ) -> tuple[str | None, list[dict[str, Any]]]:
        """Intent and entities of the last message of a conversation, as Rasa understood it.

        Raises:
            AssistantDown: Rasa did not say.
        """
        path = f"/conversations/{quote(sender(person_id, thread), safe='~')}/tracker"
        tracker = await self._json("GET", path, params={"include_events": "NONE", **self._token})
        latest = tracker.get("latest_message") if isinstance(tracker, dict) else None
        if not isinstance(latest, dict):
            raise AssistantDown(APOLOGY)
        intent = latest.get("intent") or {}
        return intent.get("name"), [dict(entity) for entity in latest.get("entities") or []]

    async def standing(self, person_id: str, thread: str = "main") -> Standing:
        """Where a conversation stands.

        Raises:
            AssistantDown: Rasa did not say.
        """
        found = await self._json(
            "POST",
            "/webhooks/standing/",
            json={"sender": sender(person_id, thread)},
            headers={"Authorization": f"Bearer {self._token.get('token', '')}"},
            timeout=2.0,
        )
        if not isinstance(found, dict):
            raise AssistantDown(APOLOGY)
        return Standing(
            found.get("intent"),
            bool(found.get("open")),
            found.get("model"),
            tuple(tuple(pair) for pair in found.get("entities") or []),
        )

    async def parse(self, text: str) -> str | None:
        """The intent this model finds in words; nothing is said or kept.

        Raises:
            AssistantDown: Rasa did not say.
        """
        found = await self._json(
            "POST",
            "/model/parse",
            json={"text": _ORDERS.sub("", text)},
            params=self._token,
            timeout=5.0,
        )
        intent = found.get("intent") if isinstance(found, dict) else None
        return intent.get("name") if isinstance(intent, dict) else None

    async def ready(self) -> bool:
        """Whether Rasa is up with a model loaded."""
        try:
            response = await self._http.get("/status", params=self._token, timeout=2.0)
        except httpx.HTTPError:
            return False
        return response.is_success

    async def _json(self, method: str, path: str, **request: Any) -> Any:
        try:
            response = await self._http.request(method, path, **request)
            response.raise_for_status()
            # NaN and Infinity are no JSON; a browser could not read them.
            return json.loads(response.content, parse_constant=lambda _: None)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            # Without the cause's text: it may carry the address with its token.
            raise AssistantDown(APOLOGY) from RuntimeError(type(error).__name__)


def sender(person_id: str, thread: str) -> str:
    """Rasa's name of a person's conversation."""
    return f"{person_id}~{thread}"


def merge(rows: Iterable[Any]) -> list[Message]:
    """Turns Rasa's output into messages: facts join the text they came after."""
    messages: list[Message] = []
    for row in rows:
        if not isinstance(row, dict):
            continue
        facts, charts = _facts(row.get("custom")), _charts(row.get("custom"))
        if row.get("text") or row.get("image"):
            messages.append(
                Message(row.get("text"), _buttons(row.get("buttons")), row.get("image"), facts)
            )
        elif facts and messages:
            messages[-1] = replace(messages[-1], facts=messages[-1].facts + facts)
        elif facts:
            messages.append(Message(None, facts=facts))
        for chart in charts:  # the first belongs to the text, each further one stands alone
            if messages and messages[-1].text and not messages[-1].chart:
                messages[-1] = replace(messages[-1], chart=chart)
            else:
                messages.append(Message(None, chart=chart))
    return messages


def _buttons(rows: Any) -> tuple[Button, ...]:
    return tuple(
        Button(str(row["title"]), str(row.get("payload") or row["title"]))
        for row in rows or ()
        if isinstance(row, dict) and row.get("title")
    )


def _charts(custom: Any) -> list[dict[str, Any]]:
    """The charts of a custom message that can be drawn."""
    found = custom.get("charts") if isinstance(custom, dict) else None
    charts = []
    for chart in found if isinstance(found, list) else ():
        try:
            read(chart)
        except NoChart as error:
            log.warning("A chart was left out: %s.", error)
        else:
            charts.append(chart)
    return charts


def _facts(custom: Any) -> tuple[dict[str, Any], ...]:
    facts = custom.get("facts") if isinstance(custom, dict) else None
    return tuple(fact for fact in facts or () if isinstance(fact, dict))
