"""Giving access back, and where the bank itself is found: at the sandbox bank, over HTTP."""

from __future__ import annotations

import json

import httpx
import pytest

from finance_core.connectors.addresses import web_page
from finance_core.connectors.http import BankHttp
from finance_core.connectors.plaid import Plaid
from finance_core.connectors.simplefin import SimpleFin
from finance_core.errors import BankConsentExpired, BankUnavailable
from tests.finance_core.connectors.test_sandbox import Bank, bank  # noqa: F401 (a fixture)


def test_access_given_back_at_plaid_ends_there_and_then(bank: Bank) -> None:  # noqa: F811
    plaid, credentials, _ = bank.connect("amelia", "plaid")
    assert plaid.fetch(credentials, None, bank.today()).accounts
    assert plaid.revoke(credentials) is True
    with pytest.raises(BankConsentExpired):
        plaid.fetch(credentials, None, bank.today())
    assert plaid.revoke(credentials) is True, "what is gone already is no error"


def test_simplefin_knows_no_way_to(bank: Bank) -> None:  # noqa: F811
    simplefin, credentials, _ = bank.connect("amelia", "simplefin")
    assert simplefin.revoke(credentials) is False
    assert simplefin.fetch(credentials, None, bank.today()).accounts


@pytest.mark.parametrize("protocol", ["plaid", "simplefin"])
def test_the_bank_names_its_page(bank: Bank, protocol: str) -> None:  # noqa: F811
    found, credentials, _ = bank.connect("amelia", protocol)
    page = found.page(credentials)
    assert page is not None
    assert page.startswith("https://")
    assert page.rstrip("/").endswith(".example")


def plaid_that(answer) -> Plaid:
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return Plaid(BankHttp(client, attempts=1), "https://plaid.example", "me", "key")


CREDENTIALS = json.dumps({"access_token": "a", "item_id": "i"})


def test_a_bank_that_is_down_may_still_let_us_in() -> None:
    def down(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503)

    with pytest.raises(BankUnavailable):
        plaid_that(down).revoke(CREDENTIALS)


def test_a_bank_without_a_name_has_no_page() -> None:
    def nameless(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"item": {"institution_id": None}})

    assert plaid_that(nameless).page(CREDENTIALS) is None


@pytest.mark.parametrize(
    ("org", "page"),
    [
        ({"url": "https://bank.example/help"}, "https://bank.example/help"),
        ({"domain": "bank.example"}, "https://bank.example"),
        ({"url": "http://bank.example"}, None),
        ({"url": "javascript:alert(1)"}, None),
        ({}, None),
        (None, None),
    ],
)
def test_simplefins_organisations(org, page) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.params["balances-only"] == "1"
        return httpx.Response(200, json={"errors": [], "accounts": [{"id": "1", "org": org}]})

    client = httpx.Client(transport=httpx.MockTransport(answer))
    simplefin = SimpleFin(BankHttp(client, attempts=1))
    found = simplefin.page(json.dumps({"url": "https://u:p@bridge.example/simplefin"}))
    assert found == page


@pytest.mark.parametrize(
    "text",
    [
        None, 7, "", " ", "http://bank.example", "ftp://bank.example", "https://u:p@bank.example",
        "https://localhost", "https://10.0.0.1/", "https://bank.example/?session=1", "not a page",
        "https://", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_page_to_show(text) -> None:
    assert web_page(text) is None
