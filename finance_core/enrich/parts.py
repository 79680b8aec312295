"""The streams among the movements of one merchant."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

from finance_core.enrich.cadence import Rhythm, find_rhythm
from finance_core.enrich.streams import Found, Row, commonest
from finance_core.enrich.taxonomy import OTHER, taxonomy
from finance_core.model import Cadence

_INTEREST = "income_interest"
_SHOPS = frozenset({"groceries", "dining", "transport", "fuel", "shopping", "refund"})
_HABITS = _SHOPS | {
    *("entertainment", "gifts", "personal_care", "car", "home", "travel", "transfer_person")
}
_FREQUENT = frozenset({Cadence.WEEKLY, Cadence.BIWEEKLY, Cadence.SEMIMONTHLY})
_HABIT_SPREAD = 1.06  # highest ÷ lowest amount of what is bought by habit
_TWICE_SPREAD = 1.25
_UNKNOWN_SPREAD = 2.0
_FREQUENT_SPREAD = 1.6
_BILL_SPREAD = 3.5
_WAGE_SPREAD = 4.0  # work by the hour, or a bonus
_STATEMENT_SPREAD = 12.0  # a credit card's bill is what was spent
_SIMILAR = 1.08  # ratio of neighbours in one cluster of similar amounts
_FEW_WINDOW = (4, 1)  # most days off when there are only three, for rare and frequent ones
_OFF_WITH_NEW_PRICE = 2  # days; what comes on another day is another payment
_PREVAILS = 0.6
_LEAST_BY_DAY = 6
_MOST_BY_DAY = 3
_DAYS_TRIED = 4
_MONTH_DAYS = 30.4
_PRICE_STEP = 1.35  # most that a price rises or falls at once


def in_order(row: Row) -> tuple[int, int, int, str]:
    """The order of movements, whatever order they came in."""
    return row.day, row.sequence, row.minor, row.movement.id


def among(rows: list[Row]) -> tuple[list[Found], list[Row]]:
    """Streams among the movements of one merchant, and what is left."""
    if len(rows) < 2:
        return [], rows
    whole = as_stream(rows)
    if whole and len(whole.rows) >= len(rows) - 1:
        return _apart(whole), _without(rows, _ids(whole.rows))
    by_day = _by_day(rows)
    if by_day:
        return by_day, _without(rows, {key for one in by_day for key in _ids(one.rows)})
    found: list[Found] = []
    used: set[str] = set()
    for cluster in _equal(rows):
        one = as_stream(_without(cluster, used))
        if one:
            one = _with_price_changes(one, _without(rows, used))
            found.append(one)
            used |= _ids(one.rows)
    for cluster in _similar(_without(rows, used)):
        one = as_stream(cluster)
        if one:
            found.append(one)
            used |= _ids(one.rows)
    return found, _without(rows, used)


def _apart(whole: Found) -> list[Found]:
    """The streams in what looks like one: contracts side by side, each with its own price.

    Prices that follow each other are one stream; those that alternate are several. Of two
    days a month, each with an amount of its own, each is a stream.
    """
    clusters = _similar(whole.rows)
    parts = [one for one in map(as_stream, clusters) if one]
    side_by_side = len(clusters) > 1 and all(
        max(a.rows[0].day, b.rows[0].day) < min(a.rows[-1].day, b.rows[-1].day)
        for a, b in pairwise(parts)
    )
    if side_by_side and _cover(parts, whole):
        return parts
    if whole.rhythm.cadence is not Cadence.SEMIMONTHLY:
        return [whole]
    halves: tuple[list[Row], list[Row]] = ([], [])
    for row, number in zip(whole.rows, whole.rhythm.numbers, strict=True):
        halves[number % 2].append(row)
    parts = [one for one in map(as_stream, halves) if one]
    return parts if _has_own_price(*halves) and _cover(parts, whole) else [whole]


def _cover(parts: list[Found], whole: Found) -> bool:
    """Whether the parts are all of the whole, and no less regular than it."""
    rows = sum(len(part.rows) for part in parts)
    regular = all(part.rhythm.missed <= 1 + len(part.rows) // 6 for part in parts)
    return rows == len(whole.rows) and regular


def _has_own_price(one: list[Row], other: list[Row]) -> bool:
    """Whether an amount prevails in one that never occurs in the other."""
    for own, others in ((one, other), (other, one)):
        price, times = Counter(row.minor for row in own).most_common(1)[0]
        if times >= _PREVAILS * len(own) and all(row.minor != price for row in others):
            return True
    return False


def _by_day(rows: list[Row]) -> list[Found]:
    """Monthly streams that together are (nearly) all rows, told apart by their days alone.

    For contracts with one company whose amounts vary and overlap.
    """
    months = (rows[-1].day - rows[0].day) / _MONTH_DAYS + 1
    if not _LEAST_BY_DAY <= months <= len(rows) / 1.5 <= 2.5 * months:
        return []
    left = rows
    found: list[Found] = []
    while len(left) >= _LEAST_BY_DAY and len(found) < _MOST_BY_DAY:
        days = Counter(sorted(row.movement.posted_on.day for row in left))
        best = max(
            (_near_day(left, day) for day, _ in days.most_common(_DAYS_TRIED)), key=len, default=[]
        )
        one = as_stream(best) if len(best) >= _LEAST_BY_DAY else None
        if not one or one.rhythm.cadence is not Cadence.MONTHLY:
            break
        found.append(one)
        left = _without(left, _ids(one.rows))
    return found if len(found) > 1 and len(left) <= len(rows) // 20 else []


def _near_day(rows: list[Row], day: int) -> list[Row]:
    """One row of each month, the nearest to three days around a day of the month."""
    best: dict[int, tuple[int, Row]] = {}
    for row in rows:
        posted = row.movement.posted_on
        off = (posted.day - day + 15) % 30 - 15
        month = posted.year * 12 + posted.month + (1 if posted.day - day > 15 else 0)
        month -= 1 if posted.day - day < -15 else 0
        if -1 <= off <= 4 and (month not in best or abs(off) < best[month][0]):
            best[month] = abs(off), row
    return sorted((row for _, row in best.values()), key=in_order)


def as_stream(rows: list[Row]) -> Found | None:
    """All the rows, or nearly all, as one stream, if rhythm and amounts allow it."""
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
    if spread <= _most_spread(category, rhythm, came_in=came_in):
        return True
    return category in _HABITS and not came_in and _is_price_rise(rows)


def _most_spread(category: str, rhythm: Rhythm, *, came_in: bool) -> float:
    """Highest ÷ lowest amount that is believed: more of bills, and of what is very regular.

    What is bought by habit (the weekly shop) may be regular without being owed.
    """
    strict = rhythm.is_strict
    if came_in:
        earned = strict or taxonomy().kind(category) == "income"
        return _WAGE_SPREAD if earned or rhythm.cadence not in _FREQUENT else _FREQUENT_SPREAD
    if category in _HABITS:
        return _FREQUENT_SPREAD if strict and category not in _SHOPS else _HABIT_SPREAD
    if category == "credit_card_payment":
        return _STATEMENT_SPREAD
    if rhythm.cadence in _FREQUENT:
        return _FREQUENT_SPREAD
    return _UNKNOWN_SPREAD if category == OTHER and not strict else _BILL_SPREAD


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
    for row in sorted(rows, key=lambda row: (row.minor, *in_order(row))):
        if clusters and row.minor <= clusters[-1][-1].minor * _SIMILAR:
            clusters[-1].append(row)
        else:
            clusters.append([row])
    return [sorted(cluster, key=in_order) for cluster in clusters if len(cluster) >= 3]


def _with_price_changes(found: Found, rows: list[Row]) -> Found:
    """Goes on with later movements in rhythm whose amount is new and near the old one."""
    members, rhythm = found
    last_day = members[-1].day
    old = {row.minor for row in rows if row.day <= last_day}
    number, price = rhythm.last, members[-1].minor
    closely = max(rhythm.window, _OFF_WITH_NEW_PRICE)
    added: list[Row] = []
    for row in rows:
        at, late = rhythm.grid.nearest(row.day)
        in_rhythm = number < at <= number + 2 and abs(late) <= closely
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


def _ids(rows: list[Row]) -> set[str]:
    return {row.movement.id for row in rows}


def _without(rows: list[Row], used: set[str]) -> list[Row]:
    return [row for row in rows if row.movement.id not in used] if used else rows
