"""Which row of a list is meant: "the second one", "the last payment", "number 3"."""

from __future__ import annotations

import re

_ORDINALS = {
    "first": 0, "top": 0, "1st": 0,
    "second": 1, "2nd": 1,
    "third": 2, "3rd": 2,
    "fourth": 3, "4th": 3,
    "fifth": 4, "5th": 4,
    "sixth": 5, "6th": 5,
    "seventh": 6, "7th": 6,
    "eighth": 7, "8th": 7,
    "ninth": 8, "9th": 8,
    "tenth": 9, "10th": 9,
    "last": -1, "bottom": -1,
}  # fmt: skip
_NUMBERS = {
    "one": 0, "two": 1, "three": 2, "four": 3, "five": 4,
    "six": 5, "seven": 6, "eight": 7, "nine": 8, "ten": 9,
}  # fmt: skip
_ROW = r"(?:one|row|line|item|entry|payment|transaction|purchase|charge|expense|amount)"
_IN_LIST = r"(?:one|row|line|item|entry)"  # "the last payment" is the newest there is
_OF_LIST = r"(?= (?:in|of|on|from) (?:the|that|this) list)"
_PLACES = "|".join(name for name in _ORDINALS if name not in ("first", "last"))
_NTH = re.compile(
    rf"\b(?:(?P<nth>{_PLACES}) {_ROW}\b|the (?P<edge>first|last) {_IN_LIST}\b"
    rf"|(?P<listed>{'|'.join(_ORDINALS)}){_OF_LIST})",
    re.IGNORECASE,
)
_ALONE = re.compile(  # all that is said, so that it can't be a day ("on the second")
    rf"^\W*(?:and |only |show (?:me )?|what(?:'s| is| was| about) |open |details (?:of |on )?)?"
    rf"(?:the )?(?P<nth>{'|'.join(_ORDINALS)})[\s?!.]*$"
    rf"|^\W*the (?P<said>{'|'.join(_ORDINALS)})(?= (?:was|is|should|belongs?))",
    re.IGNORECASE,
)
_NTH_FROM_END = re.compile(rf"\bsecond (?:to )?last {_IN_LIST}\b", re.IGNORECASE)
_NUMBERED = re.compile(
    rf"\b(?:(?:number|no\.?|nr\.?|item|row|line) |#)(?P<number>\d{{1,2}}|{'|'.join(_NUMBERS)})\b"
    rf"|(?:^|\s)#(?P<sharp>\d{{1,2}})\b",
    re.IGNORECASE,
)
_SHORT = 5  # words; longer ones ask for something of their own
_ON = re.compile(r"\b(?:more(?! than)|next|rest|older|further|continue)\b", re.IGNORECASE)
_BACK = re.compile(r"\b(?:back|previous (?:ones|page)|the ones before)\b", re.IGNORECASE)
_SORT = re.compile(
    r"\b(?:oldest|earliest|newest|latest|biggest|largest|highest|smallest|cheapest|lowest) "
    r"(?:ones? )?(?:first|on top)\b|\bsort(?:ed)?\b|\bby (?:date|amount|size)\b",
    re.IGNORECASE,
)
_THIS = re.compile(rf"\b(?:that|this|it|the same)\b(?: {_ROW})?|\bthe {_ROW}\b", re.IGNORECASE)


def find_row(text: str, count: int) -> int | None:
    """The place, from 0, of the row that ``text`` names in a list of ``count``; None without.

    A place that the list does not have is None, too.
    """
    place = _place(text)
    if place is None or not -count <= place < count:
        return None
    return place % count


def names_row(text: str) -> bool:
    """Whether ``text`` names a row by its place, be it there or not."""
    return _place(text) is not None


def means_this(text: str) -> bool:
    """Whether ``text`` points at what was talked about ("that was groceries")."""
    return bool(_THIS.search(text))


def turns_on(text: str) -> bool:
    """Whether ``text`` asks for the next page of a list ("show more", "the next ones")."""
    return len(text.split()) <= _SHORT and bool(_ON.search(text))


def turns_back(text: str) -> bool:
    """Whether ``text`` asks for the page before."""
    return len(text.split()) <= _SHORT and bool(_BACK.search(text))


def is_about_list(text: str) -> bool:
    """Whether ``text`` asks for one row of a list, another page, or another order."""
    return names_row(text) or turns_on(text) or turns_back(text) or bool(_SORT.search(text))


def _place(text: str) -> int | None:
    if _NTH_FROM_END.search(text):
        return -2
    numbered = _NUMBERED.search(text)
    if numbered:
        word = (numbered["number"] or numbered["sharp"]).lower()
        return (int(word) if word.isdigit() else _NUMBERS[word] + 1) - 1
    nth = _NTH.search(text) or _ALONE.search(text)
    word = next(filter(None, nth.groups()), None) if nth else None
    return _ORDINALS[word.lower()] if word else None
