"""Accounts of other people, as payments name them: IBAN, sort code or routing number.

Whatever carries a checksum is checked before it is kept: IBANs by ISO 13616 (length of the
country, ISO 7064 mod 97-10), routing numbers by the ABA's weights 3, 7, 1. British account
numbers carry none that can be checked without the banks' own tables.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from finance_core.errors import BadInput


class Scheme(StrEnum):
    """How an account is named."""

    IBAN = "iban"
    SORT_CODE = "sort_code"
    ROUTING = "routing"


@dataclass(frozen=True, slots=True)
class AccountReference:
    """One account anywhere.

    Attributes:
        number: an IBAN without spaces; else bank code and account number with a space between.
    """

    scheme: Scheme
    number: str

    @property
    def tail(self) -> str:
        """The last four characters, all that is shown of it."""
        return self.number[-4:]

    @property
    def currency(self) -> str | None:
        """The one currency it can be paid in, where there is only one."""
        return {Scheme.SORT_CODE: "GBP", Scheme.ROUTING: "USD"}.get(self.scheme)


@dataclass(frozen=True, slots=True)
class Counterparty:
    """Whom a payment out of the bank goes to."""

    name: str
    account: AccountReference


# Length of an IBAN by country (SWIFT's IBAN registry).
_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28,
    "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
    "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24,
    "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24,
    "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
_IBAN = re.compile(
    r"(?<!\w)[a-z]{2}\d{2}(?:[a-z\d]{11,30}|(?:[ -][a-z\d]{4}){2,7}(?:[ -][a-z\d]{1,4})?)(?!\w)",
    re.IGNORECASE,
)
_SORT_CODE = r"(?<!\d)(?P<bank>\d{2}[- ]?\d{2}[- ]?\d{2})(?![\d-])"
_BRITISH = re.compile(rf"{_SORT_CODE}\D{{1,40}}(?<!\d)(?P<account>\d{{8}})(?!\d)")
_BRITISH_TURNED = re.compile(
    rf"(?<!\d)(?P<account>\d{{8}})(?!\d)\D{{0,20}}\bsort[ -]?code\D{{0,12}}{_SORT_CODE}",
    re.IGNORECASE,
)
_AMERICAN = re.compile(
    r"(?<!\d)(?P<bank>\d{9})(?!\d)\D{1,40}(?<!\d)(?P<account>\d{4,17})(?!\d)", re.IGNORECASE
)
_AMERICAN_TURNED = re.compile(
    r"(?<!\d)(?P<account>\d{4,17})(?!\d)\D{0,20}\b(?:routing|aba)\D{0,16}(?P<bank>\d{9})(?!\d)",
    re.IGNORECASE,
)


def find_reference(text: str) -> AccountReference | None:
    """The account named in ``text``; None when there is none.

    Raises:
        BadInput: something has the form of one and is mistyped.
    """
    found = _IBAN.search(text)
    if found:
        return _iban(found[0])
    for pattern in (_AMERICAN_TURNED, _AMERICAN):
        found = pattern.search(text)
        if found:
            return _american(found["bank"], found["account"])
    for pattern in (_BRITISH, _BRITISH_TURNED):
        found = pattern.search(text)
        if found:
            return _british(found["bank"], found["account"])
    return None


def without_reference(text: str) -> str:
    """``text`` without the account in it."""
    for pattern in (_IBAN, _AMERICAN_TURNED, _AMERICAN, _BRITISH, _BRITISH_TURNED):
        text = pattern.sub(" ", text)
    return text


def read_reference(scheme: str, number: str) -> AccountReference:
    """An account kept as scheme and number, checked once more.

    Raises:
        BadInput: it is none.
    """
    if scheme == Scheme.IBAN:
        return _iban(number)
    bank, _, account = number.partition(" ")
    if scheme == Scheme.ROUTING and re.fullmatch(r"\d{9} \d{4,17}", number):
        return _american(bank, account)
    if scheme == Scheme.SORT_CODE and re.fullmatch(r"\d{6} \d{8}", number):
        return _british(bank, account)
    raise BadInput("That is not an account a payment can go to.")


def _iban(said: str) -> AccountReference:
    groups = re.split(r"[ -]", said.upper())
    length = _LENGTHS.get(groups[0][:2])
    if length is None:
        raise BadInput(f"“{groups[0][:2]}” is not a country whose IBANs I know.")
    whole = ""
    for group in groups:  # words after the number may look like groups of it
        if len(whole) >= length:
            break
        whole += group
    if len(whole) != length:
        raise BadInput(
            f"That IBAN has {len(whole)} characters; those of {groups[0][:2]} have {length}. "
            "Please check it."
        )
    digits = "".join(str(int(char, 36)) for char in whole[4:] + whole[:4])
    if int(digits) % 97 != 1:
        raise BadInput("That IBAN is mistyped: its check digits don't fit. Please check it.")
    return AccountReference(Scheme.IBAN, whole)


def _american(bank: str, account: str) -> AccountReference:
    weighted = sum(int(digit) * weight for digit, weight in zip(bank, (3, 7, 1) * 3, strict=True))
    if weighted % 10 or not int(bank) or not int(account):
        raise BadInput("That routing number is mistyped: its check digit doesn't fit.")
    return AccountReference(Scheme.ROUTING, f"{bank} {account}")


def _british(bank: str, account: str) -> AccountReference:
    code = re.sub(r"\D", "", bank)
    if not int(code) or not int(account):
        raise BadInput("That sort code and account number can't be right. Please check them.")
    return AccountReference(Scheme.SORT_CODE, f"{code} {account}")
