"""Streams that go on from one another: a new price, a renamed company, another descriptor.

Two are one when the second begins where the first one's rhythm goes on, at an amount that
is near. Between names that have nothing in common this is asked of bills only that follow
the house (energy, telephone, insurance), or of exactly equal amounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from finance_core.enrich.cadence import find_rhythm
from finance_core.enrich.streams import Found, commonest

_NEAR = 1.35  # most that a price changes at once
_FOLLOWS_THE_HOUSE = frozenset({"utilities", "phone_internet", "insurance"})
_LATE_AMONG_STRANGERS = 2.5  # mean days off that are allowed where only the rhythm speaks


def joined(found: Sequence[Found]) -> list[Found]:
    """The streams of one account and direction, successors put behind what they go on from."""
    left = sorted(found, key=lambda one: (one.rows[0].day, one.rows[0].minor))
    done: list[Found] = []
    while left:
        current = left.pop(0)
        place = 0
        while place < len(left):
            longer = _one(current, left[place])
            if longer:
                current = longer
                del left[place]
                place = 0
            else:
                place += 1
        done.append(current)
    return done


def _one(first: Found, second: Found) -> Found | None:
    gap = second.rows[0].day - first.rows[-1].day
    if gap <= 0 or first.rhythm.cadence is not second.rhythm.cadence:
        return None
    steps = _steps(first, second)
    kin = _are_kin(first, second)
    if not 1 <= steps <= (2 if kin else 1) or not _near(first, second):
        return None
    if not kin and not _may_be_renamed(first, second):
        return None
    rows = first.rows + second.rows
    rhythm = find_rhythm([row.day for row in rows])
    if not rhythm or rhythm.cadence is not first.rhythm.cadence or len(rhythm.members) < len(rows):
        return None
    off = sum(map(abs, rhythm.lateness)) / len(rows)
    return Found(rows, rhythm) if kin or off <= _LATE_AMONG_STRANGERS else None


def _steps(first: Found, second: Found) -> int:
    """How many expected days after the first one's last the second begins; 0 if off its days."""
    number, late = first.rhythm.grid.nearest(second.rows[0].day)
    return number - first.rhythm.last if abs(late) <= first.rhythm.tolerance else 0


def _near(first: Found, second: Found) -> bool:
    """Whether the amounts at the seam are near, or the usual ones are."""
    seam = first.rows[-1].minor, second.rows[0].minor
    usual = median(row.minor for row in first.rows), median(row.minor for row in second.rows)
    return any(max(pair) <= min(pair) * _NEAR for pair in (seam, usual))


def _are_kin(first: Found, second: Found) -> bool:
    """Whether one's name has all the words of the other's: a new form of the same name."""
    names = [set(one.rows[0].movement.merchant.casefold().split()) for one in (first, second)]
    return names[0] <= names[1] or names[1] <= names[0]


def _may_be_renamed(first: Found, second: Found) -> bool:
    if first.rows[0].movement.amount.amount > 0:
        return False  # another employer is another job
    if first.rows[-1].minor == second.rows[0].minor:
        return True
    categories = {commonest(row.movement.category for row in one.rows) for one in (first, second)}
    return len(categories) == 1 and categories <= _FOLLOWS_THE_HOUSE
