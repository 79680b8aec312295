"""What a movement was for, as a category code.

Asked in this order; the first that knows decides:

1. the person's own correction for this merchant,
2. the bank's or file's category (a merchant known by name may only refine it),
3. the merchant category code of the card network,
4. merchants known by name, the words of the description (``rules.yml``), and brands,
5. the person's correction for a merchant whose name begins with this one's, or the reverse,
6. a trained classifier, where it is sure enough,
7. words that say little (``weak`` in ``rules.yml``: that something was transferred),
8. ``other`` (or ``income_other``, for money that came in).

Below ``is_sure`` the category is a guess that the person is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from finance_core.enrich import merchants, wrapping
from finance_core.enrich.phrases import PhraseIndex, fold, packaged
from finance_core.enrich.taxonomy import OTHER, taxonomy
from finance_core.model import TransactionRecord

if TYPE_CHECKING:
    from finance_core.enrich.classifier import CategoryModel

Source = Literal["correction", "hint", "mcc", "merchant", "rule", "alike", "classifier", "none"]

_SURE_ENOUGH = 0.35
_SAYS_NOTHING = "none"  # category of rules whose words only hide others
_LENDING = frozenset({"mortgage", "loan_payment", "credit_card_payment"})
_BETTER_THAN_WORDS = 0.7
_WEAK_WORDS = 0.55
_UNASKED = 0.7  # confidence from which nobody is asked
_SHORTEST_ALIKE = 4  # letters that two names must share
_TRUST: dict[Source, float] = {
    "correction": 1.0,
    "hint": 0.95,
    "mcc": 0.9,
    "merchant": 0.9,
    "rule": 0.8,
    "alike": 0.6,
    "none": 0.0,
}


@dataclass(frozen=True, slots=True)
class Categorized:
    """A category, how sure it is (0 to 1), and what decided it."""

    category: str
    confidence: float
    source: Source


def is_sure(result: Categorized) -> bool:
    """Whether a category is applied without asking the person."""
    return result.confidence >= _UNASKED


class _Rule(NamedTuple):
    order: int
    category: str
    way: str
    weak: bool


class _Said(NamedTuple):
    """What the words of a description give away: for certain, and where nothing else does."""

    firmly: str | None
    weakly: str | None


def load_or_train(folder: Path) -> CategoryModel:
    """The classifier cached in ``folder``; trained first (about a second) when its data changed."""
    from finance_core.enrich import classifier  # noqa: PLC0415 - scikit-learn is slow to import

    return classifier.load_or_train(folder)


def categorize(
    record: TransactionRecord,
    merchant: str,
    corrections: Mapping[str, str],
    model: CategoryModel | None,
    learnt: Mapping[str, str] | None = None,
) -> Categorized:
    """Category of one movement; see ``categorize_many``."""
    return categorize_many([record], [merchant], corrections, model, learnt)[0]


def categorize_many(
    records: Sequence[TransactionRecord],
    merchant_names: Sequence[str],
    corrections: Mapping[str, str],
    model: CategoryModel | None,
    learnt: Mapping[str, str] | None = None,
) -> list[Categorized]:
    """Categories of many movements.

    Args:
        records: movements as the bank reported them.
        merchant_names: the cleaned merchant of each.
        corrections: the person's own choices, merchant → category; case does not matter.
        model: trained classifier; None does without.
        learnt: corrections that only teach about other merchants of like names.

    Returns:
        One result for each record, in the same order.
    """
    own = {merchant.casefold(): category for merchant, category in corrections.items()}
    taught = {fold(merchant): category for merchant, category in (learnt or {}).items()}
    pairs = list(zip(records, merchant_names, strict=True))
    results = [
        _by_knowledge(record, merchant, own) or _by_likeness(record, merchant, taught)
        for record, merchant in pairs
    ]
    open_ones = [index for index, result in enumerate(results) if result is None]
    guesses: Iterable[tuple[str, float]] = ()
    if model is not None:
        guesses = model.predict(
            [
                (pairs[i][0].description, pairs[i][1], float(pairs[i][0].amount.amount))
                for i in open_ones
            ]
        )
    for index, (category, chance) in zip(open_ones, guesses, strict=model is not None):
        if chance >= _SURE_ENOUGH and _fits_sign(category, records[index]):
            results[index] = Categorized(category, chance, "classifier")
    return [
        _with_weak_words(record, result) for record, result in zip(records, results, strict=True)
    ]


def _with_weak_words(record: TransactionRecord, result: Categorized | None) -> Categorized:
    """``result``, unless it is no more than a guess and the words hint at something."""
    if result and (result.source != "classifier" or result.confidence >= _BETTER_THAN_WORDS):
        return result
    said = _by_words(record.description, came_in=record.amount.amount > 0).weakly
    if said:
        return Categorized(said, _WEAK_WORDS, "rule")
    return result or Categorized(_fallback(record), _TRUST["none"], "none")


def _by_knowledge(
    record: TransactionRecord, merchant: str, own: Mapping[str, str]
) -> Categorized | None:
    corrected = own.get(merchant.casefold())
    if corrected:
        return _decided(corrected, "correction")
    came_in = record.amount.amount > 0
    usual = merchants.usual_category(merchant)
    if usual == OTHER or (usual and not came_in and taxonomy().kind(usual) == "income"):
        usual = None
    hinted = taxonomy().adopt(record.category_hint) if record.category_hint else None
    if hinted and hinted != OTHER:
        return _decided(_refined(hinted, usual), "hint")
    coded = taxonomy().of_mcc(record.mcc) if record.mcc else None
    if coded:
        # What is billed monthly comes under the codes of many trades.
        return _decided("subscriptions" if usual == "subscriptions" else coded, "mcc")
    said = _by_words(record.description, came_in=came_in).firmly
    if usual and not _said_outweighs(said, usual):
        return _decided("income_other" if came_in and usual == "taxes" else usual, "merchant")
    brand = merchants.brand_category(merchant)
    if brand and said is None:
        return Categorized(brand, _TRUST["rule"], "merchant")
    return _decided(said, "rule") if said else None


def _said_outweighs(said: str | None, usual: str) -> bool:
    """Whether words mean more than what the merchant usually sells."""
    if said is None:
        return False
    if taxonomy().kind(said) == "income" or (usual, said) == ("cash", "fees"):
        return True
    return said in _LENDING and usual not in _LENDING


def _by_likeness(
    record: TransactionRecord, merchant: str, taught: Mapping[str, str]
) -> Categorized | None:
    """What was taught of the merchant whose name goes on from this one's, or the reverse."""
    name = fold(merchant)
    fitting = [
        (min(len(name), len(other)), category)
        for other, category in taught.items()
        if other != name
        and min(len(name), len(other)) >= _SHORTEST_ALIKE
        and (f"{name} ".startswith(f"{other} ") or f"{other} ".startswith(f"{name} "))
        and _fits_sign(category, record)
    ]
    return _decided(max(fitting)[1], "alike") if fitting else None


