"""The sandbox's admin endpoints: what a bank's back office, and a test, may do."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from finance_core.errors import BadInput, NotFound, NotSignedIn, PennyError
from finance_core.money import Money
from finance_core.sandbox import csv_bank, simplefin
from finance_core.sandbox.bank import Bank
from finance_core.sandbox.faults import Fault
from finance_core.sandbox.records import BankAccount, Fate, Household, Row, State
from finance_core.sandbox.web import TooLarge, read_json

_LARGEST_FILE = 64_000_000
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_AT_ONCE = frozenset({"expire_consent", "restore_consent", "post_pending", "drop_pending"})

Handler = Callable[[Bank, Request, dict[str, Any]], dict[str, Any]]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _NewRow(_Body):
    account: str
    amount: str
    description: str = Field(min_length=1)
    pending: bool = False


class _Advance(_Body):
    days: int = 1


class _Csv(_Body):
    household: str
    path: str | None = None
    content: str | None = None
    profile: str = "ledger"
    accounts: tuple[str, ...] = ()
    currency: str | None = None
    institution: str | None = None
    savings: str | None = None


class _Fault(_Body):
    kind: str
    item: str | None = None
    household: str | None = None
    protocol: str | None = None
    path: str | None = None
    count: int | None = 1
    skip: int = Field(default=0, ge=0)
    chance: float = Field(default=1.0, ge=0, le=1)
    seed: int = 0
    when: str | None = None
    seconds: float | None = Field(default=None, ge=0)
    retry_after: int = Field(default=1, ge=0)


def routes() -> list[Route]:
    """The admin endpoints; the server's docstring describes them."""
    return [
        _route("GET", "/admin/households", _households),
        _route("POST", "/admin/households/{household}/simplefin", _grant_simplefin),
        _route("POST", "/admin/households/{household}/plaid", _grant_plaid),
        _route("GET", "/admin/ledger/{household}", _ledger),
        _route("POST", "/admin/rows", _add_row),
        _route("POST", "/admin/advance", _advance),
        _route("POST", "/admin/csv", _load_csv),
        _route("POST", "/admin/faults", _arm),
        _route("GET", "/admin/faults", _armed),
        _route("DELETE", "/admin/faults", _disarm),
        _route("POST", "/admin/reset", _reset),
    ]


def _route(method: str, path: str, handler: Handler) -> Route:
    async def serve(request: Request) -> Response:
        bank: Bank = request.app.state.bank
        try:
            _let_in(bank, request)
            body = await read_json(request, _LARGEST_FILE)
            return JSONResponse(await run_in_threadpool(handler, bank, request, body))
        except PennyError as err:
            return JSONResponse({"error": str(err)}, _status(err))

    return Route(path, serve, methods=[method])


def _let_in(bank: Bank, request: Request) -> None:
    """Programs on this machine only: no other hosts, no pages in a browser."""
    if request.client is None or request.client.host not in _LOOPBACK:
        raise NotSignedIn("The admin endpoints answer on this machine only.")
    if "origin" in request.headers:
        raise NotSignedIn("The admin endpoints do not answer web pages.")
    token = bank.settings.sandbox_admin_token
    if token is not None:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token.get_secret_value()}".encode()):
            raise NotSignedIn("The admin token is missing or wrong.")


def _status(error: PennyError) -> int:
    match error:
        case NotSignedIn():
            return 403
        case NotFound():
            return 404
        case TooLarge():
            return 413
        case _:
            return 400


def _parsed[T: _Body](kind: type[T], body: dict[str, Any]) -> T:
    try:
        return kind.model_validate(body)
    except ValidationError as err:
        first = err.errors()[0]
        raise BadInput(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from err


# --- looking -----------------------------------------------------------------------------------


def _households(bank: Bank, request: Request, body: dict[str, Any]) -> dict[str, Any]:
    bank.catch_up()
    with bank.reading():
        return {
            "today": bank.today().isoformat(),
            "households": [_household(bank, found) for found in bank.ledger.households()],
        }


def _household(bank: Bank, household: Household) -> dict[str, Any]:
    return {
        "name": household.name,
        "title": household.title,
        "currency": household.currency,
        "institution_id": household.institution_id,
        "institution": household.institution,
        "today": bank.today(household).isoformat(),
        "accounts": [
            {
                "id": account.id,
                "name": account.name,
                "kind": account.kind.value,
                "currency": account.currency,
                "balance": account.text(bank.ledger.balance(account).booked),
                "rows": len(bank.ledger.rows(account.id)),
            }
            for account in bank.ledger.accounts(household.name)
        ],
    }


def _ledger(bank: Bank, request: Request, body: dict[str, Any]) -> dict[str, Any]:
    bank.catch_up()
    with bank.reading():
        household = bank.ledger.household(request.path_params["household"])
        return {
            "household": household.name,
            "today": bank.today(household).isoformat(),
            "accounts": [
                _account(bank, account) for account in bank.ledger.accounts(household.name)
            ],
        }


def _account(bank: Bank, account: BankAccount) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        "kind": account.kind.value,
        "currency": account.currency,
        "opening": account.text(account.opening),
        "balance": account.text(bank.ledger.balance(account).booked),
        "available": account.text(bank.ledger.available(account)),
        "rows": [_row(account, row) for row in bank.ledger.rows(account.id)],
    }


