"""An address at which Rasa is told to forget a person.

Rasa's own API knows no way to delete a conversation. ``POST /webhooks/forget/`` with
``{"person": ID}`` and the token as ``Authorization: Bearer`` deletes all of that person's
conversations from the tracker store, and says how many events there were.
"""

from __future__ import annotations

import hmac
from typing import Any, Awaitable, Callable, Dict, Optional, Text

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse


class ForgetInput(InputChannel):
    """The address; ``credentials.yml`` names it with the token it asks for."""

    def __init__(self, token: Text) -> None:
        """Remembers the token; without one nobody may ask."""
        self._token = token

    @classmethod
    def name(cls) -> Text:
        """The part of the address after ``/webhooks/``."""
        return "forget"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> InputChannel:
        """Makes the channel from its part of ``credentials.yml``."""
        return cls(str((credentials or {}).get("token") or ""))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes Rasa serves."""
        routes = Blueprint("forget_webhook", __name__)

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/", methods=["POST"])
        async def forget(request: Request) -> HTTPResponse:
            given = request.token or ""
            if not (self._token and hmac.compare_digest(given.encode(), self._token.encode())):
                return response.json({"error": "not allowed"}, status=401)
            person = (request.json or {}).get("person")
            if not isinstance(person, str) or not person.isalnum():
                return response.json({"error": "whom?"}, status=422)
            store = innermost(request.app.ctx.agent.tracker_store)
            return response.json({"events": await store.forget(person)})

        return routes


def innermost(store: Any) -> Any:
    """Our own store; Rasa wraps it into one or two of hers."""
    while hasattr(store, "_tracker_store"):
        store = store._tracker_store
    return store
