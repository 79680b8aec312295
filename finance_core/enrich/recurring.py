"""Finding what repeats: bills, subscriptions, wages, standing transfers.

Movements are grouped by account, direction and merchant, names that are kin together.
Within a group streams are told apart by amounts and by days (``parts.py``). What no
merchant explains is tried once more by equal amounts alone, for banks whose descriptions
say little. Streams that go on from one another are joined (``successions.py``). Only
movements up to ``today`` are looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from finance_core.enrich.kin import kin
from finance_core.enrich.parts import among, as_stream, in_order
from finance_core.enrich.streams import Found, Row, described
from finance_core.enrich.successions import joined
from finance_core.model import RecurringStream, Transaction

_NEVER = frozenset({"cash"})


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
        found: list[Found] = []
        left: list[Row] = []
        for rows in _same_but_for_codes(by_merchant):
            own, rest = among(sorted(rows, key=in_order))
            left += rest
            found += own
        streams += (described(one, today) for one in joined([*found, *_nameless(left)]))
    streams.sort(key=lambda s: (s.account_id, -abs(s.amount.amount), s.label, s.first_on, s.key))
    return streams


def _same_but_for_codes(by_merchant: dict[str, list[Row]]) -> list[list[Row]]:
    """Rows by merchant, where names that differ only in a last word seen once are one."""
    stems: dict[str, list[str]] = defaultdict(list)
    for name, rows in by_merchant.items():
        stem, _, last = name.rpartition(" ")
        if last and " " in stem and len(rows) == 1:
            stems[stem].append(name)
    whole = kin(sorted(by_merchant))
    joined = {name: stem for stem, names in stems.items() if len(names) >= 3 for name in names}
    groups: dict[str, list[Row]] = defaultdict(list)
    for name, rows in by_merchant.items():
        groups[joined.get(name, whole[name])] += rows
    return list(groups.values())


def _nameless(rows: list[Row]) -> Iterable[Found]:
    """Streams of equal amounts whose descriptions differ from one movement to the next."""
    by_kind: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=in_order):
        by_kind[row.minor, row.movement.category].append(row)
    for group in by_kind.values():
        if len(group) < 3 or len({row.movement.merchant for row in group}) < 2:
            continue
        one = as_stream(group)
        if one and len(one.rows) == len(group) and not one.rhythm.missed and one.rhythm.window <= 3:
            yield one
