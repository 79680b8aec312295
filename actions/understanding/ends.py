"""Where money is said to come from and to go to: accounts, payees, or names not known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.understanding.account_names import without_others
from actions.understanding.names import find_names
from finance_core.model import Account, Payee
from finance_core.services import payees as known_payees
from finance_core.services.vocabulary import Vocabulary

_SPLIT = re.compile(
    r"\b(?P<source>from|out of|off|using|use|with|via|through)\b|"
    r"\b(?P<target>to|into|in|onto|towards|for)\b",
    re.IGNORECASE,
)
_GIVING = re.compile(
    r"\b(?:send|give|pay|wire|transfer|owe|venmo|zelle)\s+(?:back\s+)?(?P<name>[^\d£$€]+?)\s*"
    r"(?:back\s+)?(?=[£$€]?\d|$|\b(?:a|one|two|five|ten|twenty|thirty|forty|fifty|some|his|her|"
    r"their|the|from|for|on|by|now|today|tomorrow|please|half|everything)\b)",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"^(?:\W|\b(?:my|our|the|a|an|some|money|cash|payments?|it|that|this|them|him|her|me|you|"
    r"please|back|over|now|today|tomorrow|all|half|of|funds|account|accounts|bill|bills|"
    r"friend|someone|somebody|pounds?|euros?|dollars?|quid|bucks|make|send|transfer|move|pay|"
    r"do|put|save|want|like|need|going|able|set|between|bank|another|other|own|"
    r"to|in|into|from|and|on|by|for|last|next|week|month|times?)\b)*$",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*\b(?:on|by|at|now|today|tomorrow|next|this|please|thanks|every|for|because|and|from|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|via|as|if|when)\b.*$",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[£$€]?\d[\d.,']*(?:\s?k\b)?|\b(?:pounds?|euros?|dollars?|quid|bucks)\b", re.I)
_LONGEST_NAME = 4  # words


@dataclass(frozen=True, slots=True)
class Ends:
    """What a sentence says of a move's two ends.

    Attributes:
        sources, targets: accounts that fit the words; several when the words fit several.
        payees: payees that fit the words.
        unknown: a name money should go to that is neither account nor payee.
        bare: accounts said without a direction.
    """

    sources: tuple[Account, ...] = ()
    targets: tuple[Account, ...] = ()
    payees: tuple[Payee, ...] = ()
    unknown: str | None = None
    bare: tuple[Account, ...] = ()


def find_ends(
    text: str,
    hints: Sequence[tuple[str, str]],
    vocabulary: Vocabulary,
    payees: Sequence[Payee],
) -> Ends:
    """Reads the two ends of a move from ``text``; money words may stand anywhere in it."""
    sources: tuple[Account, ...] = ()
    targets: tuple[Account, ...] = ()
    paid: list[Payee] = []
    unknown: str | None = None
    text = without_others(text, [payee.name for payee in payees])
    for side, words in _sides(text):
        accounts = _accounts(words, hints, vocabulary)
        if side == "source":
            sources = sources or accounts
        elif not (targets or paid):
            targets, paid = accounts, [] if accounts else known_payees.matching(payees, words)
            unknown = unknown or (None if targets or paid else _name(words))
    bare = () if sources or targets else _accounts(text, hints, vocabulary)
    if not (targets or paid):
        given = _GIVING.search(text)
        if given and not _accounts(given["name"], hints, vocabulary):
            paid = known_payees.matching(payees, given["name"])
            unknown = _name(given["name"]) or unknown
    if not (targets or paid or bare):
        named = [words for kind, words in hints if kind == "merchant"]
        paid = known_payees.matching(payees, " ".join(named)) if named else []
    return Ends(sources, targets, tuple(paid), None if targets or paid or bare else unknown, bare)


def _sides(text: str) -> list[tuple[str, str]]:
    """The stretches of ``text`` after words of direction, each with its side."""
    marks = list(_SPLIT.finditer(text))
    borders = [*(mark.start() for mark in marks[1:]), len(text)] if marks else []
    return [
        (mark.lastgroup or "", text[mark.end() : border])
        for mark, border in zip(marks, borders, strict=True)
    ]


def _accounts(
    words: str, hints: Sequence[tuple[str, str]], vocabulary: Vocabulary
) -> tuple[Account, ...]:
    said = re.sub(r"\bcurrent\b(?!\s+account)", "current account", words, flags=re.IGNORECASE)
    near = [hint for hint in hints if hint[1].casefold() in words.casefold()]
    return find_names(said, near, vocabulary).accounts


def _name(words: str) -> str | None:
    """The name in a stretch of words, as written; None when there is none."""
    plain = _TAIL.sub("", _MONEY.sub(" ", words)).strip(" ,.!?'\"")
    plain = re.sub(r"^(?:(?:my|our|the|a|pay|send|give)\s+)+", "", plain, flags=re.IGNORECASE)
    plain = re.sub(r"\s+(?:bill|bills|payment|invoice|back)$", "", plain, flags=re.IGNORECASE)
    if not plain or _NO_NAME.fullmatch(plain) or len(plain.split()) > _LONGEST_NAME:
        return None
    return plain if any(char.isupper() for char in plain) else plain.title()
