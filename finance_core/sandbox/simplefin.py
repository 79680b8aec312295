"""SimpleFIN 1.0 (https://www.simplefin.org/protocol.html): read-only accounts over one GET."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URL, QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from finance_core.errors import BadInput, NotSignedIn
from finance_core.model import AccountKind
from finance_core.sandbox.bank import Bank
from finance_core.sandbox.consents import Item
from finance_core.sandbox.faults import Call, Strike
from finance_core.sandbox.records import BankAccount, Household, Row, State
from finance_core.sandbox.spoil import play

_USER = "penny"
_NOON = time(12, tzinfo=UTC)
_DENIED = "Access denied: the credentials are wrong or were withdrawn."


def routes() -> list[Route]:
    """The protocol's endpoints; ``request.app.state.bank`` is the bank."""
    return [
        Route("/simplefin/info", _info, methods=["GET"]),
        Route("/simplefin/claim/{token}", _claim, methods=["POST"]),
        Route("/simplefin/accounts", _accounts, methods=["GET"]),
    ]


def setup_token(claim_url: str) -> str:
    """What a person copies into the application."""
    return base64.b64encode(claim_url.encode()).decode()


async def _info(request: Request) -> Response:
    return JSONResponse({"versions": ["1.0"]})


async def _claim(request: Request) -> Response:
    bank: Bank = request.app.state.bank
    token = request.path_params["token"]

    async def answer() -> Response:
        try:
            password, _ = await run_in_threadpool(bank.consents.claim, token, "setup", "simplefin")
        except NotSignedIn:
            return PlainTextResponse("This setup token was used before or never existed.", 403)
        return PlainTextResponse(_access_url(request.base_url, password))

    strike = bank.faults.take(Call("simplefin", request.url.path)) if bank.faults.armed else None
    return await play(strike, request, answer)


def _access_url(base: URL, password: str) -> str:
    return str(base.replace(username=_USER, password=password, path="/simplefin"))


async def _accounts(request: Request) -> Response:
    bank: Bank = request.app.state.bank
    bank.catch_up()
    try:
        item = await run_in_threadpool(_item, bank, request.headers)
    except NotSignedIn:
        return _refusal(403, _DENIED)
    call = Call("simplefin", request.url.path, item.id, item.household)
    strike = bank.faults.take(call) if bank.faults.armed else None
    answer = partial(_answer, bank, item, request.query_params, strike)
    return await play(strike, request, answer)


async def _answer(bank: Bank, item: Item, params: QueryParams, strike: Strike | None) -> Response:
    if item.expired:
        return _refusal(403, _DENIED)
    try:
        wanted = _Wanted.read(params)
    except BadInput as err:
        return _refusal(400, str(err))
    return JSONResponse(await run_in_threadpool(_report, bank, item, wanted, strike))


def _refusal(status: int, message: str) -> Response:
    return JSONResponse({"errors": [message], "accounts": []}, status)


def _item(bank: Bank, headers: Mapping[str, str]) -> Item:
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise NotSignedIn(_DENIED) from None
    if scheme.lower() != "basic" or user != _USER:
        raise NotSignedIn(_DENIED)
    return bank.consents.open(password, "simplefin")


@dataclass(frozen=True, slots=True)
class _Wanted:
    start: date | None
    end: date | None
    pending: bool
    accounts: frozenset[str]
    balances_only: bool

    @classmethod
    def read(cls, params: QueryParams) -> _Wanted:
        return cls(
            start=_day(params.get("start-date")),
            end=_day(params.get("end-date")),
            pending=params.get("pending") == "1",
            accounts=frozenset(params.getlist("account")),
            balances_only=params.get("balances-only") == "1",
        )


def _day(stamp: str | None) -> date | None:
    """First day whose noon is not before a unix time: rows are stamped at noon."""
    if stamp is None:
        return None
    try:
        moment = datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        raise BadInput(f"{stamp!r} is not a unix time.") from None
    return moment.date() if moment.timetz() <= _NOON else moment.date() + timedelta(days=1)


def _report(bank: Bank, item: Item, wanted: _Wanted, strike: Strike | None) -> dict[str, Any]:
    with bank.reading():
        household = bank.ledger.household(item.household)
        accounts = [
            _account(bank, household, account, wanted, strike)
            for account in bank.ledger.accounts(household.name)
            if not wanted.accounts or account.id in wanted.accounts
        ]
    if strike and strike.shapes("reorder"):
        accounts = strike.mixed(accounts)
    return {"errors": [], "accounts": accounts}


def _account(
    bank: Bank,
    household: Household,
    account: BankAccount,
    wanted: _Wanted,
    strike: Strike | None,
) -> dict[str, Any]:
    rows: list[Row] = []
    if not wanted.balances_only:
        rows = bank.ledger.rows(account.id, wanted.start, wanted.end, pending=wanted.pending)
    available = bank.ledger.available(account)
    return {
        "org": {
            "id": household.institution_id,
            "name": household.institution,
            "domain": f"{household.institution_id.removeprefix('ins_')}.example",
            "sfin-url": f"https://{household.institution_id.removeprefix('ins_')}.example/simplefin",
        },
        "id": account.id,
        "name": account.name,
        "currency": account.currency,
        "balance": account.text(bank.ledger.balance(account).booked),
        "available-balance": account.text(available),
        "balance-date": _noon(bank.today(household)),
        "transactions": [
            _transaction(account, row) for row in (strike.mixed(rows) if strike else rows)
        ],
        "extra": {"kind": account.kind.value} if account.kind is not AccountKind.OTHER else {},
    }


def _transaction(account: BankAccount, row: Row) -> dict[str, Any]:
    pending = row.state is State.PENDING
    shown: dict[str, Any] = {
        "id": row.id,
        "posted": 0 if pending else _noon(row.day),
        "amount": account.text(row.amount),
        "description": row.description,
        "transacted_at": _noon(row.made_on),
    }
    if pending:
        shown["pending"] = True
    if row.merchant:
        shown["payee"] = row.merchant
    if row.category:
        shown["extra"] = {"category": row.category}
    return shown


def _noon(day: date) -> int:
    return int(datetime.combine(day, _NOON).timestamp())
