"""Plaid's JSON in Penny's terms: signs turned round, ids and hints kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from finance_core.connectors.figures import bank_money, is_currency
from finance_core.model import AccountKind, AccountRecord, TransactionRecord
from finance_core.money import Money

_OWED = frozenset({AccountKind.CREDIT, AccountKind.LOAN})
_TYPES = {
    "credit": AccountKind.CREDIT,
    "loan": AccountKind.LOAN,
    "investment": AccountKind.INVESTMENT,
    "brokerage": AccountKind.INVESTMENT,
}
_DEPOSITS = {
    "checking": AccountKind.CHECKING,
    "savings": AccountKind.SAVINGS,
    "money market": AccountKind.SAVINGS,
    "cd": AccountKind.SAVINGS,
    "hsa": AccountKind.SAVINGS,
    "prepaid": AccountKind.CASH,
    "cash management": AccountKind.CHECKING,
    "paypal": AccountKind.CASH,
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the change feed."""

    upserts: tuple[TransactionRecord, ...]
    removed: tuple[str, ...]
    next_cursor: str | None
    has_more: bool


@dataclass(slots=True)
class Changes:
    """Pages folded together; the last word on each movement counts."""

    upserts: dict[str, TransactionRecord] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)

    def take(self, page: Page) -> None:
        """Adds the next page."""
        for row in page.upserts:
            self.upserts[row.external_id] = row
            self.removed.discard(row.external_id)
        for external_id in page.removed:
            self.upserts.pop(external_id, None)
            self.removed.add(external_id)


def page(answer: Any) -> Page:
    """One answer of ``/transactions/sync``; rows kept in no real currency are passed over."""
    rows = (*answer["added"], *answer["modified"])
    has_more = answer["has_more"]
    if not isinstance(has_more, bool):
        raise TypeError("has_more is a boolean")
    return Page(
        upserts=tuple(_transaction(row) for row in rows if _is_money(row)),
        removed=tuple(str(row["transaction_id"]) for row in answer["removed"]),
        next_cursor=str(answer["next_cursor"]) or None,
        has_more=has_more,
    )


def accounts(answer: Any, now: datetime) -> tuple[AccountRecord, ...]:
    """One answer of ``/accounts/get``; ``now`` dates balances that carry no date."""
    institution = (answer.get("item") or {}).get("institution_name")
    return tuple(
        _account(entry, institution, now)
        for entry in answer["accounts"]
        if _is_money(entry["balances"])
    )


def _is_money(entry: dict[str, Any]) -> bool:
    return is_currency(entry.get("iso_currency_code") or "")


def _account(entry: dict[str, Any], institution: str | None, now: datetime) -> AccountRecord:
    balances = entry["balances"]
    currency = balances["iso_currency_code"]
    kind = _kind(entry["type"], entry.get("subtype"))
    current, available = balances.get("current"), balances.get("available")
    if current is None:  # Plaid leaves it out where the bank states only what is available
        current = available
    booked = bank_money(current, currency)
    moment = balances.get("last_updated_datetime")
    return AccountRecord(
        external_id=str(entry["account_id"]),
        name=str(entry.get("name") or entry.get("official_name")),
        kind=kind,
        current=-booked if kind in _OWED else booked,
        available=None if available is None else bank_money(available, currency),
        as_of=datetime.fromisoformat(moment) if moment else now,
        institution=institution,
    )


def _kind(kind: str, subtype: str | None) -> AccountKind:
    if kind == "depository":
        return _DEPOSITS.get(subtype or "", AccountKind.CHECKING)
    return _TYPES.get(kind, AccountKind.OTHER)


def _transaction(row: dict[str, Any]) -> TransactionRecord:
    category = row.get("personal_finance_category") or {}
    return TransactionRecord(
        external_id=str(row["transaction_id"]),
        account_external_id=str(row["account_id"]),
        posted_on=date.fromisoformat(row["date"]),
        amount=-_amount(row),
        description=str(row.get("original_description") or row["name"]),
        pending=bool(row["pending"]),
        pending_external_id=row.get("pending_transaction_id") or None,
        merchant_hint=row.get("merchant_name") or None,
        category_hint=category.get("detailed") or category.get("primary") or None,
    )


def _amount(row: dict[str, Any]) -> Money:
    return bank_money(row["amount"], row["iso_currency_code"])
