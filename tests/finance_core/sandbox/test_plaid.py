from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance_core.sandbox.bank import Bank

Ask = Callable[..., dict[str, Any]]
Link = Callable[[str], tuple[str, str]]
Truth = Callable[[str], dict[str, dict[str, Any]]]


def follow(
    plaid: Ask, access: str, cursor: str, seen: dict[str, dict[str, Any]], count: int = 500
) -> str:
    """Reads the feed to its end into ``seen``, as a client would; returns the cursor."""
    start, fresh = cursor, dict(seen)
    while True:
        page = plaid("/transactions/sync", access_token=access, cursor=cursor, count=count)
        if page.get("error_code") == "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION":
            cursor, fresh = start, dict(seen)
            continue
        assert page["status"] == 200, page
        fresh |= {row["transaction_id"]: row for row in page["added"] + page["modified"]}
        for row in page["removed"]:
            fresh.pop(row["transaction_id"], None)
        cursor = page["next_cursor"]
        if not page["has_more"]:
            seen.clear()
            seen.update(fresh)
            return cursor


def same(seen: dict[str, dict[str, Any]], true: dict[str, dict[str, Any]]) -> bool:
    def figures(row: dict[str, Any]) -> tuple[Any, ...]:
        return row["date"], row["pending"], row["account"], Decimal(row["amount"])

    return {
        key: (r["date"], r["pending"], r["account_id"], -Decimal(str(r["amount"])))
        for key, r in seen.items()
    } == {key: figures(row) for key, row in true.items()}


def test_the_feed_read_from_the_start_is_the_ledger(plaid: Ask, link: Link, truth: Truth) -> None:
    seen: dict[str, dict[str, Any]] = {}
    access, _ = link("harper")
    cursor = follow(plaid, access, "", seen)
    assert same(seen, truth("harper"))
    page = plaid("/transactions/sync", access_token=access, cursor=cursor)
    assert (page["added"], page["modified"], page["removed"], page["has_more"]) == (
        [],
        [],
        [],
        False,
    )


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("advance"), st.integers(1, 4)),
        st.tuples(st.just("sync"), st.integers(1, 40)),
        st.tuples(st.just("post_pending"), st.just(0)),
        st.tuples(st.just("drop_pending"), st.just(0)),
        st.tuples(st.just("reorder"), st.integers(0, 99)),
        st.tuples(st.just("repeat_page"), st.integers(0, 3)),
        st.tuples(st.just("repeat_rows"), st.integers(0, 99)),
        st.tuples(st.just("mutation"), st.integers(0, 3)),
        st.tuples(st.just("row"), st.integers(1, 9_999)),
    ),
    max_size=12,
)


@given(STEPS)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_life_and_any_faults_end_with_the_ledger(
    web: httpx.Client, plaid: Ask, link: Link, truth: Truth, steps: list[tuple[str, int]]
) -> None:
    web.delete("/admin/faults")
    access, _ = link("priya")
    seen: dict[str, dict[str, Any]] = {}
    cursor = follow(plaid, access, "", seen)
    for kind, number in steps:
        if kind == "advance":
            web.post("/admin/advance", json={"days": number})
        elif kind == "sync":
            cursor = follow(plaid, access, cursor, seen, count=number)
        elif kind == "row":
            row = {"account": "priya-main", "amount": f"-{number}.50", "description": "SHOP"}
            web.post("/admin/rows", json={**row, "pending": bool(number % 2)})
        else:
            fault = {"kind": kind, "household": "priya", "seed": number}
            web.post("/admin/faults", json={**fault, "skip": number % 3})
    cursor = follow(plaid, access, cursor, seen, count=7)
    follow(plaid, access, cursor, seen)
    assert same(seen, truth("priya"))


def test_new_rows_while_paging_start_the_page_anew(plaid: Ask, link: Link, bank: Bank) -> None:
    access, _ = link("amelia")
    first = plaid("/transactions/sync", access_token=access, count=100)
    assert first["has_more"]
    bank.add_row("amelia-main", -100, "SHOP", pending=False)
    second = plaid("/transactions/sync", access_token=access, cursor=first["next_cursor"])
    assert second["error_code"] == "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION"
    assert (second["status"], second["error_type"]) == (400, "TRANSACTIONS_ERROR")


