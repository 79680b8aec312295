"""The bank's values in the JSON that Plaid's API answers with.

Amounts are JSON numbers, positive for outflow; what is owed on a card is positive.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from finance_core.model import AccountKind
from finance_core.money import Money
from finance_core.sandbox.consents import Item
from finance_core.sandbox.ledger import Ledger
from finance_core.sandbox.payments import Authorization, Refund, Transfer
from finance_core.sandbox.records import BankAccount, Household, Row, State

PRODUCTS = ["transactions", "transfer"]
_TYPES = {
    AccountKind.CHECKING: ("depository", "checking"),
    AccountKind.SAVINGS: ("depository", "savings"),
    AccountKind.CREDIT: ("credit", "credit card"),
    AccountKind.LOAN: ("loan", "loan"),
}
_PRIMARIES = (
    "INCOME",
    "TRANSFER_IN",
    "TRANSFER_OUT",
    "LOAN_PAYMENTS",
    "BANK_FEES",
    "ENTERTAINMENT",
    "FOOD_AND_DRINK",
    "GENERAL_MERCHANDISE",
    "HOME_IMPROVEMENT",
    "MEDICAL",
    "PERSONAL_CARE",
    "GENERAL_SERVICES",
    "GOVERNMENT_AND_NON_PROFIT",
    "TRANSPORTATION",
    "TRAVEL",
    "RENT_AND_UTILITIES",
)
_NOWHERE = dict.fromkeys(
    ("address", "city", "region", "postal_code", "country", "lat", "lon", "store_number")
)
_NO_PAYMENT = dict.fromkeys(
    (
        "reference_number",
        "ppd_id",
        "payee",
        "by_order_of",
        "payer",
        "payment_method",
        "payment_processor",
        "reason",
    )
)


def item(household: Household, consent: Item, error: dict[str, Any] | None) -> dict[str, Any]:
    """A consent, with the error that keeps it from working, if any."""
    return {
        "item_id": consent.id,
        "institution_id": household.institution_id,
        "institution_name": household.institution,
        "webhook": "",
        "error": error,
        "available_products": ["balance"],
        "billed_products": PRODUCTS,
        "products": PRODUCTS,
        "consent_expiration_time": None,
        "update_type": "background",
    }


def account(ledger: Ledger, shown: BankAccount, today: date) -> dict[str, Any]:
    """An account with its balances."""
    kind, subtype = _TYPES.get(shown.kind, ("other", "other"))
    booked = ledger.balance(shown).booked
    owed = shown.kind in (AccountKind.CREDIT, AccountKind.LOAN)
    return {
        "account_id": shown.id,
        "balances": {
            "available": _number(ledger.available(shown), shown),
            "current": _number(-booked if owed else booked, shown),
            "limit": _number(shown.limit, shown) if owed else None,
            "iso_currency_code": shown.currency,
            "unofficial_currency_code": None,
            "last_updated_datetime": datetime.combine(today, time(12), UTC).isoformat(),
        },
        "mask": shown.mask,
        "name": shown.name,
        "official_name": None,
        "type": kind,
        "subtype": subtype,
    }


def transaction(owner: BankAccount, row: Row, *, original: bool) -> dict[str, Any]:
    """A movement; ``original``: also the raw text under its own name."""
    shown: dict[str, Any] = {
        "account_id": row.account_id,
        "account_owner": None,
        "amount": _number(-row.amount, owner),
        "iso_currency_code": owner.currency,
        "unofficial_currency_code": None,
        "category": [row.category] if row.category and not _primary(row.category) else None,
        "category_id": None,
        "check_number": None,
        "date": row.day.isoformat(),
        "datetime": None,
        "authorized_date": row.made_on.isoformat(),
        "authorized_datetime": None,
        "location": _NOWHERE,
        "name": row.description,
        "merchant_name": row.merchant if row.mcc else None,
        "merchant_category_code": row.mcc,
        "original_description": row.description if original else None,
        "payment_channel": "in store" if row.mcc else "other",
        "payment_meta": _NO_PAYMENT,
        "pending": row.state is State.PENDING,
        "pending_transaction_id": row.pending_id,
        "transaction_code": None,
        "transaction_id": row.id,
        "transaction_type": "place" if row.mcc else "special",
        "counterparties": [],
    }
    primary = _primary(row.category or "")
    if primary:
        shown["personal_finance_category"] = {
            "primary": primary,
            "detailed": row.category,
            "confidence_level": "HIGH",
        }
    return shown


def removed(row_id: str, account_id: str) -> dict[str, Any]:
    """A movement that was withdrawn."""
    return {"transaction_id": row_id, "account_id": account_id}


def authorization(given: Authorization, account: BankAccount) -> dict[str, Any]:
    """The bank's word on a payment to come."""
    rationale = given.refusal and {
        "code": given.refusal,
        "description": "There is not enough money in the account.",
    }
    return {
        "id": given.id,
        "created": given.made_at,
        "decision": "declined" if given.refusal else "approved",
        "decision_rationale": rationale,
        "guarantee_decision": None,
        "guarantee_decision_rationale": None,
        "payment_risk": None,
        "proposed_transfer": {
            "account_id": given.account_id,
            "funding_account_id": None,
            "ledger_id": None,
            "type": given.type,
            "user": _user(given.legal_name),
            "amount": account.text(given.amount),
            "requested_amount": account.text(given.amount),
            "network": given.network,
            **_ach_class(given.network),
            "iso_currency_code": account.currency,
            "origination_account_id": "",
            "originator_client_id": None,
            "credit_funds_source": None,
        },
    }


