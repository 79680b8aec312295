"""How often unusual spending is found where there is none, and missed where there is some.

Nobody has labelled the payments of these accounts, so two figures stand in for labels, and
neither is worth anything without the other.

*Alarms.* Every calendar month of every account, once 120 days are known before it, is looked
at on its last day with only what had happened by then. ``alarms_per_month`` is how many
payments stand out in such an ordinary month: some of these are right, so it bounds the false
ones from above. ``placebo_alarms_per_month`` is the same after the amounts of each merchant's
irregular payments have been dealt out anew over their days. Dealt so, no payment is unusual
for its time, and each alarm is a false one.

*Detection.* One such month of each account gets one anomaly of a known kind, and it is
detected when the payment stands out for whatever reason:

* ``doubled``: a payment is charged a second time, on the same day or the next;
* ``tripled``: a payment is three times what it was;
* ``new_large``: a merchant never seen before takes three times what all but one in twenty
  earlier payments stayed below.

The payment is drawn at random from the month's, fees left out. Bank fees and price rises are
plain facts of the ledger and are counted as ``told``, not as alarms.

Accounts are halved by a hash of their id. The sensitivity in force was chosen on the half
``tuned`` (the most detected with at most one false alarm a year, see ``SENSITIVITIES``);
``held_out`` was looked at afterwards.
"""

from __future__ import annotations

import csv
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random

from dateutil.relativedelta import relativedelta

from finance_core.enrich.recurring import find_streams
from finance_core.enrich.recurring_files import read_movements
from finance_core.enrich.taxonomy import OTHER, taxonomy
from finance_core.enrich.unusual import Sensitivity, find_unusual
from finance_core.model import Period, RecurringStream, Transaction
from finance_core.money import Money

ANOMALIES = ("doubled", "tripled", "new_large")
SENSITIVITIES = (0.5, 0.6, 0.7, 0.85, 1.0, 1.25, 1.5, 2.0)
MOST_FALSE_A_MONTH = 1 / 12
_TOLD = frozenset({"fee", "price_rise"})
_KNOWN_BEFORE = timedelta(days=120)
_LARGE, _NEW_TIMES = 0.95, 3
_OUT_COLUMNS = ("account_id", "sample", "date", "merchant", "amount", "why", "usual")


@dataclass(slots=True)
class Tally:
    """What was counted on some accounts.

    Attributes:
        months: account-months looked at.
        alarms: payments that stood out in ordinary months, by reason.
        placebo: the same with amounts dealt anew.
        tried, detected: anomalies put in, and those that stood out, by kind.
    """

    accounts: int = 0
    months: int = 0
    alarms: Counter[str] = field(default_factory=Counter)
    placebo: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    detected: Counter[str] = field(default_factory=Counter)

    @property
    def false_a_month(self) -> float:
        """Alarms in an account-month whose amounts were dealt anew."""
        return _share(_without_told(self.placebo).total(), self.months)

    @property
    def share_detected(self) -> float:
        """Share of all anomalies put in that stood out."""
        return _share(self.detected.total(), self.tried.total())

    def as_dict(self) -> dict[str, object]:
        """Rates, each beside the number it rests on."""
        alarms = _without_told(self.alarms)
        return {
            "accounts": self.accounts,
            "account_months": self.months,
            "alarms_per_month": _share(alarms.total(), self.months),
            "placebo_alarms_per_month": self.false_a_month,
            "told_per_month": _share(self.alarms.total() - alarms.total(), self.months),
            "alarms_by_reason": dict(sorted(self.alarms.items())),
            "placebo_by_reason": dict(sorted(self.placebo.items())),
            "anomalies": self.tried.total(),
            "detected": {kind: _share(self.detected[kind], self.tried[kind]) for kind in ANOMALIES},
        }


