"""The Plaid-shaped API's payments: authorize, create, get, cancel, refund."""

from __future__ import annotations

from typing import Any

from starlette.routing import Route

from finance_core.counterparty import Counterparty, Scheme, read_reference
from finance_core.errors import BadInput, NotSignedIn
from finance_core.money import Money
from finance_core.sandbox import plaid_shapes as shapes
from finance_core.sandbox.payments import Payer, Payment, Transfer
from finance_core.sandbox.plaid import Asked, endpoint, in_force
from finance_core.sandbox.plaid_errors import PlaidRefusal
from finance_core.sandbox.records import BankAccount

_LONGEST_KEY = 50
_LONGEST_DESCRIPTION = 15
_NETWORKS = frozenset({"ach", "same-day-ach", "rtp"})
_TYPES = frozenset({"debit", "credit"})


def routes() -> list[Route]:
    """Endpoints for payments."""
    return [
        endpoint("/transfer/authorization/create", _authorize),
        endpoint("/transfer/create", _create),
        endpoint("/transfer/get", _get),
        endpoint("/transfer/cancel", _cancel),
        endpoint("/transfer/refund/create", _refund),
    ]


def _authorize(asked: Asked) -> dict[str, Any]:
    item = asked.consented()
    account = asked.account(item, asked.text("account_id"))
    kind = asked.text("type")
    if kind not in _TYPES:
        raise PlaidRefusal("INVALID_FIELD", f"type must be one of {sorted(_TYPES)}")
    network = asked.text("network")
    if network not in _NETWORKS:
        raise PlaidRefusal("INVALID_FIELD", f"network must be one of {sorted(_NETWORKS)}")
    _check_currency(asked, account)
    payer = Payer(asked.client, item, _legal_name(asked))
    given = asked.bank.transfers.authorize(
        payer, account, _amount(asked, account), network, _key(asked), kind
    )
    return {"authorization": shapes.authorization(given, account)}


def _create(asked: Asked) -> dict[str, Any]:
    item = asked.consented()
    account = asked.account(item, asked.text("account_id"))
    description = asked.text("description")
    if len(description) > _LONGEST_DESCRIPTION:
        raise PlaidRefusal(
            "INVALID_FIELD", f"description may have {_LONGEST_DESCRIPTION} characters"
        )
    _check_currency(asked, account)
    metadata = _metadata(asked)
    target = metadata.get("to_account_id")
    if target is not None:
        asked.account(item, target)
    payment = Payment(
        authorization_id=asked.text("authorization_id"),
        account_id=account.id,
        description=description,
        amount=None if asked.body.get("amount") is None else _amount(asked, account),
        to_account_id=target,
        idempotency_key=_key(asked),
        metadata=metadata,
        counterparty=_counterparty(metadata),
    )
    made = asked.bank.transfers.create(Payer(asked.client, item), payment)
    return {"transfer": _shown(asked, made)}


def _get(asked: Asked) -> dict[str, Any]:
    return {"transfer": _shown(asked, _transfer(asked))}


def _cancel(asked: Asked) -> dict[str, Any]:
    transfer = _transfer(asked)
    _still_allowed(asked, transfer)
    asked.bank.transfers.cancel(asked.client, transfer.id)
    return {}


def _refund(asked: Asked) -> dict[str, Any]:
    transfer = _transfer(asked)
    _still_allowed(asked, transfer)
    account = asked.bank.ledger.account(transfer.account_id)
    key = _key(asked)
    if key is None:
        raise PlaidRefusal(
            "MISSING_FIELDS", "the following required fields are missing: idempotency_key"
        )
    made = asked.bank.transfers.refund(asked.client, transfer.id, _amount(asked, account), key)
    return {"refund": shapes.refund(made, account)}


def _transfer(asked: Asked) -> Transfer:
    return asked.bank.transfers.get(asked.client, asked.text("transfer_id"))


def _still_allowed(asked: Asked, transfer: Transfer) -> None:
    """Money only moves while the consent it was sent under is in force."""
    try:
        in_force(asked.bank.consents.item(transfer.item_id))
    except NotSignedIn:
        raise PlaidRefusal("ITEM_NOT_FOUND", "the item of this transfer was removed") from None


def _shown(asked: Asked, made: Transfer) -> dict[str, Any]:
    account = asked.bank.ledger.account(made.account_id)
    household = asked.bank.ledger.household(account.household)
    return shapes.transfer(made, account, asked.bank.today(household))


def _amount(asked: Asked, account: BankAccount) -> int:
    """A positive amount in minor units; Plaid sends decimals as text."""
    text = asked.text("amount")
    try:
        minor = Money.of(text, account.currency).minor
    except BadInput:
        raise PlaidRefusal("INVALID_FIELD", "amount must be a decimal string") from None
    if minor <= 0:
        raise PlaidRefusal("INVALID_FIELD", "amount must be greater than zero")
    return minor


def _counterparty(metadata: dict[str, str]) -> Counterparty | None:
    """Whom a credit goes to; the bank's own keys among the metadata.

    Plaid sends credits to accounts that were linked or migrated before; this bank takes
    the account itself, named as Plaid's payment initiation names recipients.
    """
    name = metadata.get("counterparty_name")
    if name is None:
        return None
    if metadata.get("to_account_id") is not None:
        raise PlaidRefusal("INVALID_FIELD", "give a counterparty or to_account_id, not both")
    for scheme in Scheme:
        number = metadata.get(f"counterparty_{scheme}")
        if number is not None and name.strip():
            return Counterparty(name.strip(), read_reference(scheme, number))
    raise PlaidRefusal("INVALID_FIELD", "a counterparty needs its name and account")


def _check_currency(asked: Asked, account: BankAccount) -> None:
    if asked.optional("iso_currency_code") not in (None, account.currency):
        raise PlaidRefusal("INVALID_FIELD", f"this account is kept in {account.currency}")


def _key(asked: Asked) -> str | None:
    key = asked.optional("idempotency_key")
    if key is not None and len(key) > _LONGEST_KEY:
        raise PlaidRefusal("INVALID_FIELD", f"idempotency_key may have {_LONGEST_KEY} characters")
    return key


def _legal_name(asked: Asked) -> str:
    user = asked.body.get("user")
    name = user.get("legal_name") if isinstance(user, dict) else None
    if not isinstance(name, str) or not name:
        raise PlaidRefusal(
            "MISSING_FIELDS", "the following required fields are missing: user.legal_name"
        )
    return name


def _metadata(asked: Asked) -> dict[str, str]:
    metadata = asked.body.get("metadata") or {}
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise PlaidRefusal("INVALID_FIELD", "metadata must map strings to strings")
    return metadata