def test_accounts_carry_plaids_signs_and_kinds(plaid: Ask, link: Link, bank: Bank) -> None:
    access, item_id = link("harper")
    answer = plaid("/accounts/get", access_token=access)
    kinds = {a["account_id"]: (a["type"], a["subtype"]) for a in answer["accounts"]}
    assert kinds == {
        "harper-main": ("depository", "checking"),
        "harper-savings": ("depository", "savings"),
        "harper-card": ("credit", "credit card"),
    }
    owed = next(a for a in answer["accounts"] if a["type"] == "credit")["balances"]
    booked = bank.ledger.balance(bank.ledger.account("harper-card")).booked
    assert Decimal(str(owed["current"])) == Decimal(-booked).scaleb(-2)
    assert answer["item"]["item_id"] == item_id
    some = plaid(
        "/accounts/balance/get", access_token=access, options={"account_ids": ["harper-main"]}
    )
    assert [a["account_id"] for a in some["accounts"]] == ["harper-main"]


def test_a_public_token_is_exchanged_once(web: httpx.Client, plaid: Ask) -> None:
    token = plaid(
        "/sandbox/public_token/create",
        institution_id="ins_thornbury",
        initial_products=["transactions"],
    )["public_token"]
    assert plaid("/item/public_token/exchange", public_token=token)["status"] == 200
    again = plaid("/item/public_token/exchange", public_token=token)
    assert (again["status"], again["error_code"]) == (400, "INVALID_PUBLIC_TOKEN")


def test_an_expired_consent_asks_for_a_new_login(web: httpx.Client, plaid: Ask, link: Link) -> None:
    access, item_id = link("amelia")
    other, _ = link("amelia")
    web.post("/admin/faults", json={"kind": "expire_consent", "item": item_id})
    refused = plaid("/transactions/sync", access_token=access)
    assert (refused["error_type"], refused["error_code"]) == ("ITEM_ERROR", "ITEM_LOGIN_REQUIRED")
    assert plaid("/item/get", access_token=access)["item"]["error"]["error_code"] == (
        "ITEM_LOGIN_REQUIRED"
    )
    assert plaid("/accounts/get", access_token=other)["status"] == 200
    web.post("/admin/faults", json={"kind": "restore_consent", "item": item_id})
    assert plaid("/accounts/get", access_token=access)["status"] == 200


def test_a_removed_item_opens_nothing(plaid: Ask, link: Link) -> None:
    access, _ = link("amelia")
    assert plaid("/item/remove", access_token=access)["status"] == 200
    assert plaid("/accounts/get", access_token=access)["error_code"] == "INVALID_ACCESS_TOKEN"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "MISSING_FIELDS"),
        ({"access_token": 7}, "INVALID_FIELD"),
        ({"access_token": "access-sandbox-made-up"}, "INVALID_ACCESS_TOKEN"),
    ],
)
def test_bad_requests_get_plaids_errors(plaid: Ask, body: dict[str, Any], code: str) -> None:
    answer = plaid("/transactions/sync", **body)
    assert (answer["status"], answer["error_code"]) == (400, code)
    assert {"error_type", "error_message", "display_message", "request_id"} <= answer.keys()


@pytest.mark.parametrize("extra", [{"count": 0}, {"count": 501}, {"cursor": "bm9uc2Vuc2U="}])
def test_bad_paging_is_refused(plaid: Ask, link: Link, extra: dict[str, Any]) -> None:
    answer = plaid("/transactions/sync", access_token=link("amelia")[0], **extra)
    assert (answer["status"], answer["error_code"]) == (400, "INVALID_FIELD")


def test_a_cursor_of_another_household_is_refused(plaid: Ask, link: Link) -> None:
    cursor = plaid("/transactions/sync", access_token=link("amelia")[0])["next_cursor"]
    answer = plaid("/transactions/sync", access_token=link("marcus")[0], cursor=cursor)
    assert answer["error_code"] == "INVALID_FIELD"


def test_keys_are_needed_and_may_come_as_headers(web: httpx.Client, link: Link) -> None:
    access, _ = link("amelia")
    body = {"access_token": access}
    assert web.post("/accounts/get", json=body).json()["error_code"] == "MISSING_FIELDS"
    headers = {"PLAID-CLIENT-ID": "a", "PLAID-SECRET": "b"}
    assert web.post("/accounts/get", json=body, headers=headers).status_code == 200


@pytest.mark.parametrize("content", [b"[1]", b"{", b"\xff\xfe"])
def test_a_body_that_is_no_json_object_is_refused(web: httpx.Client, content: bytes) -> None:
    answer = web.post("/accounts/get", content=content)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_BODY")


def test_a_huge_body_is_refused(web: httpx.Client) -> None:
    assert web.post("/accounts/get", content=b" " * 1_100_000).status_code == 413
