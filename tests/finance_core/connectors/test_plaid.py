"""The Plaid connector against a played server."""

import json
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from finance_core.connectors.http import BankHttp
from finance_core.connectors.plaid import Plaid
from finance_core.errors import (
    BadInput,
    BankConsentExpired,
    BankError,
    BankRejected,
    BankUnavailable,
)
from finance_core.model import AccountKind, TransferOrder
from finance_core.money import Money

TODAY = date(2024, 6, 15)
CREDENTIALS = json.dumps({"access_token": "access-1", "item_id": "item-1"})
ORDER = TransferOrder("acc-1", "acc-2", Money.of("25.00", "USD"), "key-1", "Savings for the trip")


def error(kind: str, code: str, status: int = 400, **more: Any) -> httpx.Response:
    body = {"error_type": kind, "error_code": code, "error_message": "…", **more}
    return httpx.Response(status, json={"display_message": None, "request_id": "r", **body})


def row(id: str, amount: float = 5.0, **more: Any) -> dict[str, Any]:
    return {
        "transaction_id": id,
        "account_id": "acc-1",
        "amount": amount,
        "iso_currency_code": "USD",
        "date": "2024-06-01",
        "name": "SHOP",
        "pending": False,
        **more,
    }


def page(cursor: str, more: bool = False, **changes: Any) -> httpx.Response:
    body = {"added": [], "modified": [], "removed": [], **changes}
    return httpx.Response(200, json={**body, "next_cursor": cursor, "has_more": more})


def accounts(*entries: dict[str, Any]) -> httpx.Response:
    return httpx.Response(
        200, json={"accounts": list(entries), "item": {"institution_name": "First Bank"}}
    )


def entry(type: str, subtype: str, current: float | None, **more: Any) -> dict[str, Any]:
    balances = {"current": current, "available": None, "iso_currency_code": "USD", **more}
    return {
        "account_id": f"acc-{subtype}",
        "name": subtype,
        "type": type,
        "subtype": subtype,
        "balances": balances,
    }


