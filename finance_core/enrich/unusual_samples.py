"""Months to score unusual spending on: as they were, dealt anew, and with an anomaly put in.

What the three are for is said in ``unusual_backtest.py``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from dateutil.relativedelta import relativedelta

from finance_core.enrich.recurring import find_streams
from finance_core.enrich.taxonomy import OTHER, taxonomy
from finance_core.model import Period, RecurringStream, Transaction
from finance_core.money import Money

ANOMALIES = ("doubled", "tripled", "new_large")
_KNOWN_BEFORE = timedelta(days=120)
_LARGE, _NEW_TIMES = 0.95, 3


@dataclass(frozen=True, slots=True)
class Month:
    """One account as it was known at the end of a month, with what repeats in it."""

    rows: tuple[Transaction, ...]
    period: Period
    streams: tuple[RecurringStream, ...]
    put_in: str = ""
    target: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Samples:
    """The months of one account: as they were, dealt anew, and with an anomaly."""

    account: str
    ordinary: tuple[Month, ...]
    placebo: tuple[Month, ...]
    anomalous: tuple[Month, ...]


def samples(account: str, rows: Sequence[Transaction], seed: int) -> Samples:
    """All months of one account, each in the forms that are scored.

    Args:
        account: its id.
        rows: its movements in the order of their days.
        seed: of what is drawn at random.
    """
    draw = Random(f"{seed} {account}")  # noqa: S311 (drawn for a measurement)
    periods = list(_months(rows))
    ordinary = tuple(_month(rows, period) for period in periods)
    dealt = _dealt_anew(rows, draw)
    placebo = tuple(_month(dealt, period) for period in periods)
    anomalous = []
    if periods:
        period = draw.choice(periods)
        for kind in ANOMALIES:
            changed = _with_anomaly(kind, rows, period, draw)
            if changed:
                anomalous.append(_month(changed[0], period, kind, changed[1]))
    return Samples(account, ordinary, placebo, tuple(anomalous))


def _month(
    rows: Sequence[Transaction],
    period: Period,
    put_in: str = "",
    target: frozenset[str] = frozenset(),
) -> Month:
    known = tuple(row for row in rows if row.posted_on <= period.end)
    return Month(known, period, tuple(find_streams(known, period.end)), put_in, target)


def spending(rows: Iterable[Transaction]) -> list[Transaction]:
    """What was spent, refunds of it with it; what nobody could sort only where it went out."""
    return [
        row
        for row in rows
        if taxonomy().kind(row.category) == "spending"
        and (row.amount.amount < 0 or row.category != OTHER)
    ]


def _with_anomaly(
    kind: str, rows: Sequence[Transaction], period: Period, draw: Random
) -> tuple[list[Transaction], frozenset[str]] | None:
    """The rows with one anomaly in a month, and the ids by which it would be found."""
    paid = [row for row in spending(rows) if row.amount.amount < 0 and row.category != "fees"]
    here = [row for row in paid if row.posted_on in period]
    if not here:
        return None
    chosen, new = draw.choice(here), f"put in {kind}"
    if kind == "tripled":
        dear = replace(chosen, amount=Money(chosen.amount.amount * 3, chosen.amount.currency))
        return [dear if row is chosen else row for row in rows], frozenset({chosen.id})
    if kind == "doubled":
        day = min(chosen.posted_on + timedelta(days=draw.choice((0, 1))), period.end)
        added = replace(chosen, id=new, posted_on=day, sequence=chosen.sequence + 1)
        return _inserted(rows, added), frozenset({new, chosen.id})
    sizes = sorted(-row.amount.minor for row in paid if row.posted_on < chosen.posted_on)
    if not sizes:
        return None
    large = sizes[int(_LARGE * (len(sizes) - 1))]
    amount = Money.from_minor(-large * _NEW_TIMES, chosen.amount.currency)
    added = replace(chosen, id=new, amount=amount, merchant="Never seen before",
                    description="NEVER SEEN BEFORE", category="shopping")  # fmt: skip
    return _inserted(rows, added), frozenset({new})


def _dealt_anew(rows: Sequence[Transaction], draw: Random) -> list[Transaction]:
    """The rows with the amounts of each merchant's irregular payments dealt over their days."""
    regular = {key for s in find_streams(rows, rows[-1].posted_on) for key in s.transaction_ids}
    groups: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row.amount.amount < 0 and row.id not in regular:
            groups[row.merchant, row.amount.currency].append(place)
    dealt = list(rows)
    for places in groups.values():
        amounts = [rows[place].amount for place in places]
        draw.shuffle(amounts)
        for place, amount in zip(places, amounts, strict=True):
            dealt[place] = replace(rows[place], amount=amount)
    return dealt


def _inserted(rows: Sequence[Transaction], added: Transaction) -> list[Transaction]:
    return sorted([*rows, added], key=lambda row: (row.posted_on, row.sequence, row.id))


def _months(rows: Sequence[Transaction]) -> Iterator[Period]:
    """The whole calendar months that begin once enough is known."""
    if not rows:
        return
    start = rows[0].posted_on + _KNOWN_BEFORE
    begin = (start + relativedelta(months=1)).replace(day=1)
    while (end := begin + relativedelta(months=1, days=-1)) <= rows[-1].posted_on:
        yield Period(begin, end)
        begin = end + timedelta(days=1)