def _decided(category: str, source: Source) -> Categorized:
    return Categorized(category, _TRUST[source], source)


def _refined(hinted: str, usual: str | None) -> str:
    if usual and taxonomy().get(usual).plaid == taxonomy().get(hinted).plaid:
        return usual
    return hinted


def _fallback(record: TransactionRecord) -> str:
    return "income_other" if record.amount.amount > 0 else OTHER


def _fits_sign(category: str, record: TransactionRecord) -> bool:
    """Whether money of that sign can be that; only words tell a refund, never a likeness."""
    is_income = taxonomy().kind(category) == "income"
    return category != "refund" and is_income == (record.amount.amount > 0)


def _by_words(description: str, *, came_in: bool) -> _Said:
    """Category of the first rule whose words occur; a longer phrase hides shorter ones in it."""
    index, parts = _rules()
    way = "in" if came_in else "out"
    folded = fold(wrapping.spaced(description))
    fitting: list[_Rule] = []
    hidden_until = 0
    for position, count, rules in index.found(folded.split()):
        if position + count <= hidden_until:
            continue
        hidden_until = position + count
        fitting += [rule for rule in rules if rule.way in (way, "any")]
    firm = [rule for rule in fitting if not rule.weak]
    if not firm and not came_in:
        firm = [rule for pattern, rule in parts if pattern.search(folded)]
    weak = [rule for rule in fitting if rule.weak]
    return _Said(min(firm).category if firm else None, min(weak).category if weak else None)


@lru_cache(maxsize=1)
def _rules() -> tuple[PhraseIndex[list[_Rule]], list[tuple[re.Pattern[str], _Rule]]]:
    phrases: dict[str, list[_Rule]] = {}
    parts: list[tuple[re.Pattern[str], _Rule]] = []
    for order, entry in enumerate(packaged("rules.yml")):
        category = entry["category"]
        rule = _Rule(order, category, entry["way"], entry.get("weak", False))
        for words in entry["words"]:
            hiding = phrases.setdefault(fold(words), [])
            if category != _SAYS_NOTHING:
                hiding.append(rule)
        parts += [(re.compile(re.escape(fold(part))), rule) for part in entry.get("parts", [])]
    return PhraseIndex(phrases), parts
