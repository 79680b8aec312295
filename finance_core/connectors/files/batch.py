"""From the rows of a file to a batch: ids, order and balances.

Ids must come out the same whenever the same movement is read again, from the same
export or from one that overlaps it; they are unique within their account. A bank's own
id is used where there is one. Else the id is a digest of day, amount, description and
the number of the row among identical ones, so that two equal purchases of one day stay
two. Exports that
cut a day in half between two truly identical rows are the one case this cannot tell.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from itertools import pairwise

from finance_core.connectors.kinds import kind_from_name
from finance_core.errors import BadInput
from finance_core.model import AccountKind, AccountRecord, SyncBatch, TransactionRecord
from finance_core.money import Money, total

_NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be read.

    Attributes:
        line: line of the file it begins on, counted from 1.
        reason: one plain sentence.
        text: the row, or its beginning.
    """

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class FileBatch:
    """What a file held.

    Attributes:
        batch: accounts, and movements oldest first; it never withdraws anything.
        rejected: rows that could not be read, in file order.
        stated: external ids of the accounts whose balance the file states; the balance
            of the others is the sum of this file's rows.
    """

    batch: SyncBatch
    rejected: tuple[RejectedRow, ...]
    stated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """A movement as its file gives it; ``account`` is empty when the file names none."""

    line: int
    account: str
    posted_on: date
    amount: Money
    description: str
    bank_id: str = ""
    balance: Money | None = None
    pending: bool = False
    category: str | None = None
    merchant: str | None = None
    mcc: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says of an account besides its movements."""

    account: str
    name: str | None = None
    kind: AccountKind | None = None
    balance: Money | None = None
    available: Money | None = None
    as_of: date | None = None
    institution: str | None = None


@dataclass(slots=True)
class Contents:
    """All that a reader found in a file, in file order."""

    rows: list[Row] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

    def reject(self, line: int, reason: object, text: str) -> None:
        """Notes a row that could not be read."""
        self.rejected.append(RejectedRow(line, str(reason), text.strip()[:200]))


def assemble(contents: Contents, account: str | None, name: str) -> FileBatch:
    """Makes the batch.

    Args:
        contents: what the file held.
        account: name the person gave: renames the only account of a file, or picks one
            of several.
        name: name of an account that neither the file nor the person names.

    Raises:
        BadInput: the file has several accounts and none of them is ``account``.
    """
    contents = _for_account(contents, account, name)
    by_account: dict[str, list[Row]] = defaultdict(list)
    for row in contents.rows:
        by_account[row.account].append(row)
    statements = {statement.account: statement for statement in contents.statements}
    for key in statements:
        by_account.setdefault(key, [])
    accounts: list[AccountRecord] = []
    upserts: list[TransactionRecord] = []
    stated: set[str] = set()
    for key, found in by_account.items():
        rows = _in_bank_order(_one_currency(found, contents))
        statement = statements.get(key, Statement(key))
        balance = _balance(rows, statement)
        if balance is not None:
            stated.add(key)
        elif not rows:
            continue
        accounts.append(_account(key, rows, statement, balance))
        upserts += _records(rows)
    upserts.sort(key=lambda record: record.posted_on)
    return FileBatch(
        SyncBatch(tuple(accounts), tuple(upserts)),
        tuple(sorted(contents.rejected, key=lambda row: row.line)),
        frozenset(stated),
    )


def _for_account(contents: Contents, account: str | None, name: str) -> Contents:
    """Gives every row its account's name, and keeps only what was asked for."""
    named = [statement.account for statement in contents.statements]
    held = list(dict.fromkeys([*named, *(row.account for row in contents.rows)]))
    if len(held) <= 1:
        only = account or ("" if held and held[0] else name)
        return _renamed(contents, dict.fromkeys(held, only)) if only else contents
    if account is None:
        return _renamed(contents, {"": name}) if "" in held else contents
    if account not in held:
        some = ", ".join(sorted(key for key in held if key)[:10])
        raise BadInput(f"The file has no account {account!r}; it has {some}.")
    return Contents(
        [row for row in contents.rows if row.account == account],
        contents.rejected,
        [statement for statement in contents.statements if statement.account == account],
    )


def _renamed(contents: Contents, names: dict[str, str]) -> Contents:
    return Contents(
        [replace(row, account=names.get(row.account, row.account)) for row in contents.rows],
        contents.rejected,
        [
            replace(part, account=names.get(part.account, part.account), name=None)
            for part in contents.statements
        ],
    )


def _one_currency(rows: list[Row], contents: Contents) -> list[Row]:
    """Keeps the rows in the currency most rows of the account have; rejects the others."""
    counts = Counter(row.amount.currency for row in rows)
    if len(counts) <= 1:
        return rows
    main = counts.most_common(1)[0][0]
    for row in rows:
        if row.amount.currency != main:
            reason = f"{row.account!r} is kept in {main}, this row is in {row.amount.currency}."
            contents.reject(row.line, reason, row.description)
    return [row for row in rows if row.amount.currency == main]


def _in_bank_order(rows: list[Row]) -> list[Row]:
    """Rows of one account from the bank's first to its last.

    Whether the file runs up or down is read from its balances, else from its dates.
    """
    pairs = [
        (first, second, first.balance, second.balance)
        for first, second in pairwise(rows)
        if first.balance is not None and second.balance is not None
    ]
    up = sum(before + later.amount == after for _, later, before, after in pairs)
    down = sum(earlier + later.amount == latest for later, _, latest, earlier in pairs)
    falls = bool(rows) and rows[0].posted_on > rows[-1].posted_on
    if down > up or (down == up and falls):
        return rows[::-1]
    return rows


def _balance(rows: Sequence[Row], statement: Statement) -> Money | None:
    """The closing balance the file states, if it does."""
    if statement.balance is not None:
        return statement.balance
    booked = (row.balance for row in reversed(rows) if not row.pending)
    return next((balance for balance in booked if balance is not None), None)


def _account(
    key: str, rows: Sequence[Row], statement: Statement, balance: Money | None
) -> AccountRecord:
    if balance is None:
        currency = rows[0].amount.currency
        balance = total([row.amount for row in rows if not row.pending], currency)
    name = statement.name or key
    day = statement.as_of or max((row.posted_on for row in rows), default=date(1970, 1, 1))
    return AccountRecord(
        external_id=key,
        name=name,
        kind=statement.kind or kind_from_name(name),
        current=balance,
        available=statement.available,
        as_of=datetime.combine(day, _NOON),
        institution=statement.institution,
    )


def _records(rows: Sequence[Row]) -> list[TransactionRecord]:
    seen: dict[str, tuple[object, ...]] = {}
    copies: Counter[tuple[object, ...]] = Counter()
    records = []
    for row in rows:
        content = (row.posted_on.isoformat(), row.amount.minor, row.description.casefold())
        if row.bank_id:
            external_id = row.bank_id
            first = seen.setdefault(external_id, content)
            if first != content:  # a bank that gives one id to different movements
                external_id = f"{external_id}:{_digest(*content)}"
        else:
            external_id = _digest(row.amount.currency, *content, copies[content])
            copies[content] += 1
        records.append(_record(row, external_id))
    return list({record.external_id: record for record in records}.values())


def _digest(*parts: object) -> str:
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _record(row: Row, external_id: str) -> TransactionRecord:
    return TransactionRecord(
        external_id=external_id,
        account_external_id=row.account,
        posted_on=row.posted_on,
        amount=row.amount,
        description=row.description,
        pending=row.pending,
        merchant_hint=row.merchant,
        category_hint=row.category,
        mcc=row.mcc,
    )
