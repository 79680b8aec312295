"""The telephone, through Twilio Voice: ``POST /twilio/voice`` and ``POST /twilio/status``.

A number belongs to a person once they called from it with a code of Penny's web page. Numbers
can be forged, so every call begins with the PIN on the keypad; then each turn goes to the
`VoiceDesk`, and what is written needs the PIN once more. Turns of a call are numbered: one
that arrives twice is answered once.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from channels.contract import Channel, House
from channels.intake import Said, clean_text
from channels.limits import RateLimiter, read_body
from channels.problems import Problem
from channels.voice import twiml
from channels.voice.desk import VoiceDesk
from channels.voice.linking import read_fields
from finance_core.errors import NotSignedIn
from finance_core.model import Person
from finance_core.services import people, pins, voice
from finance_core.services.pins import Verdict

log = logging.getLogger(__name__)

CHANNEL = voice.PHONE
VOICE, STATUS = "/twilio/voice", "/twilio/status"

_MOST_CALLS = 500
_MOST_TRIES = 3
_ANSWER_SECONDS = 8.0  # Twilio gives up after 15
_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_GOODBYES = frozenset({"goodbye", "bye", "bye bye", "hang up", "stop", "thank you goodbye"})

_ASK_CODE = (
    "This is Penny. I don't know this number yet. If you have a code from Penny's web page, key "
    "it in now, and then the hash key."
)
_ASK_PIN = "This is Penny. Please key in your PIN, and then the hash key."
_ASK_PIN_AGAIN = "That is not your PIN. Please key it in again, and then the hash key."
_THEN_HASH = "Please key it in, and then the hash key."
_NO_PIN = "You have no PIN yet. Please set one on Penny's web page and call again. Goodbye."
_NOTHING = "I did not hear anything."
_ANYTHING_ELSE = "What else would you like to know?"
_GOODBYE = "Goodbye."


class _Step(StrEnum):
    """What a call waits for."""

    CODE = "code"
    PIN = "pin"
    TALK = "talk"


@dataclass(slots=True)
class _Call:
    """A call under way.

    Attributes:
        number: the caller's number, as the network tells it.
        step: what it waits for.
        person: whose number it is; who speaks, from ``TALK`` on.
        tries: how often in a row the answer was of no use.
        turn: number of the next turn.
        keys: whether the PIN is awaited on the keypad.
        answers: the answers to the turns, by number.
    """

    number: str
    step: _Step = _Step.PIN
    person: Person | None = None
    tries: int = 0
    turn: int = 0
    keys: bool = False
    answers: dict[int, asyncio.Task[bytes]] = field(default_factory=dict)


class TwilioChannel(Channel):
    """The telephone."""

    name = CHANNEL

    def __init__(self, house: House, token: str, public_url: str) -> None:
        self._core = house.core
        self._settings = house.settings
        self._metrics = house.metrics
        self._desk = VoiceDesk(house)
        self._token = token
        self._public = public_url
        self._language = house.settings.voice_language
        self._calls: OrderedDict[str, _Call] = OrderedDict()
        self._codes = RateLimiter(per_minute=0.5, burst=2 * _MOST_TRIES)

    @classmethod
    def configured(cls, house: House) -> TwilioChannel | None:
        """The channel, or None without an auth token and a public address."""
        token, url = house.settings.twilio_token, house.settings.public_url
        return cls(house, token.get_secret_value(), url) if token and url else None

    def routes(self) -> Sequence[BaseRoute]:
        """The two addresses that Twilio is given."""
        return (
            Route(VOICE, self.turn, methods=["POST"]),
            Route(STATUS, self.status, methods=["POST"]),
        )

    async def turn(self, request: Request) -> Response:
        """``POST /twilio/voice``: one turn of a call."""
        fields = await self._signed(request)
        identity = fields.get("CallSid", "")
        if not identity or len(identity) > 64:
            raise Problem(400, "A call needs its CallSid.")
        call = self._calls.get(identity)
        number = _turn_number(request.query_params.get("turn"))
        if call is None or number > call.turn:  # new, or begun before a restart
            call, number = await self._begun(identity, fields), 0
        if number not in call.answers:
            call.turn = number + 1
            call.answers[number] = asyncio.create_task(
                self._answer(call, f"{identity}-{number}", fields)
            )
        answer = call.answers[number]
        done, _ = await asyncio.wait((answer,), timeout=_ANSWER_SECONDS)
        content = answer.result() if done else twiml.waiting(f"{VOICE}?turn={number}")
        return Response(content, media_type="text/xml")

    async def status(self, request: Request) -> Response:
        """``POST /twilio/status``: a call is over."""
        fields = await self._signed(request)
        if fields.get("CallStatus") in _OVER:
            self._calls.pop(fields.get("CallSid", ""), None)
        return Response(status_code=204)

    async def _signed(self, request: Request) -> dict[str, str]:
        """The fields of a request that Twilio signed.

        Raises:
            Problem: 403 when it did not.
        """
        body = await read_body(request, self._settings.body_limit, self._settings.body_seconds)
        fields = read_fields(body.decode("ascii", "replace"), keep_blank=True)
        query = f"?{request.url.query}" if request.url.query else ""
        url = f"{self._public}{request.url.path}{query}"
        shown = request.headers.get("x-twilio-signature", "")
        if not twiml.is_twilios(shown, self._token, url, fields):
            log.warning("A request to %s was refused: its signature is wrong.", request.url.path)
            self._metrics.errors.labels("twilio").inc()
            raise Problem(403, "This is not a request of Twilio's.")
        return fields

    async def _begun(self, identity: str, fields: Mapping[str, str]) -> _Call:
        number = fields.get("From", "")
        person = await self._whose(number)
        call = _Call(number, _Step.PIN if person else _Step.CODE, person)
        self._calls[identity] = call
        if len(self._calls) > _MOST_CALLS:
            self._calls.popitem(last=False)
        return call

    async def _whose(self, number: str) -> Person | None:
        return await to_thread.run_sync(people.by_chat, self._core, CHANNEL, number)

    async def _answer(self, call: _Call, turn_id: str, fields: Mapping[str, str]) -> bytes:
        keyed, said = fields.get("Digits", ""), fields.get("SpeechResult", "")
        if call.step is _Step.TALK and call.person:
            if await self._whose(call.number) is None:  # untied during the call
                call.step, call.person = _Step.CODE, None
                return await self._ask(call, "")
            heard = keyed if call.keys and keyed else said  # no key says anything but the PIN
            return await self._talk(call, call.person, turn_id, heard)
        if not keyed:
            return await self._ask(call, "" if call.turn == 1 else _NOTHING)
        if call.step is _Step.CODE:
            return await self._code(call, keyed)
        return await self._pin(call, keyed)

    async def _ask(self, call: _Call, before: str) -> bytes:
        """Asks for what a call waits for; a few times."""
        call.tries += bool(before)
        if call.tries >= _MOST_TRIES:
            return self._end(f"{before} {_GOODBYE}")
        if call.step is _Step.CODE:
            return self._listen(call, f"{before} {_ASK_CODE}", keys=True)
        assert call.person  # noqa: S101 (who is nobody waits for a code)
        if not await to_thread.run_sync(pins.is_set, self._core, call.person.id):
            return self._end(_NO_PIN)
        return self._listen(call, f"{before} {_ASK_PIN}", keys=True)

    async def _code(self, call: _Call, code: str) -> bytes:
        """Ties the number with a code from the web page."""
        if self._codes.wait(call.number):
            return self._end(f"Please try again later. {_GOODBYE}")
        try:
            tie = partial(voice.tie_phone, self._core, call.number, code)
            call.person = await to_thread.run_sync(tie)
        except NotSignedIn as error:
            return await self._ask(call, str(error))
        call.step, call.tries = _Step.PIN, 0
        return await self._ask(call, "")

    async def _pin(self, call: _Call, digits: str) -> bytes:
        """Lets the caller in."""
        assert call.person  # noqa: S101 (no PIN is asked of nobody)
        checked = await self._desk.check_pin(call.person.id, digits, CHANNEL)
        if checked.verdict is Verdict.RIGHT:
            call.step, call.tries = _Step.TALK, 0
            return self._listen(call, "Thank you. What would you like to know about your money?")
        if checked.verdict is Verdict.NOT_SET:
            return self._end(_NO_PIN)
        if checked.until:
            return self._end(f"{' '.join(self._desk.pause(checked))} {_GOODBYE}")
        return self._listen(call, _ASK_PIN_AGAIN, keys=True)

    async def _talk(self, call: _Call, person: Person, turn_id: str, heard: str) -> bytes:
        """A turn of the conversation."""
        try:
            text = clean_text(heard, self._settings.text_limit)
        except Problem:
            call.tries += 1
            if call.tries >= _MOST_TRIES:
                return self._end(_GOODBYE)
            return self._listen(call, f"{_NOTHING} {_ANYTHING_ELSE}")
        call.tries = 0
        if text.casefold().strip(" .!,") in _GOODBYES:
            return self._end(_GOODBYE)
        answer = await self._desk.answer(person.id, Said(text, CHANNEL, f"twilio-{turn_id}"))
        words = answer.spoken.text
        if answer.wants_pin:
            words = f"{words} {_THEN_HASH}"
        elif not answer.spoken.question:
            words = f"{words} {_ANYTHING_ELSE}"
        return self._listen(call, words, keys=answer.wants_pin)

    def _listen(self, call: _Call, text: str, *, keys: bool = False) -> bytes:
        call.keys = keys
        action = f"{VOICE}?turn={call.turn}"
        return twiml.listening(text.strip(), action, self._language, keys=keys)

    def _end(self, text: str) -> bytes:
        return twiml.hanging_up(text.strip(), self._language)


def _turn_number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 5 else 0
