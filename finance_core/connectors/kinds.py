"""Guesses the kind of an account from its name, for sources that do not say."""

from __future__ import annotations

import re

from finance_core.model import AccountKind

_WORDS = (
    (AccountKind.LOAN, r"loans?|mortgage|heloc|kredit|hypothek"),
    (AccountKind.CREDIT, r"credit|visa|mastercard|amex|creditcard|kreditkarte"),
    (AccountKind.SAVINGS, r"savings?|saver|isa|sparkonto|tagesgeld|livret|emergency|reserve"),
    (AccountKind.INVESTMENT, r"invest\w*|brokerage|401k|ira|roth|pension|stocks?|depot"),
    (AccountKind.CHECKING, r"checking|chequing|current|giro\w*|everyday|main|joint|spending"),
    (AccountKind.CASH, r"cash|wallet"),
)
_PATTERNS = tuple((kind, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for kind, words in _WORDS)


def kind_from_name(name: str, default: AccountKind = AccountKind.CHECKING) -> AccountKind:
    """The kind that the words of ``name`` point to, else ``default``.

    A credit union's checking account is not a credit card, so the words "credit
    union" are read past.
    """
    text = re.sub(r"credit union", "", name, flags=re.IGNORECASE)
    return next((kind for kind, pattern in _PATTERNS if pattern.search(text)), default)
