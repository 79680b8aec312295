"""What every bank protocol offers to the rest of Penny.

A connector holds no state of a person: credentials and cursors come in and go out
as opaque strings, so that the store decides how they are kept.
"""

from __future__ import annotations

from datetime import date
from typing import Protocol

from finance_core.model import SyncBatch, TransferOrder, TransferReceipt


class Connector(Protocol):
    """Reads accounts and movements of one bank protocol."""

    def claim(self, secret: str) -> str:
        """Trades a one-time secret for long-lived credentials.

        Args:
            secret: what the person was given by the bank (setup token, public token).

        Returns:
            Credentials to be kept encrypted; only this connector reads them.

        Raises:
            BadInput: the secret does not have the form the protocol asks for.
            BankRejected: it is unknown, used up or expired.
            BankUnavailable: the bank did not answer; the secret may still be good.
        """
        ...

    def fetch(self, credentials: str, cursor: str | None, today: date) -> SyncBatch:
        """Everything that is new since ``cursor``; all that is known when it is None.

        Asking again with the same cursor is always allowed and gives a batch that can
        be applied again without doubling anything.

        Raises:
            BankUnavailable: nothing was read; the same cursor can be used later.
            BankConsentExpired: the person has to connect the bank again.
            BankRejected: the bank will not answer this, now or later.
        """
        ...

    def revoke(self, credentials: str) -> bool:
        """Gives access back for good; False where the protocol knows no way to.

        Revoking what is gone already is no error.

        Raises:
            BankUnavailable: the access may still be in force; try again later.
            BankRejected: the bank will not do it, now or later.
        """
        ...

    def page(self, credentials: str) -> str | None:
        """Address of the bank's own web page, where the protocol tells it.

        Raises:
            BankError: the bank did not say.
        """
        ...


class PaymentConnector(Connector, Protocol):
    """A connector that can also move money."""

    def transfer(self, credentials: str, order: TransferOrder) -> TransferReceipt:
        """Hands ``order`` to the bank; the same idempotency key pays once, ever.

        It goes to another account of the person, or to the order's counterparty.

        Raises:
            BankUnavailable: the outcome is not known; send the same order again.
            BankRejected: the bank said no, nothing was moved.
            BankConsentExpired: the person has to connect the bank again.
        """
        ...

    def reverse(
        self, credentials: str, receipt_external_id: str, order: TransferOrder
    ) -> TransferReceipt:
        """Moves the money of an earlier transfer between own accounts back.

        Args:
            credentials: from ``claim``.
            receipt_external_id: the receipt of the transfer to undo.
            order: that transfer's order, with a new idempotency key for the way back.
        """
        ...