class Server:
    """Plays answers per path, in turn; the last one stays."""

    def __init__(self, **answers: list[httpx.Response]) -> None:
        self.answers = {path: list(given) for path, given in answers.items()}
        self.answers.setdefault("accounts_get", [accounts()])
        self.asked: list[tuple[str, dict[str, Any]]] = []
        client = httpx.Client(transport=httpx.MockTransport(self.play))
        http = BankHttp(
            client, sleep=lambda _: None, now=lambda: datetime(2024, 7, 1, 9, 30, tzinfo=UTC)
        )
        self.connector = Plaid(http, "https://plaid.example/", "id", "hush")

    def play(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.strip("/").replace("/", "_")
        self.asked.append((path, json.loads(request.content)))
        left = self.answers[path]
        return left.pop(0) if len(left) > 1 else left[0]

    def bodies(self, path: str) -> list[dict[str, Any]]:
        return [body for asked, body in self.asked if asked == path]


def test_a_public_token_is_exchanged() -> None:
    answer = httpx.Response(200, json={"access_token": "access-1", "item_id": "item-1"})
    server = Server(item_public_token_exchange=[answer])
    assert server.connector.claim(" public-abc\n") == CREDENTIALS
    body = {"client_id": "id", "secret": "hush", "public_token": "public-abc"}
    assert server.asked == [("item_public_token_exchange", body)]
    with pytest.raises(BadInput):
        server.connector.claim("access-abc")


def test_the_feed_is_read_page_by_page_from_the_cursor() -> None:
    server = Server(
        transactions_sync=[
            page("c1", True, added=[row("a"), row("b")]),
            page("c2", True, modified=[row("a", 6.0)], removed=[{"transaction_id": "b"}]),
            page("c3", added=[row("c", -10)], removed=[{"transaction_id": "old"}]),
        ]
    )
    batch = server.connector.fetch(CREDENTIALS, "c0", TODAY)
    assert [body.get("cursor") for body in server.bodies("transactions_sync")] == ["c0", "c1", "c2"]
    assert {r.external_id: str(r.amount.amount) for r in batch.upserts} == {
        "a": "-6.00",
        "c": "10.00",
    }
    assert batch.removed == {"b", "old"}
    assert (batch.cursor, batch.snapshot_from) == ("c3", None)


def test_the_first_fetch_sends_no_cursor_and_an_empty_next_one_is_none() -> None:
    server = Server(transactions_sync=[page("")])
    assert server.connector.fetch(CREDENTIALS, None, TODAY).cursor is None
    assert "cursor" not in server.bodies("transactions_sync")[0]


def test_pages_that_change_meanwhile_are_read_again_from_the_first_cursor() -> None:
    mutation = error("TRANSACTIONS_ERROR", "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION")
    server = Server(
        transactions_sync=[
            page("c1", True, added=[row("gone")]),
            mutation,
            page("d1", True, added=[row("a")]),
            page("d2", added=[row("b")]),
        ]
    )
    batch = server.connector.fetch(CREDENTIALS, "c0", TODAY)
    assert [body["cursor"] for body in server.bodies("transactions_sync")] == [
        *("c0", "c1", "c0", "d1"),
    ]
    assert [r.external_id for r in batch.upserts] == ["a", "b"]
    with pytest.raises(BankUnavailable, match="changing"):
        Server(transactions_sync=[mutation]).connector.fetch(CREDENTIALS, "c0", TODAY)


def test_a_page_that_comes_twice_counts_once() -> None:
    first = {"added": [row("a"), row("b")]}
    server = Server(
        transactions_sync=[
            page("c1", True, **first),
            page("c1", True, **first),
            page("c2", True, removed=[{"transaction_id": "a"}]),
            page("c1", True, **first),  # an old one, late: must not bring "a" back
            page("c3"),
        ]
    )
    batch = server.connector.fetch(CREDENTIALS, None, TODAY)
    assert [r.external_id for r in batch.upserts] == ["b"]
    assert batch.removed == {"a"}


def test_pages_that_never_end_are_given_up() -> None:
    server = Server(transactions_sync=[page("c1", True, added=[row("a")])])
    with pytest.raises(BankUnavailable, match="same pages"):
        server.connector.fetch(CREDENTIALS, None, TODAY)
    assert len(server.asked) < 20


def test_signs_and_hints_become_pennys() -> None:
    category = {"primary": "FOOD_AND_DRINK", "detailed": "FOOD_AND_DRINK_COFFEE"}
    posted = row(
        "b",
        3.2,
        merchant_name="Café",
        personal_finance_category=category,
        pending_transaction_id="a",
        original_description="CAFE 0123 LONDON",
    )
    inexact = row("d", 4.199999999)
    points = {**row("p"), "iso_currency_code": None, "unofficial_currency_code": "BTC"}
    server = Server(
        transactions_sync=[page("c", added=[posted, row("c", 9, pending=True), inexact, points])]
    )
    batch = server.connector.fetch(CREDENTIALS, None, TODAY)
    found = {r.external_id: r for r in batch.upserts}
    assert found.keys() == {"b", "c", "d"}
    assert found["b"].amount == Money.of("-3.20", "USD")
    assert found["b"].pending_external_id == "a"
    assert found["b"].merchant_hint == "Café"
    assert found["b"].category_hint == "FOOD_AND_DRINK_COFFEE"
    assert found["b"].description == "CAFE 0123 LONDON"
    assert found["c"].pending and found["c"].posted_on == date(2024, 6, 1)
    assert found["d"].amount == Money.of("-4.20", "USD")


def test_what_is_owed_is_negative() -> None:
    updated = "2024-06-14T08:00:00Z"
    server = Server(
        accounts_get=[
            accounts(
                entry("depository", "checking", 110.5, available=100),
                entry("depository", "savings", 210.0),
                entry("credit", "credit card", 410.25, available=90, last_updated_datetime=updated),
                entry("loan", "mortgage", 56302.06),
                entry("investment", "ira", 320.76),
                entry("depository", "cd", None, available=7),
                {**entry("other", "coins", 1), "balances": {"iso_currency_code": None}},
            )
        ],
        transactions_sync=[page("c")],
    )
    found = {a.name: a for a in server.connector.fetch(CREDENTIALS, "c", TODAY).accounts}
    assert {name: (a.kind, str(a.current.amount)) for name, a in found.items()} == {
        "checking": (AccountKind.CHECKING, "110.50"),
        "savings": (AccountKind.SAVINGS, "210.00"),
        "credit card": (AccountKind.CREDIT, "-410.25"),
        "mortgage": (AccountKind.LOAN, "-56302.06"),
        "ira": (AccountKind.INVESTMENT, "320.76"),
        "cd": (AccountKind.SAVINGS, "7.00"),
    }
    assert found["checking"].available == Money.of("100.00", "USD")
    assert found["checking"].as_of == datetime(2024, 6, 15, 9, 30, tzinfo=UTC)
    assert found["credit card"].as_of == datetime(2024, 6, 14, 8, tzinfo=UTC)
    assert found["checking"].institution == "First Bank"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error("ITEM_ERROR", "ITEM_LOGIN_REQUIRED"), BankConsentExpired),
        (error("ITEM_ERROR", "ACCESS_NOT_GRANTED"), BankConsentExpired),
        (error("INVALID_INPUT", "INVALID_ACCESS_TOKEN"), BankConsentExpired),
        (error("ITEM_ERROR", "PRODUCT_NOT_READY"), BankUnavailable),
        (error("INSTITUTION_ERROR", "INSTITUTION_DOWN"), BankUnavailable),
        (error("INSTITUTION_ERROR", "INSTITUTION_NO_LONGER_SUPPORTED"), BankRejected),
        (error("API_ERROR", "INTERNAL_SERVER_ERROR", 500), BankUnavailable),
        (error("RATE_LIMIT_EXCEEDED", "TRANSACTIONS_LIMIT", 429), BankUnavailable),
        (error("INVALID_INPUT", "INVALID_API_KEYS"), BankRejected),
        (error("INVALID_REQUEST", "MISSING_FIELDS"), BankRejected),
        (httpx.Response(400, text="no JSON"), BankRejected),
        (httpx.Response(200, json={"added": []}), BankUnavailable),
        (httpx.Response(200, json=["page"]), BankUnavailable),
        (page("c", added=[row("a", date="31 June")]), BankUnavailable),
        (page("c", added=[{**row("a"), "amount": "NaN"}]), BankUnavailable),
        (page("c", added=[{**row("a"), "amount": True}]), BankUnavailable),
    ],
)
def test_errors_become_pennys(answer: httpx.Response, expected: type[BankError]) -> None:
    server = Server(transactions_sync=[answer])
    with pytest.raises(expected) as caught:
        server.connector.fetch(CREDENTIALS, "c", TODAY)
    assert type(caught.value) is expected
    assert "access-1" not in str(caught.value) and "hush" not in str(caught.value)


