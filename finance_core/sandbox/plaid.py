"""A Plaid-shaped API (https://plaid.com/docs/api/) over the sandbox bank: items and accounts.

Handlers are plain functions of a ``Request_``; ``endpoint`` reads the body, checks the
keys, plays faults and turns refusals into Plaid's error bodies.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from finance_core.errors import BadInput, NotFound, NotSignedIn
from finance_core.sandbox import plaid_shapes as shapes
from finance_core.sandbox import sync_stream
from finance_core.sandbox.bank import Bank
from finance_core.sandbox.consents import Item, request_id
from finance_core.sandbox.faults import Call, Strike
from finance_core.sandbox.payments import TransferRefused
from finance_core.sandbox.plaid_errors import PlaidRefusal
from finance_core.sandbox.records import BankAccount, Household
from finance_core.sandbox.spoil import play
from finance_core.sandbox.web import TooLarge, read_json

_MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its body, the client that sent it and the fault that strikes it."""

    bank: Bank
    body: dict[str, Any]
    client: str
    strike: Strike | None = None

    def text(self, name: str) -> str:
        """A required text field; PlaidRefusal."""
        value = self.body.get(name)
        if value is None:
            raise PlaidRefusal(
                "MISSING_FIELDS", f"the following required fields are missing: {name}"
            )
        if not isinstance(value, str) or not value:
            raise PlaidRefusal("INVALID_FIELD", f"{name} must be a non-empty string")
        return value

    def optional(self, name: str) -> str | None:
        """A text field that may be left out."""
        return None if self.body.get(name) is None else self.text(name)

    def options(self) -> dict[str, Any]:
        """The request's options."""
        options = self.body.get("options") or {}
        if not isinstance(options, dict):
            raise PlaidRefusal("INVALID_FIELD", "options must be an object")
        return options

    def item(self) -> Item:
        """The item of the access token, consent or not; PlaidRefusal."""
        try:
            return self.bank.consents.open(self.text("access_token"), "access")
        except NotSignedIn:
            raise PlaidRefusal(
                "INVALID_ACCESS_TOKEN", "could not find matching access token"
            ) from None

    def consented(self) -> Item:
        """The item of the access token, whose consent is in force; PlaidRefusal."""
        return in_force(self.item())

    def household(self, item: Item) -> Household:
        """Whose item it is."""
        return self.bank.ledger.household(item.household)

    def account(self, item: Item, account_id: str) -> BankAccount:
        """An account of the item; PlaidRefusal."""
        for account in self.bank.ledger.accounts(item.household):
            if account.id == account_id:
                return account
        raise PlaidRefusal("INVALID_ACCOUNT_ID", "failed to find requested account ID for item")


Handler = Callable[[Asked], dict[str, Any]]


def in_force(item: Item) -> Item:
    """``item`` unless its consent has expired; PlaidRefusal."""
    if item.expired:
        raise login_required()
    return item


def login_required() -> PlaidRefusal:
    """What an expired consent is answered with."""
    return PlaidRefusal(
        "ITEM_LOGIN_REQUIRED",
        "the login details of this item have changed; the user has to sign in again",
    )


def routes() -> list[Route]:
    """Endpoints for items, accounts and transactions."""
    return [
        endpoint("/sandbox/public_token/create", _create_public_token),
        endpoint("/item/public_token/exchange", _exchange),
        endpoint("/item/get", _item),
        endpoint("/item/remove", _remove),
        endpoint("/institutions/get_by_id", _institution),
        endpoint("/accounts/get", _accounts),
        endpoint("/accounts/balance/get", _accounts),
        endpoint("/transactions/sync", _sync),
        endpoint("/transactions/refresh", _refresh),
    ]


def endpoint(path: str, handler: Handler) -> Route:
    """A POST route that answers what ``handler`` returns."""

    async def serve(request: Request) -> Response:
        bank: Bank = request.app.state.bank
        bank.catch_up()
        try:
            asked = Asked(bank, *_let_in(bank, request, await read_json(request)))
        except TooLarge as err:
            return PlaidRefusal("INVALID_BODY", str(err), 413).response()
        except BadInput as err:
            return PlaidRefusal("INVALID_BODY", str(err)).response()
        except PlaidRefusal as err:
            return err.response()
        strike = await run_in_threadpool(_strike, asked, path) if bank.faults.armed else None
        return await play(strike, request, _answer(handler, asked, strike))

    return Route(path, serve, methods=["POST"])


def _answer(
    handler: Handler, asked: Asked, strike: Strike | None
) -> Callable[[], Awaitable[Response]]:
    async def answer() -> Response:
        try:
            body = await run_in_threadpool(
                handler, Asked(asked.bank, asked.body, asked.client, strike)
            )
        except PlaidRefusal as err:
            return err.response()
        except TransferRefused as err:
            return PlaidRefusal(err.code, str(err)).response()
        except NotFound as err:
            return PlaidRefusal("NOT_FOUND", str(err), 404).response()
        except BadInput as err:
            return PlaidRefusal("INVALID_FIELD", str(err)).response()
        return JSONResponse({**body, "request_id": request_id()})

    return answer


