"""The plain values of payments. Amounts are minor units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from finance_core.counterparty import Counterparty
from finance_core.errors import Refused
from finance_core.sandbox.consents import Item


class TransferRefused(Refused):
    """The bank says no. ``code``: machine-readable reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Payer:
    """Who asks: the API client, on whose item, in whose name."""

    client: str
    item: Item
    legal_name: str = ""


@dataclass(frozen=True, slots=True)
class Authorization:
    """The bank's word on a payment to come.

    Attributes:
        refusal: why not, None when approved.
        type: ``debit`` collects money from the account, ``credit`` sends it to somebody.
    """

    id: str
    account_id: str
    amount: int
    network: str
    legal_name: str
    refusal: str | None
    made_at: str
    type: str = "debit"


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment to make.

    Attributes:
        to_account_id: own account; None: out of the bank.
        counterparty: whose account elsewhere gets it at once; None: it is collected.
    """

    authorization_id: str
    account_id: str
    description: str
    amount: int | None = None
    to_account_id: str | None = None
    idempotency_key: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    counterparty: Counterparty | None = None

    @property
    def type(self) -> str:
        """Plaid's word for its direction."""
        return "credit" if self.counterparty else "debit"


@dataclass(frozen=True, slots=True)
class Transfer:
    """A payment that was taken. ``status``: pending, posted, settled, cancelled, returned."""

    id: str
    item_id: str
    authorization_id: str
    account_id: str
    to_account_id: str | None
    amount: int
    network: str
    legal_name: str
    description: str
    metadata: Mapping[str, str]
    status: str
    refunds: tuple[Refund, ...]
    made_at: str
    type: str = "debit"

    @property
    def refunded(self) -> int:
        """How much of it went back."""
        return sum(refund.amount for refund in self.refunds)


@dataclass(frozen=True, slots=True)
class Refund:
    """Money of a transfer that went back."""

    id: str
    transfer_id: str
    amount: int
    made_at: str
