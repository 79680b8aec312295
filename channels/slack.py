"""Slack: the same conversation in direct messages with an app of the workspace's own.

| address | does |
|---|---|
| ``POST /slack/events`` | what is written to the app (Events API) |
| ``POST /slack/interactions`` | a button that was pressed |

Every request is signed by Slack, and acknowledged before it is answered. A member of the
workspace belongs to a person once they were tied with a one-time code; others learn nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from channels import slack_looks as looks
from channels.contract import Channel, House, Undelivered
from channels.conversations import IdReused, TooFast
from channels.intake import Said, clean_text, json_object
from channels.limits import RateLimiter, read_body
from channels.problems import Problem
from channels.slack_inbox import CHANNEL, Answer, SlackInbox
from channels.turns import Button, Message, Turn
from finance_core.errors import BadInput, NotSignedIn
from finance_core.model import Person
from finance_core.services import people

if TYPE_CHECKING:
    from channels.slack_sending import Slack

_BODY_LIMIT = 200_000  # an interaction carries the whole message it belongs to
_LONGEST_ID = 64
_WRITTEN = (None, "file_share")  # kinds of messages that people write; all others are notices


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, and where.

    Attributes:
        id: of the member, with their workspace's.
        place: the direct conversation with them.
    """

    id: str
    place: str

    def json(self) -> dict[str, str]:
        """As it is kept."""
        return {"member": self.id, "place": self.place}


