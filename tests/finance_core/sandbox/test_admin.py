from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from starlette.requests import Request

from finance_core.errors import NotSignedIn
from finance_core.sandbox import admin
from finance_core.sandbox.bank import Bank
from finance_core.sandbox.settings import SandboxSettings

from .conftest import TODAY


def test_households_are_listed_with_their_accounts(web: httpx.Client) -> None:
    answer = web.get("/admin/households").json()
    assert answer["today"] == TODAY.isoformat()
    names = [household["name"] for household in answer["households"]]
    assert names == ["amelia", "marcus", "elena", "priya", "harper"]
    assert {household["currency"] for household in answer["households"]} == {"GBP", "USD", "EUR"}


def test_days_are_advanced_and_forgotten_again(web: httpx.Client) -> None:
    before = web.get("/admin/ledger/elena").json()
    assert web.post("/admin/advance", json={"days": 2}).json()["today"] == "2026-01-22"
    assert web.get("/healthz").json() == {"status": "ok", "today": "2026-01-22"}
    assert web.get("/admin/ledger/elena").json() != before
    web.post("/admin/reset")
    assert web.get("/admin/ledger/elena").json() == before


def test_a_row_entered_by_hand_counts(web: httpx.Client) -> None:
    body = {"account": "priya-main", "amount": "-4.20", "description": "BUS"}
    row_id = web.post("/admin/rows", json=body).json()["id"]
    account = web.get("/admin/ledger/priya").json()["accounts"][0]
    row = next(row for row in account["rows"] if row["id"] == row_id)
    assert (row["amount"], row["date"]) == ("-4.20", TODAY.isoformat())


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/admin/advance", {"days": 0}, 400),
        ("/admin/advance", {"days": "many"}, 400),
        ("/admin/advance", {"weeks": 1}, 400),
        ("/admin/rows", {"account": "nobody", "amount": "1", "description": "x"}, 404),
        ("/admin/rows", {"account": "priya-main", "amount": "1.234", "description": "x"}, 400),
        ("/admin/csv", {"household": "x"}, 400),
        ("/admin/csv", {"household": "x", "path": "no/such/file.csv"}, 400),
        ("/admin/households/nobody/plaid", {}, 404),
        ("/admin/faults", {"kind": "post_pending", "item": "gone"}, 403),
    ],
)
def test_bad_input_gets_one_clear_line(
    web: httpx.Client, path: str, body: dict[str, object], status: int
) -> None:
    answer = web.post(path, json=body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_web_pages_and_other_hosts_are_kept_out(web: httpx.Client) -> None:
    page = web.post("/admin/reset", headers={"Origin": "https://evil.example"})
    assert page.status_code == 403
    assert web.get("/healthz", headers={"Host": "evil.example"}).status_code == 400


def test_callers_from_elsewhere_are_kept_out(bank: Bank) -> None:
    scope = {"type": "http", "headers": [], "client": ("192.0.2.7", 1234)}
    with pytest.raises(NotSignedIn):
        admin._let_in(bank, Request(scope))


@pytest.fixture
def bank(home: Path, request: pytest.FixtureRequest) -> Iterator[Bank]:
    token = getattr(request, "param", None)
    bank = Bank(SandboxSettings(home=home, sandbox_today=TODAY, sandbox_admin_token=token))
    yield bank
    bank.close()


@pytest.mark.parametrize("bank", [SecretStr("s3cret")], indirect=True)
def test_the_admin_token_is_needed_when_set(web: httpx.Client) -> None:
    assert web.get("/admin/households").status_code == 403
    wrong = {"Authorization": "Bearer other"}
    assert web.get("/admin/households", headers=wrong).status_code == 403
    right = {"Authorization": "Bearer s3cret"}
    assert web.get("/admin/households", headers=right).status_code == 200
