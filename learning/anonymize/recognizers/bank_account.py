"""Domestic account numbers: UK sort code and account, and any announced account number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from learning.anonymize.spans import Span

LABEL = "BANK_ACCOUNT"
_SORT_CODE = r"\d{2}[- ]\d{2}[- ]\d{2}"
_UK = re.compile(
    rf"(?<![\d-]){_SORT_CODE}\W{{0,3}}(?:account|acct|a/c|acc)?\D{{0,12}}\d{{8}}(?!\d)", re.I
)
_SORT_ALONE = re.compile(rf"\bsort[ -]?code\b\D{{0,15}}({_SORT_CODE}|\d{{6}})(?!\d)", re.I)
_ANNOUNCED = re.compile(
    r"\b(?:account|acct|acc|a/c|iban|bban|konto|účet)\b"
    r"(?: ?(?:number|no\.?|nr\.?|#|num|ending|ends?))*"
    r"(?: (?:is|in|with|was))?[ :#.]{0,3}((?:\d[ -]?){3,16}\d(?:/\d{4})?)(?![\d.,]\d)",
    re.I,
)
_CZECH = re.compile(r"(?<![\w/-])(?:\d{1,6}-)?\d{6,10}/\d{4}(?![\w/])")
_LONG = re.compile(r"(?<![\w.,/$€£¥-])\d{11,24}(?![\w/]|[.,]\d)")


def find(text: str) -> Iterator[Span]:
    """Sort codes with an account number, announced numbers, and runs of 11 to 24 digits."""
    for pattern in (_UK, _CZECH, _LONG):
        for match in pattern.finditer(text):
            yield Span(*match.span(), LABEL)
    for pattern in (_SORT_ALONE, _ANNOUNCED):
        for match in pattern.finditer(text):
            yield Span(*match.span(1), LABEL)
