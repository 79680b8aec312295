"""The backtest of unusual spending, on accounts whose oddities are known."""

import csv
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from finance_core.enrich import unusual_backtest
from finance_core.enrich.recurring import find_streams
from finance_core.enrich.unusual import Sensitivity, find_unusual
from finance_core.errors import NotFound
from finance_core.model import Period, Transaction
from finance_core.money import Money

START = date(2025, 1, 1)


def rows(seed, days=420, sizes=(800, 1500)):
    """Purchases at three shops every other day, of sizes drawn from a narrow range."""
    draw = Random(seed)
    return [
        Transaction(
            f"{seed} {n}",
            f"account {seed}",
            START + timedelta(days=2 * n + draw.randrange(2)),
            Money.from_minor(-draw.randint(*sizes), "EUR"),
            "",
            f"Shop {draw.randrange(3)}",
            "groceries",
            sequence=n,
        )
        for n in range(days // 2)
    ]


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "movements.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["account_id", "date", "amount", "operation", "counter_bank",
                         "counter_account", "currency"])  # fmt: skip
        for seed in range(6):
            for row in rows(seed):
                shop = row.merchant[-1]
                writer.writerow([row.account_id, row.posted_on, row.amount.amount, "card_out",
                                 "AB", f"12{shop}", "EUR"])  # fmt: skip
    return path


def test_steady_accounts_alarm_seldom_and_what_is_put_in_is_found(written, tmp_path):
    out = tmp_path / "out.csv"
    found = unusual_backtest.backtest(written, out)
    halves = [found["tuned"], found["held_out"]]
    assert sum(half["accounts"] for half in halves) == 6
    assert all(half["account_months"] for half in halves)
    for half in halves:
        assert half["placebo_alarms_per_month"] <= 0.1
        assert half["alarms_per_month"] <= 0.1
        assert half["detected"] == {"doubled": 1.0, "tripled": 1.0, "new_large": 1.0}
    with out.open() as stream:
        listed = list(csv.DictReader(stream))
    assert {row["sample"] for row in listed} <= {"ordinary", "placebo"}


def test_the_same_seed_gives_the_same_figures(written):
    first = unusual_backtest.backtest(written, accounts=3, seed=4)
    assert first == unusual_backtest.backtest(written, accounts=3, seed=4)


def test_a_stricter_scale_finds_no_more(written):
    scores = unusual_backtest.backtest(written, accounts=4, sweep=True)["sweep"]
    alarms = [score["placebo_alarms_per_month"] for score in scores.values()]
    assert alarms == sorted(alarms, reverse=True)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(NotFound):
        unusual_backtest.backtest(tmp_path / "none.csv")


def test_no_look_ahead():
    """What comes after a month, whatever it is, changes nothing of what stood out in it."""
    known = rows(1)
    month = Period(date(2025, 9, 1), date(2025, 9, 30))
    odd = replace(known[125], amount=Money.of("-90.00", "EUR"))
    known = [odd if row is known[125] else row for row in known]
    assert odd.posted_on in month

    def told(future):
        past = [row for row in known if row.posted_on <= month.end]
        everything = [*past, *future]
        streams = find_streams(past, month.end)
        return [
            (one.row.id, one.why, one.usual) for one in find_unusual(everything, month, streams)
        ]

    later = [row for row in known if row.posted_on > month.end]
    other = [
        replace(row, amount=Money(row.amount.amount * 50, "EUR"), merchant="New") for row in later
    ]
    now = told([])
    assert odd.id in [key for key, _, _ in now]
    assert now == told(later) == told(other)


def test_few_payments_of_a_year_may_be_as_far_out():
    """A shop that is dear every twentieth time, each time a little less, alarms but twice."""
    known = [
        replace(row, amount=Money.from_minor(-9_000 + 800 * (place // 20), "EUR"))
        if place % 20 == 19
        else row
        for place, row in enumerate(rows(3, days=300))
    ]
    month = Period(known[0].posted_on, known[-1].posted_on)
    alarms = [len(find_unusual(known, month, [], Sensitivity(1.0, most))) for most in (0, 1, 99)]
    assert alarms[:2] == [1, 2]
    assert alarms[2] > 2
