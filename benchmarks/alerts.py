"""How often alerts on regular payments are right, and how often they are raised at all.

    .venv/bin/python benchmarks/households DIR --seeds 11-12
    .venv/bin/python benchmarks/alerts.py DIR/movements.csv --gold DIR/gold.csv
    .venv/bin/python benchmarks/alerts.py MOVEMENTS.csv            # no gold: only how often

Every account is replayed: from its 240th day on, the alerts of every tenth day are found
in the rows known by then, each counted once. Where the gold is known,

* a price rise is right when all its payments are of one known stream with a tariff (not of
  one that follows usage, a season or an exchange rate);
* a late income when it is a known income whose next payment really was later, or never came;
* a duplicate when the row was made as one; a trial when it was made as one.

Price rises that could have been told are those of known streams of fixed prices, after
three equal payments. Whether a subscription is forgotten is in no file: how often only.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from finance_core.advice.alerts import Alert, AlertKind, find_alerts
from finance_core.enrich.categories import load_or_train
from finance_core.enrich.recurring import find_streams
from finance_core.enrich.recurring_files import read_movements
from finance_core.enrich.unusual import find_unusual
from finance_core.model import Period, Transaction
from finance_core.settings import CoreSettings

FIRST, STEP, NEWS = timedelta(days=240), timedelta(days=10), timedelta(days=62)
SURE = 0.6  # confidence from which an alert is counted as sure
USAGE = {"usage", "currency", "card_bill", "seasonal_bill", "renamed", "varying_rare_bill"}


def replayed(rows: list[Transaction]) -> list[Alert]:
    """All alerts of one account's life, each the first time it is raised."""
    seen: dict[tuple[object, ...], Alert] = {}
    today, last = rows[0].posted_on + FIRST, rows[-1].posted_on
    while today <= last:
        known = [row for row in rows if row.posted_on <= today]
        streams = find_streams(known, today)
        lately = Period(today - NEWS, today)
        spent = [row for row in known if row.amount.amount < 0]
        twice = [
            (one.row, one.other)
            for one in find_unusual(spent, lately, streams)
            if one.why == "duplicate" and one.other
        ]
        for alert in find_alerts(streams, known, today, duplicates=twice):
            same = alert.label if alert.kind is AlertKind.FORGOTTEN_SUBSCRIPTION else alert.day
            seen.setdefault((alert.kind, alert.label, same), alert)
        today += STEP
    return list(seen.values())


class Gold:
    """What is known of the generated rows."""

    def __init__(self, movements: Path, gold: Path, rows: list[Transaction]) -> None:
        with movements.open(encoding="utf-8", newline="") as file:
            self.notes = {row["trans_id"]: row["note"] for row in csv.DictReader(file)}
        by_id = {row.id: row for row in rows}
        self.stream: dict[str, str] = {}
        self.rows: dict[str, list[Transaction]] = {}
        self.rises: set[str] = set()
        self.tariffs: set[str] = set()
        span: dict[str, tuple[date, date]] = {}
        for row in rows:
            begun = span.get(row.account_id, (row.posted_on,))[0]
            span[row.account_id] = begun, row.posted_on
        with gold.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                if line["account_id"] not in span:
                    continue
                members = [by_id[key] for key in line["transaction_ids"].split()]
                self.rows[line["stream_id"]] = members
                self.stream |= dict.fromkeys((row.id for row in members), line["stream_id"])
                if line["case"] in USAGE or members[0].amount.amount > 0:
                    continue
                self.tariffs.add(line["stream_id"])
                first, last = span[line["account_id"]]
                for n, (before, after) in enumerate(pairwise(members)):
                    steady = n >= 2 and len({r.amount for r in members[n - 2 : n + 1]}) == 1
                    dearer = 1.005 <= after.amount.minor / before.amount.minor <= 1.6
                    told = first + FIRST <= after.posted_on <= last - STEP
                    if steady and dearer and told:
                        self.rises.add(after.id)

    def is_right(self, alert: Alert) -> bool | None:
        """Whether it is so; None where the file cannot say."""
        first = alert.transaction_ids[0]
        if alert.kind is AlertKind.PRICE_RISE:
            owners = {self.stream.get(key) for key in alert.transaction_ids}
            return len(owners) == 1 and owners <= self.tariffs
        if alert.kind is AlertKind.LATE_INCOME:
            rows = self.rows.get(self.stream.get(first, ""), [])
            later = [row.posted_on for row in rows if row.posted_on > last_of(rows, first)]
            return bool(rows) and (not later or later[0] > alert.day)
        if alert.kind is AlertKind.DUPLICATE:
            return any(self.notes[key] == "double" for key in alert.transaction_ids)
        if alert.kind is AlertKind.TRIAL_ENDING:
            return self.notes[first] == "trial"
        return None


def last_of(rows: list[Transaction], key: str) -> date:
    """The day of one row."""
    return next(row.posted_on for row in rows if row.id == key)


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("movements", type=Path)
    parser.add_argument("--gold", type=Path)
    parser.add_argument("--accounts", type=int, default=40, help="the first so many")
    args = parser.parse_args()
    accounts: dict[str, list[Transaction]] = defaultdict(list)
    for row in read_movements(args.movements, load_or_train(CoreSettings().models_folder)):
        accounts[row.account_id].append(row)
    chosen = [
        sorted(rows, key=lambda row: (row.posted_on, row.sequence))
        for rows in list(accounts.values())[: args.accounts]
    ]
    gold = (
        Gold(args.movements, args.gold, [r for rows in chosen for r in rows]) if args.gold else None
    )
    spans = [rows[-1].posted_on - rows[0].posted_on - FIRST for rows in chosen]
    months = sum(max(0, span.days) for span in spans) / 30.4
    raised: Counter[str] = Counter()
    right: Counter[str] = Counter()
    sure: Counter[str] = Counter()
    sure_right: Counter[str] = Counter()
    told: set[str] = set()
    for rows in chosen:
        for alert in replayed(rows):
            raised[alert.kind] += 1
            sure[alert.kind] += alert.confidence >= SURE
            if gold:
                is_right = bool(gold.is_right(alert))
                right[alert.kind] += is_right
                sure_right[alert.kind] += is_right and alert.confidence >= SURE
                told.update(alert.transaction_ids)
    result: dict[str, object] = {"accounts": len(chosen), "account_months": round(months)}
    for kind in AlertKind:
        entry: dict[str, object] = {
            "raised": raised[kind],
            "per_account_month": round(raised[kind] / months, 4),
            "sure": sure[kind],
        }
        if gold and kind is not AlertKind.FORGOTTEN_SUBSCRIPTION and raised[kind]:
            entry["right"] = round(right[kind] / raised[kind], 4)
            if sure[kind]:
                entry["right_when_sure"] = round(sure_right[kind] / sure[kind], 4)
        result[kind.value] = entry
    if gold:
        result["price_rises_told"] = f"{len(gold.rises & told)} of {len(gold.rises)}"
    print(json.dumps(result))  # noqa: T201 - the result


if __name__ == "__main__":
    main()
