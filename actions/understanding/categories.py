"""Which category a correction names: "that's not groceries, it's eating out"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.understanding.names import find_names
from finance_core.services.vocabulary import CategoryName, Vocabulary

_STOP = (
    r"(?=[,.;!?]|$|\s(?:but|it'?s|its|it is|that'?s|that|this|to|and|should|instead|put|make)\b)"
)
_DENIED = re.compile(
    r"\b(?:(?:is|was|are|were|should|does|do)(?:n'?t| not)(?: (?:be|count as|belong in))?"
    r"|not|instead of|rather than|no longer|from(?! now))\s+"
    rf"(?:in |under |to )?(?P<name>[\w&' -]+?){_STOP}",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"\bnew (?:one|category)(?:,? (?:called|named))?:?\s+[\"“']?(?P<name>[^\"”?!.]+)", re.IGNORECASE
)
_NAMED = re.compile(
    r"^.*\b(?:as|under|into|in|to|is|was|it'?s|be|are|category|called|named|for|with)\s+"
    r"(?:my |our |the |a |an |category )*(?P<name>[\w&'-]+(?: [\w&'-]+){0,3}?)"
    r"(?:\s+(?:category|please|thanks|always|now|too|from now on|in future|not\b.*))*[\s.!?]*$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"^(?:of\b.*|(?:the |a )?(?:wrong|different|other|another|new|right|better|own)\b.*|"
    r"it|that|this|one|something(?: else)?|else|category|always|change(?:d)?|"
    r".*\b(?:one|transaction|payment)s?|(?:19|20)\d\d|today|yesterday)$",
    re.IGNORECASE,
)


def find_category(
    text: str, hints: Sequence[tuple[str, str]], vocabulary: Vocabulary
) -> CategoryName | None:
    """The category that a movement should be in; None when none that is known is named."""
    named = find_names(_without_denied(text), hints, vocabulary).categories
    if len(named) > 1:  # the one said last
        return max(named, key=lambda category: _place(text, category))
    return named[0] if named else None


def new_name(text: str) -> str | None:
    """The name of a new category that was asked for."""
    said = _NEW.search(text)
    return said["name"].strip() if said else None


def unknown_name(text: str, hints: Sequence[tuple[str, str]]) -> str | None:
    """What was said where a category's name belongs, in words that mean none."""
    left = _without_denied(text)
    tagged = next((words for kind, words in hints if kind == "category" and words in left), None)
    said = _NAMED.search(left)
    name = tagged or (said["name"] if said else None)
    return None if name is None or _NO_NAME.match(name.strip()) else name.strip()


def _without_denied(text: str) -> str:
    return _DENIED.sub(" ", text)


def _place(text: str, category: CategoryName) -> int:
    names = (category.name, category.code.replace("_", " "), *category.synonyms)
    return max(text.casefold().rfind(name.casefold()) for name in names)
