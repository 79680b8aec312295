"""How much may be asked: messages for each person, bytes for each request, passwords at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request

from channels.problems import Problem

_MOST_KEYS = 10_000


class RateLimiter:
    """A token bucket for each key: ``burst`` at once, ``per_minute`` on average."""

    def __init__(
        self, per_minute: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second = per_minute / 60
        self._burst = float(burst)
        self._clock = clock
        self._buckets: dict[Hashable, tuple[float, float]] = {}

    def wait(self, key: Hashable) -> float:
        """Takes one token and returns 0, or the seconds until there will be one."""
        now = self._clock()
        tokens = self._tokens(key, now)
        if tokens < 1:
            return (1 - tokens) / self._per_second
        self._buckets[key] = tokens - 1, now
        if len(self._buckets) > _MOST_KEYS:
            self._forget_full(now)
        return 0.0

    def _tokens(self, key: Hashable, now: float) -> float:
        tokens, since = self._buckets.get(key, (self._burst, now))
        return min(self._burst, tokens + (now - since) * self._per_second)

    def _forget_full(self, now: float) -> None:
        full = [key for key in self._buckets if self._tokens(key, now) >= self._burst]
        for key in full:
            del self._buckets[key]


class Heavy:
    """Work that takes a core and much memory, as checking a password does: a few at once.

    Args:
        at_once: how many; each takes up to 46 MiB.
        waiting: how many may wait for their turn.
    """

    def __init__(self, at_once: int = 2, waiting: int = 30) -> None:
        self._limiter = CapacityLimiter(at_once)
        self._waiting = waiting

    async def run[R](self, work: Callable[[], R]) -> R:
        """What ``work`` gives, from a thread.

        Raises:
            Problem: 503 when too many are waiting already.
        """
        if self._limiter.statistics().tasks_waiting >= self._waiting:
            raise Problem(503, "Too many people are signing in. Please try again.",
                          {"Retry-After": "5"})  # fmt: skip
        return await to_thread.run_sync(work, limiter=self._limiter)


async def read_body(request: Request, limit: int, seconds: float) -> bytes:
    """Reads a request body of at most ``limit`` bytes within ``seconds``.

    Raises:
        Problem: 413 too large (declared or found so while reading), 408 too slow,
            400 when the sender went away.
    """
    too_large = Problem(413, f"That is more than the {limit:,} bytes I take at once.")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise too_large
    except TimeoutError:
        raise Problem(408, "The message took too long to arrive.") from None
    except ClientDisconnect:
        raise Problem(400, "The message did not arrive whole.") from None
    return bytes(body)
