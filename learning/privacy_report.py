"""How well people hide among each other in what was stored (k-anonymity, Sweeney 2002).

Masked texts say nothing of a person; what stands beside them might: the only one who
writes by voice at four in the morning is easy to find. Rows that agree in all
quasi-identifiers form a group; its size is the number of different people in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from learning import checkpoint, transcripts
from learning.objects import ObjectStore
from learning.settings import LearningSettings

QUASI_IDENTIFIERS = ("model", "channel", "intent", "hour")
SUPPRESSED = "*"
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Report:
    """How small the groups are.

    Attributes:
        k: the size below which a group is too small.
        rows: stored turns.
        people: different people in them.
        quasi_identifiers: what the groups agree in.
        groups: how many groups there are.
        smallest_group: people in the smallest one; 0 when nothing is stored.
        groups_below: groups of fewer than ``k`` people.
        rows_below: turns in these.
        alone: for each quasi-identifier by itself, turns in groups below ``k``.
        suppressed: turns whose hour or channel was taken away by this run.
    """

    k: int
    rows: int
    people: int
    quasi_identifiers: tuple[str, ...]
    groups: int
    smallest_group: int
    groups_below: int
    rows_below: int
    alone: dict[str, int]
    suppressed: int = 0


def report(
    settings: LearningSettings,
    k: int = 5,
    by: Sequence[str] = QUASI_IDENTIFIERS,
    *,
    suppress: bool = False,
) -> Report:
    """Measures all that is stored.

    Args:
        by: the quasi-identifiers, of ``QUASI_IDENTIFIERS``.
        suppress: first take the hour, then the channel, out of turns in groups below
            ``k``. Texts stay, and no turn is removed. Waits for a collection under way.
    """
    store = ObjectStore(settings)
    if not suppress:
        return measure(_stored(settings, store), k, by)
    with checkpoint.only_one(settings.state, wait=True):
        objects = {
            entry.key: transcripts.read(store, entry.key) for entry in transcripts.listing(settings)
        }
        suppressed = suppress_small([row for rows in objects.values() for row in rows], k, by)
        for key, rows in objects.items():
            if any(row["turn"] in suppressed for row in rows):
                transcripts.write(store, key, rows)
    rows = [row for rows in objects.values() for row in rows]
    return measure(rows, k, by, suppressed=len(suppressed))


def measure(rows: Iterable[_Row], k: int, by: Sequence[str], suppressed: int = 0) -> Report:
    """The figures for ``rows``."""
    rows = list(rows)
    groups = _groups(rows, by)
    sizes = [len(_people(group)) for group in groups]
    return Report(
        k=k,
        rows=len(rows),
        people=len(_people(rows)),
        quasi_identifiers=tuple(by),
        groups=len(groups),
        smallest_group=min(sizes, default=0),
        groups_below=sum(size < k for size in sizes),
        rows_below=len(_below(rows, k, by)),
        alone={name: len(_below(rows, k, [name])) for name in by},
        suppressed=suppressed,
    )


def suppress_small(rows: Sequence[_Row], k: int, by: Sequence[str]) -> set[str]:
    """Takes the hour, and where that is not enough the channel, out of rare rows, in place.

    Returns:
        The names of the turns that were changed.
    """
    changed: set[str] = set()
    if "hour" in by:
        for row in _below(rows, k, by):
            if row["at"][10:]:
                row["at"] = row["at"][:10]
                changed.add(row["turn"])
    if "channel" in by:
        for row in _below(rows, k, by):
            if row["channel"] != SUPPRESSED:
                row["channel"] = SUPPRESSED
                changed.add(row["turn"])
    return changed


def _stored(settings: LearningSettings, store: ObjectStore) -> Iterable[_Row]:
    for entry in transcripts.listing(settings):
        yield from transcripts.read(store, entry.key)


def _groups(rows: Iterable[_Row], by: Sequence[str]) -> list[list[_Row]]:
    groups: dict[tuple[Any, ...], list[_Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(_value(row, name) for name in by)].append(row)
    return list(groups.values())


def _value(row: _Row, name: str) -> Any:
    return row["at"][11:13] if name == "hour" else row.get(name)


def _people(rows: Iterable[_Row]) -> set[str]:
    return {row["conversation"].split("-")[0] for row in rows}


def _below(rows: Iterable[_Row], k: int, by: Sequence[str]) -> list[_Row]:
    return [row for group in _groups(rows, by) if len(_people(group)) < k for row in group]
