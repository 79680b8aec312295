from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance_core.sandbox.bank import Bank
from finance_core.sandbox.payments import Payer, Payment, TransferRefused
from finance_core.sandbox.settings import SandboxSettings

from .conftest import KEYS, TODAY

Ask = Callable[..., dict[str, Any]]
Link = Callable[[str], tuple[str, str]]


def balances(bank: Bank) -> tuple[int, int]:
    main, savings = bank.ledger.accounts("amelia")
    return bank.ledger.balance(main).booked, bank.ledger.balance(savings).booked


def authorization(plaid: Ask, access: str, amount: str, **extra: Any) -> dict[str, Any]:
    return plaid(
        "/transfer/authorization/create",
        access_token=access,
        account_id="amelia-main",
        type="debit",
        network="ach",
        amount=amount,
        user={"legal_name": "Amelia Hart"},
        **extra,
    )


def order(plaid: Ask, access: str, amount: str, key: str | None, **extra: Any) -> dict[str, Any]:
    """What ``/transfer/create`` is asked for one move to savings."""
    given_leave = authorization(plaid, access, amount)["authorization"]
    return {
        "access_token": access,
        "account_id": "amelia-main",
        "authorization_id": given_leave["id"],
        "amount": amount,
        "description": "savings",
        "metadata": {"to_account_id": "amelia-savings"},
        **({"idempotency_key": key} if key else {}),
        **extra,
    }


KEYED_ORDERS = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(100, 5_000)), max_size=10)


@given(KEYED_ORDERS)
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_each_key_moves_money_once(
    plaid: Ask, link: Link, bank: Bank, orders: list[tuple[str, int]]
) -> None:
    access, item = link("amelia")
    start = balances(bank)
    done: dict[str, tuple[int, str]] = {}
    for letter, minor in orders:
        amount = f"{minor // 100}.{minor % 100:02d}"
        made = plaid("/transfer/create", **order(plaid, access, amount, f"{item}-{letter}"))
        if letter not in done:
            assert made["status"] == 200, made
            done[letter] = (minor, made["transfer"]["id"])
        elif done[letter][0] == minor:
            assert made["transfer"]["id"] == done[letter][1]
        else:
            assert made["error_code"] == "IDEMPOTENCY_KEY_REUSED"
    moved = sum(minor for minor, _ in done.values())
    assert balances(bank) == (start[0] - moved, start[1] + moved)


def test_the_same_order_at_the_same_moment_happens_once(
    server: str, plaid: Ask, link: Link, bank: Bank
) -> None:
    access, _ = link("amelia")
    start = balances(bank)
    orders = [order(plaid, access, "20.00", "one") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda body: httpx.post(f"{server}/transfer/create", json={**KEYS, **body}), orders
            )
        )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["transfer"]["id"] for answer in answers}) == 1
    assert balances(bank) == (start[0] - 2_000, start[1] + 2_000)


def test_the_same_order_after_a_restart_happens_once(bank: Bank, home: Path) -> None:
    _, item = bank.consents.grant("amelia", "plaid", "public")
    payer = Payer("tests", item, "Amelia Hart")
    main = bank.ledger.account("amelia-main")
    leave = bank.transfers.authorize(payer, main, 3_000, "ach", None)
    payment = Payment(leave.id, main.id, "savings", 3_000, "amelia-savings", "key")
    first = bank.transfers.create(payer, payment)
    after = balances(bank)
    bank.close()
    again = Bank(SandboxSettings(home=home, sandbox_today=TODAY))
    assert again.transfers.create(payer, payment).id == first.id
    assert balances(again) == after
    again.close()


def test_an_authorization_is_used_once(plaid: Ask, link: Link, bank: Bank) -> None:
    access, _ = link("amelia")
    body = order(plaid, access, "15.00", None)
    first = plaid("/transfer/create", **body)
    after = balances(bank)
    assert plaid("/transfer/create", **body)["transfer"]["id"] == first["transfer"]["id"]
    assert balances(bank) == after


def test_an_answer_that_never_came_is_made_up_for_by_asking_again(
    web: httpx.Client, server: str, plaid: Ask, link: Link, bank: Bank
) -> None:
    access, _ = link("amelia")
    start = balances(bank)
    body = {**KEYS, **order(plaid, access, "30.00", "lost")}
    web.post("/admin/faults", json={"kind": "disconnect", "path": "/transfer/create"})
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(f"{server}/transfer/create", json=body)
    assert balances(bank) == (start[0] - 3_000, start[1] + 3_000)
    assert httpx.post(f"{server}/transfer/create", json=body).status_code == 200
    assert balances(bank) == (start[0] - 3_000, start[1] + 3_000)


