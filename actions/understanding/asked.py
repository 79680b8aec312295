"""What the readers of periods are given besides the words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from finance_core.model import Period


@dataclass(frozen=True, slots=True)
class Asked:
    """The circumstances in which a period was named.

    Attributes:
        today: the day it was said on.
        context: the period talked about before: "the month before" goes back from it.
        payday: the day the person was last paid, for "since payday".
        read: reads a period within the period's own words ("since *last Friday*").
    """

    today: date
    context: Period | None
    payday: date | None
    read: Callable[[str], Period | None]


type Build = Callable[[re.Match[str], Asked], Period | None]
type Readers = tuple[tuple[re.Pattern[str], Build], ...]