class SlackChannel(Channel):
    """The app in a Slack workspace."""

    name = CHANNEL
    pushes = True

    def __init__(self, house: House, slack: Slack) -> None:
        self._core = house.core
        self._settings = house.settings
        self._conversations = house.conversations
        self._slack = slack
        self._strangers = RateLimiter(per_minute=10, burst=10)
        self._inbox = SlackInbox(house.core, self._serve)

    @classmethod
    def configured(cls, house: House) -> SlackChannel | None:
        """The channel, or None when it is not set up.

        Raises:
            BadInput: the extra ``slack`` is missing.
        """
        token, secret = house.settings.slack_token, house.settings.slack_signing_secret
        if not (token and secret):
            return None
        try:
            from channels.slack_sending import Slack  # noqa: PLC0415
        except ImportError:
            raise BadInput("For Slack, Penny needs her extra: uv sync --extra slack.") from None
        base = house.settings.slack_base_url
        return cls(house, Slack(token.get_secret_value(), secret.get_secret_value(), base))

    def routes(self) -> Sequence[BaseRoute]:
        """The two addresses that the app is told at Slack."""
        return (
            Route("/slack/events", self._event, methods=["POST"]),
            Route("/slack/interactions", self._interaction, methods=["POST"]),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Goes on with what was not answered before the last stop."""
        async with self._inbox.running():
            yield

    async def deliver(self, person_id: str, message: Message, key: str) -> bool:
        """Writes to the person wherever they are tied; who has left is untied."""
        reached, fields = False, looks.posting(message, key, 0)
        for chat in await to_thread.run_sync(people.chats, self._core, person_id, CHANNEL):
            try:
                found = await self._slack.push(chat.chat_id.partition(":")[2], fields)
            except Undelivered:
                if not reached:  # who was reached elsewhere is not written to there again
                    raise
                continue
            if not found:
                await to_thread.run_sync(people.unlink_chat, self._core, CHANNEL, chat.chat_id)
            reached = reached or found
        return reached

    async def _event(self, request: Request) -> Response:
        body = json_object(await self._signed(request))
        if body.get("type") == "url_verification":
            return JSONResponse({"challenge": str(body.get("challenge"))})
        event = body.get("event")
        if body.get("type") == "event_callback" and isinstance(event, dict):
            writer, number = _writer(body, event), str(body.get("event_id"))[:_LONGEST_ID]
            if writer:
                said = {"text": event.get("text"), "file": event.get("subtype") is not None}
                await self._inbox.take(number, {**writer.json(), "said": said})
        return Response()

    async def _interaction(self, request: Request) -> Response:
        form = parse_qs((await self._signed(request)).decode(errors="replace"))
        payload = form.get("payload", [""])[0].encode()
        body = json_object(payload)
        writer = _presser(body)
        if body.get("type") == "block_actions" and writer:
            message = body.get("message") or {}
            pressed = {name: message.get(name) for name in ("ts", "text", "blocks")}
            pressed["value"] = (body.get("actions") or [{}])[0].get("value")
            key = hashlib.sha256(payload).hexdigest()  # each press has a trigger of its own
            await self._inbox.take(key, {**writer.json(), "pressed": pressed})
        return Response()

    async def _signed(self, request: Request) -> bytes:
        """The body of a request of Slack's own, at most five minutes old."""
        body = await read_body(request, _BODY_LIMIT, self._settings.body_seconds)
        if not self._slack.signed(body, request.headers):
            raise Problem(401, "That request is not signed by Slack.")
        return body

    async def _serve(self, body: Mapping[str, Any], answer: Answer) -> None:
        """Answers what was kept."""
        writer = Writer(body["member"], body["place"])
        if "said" in body:
            await self._written(writer, body["said"], answer)
        else:
            await self._pressed(writer, body["pressed"], answer)

    async def _person(self, writer: Writer) -> Person | None:
        return await to_thread.run_sync(people.by_chat, self._core, CHANNEL, writer.id)

    async def _written(self, writer: Writer, said: Mapping[str, Any], answer: Answer) -> None:
        person, written = await self._person(writer), str(said["text"] or "")
        if person is None:
            await self._stranger(writer, written, answer)
            return
        if said["file"]:
            await self._say(writer, looks.TEXT_ONLY, answer)
            return
        try:
            text = clean_text(looks.read(written), self._settings.text_limit)
        except Problem as problem:
            await self._say(writer, problem.sentence, answer)
            return
        if text.lower() == "unlink":
            await self._say(writer, looks.UNLINKED, answer)
            await to_thread.run_sync(people.unlink_chat, self._core, CHANNEL, writer.id)
            return
        await self._turn(writer, person, text, f"slack-{answer.key}", answer)

    async def _stranger(self, writer: Writer, written: str, answer: Answer) -> None:
        if self._strangers.wait(writer.id):
            return
        word, _, code = written.strip().partition(" ")
        if word.lower() != "link" or not code:
            await self._say(writer, looks.HOW_TO_LINK, answer)
            return
        try:
            person = await to_thread.run_sync(
                people.link_chat, self._core, code, CHANNEL, writer.id
            )
        except NotSignedIn as error:
            await self._say(writer, str(error), answer)
        else:
            await self._say(writer, looks.WELCOME.format(name=person.name), answer)

    async def _pressed(self, writer: Writer, message: Mapping[str, Any], answer: Answer) -> None:
        person = await self._person(writer)
        if person is None:
            return
        button = await self._button(person, str(message["value"]))
        if button is None:
            await self._say(writer, looks.OLD_BUTTON, answer)
            return
        blocks = looks.settled(message["blocks"] or [], button.title)
        fields = {"text": str(message["text"] or ""), "blocks": blocks}
        await self._slack.update(writer.place, str(message["ts"]), fields)
        pressed = f"slack-{writer.place}-{message['ts']}-pressed"
        with suppress(IdReused):  # another button of the same message was pressed before
            await self._turn(writer, person, button.payload, pressed, answer)

    async def _button(self, person: Person, value: str) -> Button | None:
        """The button that a value names, if it is one of the person's own."""
        message_id, _, place = value.rpartition("|")
        turn = await self._conversations.history.find(person.id, "main", message_id)
        buttons = (
            [button for message in turn.messages for button in message.buttons] if turn else []
        )
        return buttons[int(place)] if place.isdecimal() and int(place) < len(buttons) else None

    async def _turn(
        self, writer: Writer, person: Person, text: str, message_id: str, answer: Answer
    ) -> None:
        said = Said(text=text, channel=CHANNEL, message_id=message_id)
        try:
            outcome = await self._conversations.take(person.id, said)
        except TooFast as error:
            await self._say(writer, str(error), answer)
            return
        if not outcome.repeated or answer.attempts > 1:  # else pressed twice: it has its answer
            await answer.show(self._parts(writer, outcome.turn))

    def _parts(self, writer: Writer, turn: Turn) -> list[partial[Any]]:
        parts, place = [], 0
        for message in turn.messages:
            fields = looks.posting(message, turn.message_id, place)
            parts.append(partial(self._slack.post, writer.place, fields))
            place += len(message.buttons)
        return parts

    async def _say(self, writer: Writer, text: str, answer: Answer) -> None:
        fields = looks.posting(Message(text), "", 0)
        await answer.show([partial(self._slack.post, writer.place, fields)])


def _writer(body: dict[str, Any], event: dict[str, Any]) -> Writer | None:
    """Who wrote an event; None where it is no message of a person in a direct conversation."""
    wrote = event.get("type") == "message" and event.get("channel_type") == "im"
    if not wrote or event.get("bot_id") or event.get("subtype") not in _WRITTEN:
        return None
    return _named(body.get("team_id"), event.get("user"), event.get("channel"))


def _presser(body: dict[str, Any]) -> Writer | None:
    """Who pressed a button, likewise."""
    channel = body.get("channel") or {}
    if channel.get("name") != "directmessage":
        return None
    ids = (body.get("team") or {}).get("id"), (body.get("user") or {}).get("id")
    return _named(*ids, channel.get("id"))


def _named(team: object, user: object, place: object) -> Writer | None:
    if isinstance(team, str) and isinstance(user, str) and isinstance(place, str):
        return Writer(f"{team}:{user}", place)
    return None
