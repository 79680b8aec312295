"""SimpleFIN, version 1: read-only accounts over one GET.

A setup token is the base64 of a claim address; claiming it once gives an access
address with user and password in it. Source: https://www.simplefin.org/protocol.html.

The protocol has no change feed, so every fetch reads back over the last weeks and
says so (``snapshot_from``): what was pending and is gone, or came back under another
id, is thereby settled. The cursor is the last day read.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

from finance_core.connectors.addresses import bank_address, web_page
from finance_core.connectors.figures import bank_money, is_currency
from finance_core.connectors.http import BankHttp, Reply, UnreadableAnswerError, refuse
from finance_core.connectors.kinds import kind_from_name
from finance_core.errors import BadInput, BankConsentExpired, BankRejected, BankUnavailable
from finance_core.model import AccountKind, AccountRecord, SyncBatch, TransactionRecord

_OVERLAP = timedelta(days=30)
_WINDOW = timedelta(days=60)  # bridges refuse or cut longer ranges
_FIRST_FETCH = 13 * _WINDOW - timedelta(days=1)  # two years and the rest of their first month
_KEPT_BY_BRIDGES = timedelta(days=90)
_SIGN_IN = re.compile(r"auth|sign|log.?in|consent|reconnect", re.IGNORECASE)
_CLAIM_PATH = re.compile(r"/claim/[^/]+$")

logger = logging.getLogger(__name__)


class SimpleFin:
    """Connector for a SimpleFIN server or bridge."""

    def __init__(self, http: BankHttp) -> None:
        self._http = http

    def claim(self, secret: str) -> str:
        """Trades a setup token for access; see ``Connector.claim``."""
        url = bank_address(_claim_address(secret))
        if not _CLAIM_PATH.search(url.path):
            raise BadInput(_NOT_A_TOKEN)
        access = self._http.ask("POST", str(url), _read_access, repeatable=False)
        return json.dumps({"url": access})

    def fetch(self, credentials: str, cursor: str | None, today: date) -> SyncBatch:
        """Reads all windows since ``cursor``; see ``Connector.fetch``."""
        seen = date.fromisoformat(cursor) if cursor else None
        start = min(seen, today) - _OVERLAP if seen else today - _FIRST_FETCH
        last = max(seen, today) if seen else today
        accounts: dict[str, AccountRecord] = {}
        movements: dict[str, TransactionRecord] = {}
        complaints: list[str] = []
        for begin, end in _windows(start, last):
            window = self._window(credentials, begin, end, today)
            accounts.update((account.external_id, account) for account in window.accounts)
            movements.update((row.external_id, row) for row in window.movements)
            complaints += window.complaints
        if complaints:
            return _partial(accounts, movements, complaints, cursor)
        return SyncBatch(
            accounts=tuple(accounts.values()),
            upserts=tuple(sorted(movements.values(), key=lambda row: row.posted_on)),
            snapshot_from=_known_from(start, last, movements),
            cursor=last.isoformat(),
        )

    def revoke(self, credentials: str) -> bool:
        """SimpleFIN has no way to give access back: the person ends it at the bridge."""
        return False

    def page(self, credentials: str) -> str | None:
        """The bank's own page, from the organisation of its first account."""
        address, auth = _split(json.loads(credentials)["url"])
        return self._http.ask(
            "GET",
            f"{address}/accounts",
            _read_page,
            repeatable=True,
            params={"balances-only": "1"},
            auth=auth,
        )

    def _window(self, credentials: str, begin: date, end: date, today: date) -> _Window:
        """What the bank knows from ``begin`` until before ``end``, in UTC days."""
        address, auth = _split(json.loads(credentials)["url"])
        params = {"start-date": _timestamp(begin), "end-date": _timestamp(end), "pending": "1"}
        return self._http.ask(
            "GET",
            f"{address}/accounts",
            partial(_read_window, today=today),
            repeatable=True,
            params=params,
            auth=auth,
        )


@dataclass(frozen=True, slots=True)
class _Window:
    accounts: list[AccountRecord]
    movements: list[TransactionRecord]
    complaints: list[str]


_NOT_A_TOKEN = "That is not a SimpleFIN setup token. Please copy the whole token."  # noqa: S105


