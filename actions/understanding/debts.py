"""What a sentence says about debts: their rates, least payments, and what is paid on top."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from actions.understanding.amounts import find_amounts
from actions.understanding.periods import without_dates
from finance_core.errors import BadInput
from finance_core.model import Account, AccountKind
from finance_core.money import Money

_RATE = re.compile(
    r"(?P<rate>\d{1,4}(?:[.,]\d{1,3})?)\s?(?:%|percent\b|per cent\b|pct\b|p\.a\.)"
    r"|\bapr (?:of |is )?(?P<apr>\d{1,3}(?:[.,]\d{1,3})?)\b"
    r"|\b(?P<before>\d{1,3}(?:[.,]\d{1,3})?) apr\b",
    re.IGNORECASE,
)
_INTEREST_FREE = re.compile(r"\b(?:interest[- ]free|no interest|without interest)\b", re.IGNORECASE)
_EXTRA = re.compile(
    r"\b(?:extra|more|on top|additional(?:ly)?|over the minimum|above the minimum)\b", re.IGNORECASE
)
_A_MONTH = re.compile(r"\b(?:a|per|each|every) month\b|\bmonthly\b", re.IGNORECASE)
_LEAST = re.compile(r"\b(?:min(?:imum)?|least)\b", re.IGNORECASE)
_KIND_WORDS = {
    AccountKind.CREDIT: re.compile(r"\b(?:credit )?card\b|\bvisa\b|\bmastercard\b", re.IGNORECASE),
    AccountKind.LOAN: re.compile(r"\bloan\b|\bmortgage\b", re.IGNORECASE),
}
_PLAIN_WORDS = frozenset({"credit", "card", "loan", "account", "bank", "the", "my", "and"})

type Said = tuple[int | None, Money | None]


def rate_bps(text: str) -> int | None:
    """The yearly rate said, in basis points; None without one.

    Raises:
        BadInput: a rate finer than a hundredth of a percent.
    """
    found = _RATE.search(text)
    if found is None:
        return 0 if _INTEREST_FREE.search(text) else None
    number = found["rate"] or found["apr"] or found["before"]
    bps = Decimal(number.replace(",", ".")) * 100
    if bps != bps.to_integral_value():
        raise BadInput("I keep interest rates to a hundredth of a percent, like 24.95%.")
    return int(bps)


def said_terms(text: str, debts: Sequence[Account], asked: str | None) -> dict[str, Said]:
    """Rate and least payment said, by account id; the parts that are not said are None.

    Args:
        text: what the person said.
        debts: the accounts it may be about.
        asked: the id of the account that was asked about, whose name need not be said.

    Raises:
        BadInput: a figure that is not possible.
    """
    found: dict[str, Said] = {}
    for account, part in _parts(text, debts, asked):
        rate = rate_bps(part)
        amount = _payment(part, account.currency, asked=account.id == asked)
        if rate is not None or amount is not None:
            found[account.id] = (rate, amount)
    return found


def extra_payment(text: str, currency: str) -> tuple[Money | None, Money | None]:
    """What is paid on top each month, and what is paid each month in all, if said.

    Raises:
        BadInput: an amount that is not positive.
    """
    if _RATE.search(text) or _LEAST.search(_EXTRA.sub(" ", text)):
        return None, None
    amounts = find_amounts(without_dates(text), currency)
    if not amounts:
        return None, None
    if _EXTRA.search(text):
        return amounts[0], None
    return (None, amounts[0]) if _A_MONTH.search(text) else (None, None)


def named_debts(text: str, debts: Sequence[Account]) -> list[Account]:
    """The debts a sentence names, in the order they are said."""
    places = _places(text, debts)
    return [
        account
        for account in sorted(debts, key=lambda a: places.get(a.id, 0))
        if account.id in places
    ]


def _payment(part: str, currency: str, *, asked: bool) -> Money | None:
    """The least payment of a part of a sentence, told by its words or next to a rate."""
    if not (asked or _LEAST.search(part) or _RATE.search(part)):
        return None
    if _EXTRA.search(part) and not _LEAST.search(part):
        return None
    amounts = find_amounts(without_dates(_RATE.sub(" ", part)), currency)
    return amounts[0] if amounts else None


def _parts(text: str, debts: Sequence[Account], asked: str | None) -> list[tuple[Account, str]]:
    """The sentence cut up into what is said about each debt."""
    places = _places(text, debts)
    if not places:
        about = [account for account in debts if account.id == asked] or list(debts)
        return [(about[0], text)] if len(about) == 1 else []
    named = sorted((a for a in debts if a.id in places), key=lambda a: places[a.id])
    starts = [0, *(places[account.id] for account in named[1:]), len(text)]
    return [
        (account, text[starts[number] : starts[number + 1]]) for number, account in enumerate(named)
    ]


def _places(text: str, debts: Sequence[Account]) -> Mapping[str, int]:
    """Where each debt is named: by its name, by a word only it has, or by its kind."""
    words = {account.id: _telling(account) for account in debts}
    places: dict[str, int] = {}
    for account in debts:
        others = {word for a in debts if a is not account for word in words[a.id]}
        own = [account.name, *(word for word in words[account.id] if word not in others)]
        kind = _KIND_WORDS.get(account.kind)
        alone = sum(other.kind is account.kind for other in debts) == 1
        found = [re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in own]
        found += [kind.search(text)] if kind and alone else []
        starts = [match.start() for match in found if match]
        if starts:
            places[account.id] = min(starts)
    return places


def _telling(account: Account) -> list[str]:
    words = re.findall(r"[^\W\d_]{3,}", account.name.casefold())
    return [word for word in words if word not in _PLAIN_WORDS]