def test_both_sides_appear_in_the_feed(plaid: Ask, link: Link) -> None:
    access, _ = link("amelia")
    cursor, more = "", True
    while more:
        page = plaid("/transactions/sync", access_token=access, cursor=cursor, count=500)
        cursor, more = page["next_cursor"], page["has_more"]
    plaid("/transfer/create", **order(plaid, access, "12.34", "feed"))
    page = plaid("/transactions/sync", access_token=access, cursor=cursor)
    assert {(r["account_id"], r["amount"], r["pending"]) for r in page["added"]} == {
        ("amelia-main", 12.34, False),
        ("amelia-savings", -12.34, False),
    }


def test_more_than_there_is_is_refused(plaid: Ask, link: Link, bank: Bank) -> None:
    access, _ = link("amelia")
    start = balances(bank)
    body = order(plaid, access, "99999.00", "rich")
    refused = plaid("/transfer/create", **body)
    assert (refused["status"], refused["error_code"]) == (400, "INSUFFICIENT_FUNDS")
    assert balances(bank) == start


def test_money_spent_after_the_authorization_is_refused(plaid: Ask, link: Link, bank: Bank) -> None:
    access, _ = link("amelia")
    body = order(plaid, access, "100.00", "late")
    bank.add_row("amelia-main", -balances(bank)[0], "EVERYTHING", pending=False)
    start = balances(bank)
    assert plaid("/transfer/create", **body)["error_code"] == "INSUFFICIENT_FUNDS"
    assert balances(bank) == start


def refund(plaid: Ask, transfer: str, amount: str, key: str) -> dict[str, Any]:
    return plaid(
        "/transfer/refund/create", transfer_id=transfer, amount=amount, idempotency_key=key
    )


def test_a_reversal_happens_once_and_never_exceeds_the_transfer(
    plaid: Ask, link: Link, bank: Bank
) -> None:
    access, _ = link("amelia")
    start = balances(bank)
    made = plaid("/transfer/create", **order(plaid, access, "50.00", "there"))["transfer"]["id"]
    first, second = (refund(plaid, made, "50.00", "back") for _ in range(2))
    assert first["refund"]["id"] == second["refund"]["id"]
    assert balances(bank) == start
    assert refund(plaid, made, "0.01", "more")["error_code"] == "REFUND_AMOUNT_EXCEEDED"
    assert refund(plaid, made, "10.00", "back")["error_code"] == "IDEMPOTENCY_KEY_REUSED"
    assert balances(bank) == start


def test_nothing_moves_once_consent_has_expired(
    web: httpx.Client, plaid: Ask, link: Link, bank: Bank
) -> None:
    access, item = link("amelia")
    made = plaid("/transfer/create", **order(plaid, access, "5.00", "a"))["transfer"]["id"]
    body = order(plaid, access, "6.00", "b")
    web.post("/admin/faults", json={"kind": "expire_consent", "item": item})
    start = balances(bank)
    assert plaid("/transfer/create", **body)["error_code"] == "ITEM_LOGIN_REQUIRED"
    assert refund(plaid, made, "5.00", "back")["error_code"] == "ITEM_LOGIN_REQUIRED"
    assert balances(bank) == start


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "-5.00"},
        {"amount": "0"},
        {"amount": "5.001"},
        {"amount": "NaN"},
        {"amount": 5},
        {"metadata": {"to_account_id": "marcus-savings"}},
        {"metadata": {"to_account_id": "amelia-main"}},
        {"metadata": {"to_account_id": 7}},
        {"account_id": "marcus-main"},
        {"description": "far longer than fifteen"},
        {"idempotency_key": "k" * 51},
        {"authorization_id": "auth-made-up"},
        {"iso_currency_code": "USD"},
    ],
)
def test_impossible_orders_are_refused(
    plaid: Ask, link: Link, bank: Bank, change: dict[str, Any]
) -> None:
    access, _ = link("amelia")
    body = order(plaid, access, "5.00", "key")
    start = balances(bank)
    refused = plaid("/transfer/create", **{**body, **change})
    assert refused["status"] == 400, refused
    assert balances(bank) == start


def test_other_terms_than_authorized_are_refused(plaid: Ask, link: Link, bank: Bank) -> None:
    access, _ = link("amelia")
    body = order(plaid, access, "5.00", "key")
    start = balances(bank)
    refused = plaid("/transfer/create", **{**body, "amount": "500.00"})
    assert refused["error_code"] == "INVALID_AUTHORIZATION"
    assert balances(bank) == start


