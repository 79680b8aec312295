"""What money is for: the categories, and the many words people and banks use for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from finance_core.enrich.phrases import PhraseIndex, fold, packaged

OTHER = "other"
Kind = Literal["spending", "income", "transfer"]

_SEPARATORS = re.compile(r"\s*[/>|:;]\s*")
_NO_CATEGORY = frozenset({"", "na", "n a", "nan", "null", "none", "unknown", "uncategorized"})


@dataclass(frozen=True, slots=True)
class Category:
    """One category.

    Attributes:
        code: stable id, as stored (``dining``).
        name: as Penny says it (``Eating out``).
        kind: whether it counts as spending, income, or as neither.
        plaid: Plaid's primary personal finance category it belongs to.
        says: other words people use for it.
    """

    code: str
    name: str
    kind: Kind
    plaid: str
    says: tuple[str, ...] = ()


class Taxonomy:
    """All categories, found by code, by Plaid's codes, by MCC or by what people say."""

    def __init__(self, entries: dict[str, dict[str, object]]) -> None:
        self._categories: dict[str, Category] = {}
        self._plaid: dict[str, str] = {}
        self._mcc: dict[int, str] = {}
        said: dict[str, str] = {}
        for code, entry in entries.items():
            category = _category(code, entry)
            self._categories[code] = category
            said |= dict.fromkeys([code, category.name, *_texts(entry, "says")], code)
            self._plaid |= dict.fromkeys(_texts(entry, "detailed"), code)
            if entry.get("primary"):
                self._plaid[category.plaid] = code
            for span in _texts(entry, "mcc"):
                first, _, last = span.partition("-")
                self._mcc |= dict.fromkeys(range(int(first), int(last or first) + 1), code)
        self._plaid.setdefault("TRANSFER_IN", "transfer_person")
        self._plaid.setdefault("LOAN_DISBURSEMENTS", "transfer_own")
        self._said = PhraseIndex(said)

    @property
    def categories(self) -> tuple[Category, ...]:
        """Every category that Penny knows of herself."""
        return tuple(self._categories.values())

    def resolve(self, text: str) -> str | None:
        """Code of what a person or a file calls a category; None when it means nothing here.

        Knows codes, names, everyday words (``eating out``), Plaid's primary and
        detailed codes, and paths like ``Food & Drink > Groceries``.
        """
        code = self._plaid.get(text.strip().upper()) or self._said.whole(fold(text))
        if code:
            return code
        parts = [part for part in _SEPARATORS.split(text) if part]
        if len(parts) < 2:
            return None
        return next(filter(None, map(self.resolve, reversed(parts))), None)

    def adopt(self, text: str) -> str | None:
        """Like ``resolve``, but keeps an unknown category as the person's own.

        Returns:
            A code, the person's own category in normal form, or None for an empty
            one and for words that say there is none (``Uncategorized``).
        """
        code = self.resolve(text)
        own = " ".join(text.lower().split())
        return code or (None if fold(own) in _NO_CATEGORY else own)

    def of_mcc(self, mcc: str) -> str | None:
        """Code for an ISO 18245 merchant category code."""
        return self._mcc.get(int(mcc)) if mcc.isascii() and mcc.isdigit() else None

    def get(self, code: str) -> Category:
        """The category of a code; a person's own category counts as spending."""
        known = self._categories.get(code)
        return known or Category(code, code.capitalize(), "spending", "GENERAL_MERCHANDISE")

    def is_known(self, code: str) -> bool:
        """Whether the category is one of the taxonomy rather than a person's own."""
        return code in self._categories

    def name(self, code: str) -> str:
        """How Penny says it."""
        return self.get(code).name

    def kind(self, code: str) -> Kind:
        """Whether it counts as spending, income, or as neither."""
        return self.get(code).kind


def _texts(entry: dict[str, object], field: str) -> list[str]:
    values = entry.get(field, [])
    return [str(value) for value in values] if isinstance(values, list) else []


def _category(code: str, entry: dict[str, object]) -> Category:
    kind = entry["kind"]
    if kind not in ("spending", "income", "transfer"):
        raise ValueError(f"category {code}: unknown kind {kind!r}")
    says = tuple(_texts(entry, "says"))
    return Category(code, str(entry["name"]), kind, str(entry["plaid"]), says)


@lru_cache(maxsize=1)
def taxonomy() -> Taxonomy:
    """The packaged taxonomy; read once."""
    return Taxonomy(packaged("taxonomy.yml"))
