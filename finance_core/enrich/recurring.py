"""Finding what repeats: bills, subscriptions, wages, standing transfers.

Movements are grouped by account, direction and merchant. Within a group a stream is
looked for in everything at once (bills that vary, prices that rise), then in equal
amounts (several contracts with one company, or a subscription among purchases),
then in similar amounts. What no merchant explains is tried once more by equal
amounts alone, for banks whose descriptions say little. Only movements up to
``today`` are looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from finance_core.enrich.cadence import Rhythm, find_rhythm
from finance_core.enrich.streams import Found, Row, commonest, described
from finance_core.enrich.taxonomy import OTHER, taxonomy
from finance_core.model import Cadence, RecurringStream, Transaction

_NEVER = frozenset({"cash"})
_INTEREST = "income_interest"
_HABITS = frozenset(
    {"groceries", "dining", "transport", "fuel", "shopping", "entertainment"}
    | {"gifts", "personal_care", "car", "home", "travel", "refund", "transfer_person"}
)
_FREQUENT = frozenset({Cadence.WEEKLY, Cadence.BIWEEKLY, Cadence.SEMIMONTHLY})
_HABIT_SPREAD = 1.06  # highest ÷ lowest amount of what is bought by habit
_TWICE_SPREAD = 1.25
_UNKNOWN_SPREAD = 2.0
_FREQUENT_SPREAD = 1.6
_BILL_SPREAD = 3.5
_SIMILAR = 1.08  # ratio of neighbours in one cluster of similar amounts
_FEW_WINDOW = (4, 1)  # most days off when there are only three, for rare and frequent ones
_PRICE_STEP = 1.35  # most that a price rises or falls at once


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
    groups: dict[tuple[str, str, bool], dict[str, list[Row]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for movement in transactions:
        amount = movement.amount
        if movement.posted_on > today or not amount or movement.category in _NEVER:
            continue
        row = Row(movement.posted_on.toordinal(), abs(amount.minor), movement.sequence, movement)
        way = (movement.account_id, amount.currency, amount.amount > 0)
        groups[way][movement.merchant.casefold()].append(row)
    streams: list[RecurringStream] = []
    for by_merchant in groups.values():
        left: list[Row] = []
        for rows in _same_but_for_codes(by_merchant):
            rows.sort(key=_in_order)
            found, rest = _in_group(rows)
            left += rest
            streams += (described(one, today) for one in found)
        streams += (described(one, today) for one in _nameless(left))
    streams.sort(key=lambda s: (s.account_id, -abs(s.amount.amount), s.label, s.first_on, s.key))
    return streams


def _same_but_for_codes(by_merchant: dict[str, list[Row]]) -> list[list[Row]]:
    """Rows by merchant, where names that differ only in a last word seen once are one."""
    stems: dict[str, list[str]] = defaultdict(list)
    for name, rows in by_merchant.items():
        stem, _, last = name.rpartition(" ")
        if last and " " in stem and len(rows) == 1:
            stems[stem].append(name)
    joined = {name: stem for stem, names in stems.items() if len(names) >= 3 for name in names}
    groups: dict[str, list[Row]] = defaultdict(list)
    for name, rows in by_merchant.items():
        groups[joined.get(name, name)] += rows
    return list(groups.values())


def _in_order(row: Row) -> tuple[int, int, int, str]:
    return row.day, row.sequence, row.minor, row.movement.id


def _in_group(rows: list[Row]) -> tuple[list[Found], list[Row]]:
    """Streams among the movements of one merchant, and what is left."""
    if len(rows) < 2:
        return [], rows
    whole = _as_stream(rows)
    if whole and len(whole.rows) >= len(rows) - 1:
        return [whole], _without(rows, _ids(whole.rows))
    found: list[Found] = []
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


def _as_stream(rows: list[Row]) -> Found | None:
    if len(rows) < 2:
        return None
    rhythm = find_rhythm([row.day for row in rows])
    if not rhythm:
        return None
    members = [rows[position] for position in rhythm.members]
    if len(members) == 3 and rhythm.window > _FEW_WINDOW[rhythm.cadence in _FREQUENT]:
        return None
    return Found(members, rhythm) if _amounts_fit(members, rhythm) else None


def _amounts_fit(rows: list[Row], rhythm: Rhythm) -> bool:
    minors = sorted(row.minor for row in rows)
    trim = len(minors) // 10
    spread = minors[-1 - trim] / minors[trim]
    category = commonest(row.movement.category for row in rows)
    came_in = rows[0].movement.amount.amount > 0
    if len(rows) == 2:
        bill = category not in _HABITS and taxonomy().kind(category) == "spending"
        return bill and not came_in and spread <= _TWICE_SPREAD
    if category == _INTEREST:
        return True
    if category in _HABITS and not came_in:
        return spread <= _HABIT_SPREAD or _is_price_rise(rows)
    if rhythm.cadence in _FREQUENT:
        return spread <= _FREQUENT_SPREAD
    return spread <= (_UNKNOWN_SPREAD if category == OTHER else _BILL_SPREAD)


def _is_price_rise(rows: list[Row]) -> bool:
    """Whether amounts stay equal for long, and change by single steps."""
    changes = [(a.minor, b.minor) for a, b in pairwise(rows) if a.minor != b.minor]
    return len(changes) <= len(rows) // 4 and all(
        max(pair) <= min(pair) * _PRICE_STEP for pair in changes
    )


def _equal(rows: list[Row]) -> list[list[Row]]:
    """Groups of equal amounts, the longest first."""
    by_amount: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_amount[row.minor].append(row)
    groups = [group for group in by_amount.values() if len(group) >= 3]
    return sorted(groups, key=lambda group: (-len(group), group[0].day, group[0].minor))


def _similar(rows: list[Row]) -> list[list[Row]]:
    """Clusters of amounts in which neighbours differ by little, in order of time."""
    clusters: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: (row.minor, *_in_order(row))):
        if clusters and row.minor <= clusters[-1][-1].minor * _SIMILAR:
            clusters[-1].append(row)
        else:
            clusters.append([row])
    return [sorted(cluster, key=_in_order) for cluster in clusters if len(cluster) >= 3]


def _with_price_changes(found: Found, rows: list[Row]) -> Found:
    """Goes on with later movements in rhythm whose amount is new and near the old one."""
    members, rhythm = found
    last_day = members[-1].day
    old = {row.minor for row in rows if row.day <= last_day}
    number, price = rhythm.last, members[-1].minor
    added: list[Row] = []
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
    return Found(members + added, longer)


def _nameless(rows: list[Row]) -> Iterable[Found]:
    """Streams of equal amounts whose descriptions differ from one movement to the next."""
    by_kind: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=_in_order):
        by_kind[row.minor, row.movement.category].append(row)
    for group in by_kind.values():
        if len(group) < 3 or len({row.movement.merchant for row in group}) < 2:
            continue
        one = _as_stream(group)
        if one and len(one.rows) == len(group) and not one.rhythm.missed and one.rhythm.window <= 3:
            yield one


def _ids(rows: list[Row]) -> set[str]:
    return {row.movement.id for row in rows}


def _without(rows: list[Row], used: set[str]) -> list[Row]:
    return [row for row in rows if row.movement.id not in used] if used else rows
