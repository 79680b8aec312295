"""Plaid: a change feed with a cursor, and transfers.

Source: https://plaid.com/docs/api/ (`/item/public_token/exchange`, `/accounts/get`,
`/transactions/sync`, `/item/remove`, `/transfer/authorization/create`, `/transfer/create`,
`/transfer/refund/create`). Plaid
counts outflows positive and what is owed positive; both are turned round here, once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from typing import Any

from finance_core.connectors import plaid_records as records
from finance_core.connectors.addresses import web_page
from finance_core.connectors.figures import bank_money
from finance_core.connectors.http import BankHttp, Reply, UnreadableAnswerError
from finance_core.connectors.plaid_errors import SIGN_IN_AGAIN, PagesChangedError, raise_for
from finance_core.errors import BadInput, BankConsentExpired, BankRejected, BankUnavailable
from finance_core.model import (
    AccountRecord,
    SyncBatch,
    TransferOrder,
    TransferReceipt,
)
from finance_core.money import Money

_PAGE_SIZE = 500  # the most Plaid allows
_MOST_PAGES = 2_000
_MOST_REPEATS = 5
_MOST_RESTARTS = 5
_DESCRIPTION_LENGTH = 15  # what Plaid passes on to the networks
_KEY_LENGTH = 50
_DEBIT = {"type": "debit", "network": "ach", "ach_class": "ppd"}
_CREDIT = {"type": "credit", "network": "rtp"}
_REFUSED = frozenset({"failed", "cancelled", "returned"})


class Plaid:
    """Connector for Plaid's API, or one of its shape.

    Args:
        http: how to ask.
        base_url: address of the API, already checked.
        client_id: Penny's own id at Plaid.
        secret: Penny's own secret at Plaid.
    """

    def __init__(self, http: BankHttp, base_url: str, client_id: str, secret: str) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._keys = {"client_id": client_id, "secret": secret}

    def claim(self, secret: str) -> str:
        """Trades a public token for an access token; see ``Connector.claim``."""
        token = secret.strip()
        if not token.startswith("public-"):
            raise BadInput("That is not a Plaid public token. It starts with 'public-'.")
        body = {"public_token": token}
        return self._ask("/item/public_token/exchange", body, _read_access, repeatable=False)

    def fetch(self, credentials: str, cursor: str | None, today: date) -> SyncBatch:
        """Follows the change feed from ``cursor`` to its end; see ``Connector.fetch``."""
        access = _access(credentials)
        changes, reached = self._changes(access, cursor)
        return SyncBatch(
            accounts=self._accounts(access, today),
            upserts=tuple(sorted(changes.upserts.values(), key=lambda row: row.posted_on)),
            removed=frozenset(changes.removed),
            cursor=reached,
        )

    def transfer(self, credentials: str, order: TransferOrder) -> TransferReceipt:
        """Pays another account of the item, or somebody else; see ``PaymentConnector``.

        Asks for leave, then pays. Both steps carry the key, so both may be repeated.
        """
        payee = order.counterparty
        common = {
            "access_token": _access(credentials),
            "account_id": order.from_external_id,
            "amount": str(order.amount.amount),
            "iso_currency_code": order.amount.currency,
            "idempotency_key": _key(order),
        }
        leave = {
            **common,
            **(_CREDIT if payee else _DEBIT),
            "user": {"legal_name": payee.name if payee else "Account holder"},
        }
        payment = {
            **common,
            "authorization_id": self._ask(
                "/transfer/authorization/create", leave, _read_authorization
            ),
            "description": order.description[:_DESCRIPTION_LENGTH],
            "metadata": _receiver(order),
        }

        def read(answer: Any) -> TransferReceipt:
            return _read_receipt(answer["transfer"], order.amount)

        return self._ask("/transfer/create", payment, read)

    def reverse(
        self, credentials: str, receipt_external_id: str, order: TransferOrder
    ) -> TransferReceipt:
        """Refunds a transfer, once per key; see ``PaymentConnector.reverse``."""
        body = {
            "access_token": _access(credentials),
            "transfer_id": receipt_external_id,
            "amount": str(order.amount.amount),
            "idempotency_key": _key(order),
        }

        def read(answer: Any) -> TransferReceipt:
            return _read_receipt(answer["refund"], order.amount)

        return self._ask("/transfer/refund/create", body, read)

    def revoke(self, credentials: str) -> bool:
        """Removes the item, which ends the access token; see ``Connector.revoke``."""
        try:
            return self._ask("/item/remove", {"access_token": _access(credentials)}, _read_removed)
        except BankConsentExpired:  # the item is gone: nothing is in force any more
            return True

    def page(self, credentials: str) -> str | None:
        """The bank's own page, from Plaid's list of institutions."""
        answer = self._ask("/item/get", {"access_token": _access(credentials)}, _read_item)
        body = {
            "institution_id": answer,
            "country_codes": ["US", "CA", "GB", "IE", "FR", "ES", "NL", "DE"],
            "options": {"include_optional_metadata": True},
        }
        return self._ask("/institutions/get_by_id", body, _read_institution) if answer else None

    def _accounts(self, access: str, today: date) -> tuple[AccountRecord, ...]:
        now = self._http.now()
        stamp = now.replace(year=today.year, month=today.month, day=today.day)

        def read(answer: Any) -> tuple[AccountRecord, ...]:
            return records.accounts(answer, stamp)

        return self._ask("/accounts/get", {"access_token": access}, read)

    def _changes(self, access: str, cursor: str | None) -> tuple[records.Changes, str | None]:
        """All changes since ``cursor``; begun anew when the bank changes them meanwhile."""
        for _ in range(_MOST_RESTARTS):
            try:
                return self._pages(access, cursor)
            except PagesChangedError:
                continue
        raise BankUnavailable("The bank's figures keep changing right now. Please try again later.")

    def _pages(self, access: str, cursor: str | None) -> tuple[records.Changes, str | None]:
        changes = records.Changes()
        reached = cursor
        taken = {cursor}
        repeats = 0
        for _ in range(_MOST_PAGES):
            page = self._page(access, reached)
            if page.has_more and page.next_cursor in taken:  # a page we have had already
                repeats += 1
                if repeats > _MOST_REPEATS:
                    break
                continue
            changes.take(page)
            reached = page.next_cursor or reached
            if not page.has_more:
                return changes, reached
            taken.add(reached)
        raise BankUnavailable("The bank keeps sending the same pages. Please try again later.")

    def _page(self, access: str, cursor: str | None) -> records.Page:
        body: dict[str, Any] = {"access_token": access, "count": _PAGE_SIZE}
        if cursor:
            body["cursor"] = cursor
        return self._ask("/transactions/sync", body, records.page)

    def _ask[T](
        self, path: str, body: dict[str, Any], read: Callable[[Any], T], repeatable: bool = True
    ) -> T:
        def understand(reply: Reply) -> T:
            raise_for(reply)
            try:
                return read(reply.json())
            except (LookupError, TypeError, AttributeError, ValueError) as err:
                raise UnreadableAnswerError("not Plaid's form") from err

        url = f"{self._base_url}{path}"
        return self._http.ask(
            "POST", url, understand, repeatable=repeatable, body={**self._keys, **body}
        )


def _access(credentials: str) -> str:
    return str(json.loads(credentials)["access_token"])


def _read_access(answer: Any) -> str:
    return json.dumps({"access_token": answer["access_token"], "item_id": answer["item_id"]})


def _read_removed(answer: Any) -> bool:
    return bool(answer["request_id"])


def _read_item(answer: Any) -> str | None:
    found = answer["item"]["institution_id"]
    return None if found is None else str(found)


def _read_institution(answer: Any) -> str | None:
    return web_page(answer["institution"].get("url"))


def _read_authorization(answer: Any) -> str:
    authorization = answer["authorization"]
    if authorization["decision"] == "approved":
        return str(authorization["id"])
    rationale = authorization.get("decision_rationale") or {}
    if authorization["decision"] == "user_action_required":
        raise BankConsentExpired(SIGN_IN_AGAIN)
    reason = rationale.get("description") or "it gave no reason"
    raise BankRejected(f"The bank declined the transfer: {reason}")


def _read_receipt(answer: Any, asked: Money) -> TransferReceipt:
    status = str(answer["status"])
    if status in _REFUSED:
        raise BankRejected(f"The bank did not carry out the transfer ({status}).")
    if bank_money(answer["amount"], asked.currency) != asked:
        raise BankRejected("The bank confirmed another amount than was asked for.")
    return TransferReceipt(external_id=str(answer["id"]), status=status)


def _receiver(order: TransferOrder) -> dict[str, str]:
    """Who gets the money: keys of a bank that pays from the person's own accounts."""
    if order.counterparty is None:
        return {"to_account_id": order.to_external_id or ""}
    account = order.counterparty.account
    return {
        "counterparty_name": order.counterparty.name,
        f"counterparty_{account.scheme}": account.number,
    }


def _key(order: TransferOrder) -> str:
    """The order's key in the length that Plaid takes."""
    key = order.idempotency_key
    if len(key) <= _KEY_LENGTH:
        return key
    return hashlib.sha256(key.encode()).hexdigest()[:_KEY_LENGTH]
