"""What a recurring stream says of itself: next day, amounts, status, and why it is one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import takewhile
from typing import NamedTuple

from finance_core.enrich.cadence import Rhythm
from finance_core.enrich.phrases import fold
from finance_core.model import Cadence, RecurringStream, StreamStatus, Transaction
from finance_core.money import Money

_PERIOD_DAYS = {
    Cadence.WEEKLY: 7,
    Cadence.BIWEEKLY: 14,
    Cadence.FOUR_WEEKLY: 28,
    Cadence.SEMIMONTHLY: 15,
    Cadence.MONTHLY: 30,
    Cadence.TWO_MONTHLY: 61,
    Cadence.QUARTERLY: 91,
    Cadence.SEMIANNUAL: 182,
    Cadence.ANNUAL: 365,
}
_EVERY = {
    Cadence.WEEKLY: "every week",
    Cadence.BIWEEKLY: "every two weeks",
    Cadence.FOUR_WEEKLY: "every four weeks",
    Cadence.SEMIMONTHLY: "twice a month",
    Cadence.MONTHLY: "every month",
    Cadence.TWO_MONTHLY: "every two months",
    Cadence.QUARTERLY: "every three months",
    Cadence.SEMIANNUAL: "every six months",
    Cadence.ANNUAL: "every year",
}
_STILL_DUE_DAYS = 45  # the longest a stream is thought late before it is thought ended


class Row(NamedTuple):
    """One movement, with what sorting and comparing need at hand; ``minor`` is absolute."""

    day: int
    minor: int  # absolute
    sequence: int
    movement: Transaction


class Found(NamedTuple):
    """Movements that keep a rhythm, in order of time."""

    rows: list[Row]
    rhythm: Rhythm


def commonest(texts: Iterable[str]) -> str:
    """The text that occurs most often; of equals the first in the alphabet."""
    counts = Counter(texts)
    return min(counts, key=lambda text: (-counts[text], text))


def _label(names: list[str]) -> str:
    """The name they share; of names that differ in codes, the words before those."""
    if len(set(names)) < len(names):
        return commonest(names)
    columns = zip(*(name.split() for name in names), strict=False)
    shared = takewhile(lambda column: len(set(column)) == 1, columns)
    return " ".join(column[0] for column in shared) or names[-1]


def described(found: Found, today: date) -> RecurringStream:
    """The stream as it stands on ``today``."""
    rows, rhythm = found
    last = rows[-1]
    typical, low, high = _amounts([row.minor for row in rows])
    sign = 1 if last.movement.amount.amount > 0 else -1
    money = [Money.from_minor(sign * minor, last.movement.amount.currency) for minor in (low, high)]
    status, next_on = _status(rhythm, today)
    label = _label([row.movement.merchant for row in rows[-5:]])
    return RecurringStream(
        key=":".join((fold(label), rhythm.cadence, str(sign * rows[0].minor), str(rows[0].day))),
        account_id=last.movement.account_id,
        label=label,
        category=commonest(row.movement.category for row in rows[-5:]),
        cadence=rhythm.cadence,
        amount=Money.from_minor(sign * typical, last.movement.amount.currency),
        low=min(money),
        high=max(money),
        first_on=rows[0].movement.posted_on,
        last_on=last.movement.posted_on,
        next_on=next_on,
        window=rhythm.window,
        status=status,
        confidence=_confidence(rhythm, len(rows), low, high),
        transaction_ids=tuple(row.movement.id for row in rows),
        why=_why(rows, rhythm, low, high),
        missed=rhythm.missed,
        missed_on=date.fromordinal(rhythm.expected()) if status is StreamStatus.LATE else None,
    )


def _amounts(minors: list[int]) -> tuple[int, int, int]:
    """Typical, lowest and highest next amount (absolute, minor units).

    A price that has just been paid twice, or that follows a run of one price, is the
    price. What varies is the median of the last six, within the range of the last twelve.
    """
    recent = minors[-12:]
    steady = len(recent) > 1 and (recent[-1] == recent[-2] or len(set(recent[:-1])) == 1)
    if steady:
        return recent[-1], recent[-1], recent[-1]
    middle = sorted(recent[-6:])[len(recent[-6:]) // 2]
    return middle, min(recent), max(recent)


def _status(rhythm: Rhythm, today: date) -> tuple[StreamStatus, date | None]:
    now, due = today.toordinal(), rhythm.expected()
    if now <= due + rhythm.window:
        return StreamStatus.ACTIVE, date.fromordinal(max(due, now))
    patience = min(_PERIOD_DAYS[rhythm.cadence], _STILL_DUE_DAYS)
    if now > due + rhythm.window + patience:
        return StreamStatus.ENDED, None
    ahead = 2
    while rhythm.expected(ahead) < now:
        ahead += 1
    return StreamStatus.LATE, date.fromordinal(rhythm.expected(ahead))


def _confidence(rhythm: Rhythm, count: int, low: int, high: int) -> float:
    steadiness = 1.0 if low == high else max(0.7, 1 - 0.3 * (high - low) / high)
    return round(rhythm.score * (1 - math.exp(-count / 2.5)) * steadiness, 3)


def _why(rows: list[Row], rhythm: Rhythm, low: int, high: int) -> str:
    sentence = (
        f"{len(rows)} times {_EVERY[rhythm.cadence]} since {rows[0].movement.posted_on:%-d %B %Y}"
    )
    if rhythm.missed:
        sentence += f", {rhythm.missed} missed"
    currency = rows[-1].movement.amount.currency
    if low == high:
        return f"{sentence}, lately {Money.from_minor(low, currency)}{_before(rows)}."
    return (
        f"{sentence}, from {Money.from_minor(low, currency)} to {Money.from_minor(high, currency)}."
    )


def _before(rows: list[Row]) -> str:
    """The price before the last one, and until when it held."""
    new = list(takewhile(lambda row: row.minor == rows[-1].minor, reversed(rows)))
    if len(new) == len(rows):
        return ""
    old = rows[-len(new) - 1]
    was = Money.from_minor(old.minor, old.movement.amount.currency)
    return f", {was} until {old.movement.posted_on:%-d %B %Y}"
