"""Which of a person's own accounts, merchants and categories a sentence names.

Matching runs against the person's ledger, so any merchant works without being in
training data; what the language model tagged is only a hint for spelling mistakes.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from finance_core.model import Account, AccountKind
from finance_core.services.vocabulary import CategoryName, Vocabulary

_FUZZY_SCORE = 84  # similarity (0-100) a misspelt name must reach
_LIKE_SCORE = 75  # similarity a name must reach to be offered
_SHORTEST_FUZZY = 4
_TOWN_OF = 2  # merchants that must end on the same words for these to be a town
_ANY_ACCOUNT = frozenset(
    {"bank", "account", "accounts", "bank account", "bank accounts", "all accounts", "balance",
     "my account", "my accounts", "money", "main", "other", "whole", "all", "each", "every"}
)  # fmt: skip

_KIND_WORDS = {
    AccountKind.CHECKING: ("checking", "current account", "chequing", "main account"),
    AccountKind.SAVINGS: ("savings account", "savings", "saver"),
    AccountKind.CREDIT: ("credit card", "credit", "visa", "mastercard", "card balance"),
    AccountKind.LOAN: ("loan",),
    AccountKind.CASH: ("cash",),
}


_CURRENT = re.compile(r" (?:and|the|my|in) (?:the )?current (?!balance|month|week|year|spending)")
_KINDS = frozenset(name for names in _KIND_WORDS.values() for name in names)
# words of everyday questions that are also names or synonyms of categories
_COMMON = frozenset(
    {"pay", "purchases", "giving", "present", "shares", "shops", "earnings", "auto", "general"}
)
_FOOD = frozenset({"groceries", "dining"})  # what "food" is about
_NOT_FOOD = re.compile(r" (?:(?:do|did|i|we|to) )(?:take|took|taken) out ")
_AMOUNT_ONLY = re.compile(
    r"\W*(?:\d[\d.,' ]*|[€£$¥₹]|\b(?:eur|euros?|gbp|pounds?|usd|dollars?|bucks|quid|czk|crowns?|"
    r"yen)\b|\W)+",
    re.IGNORECASE,
)
_ACCOUNT_ASKED = re.compile(
    r"\b(?:in|on|of|from) (?:my|our|the) (?P<name>[\w&' ]{2,30}?) account\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Named:
    """What a sentence names.

    Attributes:
        merchants: each merchant named, with every spelling the ledger has for it.
        by_other_words: category code → the words said for it, where these are narrower or
            other ones than its name ("coffee" for eating out).
        unknown: a merchant or category that the ledger does not have.
        unknown_account: an account that the person does not have.
    """

    categories: tuple[CategoryName, ...] = ()
    merchants: tuple[tuple[str, ...], ...] = ()
    accounts: tuple[Account, ...] = ()
    by_other_words: tuple[tuple[str, str], ...] = ()
    unknown: str | None = None
    unknown_account: str | None = None


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
    said = [account.name for account in accounts if _spoken(account.name, words)]
    words = functools.reduce(lambda left, name: left.replace(_normal(name), " "), said, words)
    hints = [
        (kind, hint)
        for kind, hint in hints
        if not _AMOUNT_ONLY.fullmatch(hint) and _normal(hint).strip() in words
    ]
    said_categories = _categories(words, vocabulary.categories)
    names = {_normal(name) for category, _ in said_categories for name in _names_of(category)}
    # a movement without a merchant is called by what it is ("Cash"): then the category is meant
    tagged = [hint for hint in hints if not any(_spoken(name, _normal(hint[1])) for name in names)]
    merchants = tuple(
        spelled
        for spelled in _merchants(words, tagged, vocabulary.merchants)
        if _normal(spelled[0]) not in names
    )
    if merchants:
        heard = [_normal(name) for spelled in merchants for name in spelled]
        # not what was only heard inside the merchant's name ("Rent a Car")
        said_categories = [
            (category, said)
            for category, said in said_categories
            if not any(_normal(said) in name for name in heard)
        ]
    elif not said_categories:
        said_categories = _alike_category(hints, vocabulary.categories)
    named = [hint for hint in hints if _normal(hint[1]).strip() not in _KINDS]
    return Named(
        tuple(category for category, _ in said_categories),
        merchants,
        accounts,
        tuple((c.code, said) for c, said in said_categories if _narrower(said, c)),
        None if merchants or said_categories else _first(named, "merchant", "category"),
        None if accounts else _unknown_account(text, hints, words),
    )


def closest(words: str, names: Iterable[str], limit: int = 3) -> list[str]:
    """The names most like ``words``, for "did you mean"."""
    matches = process.extract(_normal(words), names, scorer=fuzz.WRatio, limit=limit)
    return [name for name, score, _ in matches if score >= _LIKE_SCORE]


@lru_cache(maxsize=16_384)  # names stay the same from turn to turn
def _normal(text: str) -> str:
    """Words apart by single spaces, with one at each end; ``Lou's`` is ``lous``."""
    spaced = re.sub(r"[^\w&+]+", " ", re.sub(r"['’]", "", text.casefold()))
    return f" {spaced.strip()} "


