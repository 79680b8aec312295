"""Calls to the action server that carry what an action needs and no more.

Rasa sends the whole domain and the whole conversation with every call, opens a new
connection for it, and checks the JSON schema itself each time before it checks the answer
against it; that is most of the time of a turn. What is sent and checked here is the same but
for the domain, which no action of ours reads, and for old turns.
"""

from __future__ import annotations

from typing import Any, Dict, Optional, Text

import aiohttp
import jsonschema
import rasa
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

TURNS_SENT = 3


class KeptOpenEndpoint(EndpointConfig):
    """An HTTP endpoint whose connections stay open between calls."""

    _client: Optional[aiohttp.ClientSession] = None

    def session(self) -> Any:
        """The one session of this endpoint, as a context that does not close it."""
        if self._client is None or self._client.closed:
            self._client = super().session()
        return _Borrowed(self._client)


class _Borrowed:
    def __init__(self, client: aiohttp.ClientSession) -> None:
        self._client = client

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._client

    async def __aexit__(self, *_: Any) -> None:
        """Leaves the session open for the next call."""


_validator = jsonschema.validators.validator_for(RemoteAction.action_response_format_spec())(
    RemoteAction.action_response_format_spec()
)
_endpoints: Dict[int, KeptOpenEndpoint] = {}


def kept_open(endpoint: EndpointConfig) -> KeptOpenEndpoint:
    """The endpoint of the same address that keeps its connections."""
    kept = _endpoints.get(id(endpoint))
    if kept is None:
        kept = _endpoints[id(endpoint)] = KeptOpenEndpoint(**vars(endpoint.copy()))
    return kept


class LeanRemoteAction(RemoteAction):
    """An action on the action server."""

    def __init__(self, name: Text, action_endpoint: Optional[EndpointConfig]) -> None:
        """Like Rasa's, over connections that stay open."""
        super().__init__(name, action_endpoint and kept_open(action_endpoint))

    def _action_call_format(self, tracker: DialogueStateTracker, domain: Domain) -> Dict[Text, Any]:
        state = tracker.current_state(EventVerbosity.NONE)
        state["events"] = [event.as_dict() for event in last_turns(tracker)]
        return {
            "next_action": self.name(),
            "sender_id": tracker.sender_id,
            "tracker": state,
            "domain": {},
            "version": rasa.__version__,
        }

    def _validate_action_result(self, result: Dict[Text, Any]) -> bool:
        _validator.validate(result)
        return True


def last_turns(tracker: DialogueStateTracker, turns: int = TURNS_SENT) -> list:
    """The events since the ``turns``-th last message of the person."""
    events = list(tracker.events)
    at = [i for i, event in enumerate(events) if isinstance(event, UserUttered)]
    return events[at[-turns] :] if len(at) > turns else events
