"""Which of a person's own accounts, merchants and categories a sentence names.

Matching runs against the person's ledger, so any merchant works without being in
training data; what the language model tagged is only a hint for spelling mistakes.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from actions.understanding.account_names import (
    KINDS,
    alike_accounts,
    asked_account,
    own_accounts,
    unknown_account,
    without_others,
)
from actions.understanding.matching import (
    FUZZY_SCORE,
    beginning,
    fitting,
    having_word,
    normal,
    possessed,
    possessives,
    spoken,
)
from finance_core.model import Account
from finance_core.services.vocabulary import CategoryName, Vocabulary

_LIKE_SCORE = 75  # similarity a name must reach to be offered
_TOWN_OF = 2  # merchants that must end on the same words for these to be a town
_MOST_ASKED = 5  # more candidates than this are no question to ask

# words of everyday questions that are also names or synonyms of categories
_COMMON = frozenset(
    {"pay", "purchases", "giving", "present", "shares", "shops", "earnings", "auto", "general"}
)
_FOOD = frozenset({"groceries", "dining"})  # what "food" is about
_NOT_FOOD = re.compile(r" (?:(?:do|did|i|we|to) )(?:take|took|taken) out ")
_AND = re.compile(r"(?<= )(\w{4,}) (?:and|or|plus) (?=(\w{4,}) )")
# an amount, or a word that only leads to a day, names nothing; a small number alone may be a shop
_MONEY = r"(?:euros?|pounds?|dollars?|bucks|quid|crowns?|yen|hundred|thousand|grand)"
_SMALL = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen)"
_NO_NAME = re.compile(
    rf"\W*(?:\b{_SMALL} {_MONEY}\b|\b(?:a )?(?:fiver|tenner)s?\b|"
    rf"\d[\d.,' ]*|[€£$¥₹]|\b(?:{_MONEY}|eur|gbp|usd|czk|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    r"during|in|of|on|since|until|and)\b|\W)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Words that fit several names about equally well.

    Attributes:
        kind: ``merchant``, ``account`` or ``category``.
        words: as the person said them.
        candidates: the names, best and most used first; saying one in full settles it.
    """

    kind: str
    words: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """What a sentence names.

    Attributes:
        merchants: each merchant named, with every spelling the ledger has for it.
        by_other_words: category code → the words said for it, where these are narrower or
            other ones than its name ("coffee" for eating out).
        unknown: a merchant or category that the ledger does not have.
        unknown_account: an account that the person does not have.
        ambiguous: words that fit several names about equally well. Of such merchants and
            categories none is taken, and their words are ``unknown``, too; of such accounts
            all are.
    """

    categories: tuple[CategoryName, ...] = ()
    merchants: tuple[tuple[str, ...], ...] = ()
    accounts: tuple[Account, ...] = ()
    by_other_words: tuple[tuple[str, str], ...] = ()
    unknown: str | None = None
    unknown_account: str | None = None
    ambiguous: tuple[Ambiguity, ...] = ()


def find_names(text: str, hints: Sequence[tuple[str, str]], vocabulary: Vocabulary) -> Named:
    """Finds the names in ``text``.

    Args:
        text: what the person said.
        hints: ``(kind, words)`` as tagged by the language model; kinds are
            ``merchant``, ``category`` and ``account``.
        vocabulary: the person's own names.
    """
    own = without_others(text)
    words = normal(text)
    accounts, unclear = _accounts(own, hints, vocabulary.accounts)
    said = [account.name for account in accounts if spoken(account.name, words)]
    words = functools.reduce(lambda left, name: left.replace(normal(name), " "), said, words)
    hints = [
        (kind, hint)
        for kind, hint in hints
        if not _NO_NAME.fullmatch(hint) and normal(hint).strip() in words
    ]
    said_categories = _categories(words, vocabulary.categories)
    names = {normal(name) for category, _ in said_categories for name in _names_of(category)}
    # a movement without a merchant is called by what it is ("Cash"): then the category is meant
    tagged = [hint for hint in hints if not any(spoken(name, normal(hint[1])) for name in names)]
    joined = [word for word in _joined(words) if normal(word) not in names]
    found, unclear_merchants = _merchants(words, tagged, joined, vocabulary.merchants)
    merchants = tuple(spelled for spelled in found if normal(spelled[0]) not in names)
    unclear += unclear_merchants
    if merchants:
        heard = [normal(name) for spelled in merchants for name in spelled]
        # not what was only heard inside the merchant's name ("Rent a Car")
        said_categories = [
            (category, said)
            for category, said in said_categories
            if not any(normal(said) in name for name in heard)
        ]
    elif not (said_categories or unclear_merchants):
        said_categories, unclear_categories = _alike_category(hints, vocabulary.categories)
        unclear += unclear_categories
    named = [hint for hint in hints if normal(hint[1]).strip() not in KINDS]
    return Named(
        tuple(category for category, _ in said_categories),
        merchants,
        accounts,
        tuple((c.code, said) for c, said in said_categories if _narrower(said, c)),
        None if merchants or said_categories else _first(named, "merchant", "category"),
        None if accounts else unknown_account(own, hints, normal(own)),
        tuple(unclear),
    )


