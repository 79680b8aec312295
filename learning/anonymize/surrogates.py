"""Made-up values in the place of placeholders, for those who want whole sentences.

A surrogate follows from the placeholder alone: the first person of every conversation
gets the same name. So it is consistent inside a conversation, needs no mapping, and says
nothing about who was there. Numbers and addresses are ones reserved for examples.
"""

from __future__ import annotations

import re

_PLACEHOLDER = re.compile(r"<([A-Z][A-Z_]*)_(\d+)>")
# fmt: off
_FIRST = (
    "Robin", "Maria", "Tomas", "Aisha", "Daniel", "Ingrid", "Pavel", "Lucia", "Samuel", "Mei",
    "Oscar", "Helena", "Ravi",
)
_LAST = (
    "Keller", "Okafor", "Lindqvist", "Moreau", "Novotny", "Tanaka", "Barros", "Whitfield",
    "Petrov", "Castellan", "Demir",
)
_PLACES = (
    "Lisbon", "Toronto", "Brno", "Nairobi", "Leeds", "Osaka", "Lyon", "Austin", "Tallinn",
    "Cordoba", "Perth",
)
_COMPANIES = (
    "Northwind Traders", "Bluebird Foods", "Harbour Insurance", "Maple Energy", "Stone & Reed",
    "Corner Books", "Vela Telecom",
)
_STREETS = (
    "Station Road", "Mill Lane", "Church Street", "Park Avenue", "Garden Walk", "High Street",
    "River Drive",
)
_IBANS = (
    "GB33BUKB20201555555555", "DE75512108001245126199", "FR7630006000011234567890189",
    "NL02ABNA0123456789",
)
_CARDS = ("4111 1111 1111 1111", "5555 5555 5555 4444", "3782 822463 10005", "6011 1111 1111 1117")
# fmt: on


def dressed(text: str) -> str:
    """``text`` with a surrogate for each placeholder; kinds without one stay as they are."""
    return _PLACEHOLDER.sub(lambda match: surrogate(match[1], int(match[2])), text)


def surrogate(label: str, number: int) -> str:
    """The made-up value for a placeholder, or the placeholder where there is none.

    Args:
        label: the kind, such as ``PERSON``.
        number: from 1 on; neighbouring numbers have different values.
    """
    index = number - 1
    made = {
        "PERSON": lambda: f"{_nth(_FIRST, index)} {_nth(_LAST, index)}",
        "KNOWN": lambda: f"{_nth(_FIRST, index + 6)} {_nth(_LAST, index + 5)}",
        "NAME": lambda: _nth(_LAST, index + 3),
        "PLACE": lambda: _nth(_PLACES, index),
        "ORGANIZATION": lambda: _nth(_COMPANIES, index),
        "ADDRESS": lambda: f"{10 + number} {_nth(_STREETS, index)}, {_nth(_PLACES, index + 3)}",
        "EMAIL": lambda: f"person{number}@example.org",
        "USERNAME": lambda: f"@person_{number}",
        "URL": lambda: f"https://example.org/{number}",
        "PHONE": lambda: f"+44 20 7946 {number % 1000:04d}",
        "CARD": lambda: _nth(_CARDS, index),
        "IBAN": lambda: _nth(_IBANS, index),
        "BANK_ACCOUNT": lambda: f"{10_000_000 + number}",
        "NATIONAL_ID": lambda: f"900-00-{number % 10_000:04d}",
        "BIRTH_DATE": lambda: f"1 January {1960 + number % 40}",
        "POSTCODE": lambda: f"ZZ{number % 100} 1ZZ",
        "IP": lambda: f"192.0.2.{number % 255}",
    }
    return made[label]() if label in made else f"<{label}_{number}>"


def _nth(values: tuple[str, ...], index: int) -> str:
    """Lists of lengths without a common divisor pair up anew each time around."""
    return values[index % len(values)]