def _let_in(bank: Bank, request: Request, body: dict[str, Any]) -> tuple[dict[str, Any], str]:
    client = body.get("client_id") or request.headers.get("plaid-client-id")
    secret = body.get("secret") or request.headers.get("plaid-secret")
    if not client or not secret:
        raise PlaidRefusal("MISSING_FIELDS", "client_id and secret are required")
    settings = bank.settings
    known = settings.sandbox_client_id or client
    fixed = settings.sandbox_secret.get_secret_value() if settings.sandbox_secret else secret
    if (client, secret) != (known, fixed):
        raise PlaidRefusal("INVALID_API_KEYS", "invalid client_id or secret provided")
    return body, str(client)


def _strike(asked: Asked, path: str) -> Strike | None:
    item = None
    try:
        if "access_token" in asked.body:
            item = asked.item()
        elif "transfer_id" in asked.body:
            transfer = asked.bank.transfers.get(asked.client, asked.text("transfer_id"))
            item = asked.bank.consents.item(transfer.item_id)
    except (PlaidRefusal, NotFound, NotSignedIn):
        pass  # the handler refuses it
    call = Call("plaid", path, item.id if item else None, item.household if item else None)
    return asked.bank.faults.take(call)


# --- items ------------------------------------------------------------------------------------


def _create_public_token(asked: Asked) -> dict[str, Any]:
    wanted = asked.text("institution_id")
    name = asked.options().get("override_username")
    for household in asked.bank.ledger.households():
        if name == household.name or (name is None and household.institution_id == wanted):
            token, _ = asked.bank.consents.grant(household.name, "plaid", "public")
            return {"public_token": token}
    raise PlaidRefusal("INVALID_INSTITUTION", "no household banks with this institution_id")


def _exchange(asked: Asked) -> dict[str, Any]:
    try:
        token, item = asked.bank.consents.claim(asked.text("public_token"), "public", "access")
    except NotSignedIn:
        raise PlaidRefusal(
            "INVALID_PUBLIC_TOKEN", "provided public token is expired or was used before"
        ) from None
    return {"access_token": token, "item_id": item.id}


def _item(asked: Asked) -> dict[str, Any]:
    item = asked.item()
    error = None
    if item.expired:
        refusal = login_required()
        error = {
            "error_type": "ITEM_ERROR",
            "error_code": refusal.code,
            "error_message": refusal.message,
            "display_message": None,
        }
    return {"item": shapes.item(asked.household(item), item, error), "status": None}


def _remove(asked: Asked) -> dict[str, Any]:
    asked.bank.consents.remove(asked.item().id)
    return {}


def _institution(asked: Asked) -> dict[str, Any]:
    wanted = asked.text("institution_id")
    for household in asked.bank.ledger.households():
        if household.institution_id == wanted:
            return {"institution": shapes.institution(household)}
    raise PlaidRefusal("INVALID_INSTITUTION", "invalid institution_id provided")


# --- accounts and transactions -----------------------------------------------------------------


def _accounts(asked: Asked) -> dict[str, Any]:
    item = asked.consented()
    wanted = asked.options().get("account_ids")
    shown = asked.bank.ledger.accounts(item.household)
    if wanted is not None:
        shown = [asked.account(item, account_id) for account_id in wanted]
    household = asked.household(item)
    today = asked.bank.today(household)
    return {
        "accounts": [shapes.account(asked.bank.ledger, account, today) for account in shown],
        "item": shapes.item(household, item, None),
    }


def _sync(asked: Asked) -> dict[str, Any]:
    item = asked.consented()
    count = asked.body.get("count", 100)
    if not isinstance(count, int) or not 1 <= count <= _MOST_ROWS:
        raise PlaidRefusal("INVALID_FIELD", f"count must be from 1 to {_MOST_ROWS}")
    with asked.bank.reading():
        cursor = sync_stream.Cursor.read(asked.body.get("cursor") or "", item.household)
        page = sync_stream.page(asked.bank.ledger, cursor, count, asked.strike)
        return {
            **_rows(asked, item, page),
            "next_cursor": page.next_cursor.text(),
            "has_more": page.has_more,
            "transactions_update_status": "HISTORICAL_UPDATE_COMPLETE",
        }


def _rows(asked: Asked, item: Item, page: sync_stream.Page) -> dict[str, Any]:
    ledger = asked.bank.ledger
    original = bool(asked.options().get("include_original_description"))
    accounts = {account.id: account for account in ledger.accounts(item.household)}
    rows = ledger.rows_by_id([row_id for kind, row_id, _ in page.changes if kind != "removed"])
    shown: dict[str, list[dict[str, Any]]] = {"added": [], "modified": [], "removed": []}
    changes = asked.strike.mixed(page.changes) if asked.strike else page.changes
    for kind, row_id, account_id in changes:
        if kind == "removed":
            shown[kind].append(shapes.removed(row_id, account_id))
        else:
            owner = accounts[account_id]
            shown[kind].append(shapes.transaction(owner, rows[row_id], original=original))
    today = asked.bank.today(asked.household(item))
    return {
        **shown,
        "accounts": [shapes.account(ledger, account, today) for account in accounts.values()],
    }


def _refresh(asked: Asked) -> dict[str, Any]:
    asked.consented()
    return {}