def transfer(made: Transfer, account: BankAccount, today: date) -> dict[str, Any]:
    """A payment that was taken."""
    return {
        "id": made.id,
        "authorization_id": made.authorization_id,
        "account_id": made.account_id,
        "funding_account_id": None,
        "ledger_id": None,
        "type": made.type,
        "user": _user(made.legal_name),
        "amount": account.text(made.amount),
        "iso_currency_code": account.currency,
        "description": made.description,
        "created": made.made_at,
        "status": made.status,
        "network": made.network,
        **_ach_class(made.network),
        "cancellable": made.status == "pending",
        "failure_reason": None,
        "metadata": dict(made.metadata),
        "origination_account_id": "",
        "originator_client_id": None,
        "guarantee_decision": None,
        "guarantee_decision_rationale": None,
        "standard_return_window": None,
        "unauthorized_return_window": None,
        "expected_settlement_date": (today + timedelta(days=1)).isoformat()
        if made.status == "pending"
        else None,
        "recurring_transfer_id": None,
        "credit_funds_source": None,
        "refunds": [refund(part, account) for part in made.refunds],
    }


def refund(made: Refund, account: BankAccount) -> dict[str, Any]:
    """Money that went back."""
    return {
        "id": made.id,
        "transfer_id": made.transfer_id,
        "amount": account.text(made.amount),
        "status": "settled",
        "failure_reason": None,
        "created": made.made_at,
        "ledger_id": None,
    }


def institution(household: Household) -> dict[str, Any]:
    """The bank that a household is a customer of."""
    return {
        "institution_id": household.institution_id,
        "name": household.institution,
        "products": PRODUCTS,
        "country_codes": ["GB" if household.currency == "GBP" else "US"],
        "routing_numbers": [],
        "dtc_numbers": [],
        "oauth": False,
        "connection_availability": "SUPPORTED",
        "url": f"https://{household.institution_id.removeprefix('ins_')}.example",
        "logo": None,
        "primary_color": None,
        "status": None,
    }


def _ach_class(network: str) -> dict[str, str]:
    """Only the ACH networks sort their payments into classes."""
    return {} if network == "rtp" else {"ach_class": "ppd"}


def _user(legal_name: str) -> dict[str, Any]:
    address = dict.fromkeys(("street", "city", "region", "postal_code", "country"))
    return {
        "legal_name": legal_name,
        "phone_number": None,
        "email_address": None,
        "address": address,
    }


def _number(minor: int, account: BankAccount) -> float:
    return float(Money.from_minor(minor, account.currency).amount)


def _primary(category: str) -> str | None:
    return next((name for name in _PRIMARIES if category.startswith(f"{name}_")), None)
