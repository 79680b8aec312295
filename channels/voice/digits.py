"""Hearing a PIN: "four nine two one", "forty-nine twenty-one", "double four 2 1", "4 921"."""

from __future__ import annotations

import re

_ONES = {
    "zero": 0, "oh": 0, "o": 0, "nought": 0, "naught": 0, "nil": 0, "one": 1, "two": 2,
    "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "niner": 9,
}  # fmt: skip
_ALIKE = {"won": 1, "to": 2, "too": 2, "for": 4, "fore": 4, "ate": 8}
_TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_AROUND = frozenset(
    {"my", "the", "pin", "code", "number", "is", "it", "its", "it's", "s", "um", "uh", "er", "and",
     "please", "thanks", "thank", "you", "okay", "ok", "yes", "yeah", "sure", "that's", "that"}
)  # fmt: skip
_WORD = re.compile(r"\d+|[a-z']+")
SHORTEST, LONGEST = 4, 8


def pin_in(heard: str) -> str | None:
    """The PIN in an answer to the question for it; None where the words are about something else.

    What holds digits is taken for a PIN whatever its length, so that one that was half
    understood goes nowhere else. Words that only sound like digits ("for", "to") count
    among digits.
    """
    words = _WORD.findall(heard.lower())
    digits, others, certain = _digits([word for word in words if word not in _AROUND])
    return digits if digits and (not others or certain) else None


def is_bare_number(heard: str) -> bool:
    """Whether nothing but a number with as many digits as a PIN was said."""
    words = [word for word in _WORD.findall(heard.lower()) if word not in _AROUND]
    digits, others, certain = _digits(words)
    return certain and not others and SHORTEST <= len(digits) <= LONGEST


def volunteers_pin(heard: str) -> bool:
    """Whether a PIN is told that nobody asked for."""
    words = _WORD.findall(heard.lower())
    digits, _, certain = _digits([word for word in words if word not in _AROUND])
    return "pin" in words and certain and len(digits) >= SHORTEST


def _digits(words: list[str]) -> tuple[str, int, bool]:
    """Digits in words, how many words are none, and whether any is one for certain."""
    found, others, certain, times, ten = "", 0, False, 1, 0
    for word in words:
        if word in _TIMES:
            times = _TIMES[word]
            continue
        one = _ONES.get(word, _ALIKE.get(word))
        if ten and one:  # "forty" stands in ``found`` already; "nine" takes the place of its 0
            found = found[:-1] + str(one)
        elif word.isdecimal() and word.isascii():
            found += word * times
        elif one is not None:
            found += str(one) * times
        elif word in _TEENS or word in _TENS:
            found += str(_TEENS.get(word) or _TENS[word]) * times
        else:
            others += 1
        certain = certain or word.isdecimal() or word in _ONES or word in {**_TEENS, **_TENS}
        ten = _TENS.get(word, 0)
        times = 1
    return found, others, certain
