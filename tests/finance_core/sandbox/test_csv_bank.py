from __future__ import annotations

import csv
import os
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from finance_core.errors import BadInput
from finance_core.model import AccountKind
from finance_core.sandbox import csv_bank
from finance_core.sandbox.bank import Bank

from .test_simplefin import claim

LEDGER = """account,date,amount,currency,description,balance,category,pending
Current,2022-07-01,1000.00,GBP,SALARY,1500.00,income_salary,
Current,2022-07-02,-12.50,GBP,CORNER SHOP,1487.50,groceries,
Current,2022-07-02,-12.50,GBP,CORNER SHOP,1475.00,groceries,
Current,2022-07-03,-3.00,GBP,COFFEE,,dining,true
My Savings,2022-06-30,200.00,GBP,OPENING,200.00,,
"""
SHARED = Path(
    os.environ.get("PENNY_SHARED_DATA", Path(__file__).parents[3] / ".." / "shared" / "data")
)
BERKA = SHARED / "berka" / "transactions.csv"


def test_a_ledger_file_becomes_a_bank(bank: Bank) -> None:
    household = csv_bank.load(bank, LEDGER, csv_bank.Load("family"))
    current, savings = bank.ledger.accounts("family")
    assert household.today.isoformat() == "2022-07-03"
    assert (current.opening, bank.ledger.balance(current).booked) == (50_000, 147_500)
    assert bank.ledger.available(current) == 147_200
    assert savings.kind is AccountKind.SAVINGS
    assert len({row.id for row in bank.ledger.rows(current.id)}) == 4


def test_a_file_is_served_like_any_bank(web: httpx.Client) -> None:
    loaded = web.post("/admin/csv", json={"household": "family", "content": LEDGER}).json()
    assert (loaded["rows"], loaded["today"]) == (5, "2022-07-03")
    accounts = httpx.get(f"{claim(web, 'family')}/accounts?pending=1").json()["accounts"]
    assert [a["balance"] for a in accounts] == ["1475.00", "200.00"]
    assert [len(a["transactions"]) for a in accounts] == [4, 1]


def test_loading_again_tells_only_what_changed(bank: Bank) -> None:
    csv_bank.load(bank, LEDGER, csv_bank.Load("family"))
    reached = bank.ledger.newest_event("family")
    csv_bank.load(bank, LEDGER, csv_bank.Load("family"))
    assert bank.ledger.newest_event("family") == reached
    grown = LEDGER.replace("Current,2022-07-03,-3.00,GBP,COFFEE,,dining,true\n", "")
    grown += "Current,2022-07-04,-5.00,GBP,BAKERY,1470.00,,\n"
    csv_bank.load(bank, grown, csv_bank.Load("family"))
    changes = bank.ledger.net_changes("family", reached, bank.ledger.newest_event("family"))
    assert sorted(kind for kind, _, _ in changes) == ["added", "removed"]
    assert bank.ledger.balance(bank.ledger.accounts("family")[0]).booked == 147_000


def test_one_account_and_a_savings_account_beside(bank: Bank) -> None:
    wanted = csv_bank.Load("one", accounts=("Current",), savings="Rainy Day")
    csv_bank.load(bank, LEDGER, wanted)
    accounts = bank.ledger.accounts("one")
    assert [a.name for a in accounts] == ["Current", "Rainy Day"]
    assert bank.ledger.balance(accounts[1]).booked == 0


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (LEDGER.replace("-3.00", "three"), "Line 5"),
        (LEDGER.replace("2022-07-03", "3 July"), "Line 5"),
        (LEDGER.replace("-3.00,GBP", "-3.00,EUR"), "Line 5"),
        (LEDGER.replace("-3.00,GBP", "-3.001,GBP"), "Line 5"),
        ("a,b\n1,2\n", "no column"),
        ("", "no column"),
        ("account,date,amount\n", "no account"),
    ],
)
def test_unreadable_files_say_where(bank: Bank, content: str, problem: str) -> None:
    with pytest.raises(BadInput, match=problem):
        csv_bank.load(bank, content, csv_bank.Load("family"))
    assert "family" not in {household.name for household in bank.ledger.households()}


@pytest.mark.parametrize(
    "wanted",
    [
        csv_bank.Load("amelia"),
        csv_bank.Load("../etc"),
        csv_bank.Load("ok", profile="../../settings"),
        csv_bank.Load("ok", accounts=("Nobody's",)),
    ],
)
def test_impossible_wishes_are_refused(bank: Bank, wanted: csv_bank.Load) -> None:
    with pytest.raises(BadInput):
        csv_bank.load(bank, LEDGER, wanted)


@pytest.mark.skipif(not BERKA.exists(), reason="the shared bank data set is not here")
def test_accounts_of_a_real_bank_keep_their_balances(web: httpx.Client) -> None:
    body = {"household": "czech", "path": str(BERKA.resolve()), "profile": "berka"}
    loaded = web.post("/admin/csv", json={**body, "accounts": ["2", "485"]}).json()
    last, sums = {}, defaultdict(Decimal)
    with BERKA.open(encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            if line["account_id"] in ("2", "485"):
                last[line["account_id"]] = line
                sums[line["account_id"]] += Decimal(line["amount"])
    shown = {account["name"]: account for account in loaded["accounts"]}
    for name, line in last.items():
        assert shown[name]["currency"] == "CZK"
        assert Decimal(shown[name]["balance"]) == Decimal(line["balance"])
    true = web.get("/admin/ledger/czech").json()["accounts"]
    for account in true:
        total = sum((Decimal(row["amount"]) for row in account["rows"]), Decimal(0))
        assert total == sums[account["name"]]
    assert loaded["today"] == max(line["date"] for line in last.values())


@pytest.mark.skipif(not BERKA.exists(), reason="the shared bank data set is not here")
def test_many_accounts_of_a_real_bank_are_one_household(bank: Bank) -> None:
    content = BERKA.read_text(encoding="utf-8")
    names = tuple(dict.fromkeys(line.split(",")[0] for line in content.splitlines()[1:5_000]))
    csv_bank.load(bank, content, csv_bank.Load("czech", profile="berka", accounts=names))
    wanted = sum(line.split(",")[0] in names for line in content.splitlines()[1:])
    accounts = bank.ledger.accounts("czech")
    assert sum(len(bank.ledger.rows(account.id)) for account in accounts) == wanted
