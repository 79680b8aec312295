"""What Plaid's error bodies mean to Penny (source: https://plaid.com/docs/errors/)."""

from __future__ import annotations

from typing import NoReturn

from finance_core.connectors.http import Reply, UnreadableAnswerError, refuse
from finance_core.errors import BankConsentExpired, BankRejected, BankUnavailable

SIGN_IN_AGAIN = "The bank wants you to sign in and agree again. Please reconnect it."
_NOT_NOW = "The bank can't be reached through Plaid right now. Please try again later."

_SIGN_IN = frozenset(
    {
        "ACCESS_NOT_GRANTED",
        "INSUFFICIENT_CREDENTIALS",
        "INVALID_ACCESS_TOKEN",
        "INVALID_CREDENTIALS",
        "INVALID_MFA",
        "INVALID_SEND_METHOD",
        "INVALID_UPDATED_USERNAME",
        "ITEM_LOCKED",
        "ITEM_LOGIN_REQUIRED",
        "ITEM_NOT_FOUND",
        "MFA_NOT_SUPPORTED",
        "NO_ACCOUNTS",
        "PASSWORD_RESET_REQUIRED",
        "USER_INPUT_TIMEOUT",
        "USER_PERMISSION_REVOKED",
        "USER_SETUP_REQUIRED",
    }
)
_PASSING_TYPES = frozenset({"API_ERROR", "INSTITUTION_ERROR", "RATE_LIMIT_EXCEEDED"})
_PASSING_CODES = frozenset({"PRODUCT_NOT_READY", "TRANSACTIONS_SYNC_NOT_READY"})
_LASTING_CODES = frozenset({"INSTITUTION_NO_LONGER_SUPPORTED", "UNSUPPORTED_RESPONSE"})


class PagesChangedError(Exception):
    """The change feed moved while it was read; it has to be read from the first cursor."""


def raise_for(reply: Reply) -> None:
    """Raises what Plaid's error body says; returns when there is none.

    Raises:
        PagesChangedError: the feed changed between two of its pages.
        BankError: any other error, in Penny's terms.
        UnreadableAnswerError: an error without Plaid's body.
    """
    if reply.status < 400:
        refuse(reply)
        return
    try:
        body = reply.json()
        kind, code = str(body["error_type"]), str(body["error_code"])
    except (UnreadableAnswerError, LookupError, TypeError):
        refuse(reply)
        raise
    _raise(kind, code, str(body.get("display_message") or ""))


def _raise(kind: str, code: str, display: str) -> NoReturn:
    if code == "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION":
        raise PagesChangedError
    if code in _SIGN_IN:
        raise BankConsentExpired(SIGN_IN_AGAIN)
    if code in _PASSING_CODES or (kind in _PASSING_TYPES and code not in _LASTING_CODES):
        raise BankUnavailable(_NOT_NOW)
    if code == "INVALID_PUBLIC_TOKEN":
        raise BankRejected("This connection code was already used or has expired; get a new one.")
    if code == "INVALID_API_KEYS":
        raise BankRejected("Plaid doesn't accept Penny's own keys; whoever runs Penny must look.")
    if code in ("INSUFFICIENT_FUNDS", "NSF"):
        raise BankRejected("There is not enough money in the account for this transfer.")
    raise BankRejected(display or f"The bank refused the request ({code}).")
