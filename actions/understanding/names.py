"""Which of a person's own accounts, merchants and categories a sentence names.

Matching runs against the person's ledger, so any merchant works without being in
training data; what the language model tagged is only a hint for spelling mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from finance_core.model import Account, AccountKind
from finance_core.services.vocabulary import CategoryName, Vocabulary

_FUZZY_SCORE = 84  # similarity (0-100) a misspelt name must reach
_SHORTEST_FUZZY = 4

_KIND_WORDS = {
    AccountKind.CHECKING: ("checking", "current account", "current", "chequing", "main account"),
    AccountKind.SAVINGS: ("savings account", "savings", "saver"),
    AccountKind.CREDIT: ("credit card", "credit", "visa", "mastercard", "card balance"),
    AccountKind.LOAN: ("loan",),
    AccountKind.CASH: ("cash",),
}


@dataclass(frozen=True, slots=True)
class Named:
    """What a sentence names; ``unknown`` is a tagged name that the ledger does not have."""

    category: CategoryName | None = None
    merchant: str | None = None
    accounts: tuple[Account, ...] = ()
    unknown: str | None = None


def find_names(text: str, hints: Sequence[tuple[str, str]], vocabulary: Vocabulary) -> Named:
    """Finds the names in ``text``.

    Args:
        text: what the person said.
        hints: ``(kind, words)`` as tagged by the language model; kinds are
            ``merchant``, ``category`` and ``account``.
        vocabulary: the person's own names.
    """
    words = _normal(text)
    accounts = _accounts(words, hints, vocabulary.accounts)
    merchant = _merchant(words, hints, vocabulary.merchants)
    category = _category(words, hints, vocabulary.categories)
    if merchant and category and _overlap(merchant, category):
        category = None
    unknown = None if merchant or category else _first(hints, "merchant", "category")
    return Named(category, merchant, accounts, unknown)


def closest(words: str, names: Iterable[str], limit: int = 3) -> list[str]:
    """The names most like ``words``, for "did you mean"."""
    matches = process.extract(_normal(words), names, scorer=fuzz.WRatio, limit=limit)
    return [name for name, score, _ in matches if score >= 60]


def _normal(text: str) -> str:
    spaced = re.sub(r"[^\w&+]+", " ", text.casefold().replace("'s ", " ").replace("’s ", " "))
    return f" {spaced.strip()} "


def _first(hints: Sequence[tuple[str, str]], *kinds: str) -> str | None:
    return next((words for kind, words in hints if kind in kinds), None)


def _spoken(name: str, words: str) -> bool:
    normal = _normal(name)
    return len(normal) > 3 and normal in words


def _merchant(words: str, hints: Sequence[tuple[str, str]], merchants: Sequence[str]) -> str | None:
    said = [name for name in merchants if _spoken(name, words)]
    if said:
        return max(said, key=len)
    hint = _first(hints, "merchant")
    return _fuzzy(hint, merchants, lambda name: name) if hint else None


def _category(
    words: str, hints: Sequence[tuple[str, str]], categories: Sequence[CategoryName]
) -> CategoryName | None:
    spoken = [
        (len(name), category)
        for category in categories
        for name in (category.name, category.code.replace("_", " "), *category.synonyms)
        if _spoken(name, words)
    ]
    if spoken:
        return max(spoken, key=lambda entry: entry[0])[1]
    hint = _first(hints, "category")
    if not hint:
        return None
    by_word = {
        name: category for category in categories for name in (category.name, *category.synonyms)
    }
    found = _fuzzy(hint, list(by_word), lambda name: name)
    return by_word[found] if found else None


def _accounts(
    words: str, hints: Sequence[tuple[str, str]], accounts: Sequence[Account]
) -> tuple[Account, ...]:
    said = [account for account in accounts if _spoken(account.name, words)]
    if said:
        longest = max(len(account.name) for account in said)
        return tuple(account for account in said if len(account.name) == longest)
    for kind, names in _KIND_WORDS.items():
        if any(f" {name} " in words for name in names):
            return tuple(account for account in accounts if account.kind is kind)
    hint = _first(hints, "account")
    found = _fuzzy(hint, accounts, lambda account: account.name) if hint else None
    return (found,) if found else ()


def _fuzzy[T](said: str, choices: Sequence[T], name: Callable[[T], str]) -> T | None:
    if len(said.strip()) < _SHORTEST_FUZZY:
        return None
    match = process.extractOne(
        _normal(said).strip(),
        [_normal(name(choice)).strip() for choice in choices],
        scorer=fuzz.WRatio,
        score_cutoff=_FUZZY_SCORE,
    )
    return choices[match[2]] if match else None


def _overlap(merchant: str, category: CategoryName) -> bool:
    """Whether the category was only heard inside the merchant's name ("Rent a Car")."""
    return any(
        _normal(name).strip() in _normal(merchant) for name in (category.name, *category.synonyms)
    )
