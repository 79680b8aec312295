"""Serves the accounts of a CSV file as a household of the bank.

Columns are named by a profile, a small YAML file in ``profiles/``:
    account, date, amount    the columns that must be there
    currency, balance, category, pending, id    columns that may be
    description              columns whose texts make up the description
    words                    true: turn codes like ``cash_out`` into words
    default_currency         currency of files without such a column
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from finance_core.errors import BadInput
from finance_core.model import AccountKind
from finance_core.money import Money
from finance_core.sandbox.bank import Bank
from finance_core.sandbox.households import HOUSEHOLDS
from finance_core.sandbox.records import (
    BankAccount,
    Change,
    Fate,
    Household,
    Row,
    State,
    account_id,
    digest,
)

_PROFILES = Path(__file__).parent / "profiles"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_YES = frozenset({"1", "true", "yes", "y"})
_FILE_ROW = "file-"  # marks rows of a file, apart from payments made on its accounts


@dataclass(frozen=True, slots=True)
class Profile:
    """How a file's columns are to be read."""

    account: str
    date: str
    amount: str
    description: tuple[str, ...]
    currency: str | None = None
    balance: str | None = None
    category: str | None = None
    pending: str | None = None
    id: str | None = None
    words: bool = False
    default_currency: str | None = None

    @property
    def needed(self) -> frozenset[str]:
        """Columns without which a file cannot be read."""
        return frozenset({self.account, self.date, self.amount})


@dataclass(frozen=True, slots=True)
class Load:
    """A file to serve.

    Attributes:
        household: name to serve it under.
        accounts: the accounts to serve; all if empty.
        currency: of files that do not say.
        savings: name of an empty savings account to open beside, if any.
    """

    household: str
    profile: str = "ledger"
    accounts: tuple[str, ...] = ()
    currency: str | None = None
    institution: str | None = None
    savings: str | None = None


@dataclass(slots=True)
class _Statement:
    """One account as its file tells it."""

    currency: str
    rows: list[Row] = field(default_factory=list)
    balance: int | None = None
    stated_on: date = date.min
    seen: Counter[str] = field(default_factory=Counter)

    @property
    def opening(self) -> int:
        booked = sum(row.amount for row in self.rows if row.state is State.BOOKED)
        return 0 if self.balance is None else self.balance - booked


@cache
def profile(name: str) -> Profile:
    """The profile of that name; BadInput."""
    path = _PROFILES / f"{name}.yml"
    known = sorted(found.stem for found in _PROFILES.glob("*.yml"))
    if name not in known:
        raise BadInput(f"There is no profile {name!r}; known: {', '.join(known)}.")
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Profile(**{**content, "description": tuple(content["description"])})


def load(bank: Bank, content: str, wanted: Load) -> Household:
    """Serves a file's accounts; the same household again is brought up to the new file.

    Raises:
        BadInput: a name that cannot be used, an unknown account, an unreadable line.
    """
    if not _NAME.fullmatch(wanted.household) or wanted.household in HOUSEHOLDS:
        raise BadInput(f"{wanted.household!r} can't be the name of a file's household.")
    statements = _read(content, wanted)
    missing = [name for name in wanted.accounts if name not in statements]
    if missing or not statements:
        raise BadInput(f"The file has no account {', '.join(missing) or 'at all'}.")
    household = Household(
        name=wanted.household,
        title=wanted.household,
        currency=next(iter(statements.values())).currency,
        institution_id=f"ins_{wanted.household}",
        institution=wanted.institution or wanted.household.title(),
        today=max(row.day for found in statements.values() for row in found.rows),
    )
    with bank.reading():
        _enter(bank, household, statements, wanted.savings)
    return household


def _enter(
    bank: Bank, household: Household, statements: dict[str, _Statement], savings: str | None
) -> None:
    ledger = bank.ledger
    ledger.put_household(household)
    before = {account.name: account for account in ledger.accounts(household.name)}
    opened = {
        name: _account(household, name, found.currency, found.opening)
        for name, found in statements.items()
    }
    if savings and savings not in opened:
        opened[savings] = replace(
            _account(household, savings, household.currency, 0), kind=AccountKind.SAVINGS
        )
    changes: list[Change] = []
    for name, account in opened.items():
        ledger.put_account(account)
        changes += _differences(ledger.rows(account.id), statements.get(name))
    ledger.apply(changes)
    for name, account in before.items():
        if name not in opened:
            ledger.drop_account(account.id)


