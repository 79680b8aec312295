"""Slack's side of the wire: whether a request is Slack's own, and its Web API.

Calls go through the kept SDK, which needs the extra ``slack``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from http.client import HTTPException
from typing import Any

from anyio import to_thread
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
)
from slack_sdk.signature import SignatureVerifier

from channels.contract import Undelivered

log = logging.getLogger(__name__)

_FAILURES = (SlackClientError, HTTPException, OSError)
_LATER = frozenset(
    {"fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"}
)
_GONE = frozenset(
    {"account_inactive", "channel_not_found", "is_archived", "user_disabled", "user_not_found"}
)


class Slack:
    """The app at Slack.

    Args:
        token: of the bot (``xoxb-…``).
        secret: that Slack signs requests with.
        base_url: of the Web API.
    """

    def __init__(self, token: str, secret: str, base_url: str) -> None:
        again = [ConnectionErrorRetryHandler(), RateLimitErrorRetryHandler(max_retry_count=2)]
        self._answers = WebClient(token, base_url=base_url, retry_handlers=again)
        self._pushes = WebClient(token, base_url=base_url, retry_handlers=[])
        self._signature = SignatureVerifier(secret)

    def signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether Slack signed this request within the last five minutes."""
        try:
            return self._signature.is_valid_request(body, dict(headers))
        except (ValueError, TypeError):  # a time or a signature that is none
            return False

    async def post(self, place: str, fields: Mapping[str, Any]) -> None:
        """Posts a message, patiently; what Slack will never take is logged.

        Raises:
            Undelivered: it may go through later.
        """
        error = await _refusal(partial(self._answers.chat_postMessage, channel=place, **fields))
        if error is None:
            return
        reason = error.response.get("error")
        if reason in _LATER or error.response.status_code >= 500:
            raise Undelivered("Slack is too busy", _wait(error)) from error
        log.warning("Slack refused a message (%s).", reason)

    async def update(self, place: str, ts: str, fields: Mapping[str, Any]) -> None:
        """Puts another message in the place of one; where that fails it is only logged."""
        call = partial(self._answers.chat_update, channel=place, ts=ts, **fields)
        try:
            error = await _refusal(call)
        except Undelivered as failure:
            log.warning("%s (%s).", failure, type(failure.__cause__).__name__)
            return
        if error:
            log.warning("Slack refused a change (%s).", error.response.get("error"))

    async def push(self, member: str, fields: Mapping[str, Any]) -> bool:
        """Posts a message to a member, trying once; False where they are gone.

        Raises:
            Undelivered: it may go through later.
        """
        error = await _refusal(partial(self._pushes.chat_postMessage, channel=member, **fields))
        if error and error.response.get("error") not in _GONE:
            raise Undelivered("Slack refused it", _wait(error)) from error
        return error is None


async def _refusal(call: partial[Any]) -> SlackApiError | None:
    """Calls Slack; what it has against that, if anything.

    Raises:
        Undelivered: Slack cannot be reached.
    """
    try:
        await to_thread.run_sync(call)
    except SlackApiError as error:
        return error
    except _FAILURES as error:
        raise Undelivered("Slack cannot be reached") from error
    return None


def _wait(error: SlackApiError) -> float | None:
    """The seconds that Slack asks for."""
    wait = error.response.headers.get("Retry-After")
    return float(wait) if wait else None
