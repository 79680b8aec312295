"""How a person reaches their banks, for what only a bank can do.

What whoever runs Penny wrote into ``PENNY_BANK_CONTACTS`` comes first, then what the bank
connection itself told; a number is never guessed::

    Northgate Bank: {phone: "+44 20 7946 0018", url: "https://northgate.example/lost-card"}
    "*": {phone: "+1 555 0100", note: "day and night"}     # every other bank
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from finance_core.services.core import Core
from finance_core.store import connections, queries

_ANY = "*"
_PARTS = ("phone", "url", "note")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BankContact:
    """How a bank is reached; what is not known is None."""

    name: str
    phone: str | None = None
    url: str | None = None
    note: str | None = None


def of_person(core: Core, person_id: str) -> tuple[BankContact, ...]:
    """The person's banks, by name, with what is known of how to reach them."""
    with core.sessions() as session:
        pages = {
            connection.institution: connection.institution_url
            for connection in connections.of_person(session, person_id)
            if connection.institution
        }
        for account in queries.accounts(session, person_id):
            if account.institution:
                pages.setdefault(account.institution, None)
    known = _configured(core.settings.bank_contacts)
    if not pages and _ANY in known:
        return (BankContact("your bank", **known[_ANY]),)
    return tuple(_contact(name, page, known) for name, page in sorted(pages.items()))


def _contact(name: str, page: str | None, known: Mapping[str, Mapping[str, str]]) -> BankContact:
    found = dict(known.get(_key(name)) or known.get(_ANY) or {})
    return BankContact(name, **{"url": page, **found})


def _configured(path: Path | None) -> Mapping[str, Mapping[str, str]]:
    """The configured contacts by name; a file that cannot be used must not cost the answer."""
    if path is None:
        return {}
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, yaml.YAMLError, AttributeError, UnicodeDecodeError):
        logger.warning("PENNY_BANK_CONTACTS cannot be used", exc_info=True)
        return {}


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Mapping[str, Mapping[str, str]]:
    rows: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text("utf-8")) or {}
    return {
        _key(name): {part: str(entry[part]) for part in _PARTS if entry.get(part)}
        for name, entry in rows.items()
    }


def _key(name: str) -> str:
    return " ".join(str(name).split()).casefold()