def authorization(decision: str, **rationale: str) -> httpx.Response:
    body = {"id": "auth-1", "decision": decision, "decision_rationale": rationale or None}
    return httpx.Response(200, json={"authorization": body})


def transfer(status: str, amount: str = "25.00") -> httpx.Response:
    body = {"id": "t-1", "status": status, "amount": amount}
    return httpx.Response(200, json={"transfer": body})


def test_a_transfer_asks_for_leave_and_pays_under_one_key() -> None:
    server = Server(
        transfer_authorization_create=[httpx.Response(500), authorization("approved")],
        transfer_create=[httpx.Response(503), transfer("pending")],
    )
    receipt = server.connector.transfer(CREDENTIALS, ORDER)
    assert (receipt.external_id, receipt.status) == ("t-1", "pending")
    tries = server.bodies("transfer_create")
    assert len(tries) == 2 and tries[0] == tries[1]
    assert tries[0]["metadata"] == {"to_account_id": "acc-2"}
    assert tries[0]["authorization_id"] == "auth-1"
    assert tries[0]["amount"] == "25.00"
    assert len(tries[0]["description"]) <= 15
    keys = {body["idempotency_key"] for _, body in server.asked}
    assert keys == {"key-1"}


def test_a_long_key_is_shortened_the_same_way_each_time() -> None:
    answers = {"transfer_create": [transfer("settled")]}
    seen = set()
    for _ in range(2):
        server = Server(transfer_authorization_create=[authorization("approved")], **answers)
        order = TransferOrder("acc-1", "acc-2", ORDER.amount, "k" * 80, "x")
        server.connector.transfer(CREDENTIALS, order)
        seen.add(server.bodies("transfer_create")[0]["idempotency_key"])
    assert len(seen) == 1 and len(seen.pop()) == 50


@pytest.mark.parametrize(
    ("authorized", "made", "expected"),
    [
        (authorization("declined", code="NSF", description="No."), None, BankRejected),
        (authorization("declined"), None, BankRejected),
        (authorization("user_action_required"), None, BankConsentExpired),
        (authorization("approved"), transfer("failed"), BankRejected),
        (authorization("approved"), transfer("pending", "26.00"), BankRejected),
        (authorization("approved"), httpx.Response(500), BankUnavailable),
        (
            authorization("approved"),
            error("TRANSFER_ERROR", "INSUFFICIENT_FUNDS"),
            BankRejected,
        ),
    ],
)
def test_a_transfer_that_does_not_happen(
    authorized: httpx.Response, made: httpx.Response | None, expected: type[BankError]
) -> None:
    server = Server(
        transfer_authorization_create=[authorized],
        transfer_create=[made or transfer("pending")],
    )
    with pytest.raises(expected):
        server.connector.transfer(CREDENTIALS, ORDER)
    assert bool(server.bodies("transfer_create")) is (made is not None)


def test_a_reversal_refunds_the_receipt() -> None:
    refund = {"id": "r-1", "transfer_id": "t-1", "status": "settled", "amount": "25.00"}
    server = Server(transfer_refund_create=[httpx.Response(200, json={"refund": refund})])
    receipt = server.connector.reverse(CREDENTIALS, "t-1", ORDER)
    assert (receipt.external_id, receipt.status) == ("r-1", "settled")
    (body,) = server.bodies("transfer_refund_create")
    assert (body["transfer_id"], body["amount"], body["idempotency_key"]) == (
        *("t-1", "25.00", "key-1"),
    )
