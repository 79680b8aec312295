"""An address that says where a conversation stands, without reading it from the database.

``POST /webhooks/standing/`` with ``{"sender": ID}`` and the token as ``Authorization: Bearer``
gives ``{"intent", "entities", "open", "model"}`` of the last turn: what was understood (entities
as sorted pairs of name and value), whether a form, a question or an offer waits for an answer,
and the id of the model that understood it. Rasa's own tracker address reads all sessions of a
conversation back to say so.
"""

from __future__ import annotations

import hmac
from typing import Any, Awaitable, Callable, Dict, Optional, Text

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse

from bot.components.forgetting import innermost

WAITING = ("open_question", "proposal_id", "change_id")


class StandingInput(InputChannel):
    """The address; ``credentials.yml`` names it with the token it asks for."""

    def __init__(self, token: Text) -> None:
        """Remembers the token; without one nobody may ask."""
        self._token = token

    @classmethod
    def name(cls) -> Text:
        """The part of the address after ``/webhooks/``."""
        return "standing"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> InputChannel:
        """Makes the channel from its part of ``credentials.yml``."""
        return cls(str((credentials or {}).get("token") or ""))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes Rasa serves."""
        routes = Blueprint("standing_webhook", __name__)

        @routes.route("/", methods=["POST"])
        async def standing(request: Request) -> HTTPResponse:
            given = request.token or ""
            if not (self._token and hmac.compare_digest(given.encode(), self._token.encode())):
                return response.json({"error": "not allowed"}, status=401)
            sender = (request.json or {}).get("sender")
            if not isinstance(sender, str) or not sender:
                return response.json({"error": "whose?"}, status=422)
            tracker = await innermost(request.app.ctx.agent.tracker_store).peek(sender)
            return response.json(standing_of(tracker))

        return routes


def standing_of(tracker: Optional[DialogueStateTracker]) -> Dict[Text, Any]:
    """Intent, entities, whether something is open, and the model of the last turn."""
    message = tracker.latest_message if tracker else None
    if tracker is None or message is None:
        return {"intent": None, "entities": [], "open": False, "model": None}
    waits = any(slot in tracker.slots and tracker.get_slot(slot) for slot in WAITING)
    return {
        "intent": message.intent.get("name"),
        "entities": sorted(
            [str(one.get("entity")), str(one.get("value"))] for one in message.entities
        ),
        "open": bool(tracker.active_loop_name or waits),
        "model": message.metadata.get("model_id"),
    }
