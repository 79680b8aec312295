from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from finance_core.sandbox.bank import Bank

from .conftest import TODAY

Truth = Callable[[str], dict[str, dict[str, Any]]]


def claim(web: httpx.Client, household: str = "amelia") -> str:
    token = web.post(f"/admin/households/{household}/simplefin").json()["setup_token"]
    answer = httpx.post(base64.b64decode(token).decode())
    assert answer.status_code == 200
    return answer.text


def stamp(days_ago: int) -> int:
    day = datetime.combine(TODAY - timedelta(days=days_ago), datetime.min.time(), UTC)
    return int(day.timestamp())


def rows(answer: httpx.Response) -> dict[str, dict[str, Any]]:
    return {r["id"]: r for a in answer.json()["accounts"] for r in a["transactions"]}


def test_a_setup_token_is_claimed_once(web: httpx.Client) -> None:
    token = web.post("/admin/households/amelia/simplefin").json()["setup_token"]
    url = base64.b64decode(token).decode()
    first, second = httpx.post(url), httpx.post(url)
    assert (first.status_code, second.status_code) == (200, 403)
    assert first.text.startswith("http://")
    assert httpx.get(f"{first.text}/accounts?balances-only=1").status_code == 200


def test_a_made_up_token_is_refused(web: httpx.Client) -> None:
    assert web.post("/simplefin/claim/made-up").status_code == 403


@pytest.mark.parametrize(
    "auth", [None, ("penny", "wrong"), ("other", "wrong"), ("penny", ""), ("", "")]
)
def test_wrong_credentials_are_refused(web: httpx.Client, auth: tuple[str, str] | None) -> None:
    answer = web.get("/simplefin/accounts", auth=auth)
    assert answer.status_code == 403
    assert answer.json()["accounts"] == []


def test_one_household_does_not_open_another(web: httpx.Client) -> None:
    accounts = httpx.get(f"{claim(web, 'marcus')}/accounts?account=amelia-main").json()["accounts"]
    assert accounts == []


def test_all_that_is_shown_is_the_ledger(web: httpx.Client, truth: Truth) -> None:
    shown = rows(httpx.get(f"{claim(web)}/accounts?pending=1"))
    true = truth("amelia")
    assert shown.keys() == true.keys()
    for row_id, row in shown.items():
        assert row["amount"] == true[row_id]["amount"]
        assert row["description"] == true[row_id]["description"]
        assert row.get("pending", False) == true[row_id]["pending"]
        if row["posted"]:
            day = datetime.fromtimestamp(row["posted"], UTC).date()
            assert day.isoformat() == true[row_id]["date"]


def test_balances_are_the_sum_of_what_was_booked(web: httpx.Client, bank: Bank) -> None:
    for account in httpx.get(f"{claim(web, 'harper')}/accounts").json()["accounts"]:
        opening = bank.ledger.account(account["id"])
        booked = sum((Decimal(r["amount"]) for r in account["transactions"]), Decimal(0))
        assert Decimal(account["balance"]) == Decimal(opening.opening).scaleb(-2) + booked
        assert datetime.fromtimestamp(account["balance-date"], UTC).date() == TODAY


def test_a_card_is_owed_negative(web: httpx.Client) -> None:
    accounts = httpx.get(f"{claim(web, 'harper')}/accounts?balances-only=1").json()["accounts"]
    card = next(a for a in accounts if a["extra"]["kind"] == "credit")
    assert Decimal(card["balance"]) <= 0
    assert card["transactions"] == []


def test_windows_hold_each_row_once(web: httpx.Client) -> None:
    access = claim(web)
    whole = rows(httpx.get(f"{access}/accounts?start-date={stamp(90)}&end-date={stamp(0)}"))
    older = rows(httpx.get(f"{access}/accounts?start-date={stamp(90)}&end-date={stamp(30)}"))
    newer = rows(httpx.get(f"{access}/accounts?start-date={stamp(30)}&end-date={stamp(0)}"))
    assert older.keys() & newer.keys() == set()
    assert {**older, **newer} == whole
    assert older
    assert newer


def test_pending_rows_come_only_when_asked_for(web: httpx.Client, bank: Bank) -> None:
    row = bank.add_row("amelia-main", -500, "CORNER SHOP", pending=True)
    access = claim(web)
    assert row.id not in rows(httpx.get(f"{access}/accounts"))
    shown = rows(httpx.get(f"{access}/accounts?pending=1"))[row.id]
    assert (shown["pending"], shown["posted"]) == (True, 0)
    assert datetime.fromtimestamp(shown["transacted_at"], UTC).date() == TODAY


@pytest.mark.parametrize("value", ["yesterday", "99999999999999999999", "1.5"])
def test_bad_dates_are_refused(web: httpx.Client, value: str) -> None:
    answer = httpx.get(f"{claim(web)}/accounts?start-date={value}")
    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_an_expired_consent_is_refused_until_it_is_restored(web: httpx.Client) -> None:
    access = claim(web)
    web.post("/admin/faults", json={"kind": "expire_consent", "household": "amelia"})
    assert httpx.get(f"{access}/accounts").status_code == 403
    web.post("/admin/faults", json={"kind": "restore_consent", "household": "amelia"})
    assert httpx.get(f"{access}/accounts").status_code == 200