def closest(words: str, names: Iterable[str], limit: int = 3) -> list[str]:
    """The names most like ``words``, for "did you mean"."""
    matches = process.extract(normal(words), names, scorer=fuzz.WRatio, limit=limit)
    return [name for name, score, _ in matches if score >= _LIKE_SCORE]


def _first(hints: Sequence[tuple[str, str]], *kinds: str) -> str | None:
    return next((words for kind, words in hints if kind in kinds), None)


def _accounts(
    text: str, hints: Sequence[tuple[str, str]], accounts: Sequence[Account]
) -> tuple[tuple[Account, ...], list[Ambiguity]]:
    """The accounts meant; all that the words of an asked one fit, which is then unclear."""
    found = own_accounts(normal(text), hints, accounts)
    said = None if found else asked_account(text, hints)
    alike = alike_accounts((("account", said),), accounts) if said else ()
    names = tuple(dict.fromkeys(account.name for account in alike))
    unclear = [Ambiguity("account", said, names)] if said and len(names) > 1 else []
    return found or alike, unclear


def _merchants(
    words: str,
    hints: Sequence[tuple[str, str]],
    joined: Sequence[str],
    merchants: Sequence[str],
) -> tuple[list[tuple[str, ...]], list[Ambiguity]]:
    """The merchants said, each with all its names, the one said first; and words unclear."""
    said = [name for name in merchants if spoken(name, words) or possessed(name, words)]
    found: list[tuple[str, ...]] = []
    for name in sorted(said, key=len, reverse=True):
        if not any(_within(name, longer) for spelled in found for longer in spelled):
            found.append(_spellings(name, merchants))
    if found:
        tagged = [hint for kind, hint in hints if kind == "merchant" and not _joined(normal(hint))]
        beside = [*tagged, *(word for word in joined if having_word(word, merchants))]
        more, unclear = _tagged_merchants(_unheard(beside, found), merchants)
        return found + [spelled for spelled in more if spelled not in found], unclear
    starts = {name: start for name in merchants if (start := beginning(name, words, KINDS))}
    if starts:
        longest = max(starts.values(), key=len)
        return [tuple(name for name, start in starts.items() if start == longest)], []
    return _tagged_merchants([words for kind, words in hints if kind == "merchant"], merchants)


def _joined(words: str) -> list[str]:
    """The words on both sides of an "and" or "or"."""
    return [word for match in _AND.finditer(words) for word in match.groups()]


def _unheard(said: Sequence[str], found: Sequence[tuple[str, ...]]) -> list[str]:
    """What was said without the names that were found, and parts of these."""
    heard = [form for one in found for name in one for form in (name, *possessives(name))]
    return [word for word in said if not any(normal(word) in normal(form) for form in heard)]


def _tagged_merchants(
    hints: Sequence[str], merchants: Sequence[str]
) -> tuple[list[tuple[str, ...]], list[Ambiguity]]:
    """The merchants that tagged words stand for, shortened or misspelt."""
    found: list[tuple[str, ...]] = []
    unclear = []
    for hint in hints:
        names = having_word(hint, merchants) or fitting(hint, merchants)
        families: dict[frozenset[str], tuple[str, ...]] = {}
        for name in names:
            spelled = _spellings(name, merchants)
            families.setdefault(frozenset(spelled), spelled)
        if len(families) == 1:
            found += [one for one in families.values() if one not in found]
        elif families:
            candidates = [one[0] for one in families.values()]
            unclear.append(Ambiguity("merchant", hint, tuple(candidates[:_MOST_ASKED])))
    return found, unclear


def _within(name: str, longer: str) -> bool:
    """Whether a name is only a part of a longer one that was said."""
    forms = (normal(name), *(f" {form} " for form in possessives(name)))
    return any(form in normal(longer) for form in forms)


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
        if name.casefold() not in _COMMON and spoken(name, left)
    ]
    found: dict[str, tuple[CategoryName, str]] = {}
    for name, category in sorted(names, key=lambda entry: -len(entry[0])):
        if normal(name) in left:
            left = left.replace(normal(name), " \0 ")
            found.setdefault(category.code, (category, name))
    if not found and " food " in left:
        return [(category, "food") for category in categories if category.code in _FOOD]
    return list(found.values())


def _alike_category(
    hints: Sequence[tuple[str, str]], categories: Sequence[CategoryName]
) -> tuple[list[tuple[CategoryName, str]], list[Ambiguity]]:
    """The category that a tagged, perhaps misspelt name is like; or which it could be."""
    hint = _first(hints, "category", "merchant")
    if not hint:
        return [], []
    by_word = {name: category for category in categories for name in _names_of(category)}
    names = fitting(hint, list(by_word), fuzz.ratio)
    alike = {by_word[name].code: (by_word[name], name) for name in reversed(names)}
    if len(alike) < 2:
        return list(alike.values()), []
    candidates = tuple(category.name for category, _ in reversed(alike.values()))
    return [], [Ambiguity("category", hint, candidates)]


def _narrower(said: str, category: CategoryName) -> bool:
    """Whether the words say something else than the category's name does."""
    word = normal(said).strip()
    own = (normal(category.name).strip(), category.code)
    return all(fuzz.partial_ratio(word, name) < FUZZY_SCORE for name in own)


def _names_of(category: CategoryName) -> tuple[str, ...]:
    return (category.name, category.code.replace("_", " "), *category.synonyms)
