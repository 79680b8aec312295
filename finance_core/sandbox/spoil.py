"""Spoils the answer to a request that a fault strikes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from finance_core.sandbox.faults import SHAPING, Fault, Strike

_SECONDS = {"latency": 0.5, "timeout": 3600.0}


async def play(
    strike: Strike | None, request: Request, answer: Callable[[], Awaitable[Response]]
) -> Response:
    """Answers a request, spoiled by the fault that strikes it."""
    if strike is None or strike.fault.kind in SHAPING:
        return await answer()
    fault = strike.fault
    response = await answer() if fault.late else None
    if fault.kind in ("latency", "timeout"):
        return await _delayed(fault, request, response, answer)
    if fault.kind == "rate_limit":
        wait = {"Retry-After": str(fault.retry_after)}
        return _trouble(429, "RATE_LIMIT_EXCEEDED", "RATE_LIMIT", wait)
    if fault.kind == "server_error":
        return _trouble(500, "API_ERROR", "INTERNAL_SERVER_ERROR", {})
    body = bytes(response.body) if response else b'{"accounts": ['
    if fault.kind == "broken_json":
        return Response(body[: -max(1, len(body) // 3)], media_type="application/json")
    return Disconnect(body)


async def _delayed(
    fault: Fault,
    request: Request,
    response: Response | None,
    answer: Callable[[], Awaitable[Response]],
) -> Response:
    seconds = _SECONDS[fault.kind] if fault.seconds is None else fault.seconds
    if fault.kind == "timeout":
        await _hang(request, seconds)
        return Disconnect(b"")
    await anyio.sleep(seconds)
    return response or await answer()


class Disconnect(Response):
    """Promises a whole body, sends half of it and lets the connection drop."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Starts an answer that the server cannot finish."""
        body = bytes(self.body)
        length = str(len(body) + 1).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send(
            {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}
        )


def _trouble(status: int, error_type: str, code: str, headers: dict[str, str]) -> Response:
    body = {
        "error_type": error_type,
        "error_code": code,
        "error_message": "the sandbox was told to fail",
        "display_message": None,
        "request_id": "fault",
        "status": status,
    }
    return JSONResponse(body, status, headers)


async def _hang(request: Request, seconds: float) -> None:
    """Says nothing until the caller gives up."""
    with anyio.move_on_after(seconds):
        while (await request.receive())["type"] != "http.disconnect":
            pass
