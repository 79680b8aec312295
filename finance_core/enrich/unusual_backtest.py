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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from finance_core.enrich.recurring_files import read_movements
from finance_core.enrich.unusual import Sensitivity, find_unusual
from finance_core.enrich.unusual_samples import ANOMALIES, Month, Samples, samples, spending
from finance_core.model import Transaction

SENSITIVITIES = (0.5, 0.6, 0.7, 0.85, 1.0, 1.25, 1.5, 2.0)
MOST_FALSE_A_MONTH = 1 / 12
_TOLD = frozenset({"fee", "price_rise"})
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
    made = [samples(key, rows, seed) for key, rows in histories.items()]
    tuned = [sample for sample in made if not _is_held_out(sample.account)]
    held_out = [sample for sample in made if _is_held_out(sample.account)]
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


def _scored(
    some: Iterable[Samples],
    sensitivity: Sensitivity,
    written: list[tuple[object, ...]] | None = None,
) -> Tally:
    tally = Tally()
    for sample in some:
        tally.accounts += 1
        tally.months += len(sample.ordinary)
        for month in sample.ordinary:
            tally.alarms += _reasons(sample.account, "ordinary", month, sensitivity, written)
        for month in sample.placebo:
            tally.placebo += _reasons(sample.account, "placebo", month, sensitivity, written)
        for month in sample.anomalous:
            found = find_unusual(spending(month.rows), month.period, month.streams, sensitivity)
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
    found = find_unusual(spending(month.rows), month.period, month.streams, sensitivity)
    if written is not None:
        written += [
            (account, sample, one.row.posted_on, one.row.merchant, one.row.amount.amount, one.why,
             one.usual.amount if one.usual else "")
            for one in found
        ]  # fmt: skip
    return Counter(one.why for one in found)


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