def _claim_address(token: str) -> str:
    compact = "".join(token.split())
    try:
        padded = compact + "=" * (-len(compact) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        pass
    try:
        return base64.b64decode(compact, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise BadInput(_NOT_A_TOKEN) from None


def _read_access(reply: Reply) -> str:
    if reply.status in (401, 403, 404):
        raise BankRejected("This setup token was already used or has expired; get a new one.")
    refuse(reply)
    try:
        address = reply.body.decode("ascii").strip()
        bank_address(address)
    except (UnicodeDecodeError, BadInput) as err:
        raise BankRejected("The bank gave me an access address I can't use.") from err
    return address


def _split(address: str) -> tuple[str, tuple[str, str] | None]:
    """Takes user and password out of an address, so that it can be named safely."""
    url = bank_address(address)
    auth = (unquote(url.username), unquote(url.password)) if url.username else None
    return str(url.copy_with(username=None, password=None, query=None)).rstrip("/"), auth


def _read_window(reply: Reply, today: date) -> _Window:
    if reply.status == 402:
        raise BankRejected("The SimpleFIN subscription of this connection has to be paid first.")
    refuse(reply)
    answer = reply.json()
    window = _Window([], [], [])
    try:
        window.complaints.extend(_complaints(answer))
        for entry in answer["accounts"]:
            currency = str(entry["currency"])
            if not is_currency(currency):
                logger.warning("passed over a SimpleFIN account kept in points, not in money")
                continue
            account = _account(entry, currency)
            window.accounts.append(account)
            window.movements.extend(
                _movement(row, account, today) for row in entry.get("transactions") or ()
            )
    except (LookupError, TypeError, AttributeError, ValueError, OverflowError, OSError) as err:
        raise UnreadableAnswerError("not SimpleFIN's form") from err
    return window


def _read_page(reply: Reply) -> str | None:
    refuse(reply)
    try:
        orgs = [entry.get("org") or {} for entry in reply.json()["accounts"]]
    except (LookupError, TypeError, AttributeError) as err:
        raise UnreadableAnswerError("not SimpleFIN's form") from err
    return next(
        (page for org in orgs if (page := web_page(org.get("url") or org.get("domain")))), None
    )


def _windows(start: date, last: date) -> Iterator[tuple[date, date]]:
    """Half-open windows from ``start`` through ``last``; the newest one is whole.

    What is pending and what it becomes lie close together; a whole newest window lets
    one answer show them both.
    """
    end = last + timedelta(days=1)
    cuts = [end]
    while cuts[-1] > start:
        cuts.append(max(cuts[-1] - _WINDOW, start))
    cuts.reverse()
    return pairwise(cuts)


def _timestamp(day: date) -> str:
    return str(int(datetime.combine(day, time(), UTC).timestamp()))


def _complaints(answer: dict[str, Any]) -> list[str]:
    structured = [entry.get("msg", "") for entry in answer.get("errlist") or ()]
    return [str(text) for text in [*(answer.get("errors") or ()), *structured]]


def _partial(
    accounts: dict[str, AccountRecord],
    movements: dict[str, TransactionRecord],
    complaints: list[str],
    cursor: str | None,
) -> SyncBatch:
    """What can be kept of an answer in which the bank says that something is missing.

    It withdraws nothing and does not move the cursor: what is missing comes later.
    """
    logger.warning("SimpleFIN reported %d problems with this connection", len(complaints))
    if not accounts:
        if any(
            re.search(r"auth|sign|log.?in|consent|reconnect", text, re.I) for text in complaints
        ):
            raise BankConsentExpired("The bank wants you to sign in again at SimpleFIN.")
        raise BankUnavailable("SimpleFIN can't reach the bank right now. Please try again later.")
    rows = tuple(sorted(movements.values(), key=lambda row: row.posted_on))
    return SyncBatch(accounts=tuple(accounts.values()), upserts=rows, cursor=cursor)


def _known_from(start: date, last: date, movements: dict[str, TransactionRecord]) -> date | None:
    """First day for which the answer is everything the bank knows.

    Bridges forget: after a long pause an answer may begin much later than asked for.
    Then only what lies after its first row is taken as complete.
    """
    if last - start <= _KEPT_BY_BRIDGES:
        return start
    first = min((row.posted_on for row in movements.values()), default=None)
    if first is None or first - start <= _OVERLAP:
        return first and start
    return first


def _account(entry: dict[str, Any], currency: str) -> AccountRecord:
    name = str(entry["name"])
    org = entry.get("org") or {}
    available = entry.get("available-balance")
    return AccountRecord(
        external_id=str(entry["id"]),
        name=name,
        kind=_kind(entry, name),
        current=bank_money(entry["balance"], currency),
        available=None if available is None else bank_money(available, currency),
        as_of=datetime.fromtimestamp(int(entry["balance-date"]), UTC),
        institution=org.get("name") or org.get("domain"),
    )


def _kind(entry: dict[str, Any], name: str) -> AccountKind:
    """The kind the server states (SimpleFIN leaves ``extra`` open), else what the name says."""
    stated = (entry.get("extra") or {}).get("kind")
    return AccountKind(stated) if stated in set(AccountKind) else kind_from_name(name)


def _movement(row: dict[str, Any], account: AccountRecord, today: date) -> TransactionRecord:
    posted = int(row.get("posted") or 0)
    moment = posted or int(row.get("transacted_at") or 0)
    return TransactionRecord(
        external_id=f"{account.external_id}:{row['id']}",  # unique within their account only
        account_external_id=account.external_id,
        posted_on=datetime.fromtimestamp(moment, UTC).date() if moment else today,
        amount=bank_money(row["amount"], account.current.currency),
        description=str(row["description"]),
        pending=bool(row.get("pending")) or not posted,
        merchant_hint=row.get("payee") or None,
    )
