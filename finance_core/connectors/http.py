"""The one way of asking a bank over HTTP: bounded, patient, silent about secrets.

Every request has a time-out, a size limit and a total time that includes waiting.
Only what is safe to repeat is repeated: reads, and writes that carry an idempotency
key; anything else only where the bank certainly never took it (it could not be
reached, or it answered 429). Waiting follows the bank's ``Retry-After`` (RFC 9110,
section 10.2.3: seconds or a date), else grows exponentially with jitter.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
    wait_random,
)

from finance_core.errors import BankConsentExpired, BankRejected, BankUnavailable

_LARGEST_ANSWER = 32 * 2**20  # bytes
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 500, 502, 503, 504})
_NOT_ANSWERING = "The bank is not answering right now. Please try again later."
_TOO_BUSY = "The bank asks me to wait before I ask it again. Please try later."
_UNREADABLE = "The bank sent an answer I can't read. Please try again later."
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

_backoff = wait_exponential_jitter(multiplier=0.5, max=10, jitter=0.5)
_after_asked = wait_random(0, 0.5)


class UnreadableAnswerError(ValueError):
    """An answer arrived that does not have the protocol's form."""


class _Again(Exception):
    """This attempt failed in a way another one may not."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer of the bank."""

    status: int
    headers: httpx.Headers
    body: bytes

    def json(self) -> Any:
        """The body as JSON, its numbers as exact decimals.

        Raises:
            UnreadableAnswerError: it is not JSON.
        """
        try:
            return json.loads(self.body, parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError) as err:
            raise UnreadableAnswerError("not JSON") from err


def refuse(reply: Reply) -> None:
    """Raises what an unsuccessful status means; returns when it is a success.

    Raises:
        BankConsentExpired: 401 or 403.
        BankRejected: any other status that is not a success.
    """
    if reply.status in (401, 403):
        raise BankConsentExpired("The bank no longer lets me in. Please connect it again.")
    if not 200 <= reply.status < 300:
        raise BankRejected(f"The bank refused the request (status {reply.status}).")


class BankHttp:
    """Asks one bank, over connections that the given client keeps open.

    Args:
        client: shared client; its pool is reused, its lifetime belongs to the caller.
        timeout: seconds that connecting, or waiting for the next bytes, may take.
        attempts: how often one request is tried.
        total: seconds that one request may take with all its attempts and waits.
        sleep: waits the given seconds.
        clock: monotonic seconds.
        now: current instant, aware; only compared with HTTP dates and stamped on balances.
    """

    def __init__(
        self,
        client: httpx.Client,
        *,
        timeout: float = 20.0,
        attempts: int = 4,
        total: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client
        self._timeout = timeout
        self._attempts = attempts
        self._total = total
        self._sleep = sleep
        self._clock = clock
        self.now = now
        # Addresses can hold one-time tokens, and httpx writes them to its log.
        logging.getLogger("httpx").addFilter(_hide_path)

    def ask[T](
        self,
        method: str,
        url: str,
        read: Callable[[Reply], T],
        *,
        repeatable: bool,
        params: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> T:
        """Sends a request until ``read`` can make sense of the answer.

        Args:
            method: HTTP method.
            url: address without credentials.
            read: turns an answer into its value; raises a BankError for a refusal and
                UnreadableAnswerError for an answer that is broken.
            repeatable: whether sending it twice has the same effect as once.
            params: query parameters.
            body: sent as JSON.
            auth: user and password for basic authentication.

        Raises:
            BankUnavailable: attempts or time are used up.
            BankError: whatever ``read`` raised.
        """
        deadline = self._clock() + self._total
        request = self._client.build_request(method, url, params=params, json=body)

        def too_late(state: RetryCallState) -> bool:
            return self._clock() + state.upcoming_sleep >= deadline

        retrying = Retrying(
            retry=retry_if_exception_type(_Again),
            stop=lambda state: stop_after_attempt(self._attempts)(state) or too_late(state),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            answer: T = retrying(self._once, request, read, repeatable, auth, deadline)
            return answer
        except _Again as err:
            raise BankUnavailable(str(err)) from (err.__cause__ or err)

    def _once[T](
        self,
        request: httpx.Request,
        read: Callable[[Reply], T],
        repeatable: bool,
        auth: tuple[str, str] | None,
        deadline: float,
    ) -> T:
        try:
            reply = self._follow(request, auth, deadline)
        except _NEVER_SENT as err:
            raise _Again(_NOT_ANSWERING) from err
        except (httpx.RequestError, TimeoutError) as err:
            _fail(_NOT_ANSWERING, repeatable, err)
        if reply.status == 429:
            raise _Again(_TOO_BUSY, self._retry_after(reply))
        if reply.status in _PASSING:
            _fail(_NOT_ANSWERING, repeatable, None, self._retry_after(reply))
        if reply.status >= 500:
            raise BankUnavailable(_NOT_ANSWERING)
        try:
            return read(reply)
        except UnreadableAnswerError as err:
            _fail(_UNREADABLE, repeatable, err)

    def _follow(
        self, request: httpx.Request, auth: tuple[str, str] | None, deadline: float
    ) -> Reply:
        """Sends; follows redirects of reads that stay at the same origin, and no others."""
        for _ in range(_MOST_REDIRECTS):
            reply = self._send(request, auth, deadline)
            if reply.status not in _REDIRECTS or request.method != "GET":
                return reply
            target = request.url.join(reply.headers.get("location", ""))
            if _origin(target) != _origin(request.url):
                raise BankRejected("The bank's address now leads somewhere else; I won't follow.")
            request = self._client.build_request("GET", target)
        return reply

    def _send(self, request: httpx.Request, auth: tuple[str, str] | None, deadline: float) -> Reply:
        left = max(deadline - self._clock(), 0.001)
        request.extensions["timeout"] = httpx.Timeout(min(self._timeout, left)).as_dict()
        request.headers.pop("cookie", None)  # the client is shared: no person's follows another
        basic = httpx.BasicAuth(*auth) if auth else None
        response = self._client.send(request, stream=True, auth=basic, follow_redirects=False)
        try:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _LARGEST_ANSWER:
                    raise BankRejected("The bank's answer is too large for me.")
                if self._clock() > deadline:
                    raise TimeoutError("the answer took too long to arrive")
        finally:
            response.close()
        return Reply(response.status_code, response.headers, bytes(body))

    def _retry_after(self, reply: Reply) -> float | None:
        """Seconds the bank asks to wait, None when it does not say (RFC 9110, 10.2.3)."""
        value = reply.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return float(value[:9])
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max((moment - self.now()).total_seconds(), 0.0)


def _fail(
    message: str, repeatable: bool, cause: Exception | None, retry_after: float | None = None
) -> NoReturn:
    """Asks for another attempt where that is safe, else gives up."""
    if repeatable:
        raise _Again(message, retry_after) from cause
    raise BankUnavailable(message) from cause


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _Again) and error.retry_after is not None:
        return error.retry_after + _after_asked(state)
    return _backoff(state)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _hide_path(record: logging.LogRecord) -> bool:
    """Cuts addresses in httpx's own log lines down to the host."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            f"{arg.scheme}://{arg.host}/…" if isinstance(arg, httpx.URL) else arg
            for arg in record.args
        )
    return True
