"""Scoring the values Penny reads out of what people say, on other people's labelled texts.

Two formats are known, by their shape: NLU++ (Casanueva et al., 2022), one JSON list of
texts with slots and their values; and Schema-Guided Dialogue (Rastogi et al., 2020), one
user turn per JSON line, with the slot values that the turn itself tells. No gold span is
used: Penny reads the whole text, as in a conversation.

======================= ====================================== ==========================
gold slot               read as                                right when
======================= ====================================== ==========================
amount, amount_of_money the first amount of the text           same amount, and currency
                                                               where the gold has one
date                    a day                                  same day
date_from, date_to      the ends of a period, else a day       same day
date_period             a period                               same days
company_name            merchants of the ledger                that merchant alone
person_name,            payees, else those the ledger has      that one alone
recipient_account_name  money from or to
account_type            in a transfer the own account that     same kind of account
                        money comes from, else the one named
recipient_account_type  somebody else's account, else the own  same kind of account
                        one that money goes to
======================= ====================================== ==========================

Not counted, as Penny has no such value: times of day, bare numbers, names of categories
(the gold has no code to compare with), and what has no day in the gold ("lately", "each
month", "for a year"). They are given as ``left_out``. Companies and people are matched
against a ledger that knows all of the file's, as in service they are matched against the
person's own.

Gold days follow one convention (a day without its year or month is the next to come, a
window of months begins on the first) and Penny another (a past tense means the last one,
windows end today). So a day is compared in what its own words state: "10 January" in month
and day, "the 5th" in its number; a current period also up to or from today; a counted
window by its length. ``exact`` counts only the values that are the very same.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from actions.understanding.account_names import others_kind
from actions.understanding.amounts import find_amount
from actions.understanding.ends import find_ends
from actions.understanding.names import find_names
from actions.understanding.periods import without_dates
from cli import entity_days as days
from cli.entity_files import Gold, amount_of, day_of, period_of, read_labelled
from finance_core.enrich.taxonomy import taxonomy
from finance_core.errors import BadInput
from finance_core.model import Account, AccountKind, Payee
from finance_core.money import Money
from finance_core.services.vocabulary import CategoryName, Vocabulary

_COMPANIES = frozenset({"company_name"})
_PEOPLE = frozenset({"person_name", "recipient_account_name"})
_NO_MATTER, _MOVING = "dontcare", "TransferMoney"
_ACCOUNTS = {"checking": AccountKind.CHECKING, "savings": AccountKind.SAVINGS}


@dataclass(frozen=True, slots=True)
class World:
    """What Penny knows when she reads: the day, the currency and the ledger's names."""

    today: date
    currency: str
    vocabulary: Vocabulary
    payees: tuple[Payee, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as the gold has it and as Penny reads it, in plain text."""

    gold: str
    resolved: str | None
    right: bool
    exact: bool


type Reader = Callable[[Gold, World], Reading | None]


def evaluate(
    path: Path, today: date | None = None, currency: str = "USD"
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Reads every text of a labelled file; returns the scores and a row per value.

    Args:
        path: the file.
        today: the day the texts were said on; where unset, the day that the gold's own
            "today" and "tomorrow" stand for, or this day if it has none.
        currency: the person's.

    Raises:
        BadInput: the file has neither of the known forms, or no value that Penny reads.
    """
    labelled = read_labelled(path)
    said_on = today or labelled.said_on or datetime.now(UTC).date()
    world = _world(labelled.golds, said_on, currency)
    rows, left_out = [], Counter[str]()
    for gold in labelled.golds:
        reader = _READERS.get(gold.slot)
        reading = reader(gold, world) if reader else None
        if reading is None:
            left_out[gold.slot] += 1
        else:
            rows.append((gold, reading))
    if not rows:
        raise BadInput(f"{path.name} has no amounts, days, companies, people or accounts.")
    return _summary(labelled.texts, rows, left_out), [_row(*row) for row in rows]


def _row(gold: Gold, reading: Reading) -> dict[str, Any]:
    return {
        "text": gold.text,
        "slot": gold.slot,
        "gold": reading.gold,
        "resolved": reading.resolved,
        "right": reading.right,
        "exact": reading.exact,
    }


def _summary(
    texts: int, rows: list[tuple[Gold, Reading]], left_out: Mapping[str, int]
) -> dict[str, Any]:
    slots: dict[str, list[Reading]] = defaultdict(list)
    for gold, reading in rows:
        slots[gold.slot].append(reading)
    return {
        "rows": texts,
        **_scores([reading for _, reading in rows]),
        "per_slot": {slot: _scores(readings) for slot, readings in sorted(slots.items())},
        "left_out": dict(sorted(left_out.items())),
    }


def _scores(readings: list[Reading]) -> dict[str, Any]:
    right = sum(reading.right for reading in readings)
    exact = sum(reading.exact for reading in readings)
    return {
        "values": len(readings),
        "resolved": right,
        "accuracy": round(right / len(readings), 4),
        "exact": round(exact / len(readings), 4),
    }


def _world(golds: tuple[Gold, ...], today: date, currency: str) -> World:
    """A ledger with all companies and people of the file, a current and a savings account."""
    now = datetime.combine(today, datetime.min.time(), UTC)
    nothing = Money.zero(currency)
    accounts = tuple(
        Account(kind, "p", name, kind, nothing, None, now)
        for name, kind in (("Everyday", AccountKind.CHECKING), ("Pot", AccountKind.SAVINGS))
    )
    categories = tuple(CategoryName(c.code, c.name, c.says, c.kind) for c in taxonomy().categories)
    payees = (Payee(name, name, "iban", "0000") for name in _names(golds, _PEOPLE))
    merchants = tuple(_names(golds, _COMPANIES | _PEOPLE))
    return World(today, currency, Vocabulary(accounts, merchants, categories), tuple(payees))


def _names(golds: tuple[Gold, ...], slots: frozenset[str]) -> list[str]:
    """Each name once, however it is written."""
    names = {_plain(gold.words): gold.words for gold in reversed(golds) if gold.slot in slots}
    return sorted(names.values())


def _plain(name: str) -> str:
    return re.sub(r"\W+", " ", re.sub(r"['’](?:s\b)?", "", name.casefold())).strip()


def _amount(gold: Gold, world: World) -> Reading | None:
    wanted = amount_of(gold.value)
    if wanted is None:
        return None
    amount, currency = wanted
    try:
        found = find_amount(without_dates(gold.text), world.currency)
    except BadInput:
        found = None
    same = found is not None and found.amount == amount and currency in (None, found.currency)
    shown = f"{found.amount} {found.currency}" if found else None
    return Reading(f"{amount} {currency or ''}".strip(), shown, same, same)


def _a_day(read: Callable[[str, date], date | None]) -> Reader:
    def reader(gold: Gold, world: World) -> Reading | None:
        wanted = day_of(gold.value)
        if wanted is None:
            return None
        found = read(gold.text, world.today)
        right = days.same_day(wanted, gold.words, found)
        shown = found.isoformat() if found else None
        return Reading(wanted.isoformat(), shown, right, found == wanted)

    return reader


def _a_period(gold: Gold, world: World) -> Reading | None:
    wanted = period_of(gold.value)
    if wanted is None:
        return None
    found = days.read_period(gold.text, world.today)
    right = days.same_period(wanted, gold.words, found, world.today)
    return Reading(_span(wanted), _span(found) if found else None, right, found == wanted)


def _span(period: days.Days) -> str:
    return "/".join(day.isoformat() for day in period)


def _counterparties(gold: Gold, world: World) -> list[str]:
    named = find_names(gold.text, (), world.vocabulary)
    return [spelled[0] for spelled in named.merchants]


def _company(gold: Gold, world: World) -> Reading:
    found = _counterparties(gold, world)
    right = [_plain(name) for name in found] == [_plain(gold.words)]
    return Reading(gold.words, ", ".join(found) or None, right, right)


def _person(gold: Gold, world: World) -> Reading:
    ends = find_ends(gold.text, (), world.vocabulary, world.payees)
    found = [payee.name for payee in ends.payees] or _counterparties(gold, world)
    right = [_plain(name) for name in found] == [_plain(gold.words)]
    return Reading(gold.words, ", ".join(found) or None, right, right)


def _source(gold: Gold, world: World) -> Reading:
    """As the skill of the task reads it: a transfer has two ends, a balance one account."""
    if gold.task == _MOVING:
        ends = find_ends(gold.text, (), world.vocabulary, world.payees)
        return _account(gold, [account.kind for account in ends.sources or ends.bare])
    named = find_names(gold.text, (), world.vocabulary)
    return _account(gold, [account.kind for account in named.accounts])


def _target(gold: Gold, world: World) -> Reading:
    theirs = others_kind(gold.text, [payee.name for payee in world.payees])
    if theirs:
        return _account(gold, [theirs])
    ends = find_ends(gold.text, (), world.vocabulary, world.payees)
    return _account(gold, [account.kind for account in ends.targets])


def _account(gold: Gold, kinds: list[AccountKind]) -> Reading:
    """ "Any account" is right where none is read."""
    found = list(dict.fromkeys(kinds))
    wanted = [] if gold.value == _NO_MATTER else [_ACCOUNTS.get(str(gold.value).lower())]
    right = found == wanted
    return Reading(str(gold.value), ", ".join(found) or None, right, right)


_READERS: dict[str, Reader] = {
    "amount": _amount,
    "amount_of_money": _amount,
    "date": _a_day(days.read_day),
    "date_from": _a_day(days.read_from),
    "date_to": _a_day(days.read_until),
    "date_period": _a_period,
    "company_name": _company,
    "person_name": _person,
    "recipient_account_name": _person,
    "account_type": _source,
    "recipient_account_type": _target,
}
