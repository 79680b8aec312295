"""How long an answer that did not get through waits until it is tried again."""

from __future__ import annotations

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 600.0
MOST_ATTEMPTS = 150
"""About a day's worth of pauses."""


def pause_after(attempts: int) -> float:
    """Seconds to wait after so many attempts: twice as long each time, ten minutes at most."""
    return min(FIRST_PAUSE * 2.0**attempts, LONGEST_PAUSE)
