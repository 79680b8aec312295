"""Finding what repeats: bills, subscriptions, wages, standing transfers.

Movements are grouped by account, direction and merchant. Within a group a stream is
looked for in everything at once (bills that vary, prices that rise), then in equal
amounts (several contracts with one company, or a subscription among purchases),
then in similar amounts. What no merchant explains is tried once more by equal
amounts alone, for banks whose descriptions say little. Only movements up to
``today`` are looked at.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from finance_core.enrich.cadence import Rhythm, find_rhythm
from finance_core.enrich.phrases import fold
from finance_core.enrich.taxonomy import OTHER
from finance_core.model import Cadence, RecurringStream, StreamStatus, Transaction
from finance_core.money import Money

_NEVER = frozenset({"cash"})
_HABITS = frozenset(
    {"groceries", "dining", "transport", "fuel", "shopping", "entertainment"}
    | {"gifts", "personal_care", "car", "home", "travel", "refund", "transfer_person"}
)
_FREQUENT = frozenset({Cadence.WEEKLY, Cadence.BIWEEKLY, Cadence.SEMIMONTHLY})
_PERIOD_DAYS = {
    Cadence.WEEKLY: 7,
    Cadence.BIWEEKLY: 14,
    Cadence.SEMIMONTHLY: 15,
    Cadence.MONTHLY: 30,
    Cadence.QUARTERLY: 91,
    Cadence.SEMIANNUAL: 182,
    Cadence.ANNUAL: 365,
}
_EVERY = {
    Cadence.WEEKLY: "every week",
    Cadence.BIWEEKLY: "every two weeks",
    Cadence.SEMIMONTHLY: "twice a month",
    Cadence.MONTHLY: "every month",
    Cadence.QUARTERLY: "every three months",
    Cadence.SEMIANNUAL: "every six months",
    Cadence.ANNUAL: "every year",
}
_HABIT_SPREAD = 1.06  # highest ÷ lowest amount of what is bought by habit
_UNKNOWN_SPREAD = 2.0
_FREQUENT_SPREAD = 1.6
_BILL_SPREAD = 3.5
_SIMILAR = 1.08  # ratio of neighbours in one cluster of similar amounts
_FEW_WINDOW = (4, 1)  # most days off when there are only three, for rare and frequent ones
_PRICE_STEP = 1.35  # most that a price rises or falls at once
_STILL_DUE_DAYS = 45  # the longest a stream is thought late before it is thought ended


class _Row(NamedTuple):
    day: int
    minor: int  # absolute
    sequence: int
    movement: Transaction


class _Found(NamedTuple):
    rows: list[_Row]
    rhythm: Rhythm


def find_streams(transactions: Sequence[Transaction], today: date) -> list[RecurringStream]:
    """Recurring streams in the movements known on ``today``.

    Args:
        transactions: movements of any accounts, in any order; later ones than
            ``today`` are ignored.
        today: the day the question is asked.

    Returns:
        Streams of every status, by account, then by size of the amount (largest
        first). ``next_on`` is never before ``today``. A movement is in at most one.
    """
    groups: dict[tuple[str, str, bool], dict[str, list[_Row]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for movement in transactions:
        amount = movement.amount
        if movement.posted_on > today or not amount or movement.category in _NEVER:
            continue
        row = _Row(movement.posted_on.toordinal(), abs(amount.minor), movement.sequence, movement)
        way = (movement.account_id, amount.currency, amount.amount > 0)
        groups[way][movement.merchant.casefold()].append(row)
    streams: list[RecurringStream] = []
    for by_merchant in groups.values():
        left: list[_Row] = []
        for rows in by_merchant.values():
            rows.sort(key=_in_order)
            found, rest = _in_group(rows)
            left += rest
            streams += (_stream(one, today) for one in found)
        streams += (_stream(one, today) for one in _nameless(left))
    streams.sort(key=lambda s: (s.account_id, -abs(s.amount.amount), s.label, s.first_on, s.key))
    return streams


def _in_order(row: _Row) -> tuple[int, int, int, str]:
    return row.day, row.sequence, row.minor, row.movement.id


def _in_group(rows: list[_Row]) -> tuple[list[_Found], list[_Row]]:
    """Streams among the movements of one merchant, and what is left."""
    if len(rows) < 2:
        return [], rows
    whole = _as_stream(rows)
    if whole and len(whole.rows) >= len(rows) - 1:
        return [whole], _without(rows, _ids(whole.rows))
    found: list[_Found] = []
    used: set[str] = set()
    for cluster in _equal(rows):
        one = _as_stream(_without(cluster, used))
        if one:
            one = _with_price_changes(one, _without(rows, used))
            found.append(one)
            used |= _ids(one.rows)
    for cluster in _similar(_without(rows, used)):
        one = _as_stream(cluster)
        if one:
            found.append(one)
            used |= _ids(one.rows)
    return found, _without(rows, used)


def _as_stream(rows: list[_Row]) -> _Found | None:
    if len(rows) < 2:
        return None
    rhythm = find_rhythm([row.day for row in rows])
    if not rhythm:
        return None
    members = [rows[position] for position in rhythm.members]
    if len(members) == 3 and rhythm.window > _FEW_WINDOW[rhythm.cadence in _FREQUENT]:
        return None
    return _Found(members, rhythm) if _amounts_fit(members, rhythm) else None


def _amounts_fit(rows: list[_Row], rhythm: Rhythm) -> bool:
    minors = sorted(row.minor for row in rows)
    trim = len(minors) // 10
    spread = minors[-1 - trim] / minors[trim]
    if len(rows) == 2:
        return spread <= 1.25
    category = _commonest(row.movement.category for row in rows)
    if category in _HABITS and rows[0].movement.amount.amount < 0:
        return spread <= _HABIT_SPREAD or _is_price_rise(rows)
    if rhythm.cadence in _FREQUENT:
        return spread <= _FREQUENT_SPREAD
    return spread <= (_UNKNOWN_SPREAD if category == OTHER else _BILL_SPREAD)


def _is_price_rise(rows: list[_Row]) -> bool:
    """Whether amounts stay equal for long, and change by single steps."""
    changes = [(a.minor, b.minor) for a, b in pairwise(rows) if a.minor != b.minor]
    return len(changes) <= len(rows) // 4 and all(
        max(pair) <= min(pair) * _PRICE_STEP for pair in changes
    )


def _equal(rows: list[_Row]) -> list[list[_Row]]:
    """Groups of equal amounts, the longest first."""
    by_amount: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        by_amount[row.minor].append(row)
    groups = [group for group in by_amount.values() if len(group) >= 2]
    return sorted(groups, key=lambda group: (-len(group), group[0].day, group[0].minor))


def _similar(rows: list[_Row]) -> list[list[_Row]]:
    """Clusters of amounts in which neighbours differ by little, in order of time."""
    clusters: list[list[_Row]] = []
    for row in sorted(rows, key=lambda row: (row.minor, *_in_order(row))):
        if clusters and row.minor <= clusters[-1][-1].minor * _SIMILAR:
            clusters[-1].append(row)
        else:
            clusters.append([row])
    return [sorted(cluster, key=_in_order) for cluster in clusters if len(cluster) >= 3]


def _with_price_changes(found: _Found, rows: list[_Row]) -> _Found:
    """Goes on with later movements in rhythm whose amount is new and near the old one."""
    members, rhythm = found
    last_day = members[-1].day
    old = {row.minor for row in rows if row.day <= last_day}
    number, price = rhythm.last, members[-1].minor
    added: list[_Row] = []
    for row in rows:
        at, late = rhythm.grid.nearest(row.day)
        in_rhythm = number < at <= number + 2 and abs(late) <= rhythm.tolerance
        near = max(row.minor, price) <= min(row.minor, price) * _PRICE_STEP
        if row.day > last_day and row.minor not in old and in_rhythm and near:
            added.append(row)
            number, price = at, row.minor
    if not added:
        return found
    longer = find_rhythm([row.day for row in members + added])
    if not longer or len(longer.members) < len(members) + len(added):
        return found
    return _Found(members + added, longer)


def _nameless(rows: list[_Row]) -> Iterable[_Found]:
    """Streams of equal amounts whose descriptions differ from one movement to the next."""
    by_kind: dict[tuple[int, str], list[_Row]] = defaultdict(list)
    for row in sorted(rows, key=_in_order):
        by_kind[row.minor, row.movement.category].append(row)
    for group in by_kind.values():
        if len(group) < 3 or len({row.movement.merchant for row in group}) < 2:
            continue
        one = _as_stream(group)
        if one and len(one.rows) == len(group) and not one.rhythm.missed and one.rhythm.window <= 3:
            yield one


def _ids(rows: list[_Row]) -> set[str]:
    return {row.movement.id for row in rows}


def _without(rows: list[_Row], used: set[str]) -> list[_Row]:
    return [row for row in rows if row.movement.id not in used] if used else rows


def _commonest(texts: Iterable[str]) -> str:
    counts = Counter(texts)
    return min(counts, key=lambda text: (-counts[text], text))


def _stream(found: _Found, today: date) -> RecurringStream:
    rows, rhythm = found
    last = rows[-1]
    typical, low, high = _amounts([row.minor for row in rows])
    sign = 1 if last.movement.amount.amount > 0 else -1
    money = [Money.from_minor(sign * minor, last.movement.amount.currency) for minor in (low, high)]
    status, next_on = _status(rhythm, today)
    label = _commonest(row.movement.merchant for row in rows[-5:])
    return RecurringStream(
        key=":".join((fold(label), rhythm.cadence, str(sign * rows[0].minor), str(rows[0].day))),
        account_id=last.movement.account_id,
        label=label,
        category=_commonest(row.movement.category for row in rows[-5:]),
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


def _why(rows: list[_Row], rhythm: Rhythm, low: int, high: int) -> str:
    sentence = (
        f"{len(rows)} times {_EVERY[rhythm.cadence]} since {rows[0].movement.posted_on:%-d %B %Y}"
    )
    if rhythm.missed:
        sentence += f", {rhythm.missed} missed"
    currency = rows[-1].movement.amount.currency
    if low == high:
        return f"{sentence}, lately {Money.from_minor(low, currency)}."
    return (
        f"{sentence}, from {Money.from_minor(low, currency)} to {Money.from_minor(high, currency)}."
    )