def _first(hints: Sequence[tuple[str, str]], *kinds: str) -> str | None:
    return next((words for kind, words in hints if kind in kinds), None)


def _spoken(name: str, words: str) -> bool:
    return len(_normal(name)) > 3 and _normal(name) in words


def _possessed(name: str, words: str) -> bool:
    """Whether the words name it with an s more or less ("Amazon's", "at Sainsbury")."""
    normal = _normal(name).strip()
    forms = (f"{normal}s", normal.removesuffix("s"))
    return len(normal) > _SHORTEST_FUZZY and any(f" {form} " in words for form in forms)


def _beginning(name: str, words: str) -> str:
    """The first words of a name, two or more, as far as they are said in a row."""
    parts = _normal(name).split()
    for count in range(len(parts), 1, -1):
        start = " ".join(parts[:count])
        if start not in _KINDS and f" {start} " in words:
            return start
    return ""


def _merchants(
    words: str, hints: Sequence[tuple[str, str]], merchants: Sequence[str]
) -> list[tuple[str, ...]]:
    """The merchants said, each with all its names, the one said first."""
    said = [name for name in merchants if _spoken(name, words) or _possessed(name, words)]
    found: list[tuple[str, ...]] = []
    for name in sorted(said, key=len, reverse=True):
        if not any(_normal(name) in _normal(longer) for spelled in found for longer in spelled):
            found.append(_spellings(name, merchants))
    if found:
        return found
    starts = {name: start for name in merchants if (start := _beginning(name, words))}
    if starts:
        longest = max(starts.values(), key=len)
        return [tuple(name for name, start in starts.items() if start == longest)]
    alike = [
        _fuzzy(hint, merchants, lambda name: name) for kind, hint in hints if kind == "merchant"
    ]
    return [_spellings(name, merchants) for name in dict.fromkeys(filter(None, alike))]


def _spellings(merchant: str, merchants: Sequence[str]) -> tuple[str, ...]:
    """The merchant under all its names: some only add a town, which others end on, too."""
    bases: dict[str, set[str]] = defaultdict(set)
    for name in merchants:
        for base, end in _ends(name):
            bases[end].add(base)
    towns = {end for end, starts in bases.items() if len(starts) >= _TOWN_OF}
    wanted = _without_town(merchant, towns)
    same = [name for name in merchants if _without_town(name, towns) == wanted]
    return (merchant, *(name for name in same if name != merchant))


def _ends(name: str) -> list[tuple[str, str]]:
    words = name.split()
    cuts = range(max(1, len(words) - 3), len(words))
    return [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in cuts]


def _without_town(name: str, towns: Collection[str]) -> str:
    return next((base for base, end in _ends(name) if end in towns), name)