def test_another_client_sees_no_transfer(plaid: Ask, link: Link) -> None:
    access, _ = link("amelia")
    made = plaid("/transfer/create", **order(plaid, access, "5.00", "mine"))["transfer"]["id"]
    other = plaid("/transfer/get", client_id="somebody", transfer_id=made)
    assert (other["status"], other["error_code"]) == (404, "NOT_FOUND")


def test_the_same_authorization_key_gives_the_same_word(plaid: Ask, link: Link, bank: Bank) -> None:
    access, _ = link("amelia")
    first = authorization(plaid, access, "5.00", idempotency_key="leave")
    second = authorization(plaid, access, "5.00", idempotency_key="leave")
    assert first["authorization"]["id"] == second["authorization"]["id"]
    other = authorization(plaid, access, "6.00", idempotency_key="leave")
    assert other["error_code"] == "IDEMPOTENCY_KEY_REUSED"


def test_a_card_cannot_send_money(bank: Bank) -> None:
    _, item = bank.consents.grant("harper", "plaid", "public")
    payer = Payer("tests", item, "Sam Harper")
    card = bank.ledger.account("harper-card")
    leave = bank.transfers.authorize(payer, card, 1_000, "ach", None)
    with pytest.raises(TransferRefused):
        bank.transfers.create(payer, Payment(leave.id, card.id, "x", 1_000, "harper-main", "k"))


ANNA = {"counterparty_name": "Anna Smith", "counterparty_iban": "GB29NWBK60161331926819"}


def payment_out(
    plaid: Ask, access: str, amount: str, key: str, metadata: dict[str, str]
) -> dict[str, Any]:
    """What ``/transfer/create`` is asked for a credit to somebody else's account."""
    leave = plaid(
        "/transfer/authorization/create",
        access_token=access,
        account_id="amelia-main",
        type="credit",
        network="rtp",
        amount=amount,
        user={"legal_name": metadata.get("counterparty_name", "Nobody")},
        idempotency_key=key,
    )["authorization"]
    return {
        "access_token": access,
        "account_id": "amelia-main",
        "authorization_id": leave["id"],
        "amount": amount,
        "description": "rent",
        "metadata": metadata,
        "idempotency_key": key,
    }


def test_a_credit_leaves_the_bank_at_once_and_once(
    web: httpx.Client, server: str, plaid: Ask, link: Link, bank: Bank
) -> None:
    access, _ = link("amelia")
    main, savings = balances(bank)
    body = payment_out(plaid, access, "40.00", "out", ANNA)
    web.post("/admin/faults", json={"kind": "disconnect", "path": "/transfer/create"})
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(f"{server}/transfer/create", json={**KEYS, **body})
    made = plaid("/transfer/create", **body)["transfer"]
    assert (made["type"], made["status"], made["cancellable"]) == ("credit", "settled", False)
    assert balances(bank) == (main - 4_000, savings)
    sent = [r for r in bank.ledger.rows("amelia-main") if "ANNA SMITH rent" in r.description]
    assert [row.amount for row in sent] == [-4_000]
    assert refund(plaid, made["id"], "40.00", "back")["error_code"] == "REFUND_NOT_POSSIBLE"
    gone = plaid("/transfer/cancel", transfer_id=made["id"])
    assert gone["error_code"] == "TRANSFER_NOT_CANCELLABLE"
    other = {**body, "metadata": {**ANNA, "counterparty_name": "Ann Smith"}}
    assert plaid("/transfer/create", **other)["error_code"] == "IDEMPOTENCY_KEY_REUSED"
    assert balances(bank) == (main - 4_000, savings)


@pytest.mark.parametrize(
    "metadata",
    [
        {**ANNA, "counterparty_iban": "GB29NWBK60161331926818"},
        {"counterparty_name": "Anna Smith"},
        {"counterparty_name": " ", "counterparty_iban": ANNA["counterparty_iban"]},
        {**ANNA, "to_account_id": "amelia-savings"},
        {"counterparty_name": "Sam", "counterparty_routing": "021000021 12345678"},
        {},
    ],
)
def test_a_credit_needs_an_account_that_can_exist(
    plaid: Ask, link: Link, bank: Bank, metadata: dict[str, str]
) -> None:
    access, _ = link("amelia")
    start = balances(bank)
    refused = plaid("/transfer/create", **payment_out(plaid, access, "5.00", "k", metadata))
    assert refused["status"] == 400, refused
    assert balances(bank) == start