def _differences(before: Sequence[Row], statement: _Statement | None) -> Iterator[Change]:
    known = {row.id: row for row in before if row.id.startswith(_FILE_ROW)}
    for row in statement.rows if statement else ():
        old = known.pop(row.id, None)
        if old is None:
            yield Change("added", row)
        elif old != row:
            yield Change("modified", row)
    for row in known.values():
        yield Change("removed", row)


def _account(household: Household, name: str, currency: str, opening: int) -> BankAccount:
    return BankAccount(
        _account_id(household.name, name),
        household.name,
        name,
        _kind(name),
        currency,
        opening,
    )


def _account_id(household: str, name: str) -> str:
    key = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return account_id(household, key if key == name else f"{key}-{digest(name)[:6]}")


def _kind(name: str) -> AccountKind:
    if re.search(r"sav(er|ings?)", name, re.IGNORECASE):
        return AccountKind.SAVINGS
    if re.search(r"credit card|visa|mastercard", name, re.IGNORECASE):
        return AccountKind.CREDIT
    return AccountKind.CHECKING


def _read(content: str, wanted: Load) -> dict[str, _Statement]:
    form = profile(wanted.profile)
    reader = csv.DictReader(io.StringIO(content.removeprefix("\ufeff")), strict=True)
    lacking = form.needed - set(reader.fieldnames or ())
    if lacking:
        raise BadInput(f"The file has no column {', '.join(sorted(lacking))}.")
    statements: dict[str, _Statement] = {}
    try:
        for line in reader:
            name = (line[form.account] or "").strip()
            if wanted.accounts and name not in wanted.accounts:
                continue
            _read_line(line, form, wanted, name, statements)
    except (ValueError, csv.Error) as err:
        raise BadInput(f"Line {reader.line_num}: {err}") from err
    for statement in statements.values():
        statement.rows.sort(key=lambda row: row.day)
    return statements


def _read_line(
    line: dict[str, str],
    form: Profile,
    wanted: Load,
    name: str,
    statements: dict[str, _Statement],
) -> None:
    currency = _cell(line, form.currency) or wanted.currency or form.default_currency
    if not name or not currency:
        raise BadInput("an account and a currency are needed.")
    statement = statements.setdefault(name, _Statement(currency))
    if statement.currency != currency:
        raise BadInput(f"account {name} has two currencies.")
    row = _row(line, form, wanted.household, name, statement)
    balance = _cell(line, form.balance)
    if balance and row.state is State.BOOKED and row.day >= statement.stated_on:
        statement.balance = Money.of(balance, currency).minor
        statement.stated_on = row.day
    statement.rows.append(row)


def _row(
    line: dict[str, str], form: Profile, household: str, name: str, statement: _Statement
) -> Row:
    day = date.fromisoformat(line[form.date].strip())
    amount = Money.of(line[form.amount].strip(), statement.currency).minor
    description = _description(line, form) or ("CREDIT" if amount > 0 else "DEBIT")
    given = _cell(line, form.id)
    same = digest(day, amount, description)
    statement.seen[same] += 1
    key = given or f"{same}-{statement.seen[same]}"
    pending = (_cell(line, form.pending) or "").lower() in _YES
    return Row(
        id=f"{_FILE_ROW}{digest(household, name, key)}",
        account_id=_account_id(household, name),
        day=day,
        amount=amount,
        description=description,
        made_on=day,
        category=_cell(line, form.category),
        state=State.PENDING if pending else State.BOOKED,
        due=day + timedelta(days=1) if pending else None,
        fate=Fate.POST if pending else None,
    )


def _description(line: dict[str, str], form: Profile) -> str:
    text = " ".join(part for column in form.description if (part := _cell(line, column)))
    return text.replace("_", " ").upper() if form.words else text


def _cell(line: dict[str, str], column: str | None) -> str | None:
    return ((line.get(column) or "").strip() or None) if column else None