def backtest(
    transactions_csv: Path | str,
    out: Path | str | None = None,
    *,
    accounts: int | None = None,
    seed: int = 1,
    sweep: bool = False,
) -> dict[str, object]:
    """Alarms and detection on the accounts of a file; see the module for the protocol.

    Args:
        transactions_csv: see ``recurring_files.read_movements``.
        out: where to write all that stood out, as
            ``account_id,sample,date,merchant,amount,why,usual``.
        accounts: how many to look at, evenly picked; all when None.
        seed: of what is drawn at random.
        sweep: also score the tuned half at each of ``SENSITIVITIES``.

    Returns:
        ``sensitivity tuned held_out``, and ``sweep`` where asked for.

    Raises:
        NotFound: the file is absent.
        BadInput: it lacks a column or holds a bad value.
    """
    histories = _picked(_by_account(read_movements(Path(transactions_csv))), accounts)
    samples = [_samples(key, rows, seed) for key, rows in histories.items()]
    tuned = [sample for sample in samples if not _is_held_out(sample.account)]
    held_out = [sample for sample in samples if _is_held_out(sample.account)]
    written: list[tuple[object, ...]] = []
    result: dict[str, object] = {
        "sensitivity": Sensitivity().scale,
        "tuned": _scored(tuned, Sensitivity(), written).as_dict(),
        "held_out": _scored(held_out, Sensitivity(), written).as_dict(),
    }
    if sweep:
        scores = {scale: _scored(tuned, Sensitivity(scale)) for scale in SENSITIVITIES}
        result["sweep"] = {scale: tally.as_dict() for scale, tally in scores.items()}
        result["chosen"] = _chosen(scores)
    if out is not None:
        _write(Path(out), written)
    return result


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


def _samples(account: str, rows: Sequence[Transaction], seed: int) -> Samples:
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


def _scored(
    samples: Iterable[Samples],
    sensitivity: Sensitivity,
    written: list[tuple[object, ...]] | None = None,
) -> Tally:
    tally = Tally()
    for sample in samples:
        tally.accounts += 1
        tally.months += len(sample.ordinary)
        for month in sample.ordinary:
            tally.alarms += _reasons(sample.account, "ordinary", month, sensitivity, written)
        for month in sample.placebo:
            tally.placebo += _reasons(sample.account, "placebo", month, sensitivity, written)
        for month in sample.anomalous:
            found = find_unusual(_spending(month.rows), month.period, month.streams, sensitivity)
            tally.tried[month.put_in] += 1
            tally.detected[month.put_in] += any(one.row.id in month.target for one in found)
    return tally


def _reasons(
    account: str,
    sample: str,
    month: Month,
    sensitivity: Sensitivity,
    written: list[tuple[object, ...]] | None,
) -> Counter[str]:
    found = find_unusual(_spending(month.rows), month.period, month.streams, sensitivity)
    if written is not None:
        written += [
            (account, sample, one.row.posted_on, one.row.merchant, one.row.amount.amount, one.why,
             one.usual.amount if one.usual else "")
            for one in found
        ]  # fmt: skip
    return Counter(one.why for one in found)


def _with_anomaly(
    kind: str, rows: Sequence[Transaction], period: Period, draw: Random
) -> tuple[list[Transaction], frozenset[str]] | None:
    """The rows with one anomaly in a month, and the ids by which it would be found."""
    paid = [row for row in _spending(rows) if row.amount.amount < 0 and row.category != "fees"]
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


def _spending(rows: Iterable[Transaction]) -> list[Transaction]:
    return [
        row
        for row in rows
        if taxonomy().kind(row.category) == "spending"
        and (row.amount.amount < 0 or row.category != OTHER)
    ]


def _by_account(rows: Iterable[Transaction]) -> dict[str, list[Transaction]]:
    found: defaultdict[str, list[Transaction]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.posted_on, row.sequence, row.id)):
        found[row.account_id].append(row)
    return dict(sorted(found.items()))


def _picked[V](found: dict[str, V], number: int | None) -> dict[str, V]:
    keys = list(found)
    step = max(1, len(keys) // number) if number else 1
    return {key: found[key] for key in keys[::step][: number or len(keys)]}


def _is_held_out(account: str) -> bool:
    return bool(zlib.crc32(account.encode()) & 1)


def _chosen(scores: Mapping[float, Tally]) -> float:
    """The scale that detects most with few enough false alarms; else the strictest."""

    few = [scale for scale, tally in scores.items() if tally.false_a_month <= MOST_FALSE_A_MONTH]
    return max(few, key=lambda scale: (scores[scale].share_detected, scale), default=max(scores))


def _without_told(reasons: Counter[str]) -> Counter[str]:
    return Counter({why: number for why, number in reasons.items() if why not in _TOLD})


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _write(path: Path, rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_OUT_COLUMNS)
        writer.writerows(rows)
