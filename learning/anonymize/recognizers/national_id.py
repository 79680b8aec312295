"""National identity numbers, each by its own rule or check digit.

United States (SSN, ITIN), United Kingdom (National Insurance), Canada (SIN, Luhn),
Spain (DNI/NIE letter), Czechia and Slovakia (birth number, mod 11), France (NIR,
mod 97), and what is announced as a passport, licence or tax number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from learning.anonymize.recognizers.payment_card import luhn
from learning.anonymize.spans import Span

LABEL = "NATIONAL_ID"
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_ANNOUNCED = re.compile(
    r"\b(?:passport|driv(?:er|ing)(?:'?s)? licen[cs]e|licen[cs]e|driver|social security|ssn|"
    r"national insurance|nino|tax(?:payer)? (?:id|number)|tin|(?:id|identity) card|"
    r"(?:national|personal) id)\b"
    r"(?:[ '’]?s)?(?: ?(?:number|no\.?|nr\.?|id|#|code))*(?: (?:is|was|are))?[ :#=]{0,3}"
    r"((?=[A-Za-z -]{0,8}\d)[A-Za-z0-9](?:[ -]?[A-Za-z0-9]){4,17})(?!\w)",
    re.I,
)


def is_us_social(number: str) -> bool:
    """True for an SSN or ITIN that the Social Security Administration or IRS could issue."""
    area, group, serial = number[:3], number[4:6], number[7:]
    return area not in ("000", "666") and group != "00" and serial != "0000"


def is_canadian(number: str) -> bool:
    """True for a Social Insurance Number with a right Luhn digit."""
    digits = "".join(filter(str.isdigit, number))
    return digits[0] not in "08" and luhn(digits)


def is_spanish(number: str) -> bool:
    """True for a DNI or NIE whose letter is the number modulo 23."""
    compact = number.upper().replace("-", "").replace(" ", "")
    digits = compact[:-1].translate(str.maketrans("XYZ", "012"))
    return digits.isdecimal() and _DNI_LETTERS[int(digits) % 23] == compact[-1]


def is_czech(number: str) -> bool:
    """True for a birth number of 1954 or later: a plausible date and divisible by 11."""
    digits = number.replace("/", "")
    month = int(digits[2:4]) % 50
    month = month - 20 if month > 20 else month
    plausible = 1 <= month <= 12 and 1 <= int(digits[4:6]) <= 31
    check = int(digits[:9]) % 11 % 10
    return plausible and check == int(digits[9])


def is_french(number: str) -> bool:
    """True for a NIR whose key is 97 minus the number modulo 97."""
    compact = number.upper().replace(" ", "").replace("2A", "19").replace("2B", "18")
    return compact.isdecimal() and 97 - int(compact[:13]) % 97 == int(compact[13:])


_RULES: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"(?<![\w-])\d{3}[- ]\d{2}[- ]\d{4}(?![\w-])"), is_us_social),
    (re.compile(r"(?<![\w-])\d{3}[ -]\d{3}[ -]\d{3}(?![\w-])"), is_canadian),
    (re.compile(r"(?<!\w)(?:[XYZxyz][- ]?\d{7}|\d{8})[- ]?[A-Za-z](?!\w)"), is_spanish),
    (re.compile(r"(?<![\w/])\d{6}/\d{4}(?![\w/])"), is_czech),
    (
        re.compile(r"(?<!\w)[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[ABab]) ?\d{3} ?\d{3} ?\d{2}(?!\w)"),
        is_french,
    ),
    (
        re.compile(
            r"(?<!\w)(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
            r"(?: ?\d{2}){3} ?[A-D](?!\w)",
            re.I,
        ),
        lambda _: True,
    ),
)


def find(text: str) -> Iterator[Span]:
    """Numbers that satisfy their country's rule, and announced ones of any form."""
    for pattern, holds in _RULES:
        for match in pattern.finditer(text):
            if holds(match.group()):
                yield Span(*match.span(), LABEL)
    for match in _ANNOUNCED.finditer(text):
        yield Span(*match.span(1), LABEL)
