"""Small pieces of HTTP that all of the sandbox's interfaces use."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from finance_core.errors import BadInput, PennyError


class TooLarge(PennyError):
    """The request's body is over the limit."""


async def read_json(request: Request, limit: int = 1_000_000) -> dict[str, Any]:
    """The body as a JSON object, empty when there is none; BadInput, TooLarge."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge(f"The body is over {limit} bytes.")
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        raise BadInput("The body is not JSON.") from None
    if not isinstance(value, dict):
        raise BadInput("The body is not a JSON object.")
    return value
