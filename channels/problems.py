"""What a request can be refused for, and how that is said over HTTP."""

from __future__ import annotations

import math

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from finance_core.errors import BadInput, NotFound, NotSignedIn, PennyError, Refused, TooSoon

_STATUS: tuple[tuple[type[PennyError], int], ...] = (
    (TooSoon, 429),
    (NotSignedIn, 401),
    (NotFound, 404),
    (Refused, 409),
    (BadInput, 422),
)

_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not take that kind of request.",
}


class Problem(Exception):
    """A request that cannot be served.

    Attributes:
        status: HTTP status code.
        sentence: what the caller is told; plain, complete and without secrets.
        headers: extra response headers.
    """

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None):
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = headers


def refusal(status: int, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """The JSON body every refused request gets: ``{"error": sentence}``."""
    return JSONResponse({"error": sentence}, status, headers)


async def on_problem(request: Request, problem: Exception) -> Response:
    """Answers a `Problem`."""
    assert isinstance(problem, Problem)  # noqa: S101 (registered for this type alone)
    return refusal(problem.status, problem.sentence, problem.headers)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Answers what the router itself refuses: unknown paths and methods."""
    assert isinstance(error, HTTPException)  # noqa: S101
    sentence = _SENTENCES.get(error.status_code, "This request cannot be served.")
    return refusal(error.status_code, sentence, dict(error.headers or {}))


async def on_penny_error(request: Request, error: Exception) -> Response:
    """Answers an error of the finance core with its own plain sentence."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 503)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    if isinstance(error, TooSoon):
        headers = {"Retry-After": str(math.ceil(error.seconds))}
    return refusal(status, str(error), headers)
