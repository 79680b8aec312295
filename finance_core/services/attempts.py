"""Pauses that grow with every wrong password or code, for as many guessers as there are."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from threading import Lock

from cachetools import TTLCache

_MOST_KEYS = 20_000
_FORGOTTEN_AFTER = 86_400.0  # seconds
_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 900.0


class Attempts:
    """Counts attempts by key; after ``free`` of them each next one has to wait twice as long.

    An attempt counts from its beginning, so that many at once are no way around the
    pause; what succeeds is taken back. Memory is bounded: the keys used least recently
    are forgotten first.

    Args:
        clock: seconds, growing.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: TTLCache[Hashable, tuple[int, float]] = TTLCache(
            _MOST_KEYS, _FORGOTTEN_AFTER, timer=clock
        )
        self._guard = Lock()

    def wait(self, key: Hashable, free: int) -> float:
        """Counts an attempt and returns 0, or the seconds until the next one is taken."""
        with self._guard:
            now = self._clock()
            count, until = self._kept.get(key, (0, 0.0))
            if until > now:
                return until - now
            count += 1
            pause = _FIRST_PAUSE * 2 ** min(count - free, 16) if count >= free else 0.0
            self._kept[key] = count, now + min(pause, _LONGEST_PAUSE)
            return 0.0

    def take_back(self, key: Hashable) -> None:
        """One attempt was none: it succeeded, or nothing was tried."""
        with self._guard:
            count, _ = self._kept.get(key, (0, 0.0))
            if count > 1:
                self._kept[key] = count - 1, 0.0
            else:
                self._kept.pop(key, None)

    def forget(self, key: Hashable) -> None:
        """Who is behind ``key`` proved who they are."""
        with self._guard:
            self._kept.pop(key, None)
