"""Plaid's own Python client reads every answer of the sandbox: its shape is right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import plaid
import pytest
from plaid.api.plaid_api import PlaidApi
from plaid.model.accounts_balance_get_request import AccountsBalanceGetRequest
from plaid.model.accounts_get_request import AccountsGetRequest
from plaid.model.country_code import CountryCode
from plaid.model.institutions_get_by_id_request import InstitutionsGetByIdRequest
from plaid.model.item_get_request import ItemGetRequest
from plaid.model.item_public_token_exchange_request import ItemPublicTokenExchangeRequest
from plaid.model.item_remove_request import ItemRemoveRequest
from plaid.model.products import Products
from plaid.model.sandbox_public_token_create_request import SandboxPublicTokenCreateRequest
from plaid.model.sandbox_public_token_create_request_options import (
    SandboxPublicTokenCreateRequestOptions,
)
from plaid.model.transactions_refresh_request import TransactionsRefreshRequest
from plaid.model.transactions_sync_request import TransactionsSyncRequest
from plaid.model.transactions_sync_request_options import TransactionsSyncRequestOptions
from plaid.model.transfer_authorization_create_request import TransferAuthorizationCreateRequest
from plaid.model.transfer_authorization_user_in_request import TransferAuthorizationUserInRequest
from plaid.model.transfer_cancel_request import TransferCancelRequest
from plaid.model.transfer_create_request import TransferCreateRequest
from plaid.model.transfer_get_request import TransferGetRequest
from plaid.model.transfer_metadata import TransferMetadata
from plaid.model.transfer_network import TransferNetwork
from plaid.model.transfer_refund_create_request import TransferRefundCreateRequest
from plaid.model.transfer_refund_idempotency_key import TransferRefundIdempotencyKey
from plaid.model.transfer_type import TransferType

from finance_core.sandbox.bank import Bank


@pytest.fixture
def api(server: str) -> Iterator[PlaidApi]:
    keys = {"clientId": "tests", "secret": "tests"}
    client = plaid.ApiClient(plaid.Configuration(host=server, api_key=keys))
    yield PlaidApi(client)
    client.close()


@pytest.fixture
def access(api: PlaidApi) -> str:
    return connect(api, "ins_granitefalls", "harper")


def connect(api: PlaidApi, institution: str, household: str) -> str:
    public = api.sandbox_public_token_create(
        SandboxPublicTokenCreateRequest(
            institution_id=institution,
            initial_products=[Products("transactions")],
            options=SandboxPublicTokenCreateRequestOptions(override_username=household),
        )
    )
    request = ItemPublicTokenExchangeRequest(public_token=public.public_token)
    return api.item_public_token_exchange(request).access_token


def authorize(api: PlaidApi, access: str, amount: str) -> object:
    return api.transfer_authorization_create(
        TransferAuthorizationCreateRequest(
            access_token=access,
            account_id="harper-main",
            type=TransferType("debit"),
            network=TransferNetwork("ach"),
            amount=amount,
            user=TransferAuthorizationUserInRequest(legal_name="Jordan Harper"),
        )
    ).authorization


def pay(api: PlaidApi, access: str, amount: str, target: str | None) -> object:
    extra = {"metadata": TransferMetadata(to_account_id=target)} if target else {}
    return api.transfer_create(
        TransferCreateRequest(
            access_token=access,
            account_id="harper-main",
            authorization_id=authorize(api, access, amount).id,
            amount=amount,
            description="savings",
            **extra,
        )
    ).transfer


def test_items_and_accounts(api: PlaidApi, access: str, bank: Bank) -> None:
    item = api.item_get(ItemGetRequest(access_token=access)).item
    assert item.institution_id == "ins_granitefalls"
    institution = api.institutions_get_by_id(
        InstitutionsGetByIdRequest(
            institution_id=item.institution_id, country_codes=[CountryCode("US")]
        )
    ).institution
    assert institution.name == "Granite Falls Bank"
    for answer in (
        api.accounts_get(AccountsGetRequest(access_token=access)),
        api.accounts_balance_get(AccountsBalanceGetRequest(access_token=access)),
    ):
        main = answer.accounts[0]
        booked = bank.ledger.balance(bank.ledger.account("harper-main")).booked
        assert Decimal(str(main.balances.current)) == Decimal(booked).scaleb(-2)


def test_the_feed(api: PlaidApi, bank: Bank, plaid: Callable[..., dict[str, Any]]) -> None:
    """The last part of the feed, in two pages; the client is slow to read it all."""
    access = connect(api, "ins_quayside", "priya")
    skipped, cursor = set(), ""
    known = sum(len(bank.ledger.rows(account.id)) for account in bank.ledger.accounts("priya"))
    while len(skipped) < known - 120:
        count = min(500, known - 120 - len(skipped))
        page = plaid("/transactions/sync", access_token=access, cursor=cursor, count=count)
        skipped |= {row["transaction_id"] for row in page["added"]}
        cursor = page["next_cursor"]
    rows, more = {}, True
    options = TransactionsSyncRequestOptions(include_original_description=True)
    while more:
        page = api.transactions_sync(
            TransactionsSyncRequest(access_token=access, cursor=cursor, count=100, options=options)
        )
        rows |= {row.transaction_id: row for row in page.added}
        cursor, more = page.next_cursor, page.has_more
    true = {
        row.id: row
        for account in bank.ledger.accounts("priya")
        for row in bank.ledger.rows(account.id)
    }
    assert len(rows) == 120
    assert rows.keys() | skipped == true.keys()
    for row_id, row in rows.items():
        assert Decimal(str(row.amount)) == Decimal(-true[row_id].amount).scaleb(-2)
        assert row.date == true[row_id].day
        assert row.original_description == true[row_id].description
    api.transactions_refresh(TransactionsRefreshRequest(access_token=access))
    bank.advance(3)
    page = api.transactions_sync(TransactionsSyncRequest(access_token=access, cursor=cursor))
    assert page.added
    assert all(removed.transaction_id in true for removed in page.removed)


def test_a_move_between_own_accounts_and_back(api: PlaidApi, access: str, bank: Bank) -> None:
    before = bank.ledger.balance(bank.ledger.account("harper-savings")).booked
    made = pay(api, access, "125.50", "harper-savings")
    assert (made.status.value, made.amount) == ("settled", "125.50")
    assert bank.ledger.balance(bank.ledger.account("harper-savings")).booked == before + 12_550
    refund = api.transfer_refund_create(
        TransferRefundCreateRequest(
            transfer_id=made.id,
            amount="125.50",
            idempotency_key=TransferRefundIdempotencyKey("undo-1"),
        )
    ).refund
    assert refund.status.value == "settled"
    assert bank.ledger.balance(bank.ledger.account("harper-savings")).booked == before
    again = api.transfer_get(TransferGetRequest(transfer_id=made.id)).transfer
    assert [part.amount for part in again.refunds] == ["125.50"]


def test_a_payment_out_can_be_cancelled_until_it_posts(
    api: PlaidApi, access: str, bank: Bank
) -> None:
    kept, called_back = (pay(api, access, "40.00", None) for _ in range(2))
    assert (kept.status.value, kept.cancellable) == ("pending", True)
    api.transfer_cancel(TransferCancelRequest(transfer_id=called_back.id))
    bank.advance(1)
    status = {
        made.id: api.transfer_get(TransferGetRequest(transfer_id=made.id)).transfer.status.value
        for made in (kept, called_back)
    }
    assert status == {kept.id: "posted", called_back.id: "cancelled"}
    with pytest.raises(plaid.ApiException) as refusal:
        api.transfer_cancel(TransferCancelRequest(transfer_id=kept.id))
    assert json.loads(refusal.value.body)["error_code"] == "TRANSFER_NOT_CANCELLABLE"


def test_a_credit_to_somebody_else(api: PlaidApi, access: str, bank: Bank) -> None:
    before = bank.ledger.balance(bank.ledger.account("harper-main")).booked
    leave = api.transfer_authorization_create(
        TransferAuthorizationCreateRequest(
            access_token=access,
            account_id="harper-main",
            type=TransferType("credit"),
            network=TransferNetwork("rtp"),
            amount="31.00",
            user=TransferAuthorizationUserInRequest(legal_name="Sam Reed"),
        )
    ).authorization
    made = api.transfer_create(
        TransferCreateRequest(
            access_token=access,
            account_id="harper-main",
            authorization_id=leave.id,
            amount="31.00",
            description="dinner",
            metadata=TransferMetadata(
                counterparty_name="Sam Reed", counterparty_routing="021000021 12345678"
            ),
        )
    ).transfer
    assert (made.type.value, made.status.value) == ("credit", "settled")
    assert bank.ledger.balance(bank.ledger.account("harper-main")).booked == before - 3_100


def test_too_much_is_declined(api: PlaidApi, access: str) -> None:
    given = authorize(api, access, "999999.00")
    assert given.decision.value == "declined"
    assert given.decision_rationale.code.value == "NSF"


def test_errors_are_plaids(api: PlaidApi, access: str) -> None:
    api.item_remove(ItemRemoveRequest(access_token=access))
    with pytest.raises(plaid.ApiException) as refusal:
        api.accounts_get(AccountsGetRequest(access_token=access))
    assert refusal.value.status == 400
    assert json.loads(refusal.value.body)["error_code"] == "INVALID_ACCESS_TOKEN"
