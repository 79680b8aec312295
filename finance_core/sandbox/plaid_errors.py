"""Plaid's error bodies (https://plaid.com/docs/errors/)."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse

from finance_core.sandbox.consents import request_id

TYPES = {
    "MISSING_FIELDS": "INVALID_REQUEST",
    "INVALID_FIELD": "INVALID_REQUEST",
    "INVALID_BODY": "INVALID_REQUEST",
    "NOT_FOUND": "INVALID_REQUEST",
    "INVALID_API_KEYS": "INVALID_INPUT",
    "INVALID_ACCESS_TOKEN": "INVALID_INPUT",
    "INVALID_PUBLIC_TOKEN": "INVALID_INPUT",
    "INVALID_ACCOUNT_ID": "INVALID_INPUT",
    "INVALID_INSTITUTION": "INVALID_INPUT",
    "ITEM_LOGIN_REQUIRED": "ITEM_ERROR",
    "ITEM_NOT_FOUND": "ITEM_ERROR",
    "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION": "TRANSACTIONS_ERROR",
    "INTERNAL_SERVER_ERROR": "API_ERROR",
    "RATE_LIMIT": "RATE_LIMIT_EXCEEDED",
    "REFUND_NOT_POSSIBLE": "TRANSFER_REFUND_ERROR",
    "REFUND_AMOUNT_EXCEEDED": "TRANSFER_REFUND_ERROR",
}
_DISPLAY = {
    "ITEM_LOGIN_REQUIRED": "The bank needs you to sign in again.",
    "INSUFFICIENT_FUNDS": "There is not enough money in the account.",
    "TRANSFER_NOT_CANCELLABLE": "This transfer can no longer be cancelled.",
}


class PlaidRefusal(Exception):
    """A request is answered with an error body. ``code``: Plaid's error code."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    def response(self) -> JSONResponse:
        """The body and status to send."""
        body: dict[str, Any] = {
            "error_type": TYPES.get(self.code, "TRANSFER_ERROR"),
            "error_code": self.code,
            "error_message": self.message,
            "display_message": _DISPLAY.get(self.code),
            "request_id": request_id(),
            "causes": [],
            "status": self.status,
            "documentation_url": "https://plaid.com/docs/errors/",
            "suggested_action": None,
        }
        return JSONResponse(body, self.status)