def _categories(words: str, categories: Sequence[CategoryName]) -> list[tuple[CategoryName, str]]:
    """The categories said with the words said for them; a longer name hides those in it."""
    left = _NOT_FOOD.sub(" ", words)
    names = [
        (name, category)
        for category in categories
        for name in _names_of(category)
        if name.casefold() not in _COMMON and _spoken(name, left)
    ]
    found: dict[str, tuple[CategoryName, str]] = {}
    for name, category in sorted(names, key=lambda entry: -len(entry[0])):
        if _normal(name) in left:
            left = left.replace(_normal(name), " \0 ")
            found.setdefault(category.code, (category, name))
    if not found and " food " in left:
        return [(category, "food") for category in categories if category.code in _FOOD]
    return list(found.values())


def _alike_category(
    hints: Sequence[tuple[str, str]], categories: Sequence[CategoryName]
) -> list[tuple[CategoryName, str]]:
    """The category that a tagged, perhaps misspelt name is like."""
    hint = _first(hints, "category", "merchant")
    if not hint:
        return []
    by_word = {name: category for category in categories for name in _names_of(category)}
    found = _fuzzy(hint, list(by_word), lambda name: name, fuzz.ratio)
    return [(by_word[found], found)] if found else []


def _narrower(said: str, category: CategoryName) -> bool:
    """Whether the words say something else than the category's name does."""
    word = _normal(said).strip()
    own = (_normal(category.name).strip(), category.code)
    return all(fuzz.partial_ratio(word, name) < _FUZZY_SCORE for name in own)


def _names_of(category: CategoryName) -> tuple[str, ...]:
    return (category.name, category.code.replace("_", " "), *category.synonyms)


def _accounts(
    words: str, hints: Sequence[tuple[str, str]], accounts: Sequence[Account]
) -> tuple[Account, ...]:
    said = _by_name(words, accounts)
    for account in said:
        words = words.replace(_normal(account.name), " ")
    kinds = {kind for kind, names in _KIND_WORDS.items() if any(f" {n} " in words for n in names)}
    if _CURRENT.search(words):
        kinds.add(AccountKind.CHECKING)
    found = [account for account in accounts if account in said or account.kind in kinds]
    if found:
        return tuple(found)
    hint = _first(hints, "account")
    alike = _fuzzy(hint, accounts, lambda account: account.name) if hint else None
    return (alike,) if alike else ()


def _by_name(words: str, accounts: Sequence[Account]) -> list[Account]:
    """Accounts named in full; a longer name hides those within it."""
    said: list[Account] = []
    for account in sorted(accounts, key=lambda account: -len(account.name)):
        if _spoken(account.name, words):
            said += [other for other in accounts if other.name == account.name]
            words = words.replace(_normal(account.name), " ")
    return said


def _unknown_account(text: str, hints: Sequence[tuple[str, str]], words: str) -> str | None:
    """An account that was asked for by a name or a kind that the person does not have."""
    asked = _ACCOUNT_ASKED.search(text)
    if asked and asked["name"].casefold() not in _ANY_ACCOUNT:
        return f"{asked['name']} account"
    hint = _first(hints, "account")
    if hint and _normal(hint).strip() not in _ANY_ACCOUNT:
        return hint
    kinds = (AccountKind.SAVINGS, AccountKind.CREDIT)
    return next(
        (name for kind in kinds for name in _KIND_WORDS[kind] if f" {name} " in words), None
    )


def _fuzzy[T](
    said: str,
    choices: Sequence[T],
    name: Callable[[T], str],
    scorer: Callable[..., float] = fuzz.WRatio,
) -> T | None:
    if len(said.strip()) < _SHORTEST_FUZZY:
        return None
    match = process.extractOne(
        _normal(said).removeprefix(" the").strip(),
        [_normal(name(choice)).removeprefix(" the").strip() for choice in choices],
        scorer=scorer,
        score_cutoff=_FUZZY_SCORE,
    )
    return choices[match[2]] if match else None
