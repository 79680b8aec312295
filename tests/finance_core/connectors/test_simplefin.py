"""The SimpleFIN connector against a played server."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest

from finance_core.connectors.http import BankHttp
from finance_core.connectors.simplefin import SimpleFin
from finance_core.errors import BadInput, BankConsentExpired, BankRejected, BankUnavailable
from finance_core.model import AccountKind
from finance_core.money import Money

TODAY = date(2024, 6, 15)
ACCESS = "https://user:p%40ss@bridge.example/simplefin"
CREDENTIALS = json.dumps({"url": ACCESS})


def stamp(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())


def account(*transactions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "org": {"name": "First Bank", "domain": "first.example"},
        "id": "ACC-1",
        "name": "Everyday checking",
        "currency": "USD",
        "balance": "100.23",
        "available-balance": "90.00",
        "balance-date": stamp(TODAY),
        "transactions": list(transactions),
        **more,
    }


def movement(id: str, day: date, amount: str = "-5.00", **more: Any) -> dict[str, Any]:
    return {"id": id, "posted": stamp(day), "amount": amount, "description": "SHOP", **more}


class Bridge:
    """Answers each window with what the test put there."""

    def __init__(self, *accounts: dict[str, Any], **answer: Any) -> None:
        self.accounts = list(accounts)
        self.answer = answer
        self.asked: list[httpx.Request] = []
        client = httpx.Client(transport=httpx.MockTransport(self.play))
        self.connector = SimpleFin(BankHttp(client, sleep=lambda _: None))

    def play(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        start, end = (int(request.url.params[name]) for name in ("start-date", "end-date"))
        accounts = [
            {
                **entry,
                "transactions": [
                    row
                    for row in entry["transactions"]
                    if start <= (row.get("posted") or row.get("transacted_at", start)) < end
                ],
            }
            for entry in self.accounts
        ]
        return httpx.Response(200, json={"errors": [], "accounts": accounts, **self.answer})


def token(url: str) -> str:
    return base64.b64encode(url.encode()).decode()


def test_a_token_is_claimed_once_and_kept_as_credentials() -> None:
    asked = []

    def play(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, str(request.url)))
        return httpx.Response(200, text=ACCESS + "\n")

    connector = SimpleFin(BankHttp(httpx.Client(transport=httpx.MockTransport(play))))
    credentials = connector.claim(f"  {token('https://bridge.example/simplefin/claim/abc')}\n")
    assert asked == [("POST", "https://bridge.example/simplefin/claim/abc")]
    assert json.loads(credentials) == {"url": ACCESS}


@pytest.mark.parametrize(
    "secret",
    [
        *("", "hello!", "ünicode", token("not an address"), token("ftp://bank.example/claim/x")),
        *(token("http://bank.example/claim/x"), token("https://10.0.0.1/claim/x")),
        *(token("https://169.254.169.254/claim/x"), token("https://[fe80::1]/claim/x")),
        *(token("http://127.0.0.1:5005/webhooks/rest/webhook"), token("file:///claim/passwd")),
        *(token("https:///claim/x"), token("http://2130706433/claim/x")),
        "a" * 5,
    ],
)
def test_a_token_that_leads_elsewhere_is_never_asked(secret: str) -> None:
    def play(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"asked {request.url}")

    connector = SimpleFin(BankHttp(httpx.Client(transport=httpx.MockTransport(play))))
    with pytest.raises(BadInput):
        connector.claim(secret)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(403), BankRejected),
        (httpx.Response(404), BankRejected),
        (httpx.Response(302, headers={"location": "https://bridge.example/y"}), BankRejected),
        (httpx.Response(200, text="http://evil.example/simplefin"), BankRejected),
        (httpx.Response(200, text="https://192.168.0.1/simplefin"), BankRejected),
        (httpx.Response(200, content=b"\xff\xfe"), BankRejected),
        (httpx.Response(500), BankUnavailable),
    ],
)
def test_a_claim_that_fails(answer: httpx.Response, error: type[Exception]) -> None:
    transport = httpx.MockTransport(lambda request: answer)
    connector = SimpleFin(BankHttp(httpx.Client(transport=transport)))
    with pytest.raises(error):
        connector.claim(token("https://bridge.example/simplefin/claim/abc"))


def test_the_first_fetch_reads_two_years_in_windows_without_gap_or_overlap() -> None:
    bridge = Bridge(account(movement("old", TODAY - timedelta(days=700)), movement("new", TODAY)))
    batch = bridge.connector.fetch(CREDENTIALS, None, TODAY)
    spans = [(int(r.url.params["start-date"]), int(r.url.params["end-date"])) for r in bridge.asked]
    assert all(end - start == 60 * 86400 for start, end in spans)
    assert len(spans) == 13
    assert all(first[1] == second[0] for first, second in pairwise(spans))
    assert spans[0][0] == int(datetime(2022, 4, 28, tzinfo=UTC).timestamp())
    assert spans[-1][1] == int(datetime(2024, 6, 16, tzinfo=UTC).timestamp())
    assert [row.external_id for row in batch.upserts] == ["ACC-1:old", "ACC-1:new"]
    assert batch.cursor == "2024-06-15"
    assert all(request.url.params["pending"] == "1" for request in bridge.asked)


def test_credentials_travel_in_the_header_only() -> None:
    bridge = Bridge(account())
    bridge.connector.fetch(CREDENTIALS, "2024-06-14", TODAY)
    request = bridge.asked[0]
    assert "p%40ss" not in str(request.url)
    expected = base64.b64encode(b"user:p@ss").decode()
    assert request.headers["authorization"] == f"Basic {expected}"


def test_a_later_fetch_overlaps_and_claims_to_be_all_there_is_since_then() -> None:
    bridge = Bridge(account(movement("a", TODAY)))
    batch = bridge.connector.fetch(CREDENTIALS, "2024-06-10", TODAY)
    assert len(bridge.asked) == 1
    assert batch.snapshot_from == date(2024, 5, 11)
    assert batch.cursor == "2024-06-15"


def test_a_day_that_is_replayed_does_not_forget_later_days() -> None:
    bridge = Bridge(account(movement("later", date(2024, 6, 20))))
    batch = bridge.connector.fetch(CREDENTIALS, "2024-06-20", TODAY)
    assert [row.external_id for row in batch.upserts] == ["ACC-1:later"]
    assert (batch.snapshot_from, batch.cursor) == (date(2024, 5, 16), "2024-06-20")


def test_a_bridge_that_forgets_old_days_withdraws_nothing_it_no_longer_knows() -> None:
    bridge = Bridge(account(movement("a", TODAY - timedelta(days=80)), movement("b", TODAY)))
    batch = bridge.connector.fetch(CREDENTIALS, "2023-12-01", TODAY)
    assert batch.snapshot_from == TODAY - timedelta(days=80)
    empty = Bridge(account()).connector.fetch(CREDENTIALS, "2023-12-01", TODAY)
    assert empty.snapshot_from is None


def test_fields_become_pennys() -> None:
    rows = (
        movement("1", date(2024, 6, 1), "-33293.43", payee="The Shop"),
        {**movement("2", TODAY, "12"), "posted": 0, "transacted_at": stamp(date(2024, 6, 14))},
        {**movement("3", TODAY), "pending": True},
        {**movement("4", TODAY), "posted": 0},
    )
    other = account(movement("1", TODAY, "1.00"), id="ACC-2", name="Visa Gold", balance="-45.1")
    points = account(movement("1", TODAY), id="P", currency="https://points.example/miles")
    stated = account(id="ACC-3", name="Visa", extra={"kind": "savings"})
    batch = Bridge(account(*rows), other, points, stated).connector.fetch(
        CREDENTIALS, "2024-06-14", TODAY
    )
    first, second, third = batch.accounts
    assert first.current == Money.of("100.23", "USD")
    assert first.available == Money.of("90.00", "USD")
    assert (first.kind, first.institution) == (AccountKind.CHECKING, "First Bank")
    assert first.as_of == datetime(2024, 6, 15, 12, tzinfo=UTC)
    assert (second.kind, second.current) == (AccountKind.CREDIT, Money.of("-45.10", "USD"))
    assert third.kind is AccountKind.SAVINGS
    by_id = {row.external_id: row for row in batch.upserts}
    assert by_id.keys() == {"ACC-1:1", "ACC-1:2", "ACC-1:3", "ACC-1:4", "ACC-2:1"}
    assert by_id["ACC-1:1"].amount == Money.of("-33293.43", "USD")
    assert by_id["ACC-1:1"].merchant_hint == "The Shop"
    assert [by_id[f"ACC-1:{n}"].pending for n in "1234"] == [False, True, True, True]
    assert by_id["ACC-1:2"].posted_on == date(2024, 6, 14)
    assert by_id["ACC-1:4"].posted_on == TODAY


@pytest.mark.parametrize("answer", [{"errors": ["Try later"]}, {"errlist": [{"msg": "Try later"}]}])
def test_what_the_bridge_complains_of_moves_no_cursor_and_withdraws_nothing(
    answer: dict[str, Any],
) -> None:
    bridge = Bridge(account(movement("a", TODAY)), **answer)
    batch = bridge.connector.fetch(CREDENTIALS, "2024-06-10", TODAY)
    assert [row.external_id for row in batch.upserts] == ["ACC-1:a"]
    assert (batch.snapshot_from, batch.cursor) == (None, "2024-06-10")


def test_complaints_without_any_account_are_errors() -> None:
    with pytest.raises(BankConsentExpired):
        Bridge(errors=["Connection may need attention. Auth required"]).connector.fetch(
            CREDENTIALS, None, TODAY
        )
    with pytest.raises(BankUnavailable):
        Bridge(errors=["Out of order"]).connector.fetch(CREDENTIALS, None, TODAY)


@pytest.mark.parametrize(
    ("status", "error"),
    [(402, BankRejected), (403, BankConsentExpired), (500, BankUnavailable)],
)
def test_refusals(status: int, error: type[Exception]) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(status))
    connector = SimpleFin(BankHttp(httpx.Client(transport=transport), sleep=lambda _: None))
    with pytest.raises(error):
        connector.fetch(CREDENTIALS, None, TODAY)


@pytest.mark.parametrize(
    "broken",
    [
        [],
        {},
        {"accounts": None},
        {"accounts": [{}]},
        {"accounts": [account(balance=None)]},
        {"accounts": [account(balance="a lot")]},
        {"accounts": [account(balance="NaN")]},
        {"accounts": [account(**{"balance-date": "yesterday"})]},
        {"accounts": [account(**{"balance-date": 10**18})]},
        {"accounts": [account(movement("a", TODAY, "1e400000"))]},
        {"accounts": [account({"id": "a"})]},
        {"accounts": [account(movement("a", TODAY), transactions="none")]},
    ],
)
def test_an_answer_of_another_form_is_no_answer(broken: object) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=broken))
    connector = SimpleFin(BankHttp(httpx.Client(transport=transport), sleep=lambda _: None))
    with pytest.raises(BankUnavailable):
        connector.fetch(CREDENTIALS, "2024-06-14", TODAY)
