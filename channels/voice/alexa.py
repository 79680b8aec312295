"""Alexa: the endpoint of a custom skill, ``POST /alexa``.

Who speaks is told by account linking (``linking.py``), that it is Alexa by the signature
(``alexa_signature.py``). The rest is a turn of the `VoiceDesk`. A session goes on while Penny
waits for an answer. Alexa waits eight seconds: when an answer takes long, she is told to say
so meanwhile, and before the time is over Penny asks for patience herself.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from channels.contract import Channel, House
from channels.intake import Said, clean_text
from channels.limits import read_body
from channels.problems import Problem
from channels.speech import Spoken, aloud
from channels.turns import Message
from channels.voice.alexa_signature import Forged, Signatures, trusted_roots
from channels.voice.alexa_words import words_of
from channels.voice.desk import Answer, VoiceDesk
from finance_core.errors import NotSignedIn
from finance_core.model import Person
from finance_core.services import links

log = logging.getLogger(__name__)

CHANNEL = "alexa"

_LARGEST_BODY = 65_536  # bytes
_LONGEST_SENTENCE = 500  # characters; far more than Alexa passes on
_LONGEST_CARD = 6_000  # characters; a whole answer has at most 24 kB
_MOST_ANSWERS = 500
_MEANWHILE_SECONDS, _PATIENCE_SECONDS = 2.5, 6.5  # Alexa gives up after 8
_ENDPOINTS = ".amazonalexa.com"

_WELCOME = ("Hello, I'm Penny.", "What would you like to know about your money?")
_ANYTHING_ELSE = ("What else would you like to know?",)
_GOODBYE = ("Goodbye.",)
_LINK = ("Please link your account first.", "I have put a card into your Alexa app for it.")
_NOT_CAUGHT = ("I did not catch that.", "Try: what's my balance, or: help me save.")
_LATE = ("That takes longer than usual, and I am still at it.", "Please ask me again in a moment.")
_MEANWHILE = ("One moment, please.",)


@dataclass(frozen=True, slots=True)
class _Call:
    """A request that was checked.

    Attributes:
        kind: its type.
        intent: the intent of an ``IntentRequest``, else empty.
        token: of the linked account.
        id: its own, fit for a message id.
        endpoint: where and with which token Alexa may be told something meanwhile.
    """

    kind: str
    intent: Mapping[str, Any]
    token: str | None
    id: str
    endpoint: tuple[str, str, str] | None


class AlexaChannel(Channel):
    """The skill's endpoint.

    Args:
        house: what all channels share.
        skill: id of the skill.
        signatures: tells Alexa's requests from others.
        http: tells Alexa something meanwhile; closed with the channel.
    """

    name = CHANNEL

    def __init__(
        self, house: House, skill: str, signatures: Signatures, http: httpx.AsyncClient
    ) -> None:
        self._core = house.core
        self._settings = house.settings
        self._metrics = house.metrics
        self._desk = VoiceDesk(house)
        self._skill = skill
        self._signatures = signatures
        self._http = http
        self._answers: OrderedDict[str, asyncio.Task[dict[str, Any]]] = OrderedDict()
        self._pending: set[asyncio.Task[Any]] = set()

    @classmethod
    def configured(cls, house: House) -> AlexaChannel | None:
        """The channel, or None when no skill is set.

        Raises:
            BadInput: the roots' file cannot be used.
        """
        settings = house.settings
        if not settings.alexa_skill:
            return None
        http = httpx.AsyncClient(timeout=3.0, follow_redirects=False)
        signatures = Signatures(trusted_roots(settings.alexa_roots), http)
        return cls(house, settings.alexa_skill, signatures, http)

    def routes(self) -> Sequence[BaseRoute]:
        """The one address that Alexa knows."""
        return (Route("/alexa", self.receive, methods=["POST"]),)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keeps the connections open as long as the application runs."""
        try:
            yield
        finally:
            for task in self._pending:
                task.cancel()
            await asyncio.gather(*self._pending, return_exceptions=True)
            await self._http.aclose()

    async def receive(self, request: Request) -> Response:
        """``POST /alexa``: answers one request of Alexa's, once however often it arrives."""
        body = await read_body(request, _LARGEST_BODY, self._settings.body_seconds)
        headers = request.headers
        try:
            address, signature = headers.get("signaturecertchainurl"), headers.get("signature-256")
            await self._signatures.check(body, address, signature)
            call = self._read(body)
        except Forged as error:
            log.warning("A request to /alexa was refused: %s.", error)
            self._metrics.errors.labels("alexa").inc()
            raise Problem(400, "This is not a request of Alexa's.") from None
        if call.id not in self._answers:
            self._answers[call.id] = asyncio.create_task(self._answer(call))
            if len(self._answers) > _MOST_ANSWERS:
                self._answers.popitem(last=False)
        return JSONResponse(await asyncio.shield(self._answers[call.id]))

    def _read(self, body: bytes) -> _Call:
        """The request in a body that Alexa signed.

        Raises:
            Forged: it is old, for another skill, or no request.
        """
        try:
            whole = json.loads(body)
            request = whole["request"]
            kind, identity = request["type"], request["requestId"]
            system = whole.get("context", {}).get("System", {})
            session = whole.get("session") or {}
            skills = {
                part["application"]["applicationId"]
                for part in (system, session)
                if "application" in part
            }
            user = system.get("user") or session.get("user") or {}
            token = user.get("accessToken")
            intent = request.get("intent") or {}
        except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
            raise Forged("it is no request") from None
        if skills != {self._skill}:
            raise Forged("it is for another skill")
        self._signatures.check_age(request.get("timestamp"))
        if not isinstance(kind, str) or not isinstance(identity, str) or not identity:
            raise Forged("it is no request")
        return _Call(
            kind=kind,
            intent=intent if isinstance(intent, Mapping) else {},
            token=token if isinstance(token, str) and token else None,
            id=f"alexa-{hashlib.sha256(identity.encode(errors='replace')).hexdigest()[:40]}",
            endpoint=_endpoint(system, identity),
        )

    async def _answer(self, call: _Call) -> dict[str, Any]:
        """The answer to a request that was seen for the first time."""
        if call.kind == "SessionEndedRequest":
            return {"version": "1.0", "response": {}}
        if call.kind not in ("LaunchRequest", "IntentRequest"):
            return _said(aloud(_NOT_CAUGHT))
        try:
            person, link = await to_thread.run_sync(links.by_token, self._core, call.token or "")
        except NotSignedIn:
            return _said(aloud(_LINK), card={"type": "LinkAccount"})
        if call.kind == "LaunchRequest":
            return _said(aloud(_WELCOME, question=True))
        return await self._turn(call, person, may_act=links.ACT in link.scope.split())

    async def _turn(self, call: _Call, person: Person, *, may_act: bool) -> dict[str, Any]:
        """The answer to an intent."""
        name = call.intent.get("name")
        if name == "AMAZON.StopIntent":
            return _said(aloud(_GOODBYE))
        cancels = name == "AMAZON.CancelIntent"
        words = "cancel" if cancels else words_of(call.intent)
        try:
            text = clean_text(words, _LONGEST_SENTENCE)
        except Problem:  # there are none, or what cannot be a message
            return _said(aloud(_NOT_CAUGHT, question=True))
        answer = await self._in_time(call, person, Said(text, CHANNEL, call.id), may_act)
        if answer is None:
            return _said(aloud(_LATE, question=True))
        return _said(answer.spoken, card=_card(answer.messages), ends=cancels)

    async def _in_time(
        self, call: _Call, person: Person, said: Said, may_act: bool
    ) -> Answer | None:
        """The answer, or None when it takes too long; it goes on being made."""
        task = asyncio.create_task(self._desk.answer(person.id, said, may_act=may_act))
        self._keep(task)
        done, _ = await asyncio.wait((task,), timeout=_MEANWHILE_SECONDS)
        if not done:
            self._keep(asyncio.create_task(self._tell_meanwhile(call)))
            rest = _PATIENCE_SECONDS - _MEANWHILE_SECONDS
            done, _ = await asyncio.wait((task,), timeout=rest)
        return task.result() if done else None

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._pending.add(task)
        task.add_done_callback(self._let_go)

    def _let_go(self, task: asyncio.Task[Any]) -> None:
        self._pending.discard(task)
        if not task.cancelled() and task.exception():
            log.error("A turn of Alexa's failed.", exc_info=task.exception())

    async def _tell_meanwhile(self, call: _Call) -> None:
        """A progressive response: Alexa says something while the answer is made."""
        if call.endpoint is None:
            return
        address, token, identity = call.endpoint
        speech = aloud(_MEANWHILE).ssml
        directive = {"type": "VoicePlayer.Speak", "speech": speech}
        body = {"header": {"requestId": identity}, "directive": directive}
        headers = {"Authorization": f"Bearer {token}"}
        try:
            await self._http.post(f"{address}/v1/directives", json=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.info("Alexa could not be told to wait (%s).", type(error).__name__)


def _endpoint(system: Mapping[str, Any], identity: str) -> tuple[str, str, str] | None:
    address, token = system.get("apiEndpoint"), system.get("apiAccessToken")
    if not isinstance(address, str) or not isinstance(token, str):
        return None
    parts = urlsplit(address)
    ours = parts.scheme == "https" and (parts.hostname or "").endswith(_ENDPOINTS)
    return (f"https://{parts.hostname}", token, identity) if ours else None


def _card(messages: Sequence[Message]) -> dict[str, Any] | None:
    """The whole text for the Alexa app."""
    text = "\n\n".join(message.text for message in messages if message.text)[:_LONGEST_CARD]
    return {"type": "Simple", "title": "Penny", "content": text} if text else None


def _said(
    spoken: Spoken, *, card: dict[str, Any] | None = None, ends: bool = False
) -> dict[str, Any]:
    """An answer as Alexa wants it; the session goes on while Penny waits for one."""
    goes_on = spoken.question and not ends
    response: dict[str, Any] = {
        "outputSpeech": {"type": "SSML", "ssml": spoken.ssml},
        "shouldEndSession": not goes_on,
    }
    if goes_on:
        again = aloud([_last_question(spoken.text)])
        response["reprompt"] = {"outputSpeech": {"type": "SSML", "ssml": again.ssml}}
    if card:
        response["card"] = card
    return {"version": "1.0", "response": response}


def _last_question(text: str) -> str:
    """What is asked again when nobody answers."""
    question = text.rpartition("?")[0].rpartition(". ")[2]
    return f"{question}?" if question else _ANYTHING_ELSE[0]