def _row(account: BankAccount, row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "date": row.day.isoformat(),
        "amount": account.text(row.amount),
        "description": row.description,
        "pending": row.state is State.PENDING,
        "pending_id": row.pending_id,
        "merchant": row.merchant,
        "category": row.category,
    }


# --- doing -------------------------------------------------------------------------------------


def _grant_simplefin(bank: Bank, request: Request, body: dict[str, Any]) -> dict[str, Any]:
    household = bank.ledger.household(request.path_params["household"])
    token, item = bank.consents.grant(household.name, "simplefin", "setup")
    claim_url = str(request.base_url.replace(path=f"/simplefin/claim/{token}"))
    return {
        "setup_token": simplefin.setup_token(claim_url),
        "claim_url": claim_url,
        "item_id": item.id,
    }


def _grant_plaid(bank: Bank, request: Request, body: dict[str, Any]) -> dict[str, Any]:
    household = bank.ledger.household(request.path_params["household"])
    token, item = bank.consents.grant(household.name, "plaid", "public")
    return {
        "public_token": token,
        "item_id": item.id,
        "institution_id": household.institution_id,
    }


def _add_row(bank: Bank, request: Request, body: dict[str, Any]) -> dict[str, Any]:
    asked = _parsed(_NewRow, body)
    account = bank.ledger.account(asked.account)
    minor = Money.of(asked.amount, account.currency).minor
    return {"id": bank.add_row(account.id, minor, asked.description, pending=asked.pending).id}


def _advance(bank: Bank, request: Request, body: dict[str, Any]) -> dict[str, Any]:
    rows = bank.advance(_parsed(_Advance, body).days)
    return {"today": bank.today().isoformat(), "rows": rows}


def _load_csv(bank: Bank, request: Request, body: dict[str, Any]) -> dict[str, Any]:
    asked = _parsed(_Csv, body)
    if (asked.path is None) == (asked.content is None):
        raise BadInput("Give either path or content.")
    content = asked.content if asked.path is None else read_file(Path(asked.path))
    wanted = csv_bank.Load(**asked.model_dump(exclude={"path", "content"}))
    household = csv_bank.load(bank, content or "", wanted)
    found = _household(bank, household)
    return {
        "household": household.name,
        "today": found["today"],
        "accounts": found["accounts"],
        "rows": sum(account["rows"] for account in found["accounts"]),
    }


def read_file(path: Path) -> str:
    """A text file's content; BadInput."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as err:
        raise BadInput(f"The file {path.name} can't be read.") from err


def _arm(bank: Bank, request: Request, body: dict[str, Any]) -> dict[str, Any]:
    asked = _parsed(_Fault, body)
    if asked.kind not in _AT_ONCE:
        return {"id": bank.faults.arm(Fault(**asked.model_dump()))}
    if asked.kind in ("expire_consent", "restore_consent"):
        done = bank.consents.expire(
            expired=asked.kind == "expire_consent", item_id=asked.item, household=asked.household
        )
        return {"done": done}
    fate = Fate.POST if asked.kind == "post_pending" else Fate.VANISH
    return {"done": bank.settle_pending(fate, _meant(bank, asked))}


def _meant(bank: Bank, asked: _Fault) -> list[Household]:
    name = asked.household
    if asked.item is not None:
        name = bank.consents.item(asked.item).household
    return [bank.ledger.household(name)] if name else bank.ledger.households()


def _armed(bank: Bank, request: Request, body: dict[str, Any]) -> dict[str, Any]:
    return {"faults": bank.faults.listed()}


def _disarm(bank: Bank, request: Request, body: dict[str, Any]) -> dict[str, Any]:
    bank.faults.clear()
    return {"faults": []}


def _reset(bank: Bank, request: Request, body: dict[str, Any]) -> dict[str, Any]:
    bank.reset()
    return {"today": bank.today().isoformat()}
