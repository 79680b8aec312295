"""The names a person may use: their accounts, merchants and categories."""

from __future__ import annotations

from dataclasses import dataclass

from finance_core.enrich.taxonomy import taxonomy
from finance_core.model import Account
from finance_core.services.core import Core
from finance_core.store import queries


@dataclass(frozen=True, slots=True)
class CategoryName:
    """A category with its readable name and what people call it."""

    code: str
    name: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything of a person's ledger that has a name.

    Attributes:
        merchants: most used first.
        categories: those of the taxonomy and the person's own.
    """

    accounts: tuple[Account, ...]
    merchants: tuple[str, ...]
    categories: tuple[CategoryName, ...]

    def category_name(self, code: str) -> str:
        """Readable name of a category code."""
        return next((c.name for c in self.categories if c.code == code), code)


def accounts(core: Core, person_id: str) -> tuple[Account, ...]:
    """A person's accounts, by name."""
    with core.sessions() as session:
        return tuple(queries.accounts(session, person_id))


def counterparties(core: Core, person_id: str) -> tuple[str, ...]:
    """People that money went to or came from, as named in the ledger."""
    with core.sessions() as session:
        return tuple(queries.merchant_names(session, person_id, category="transfer_person"))


def vocabulary(core: Core, person_id: str) -> Vocabulary:
    """The names in use in a person's ledger."""
    with core.sessions() as session:
        found = queries.accounts(session, person_id)
        merchants = queries.merchant_names(session, person_id)
        used = queries.category_codes(session, person_id)
    known = taxonomy().categories
    codes = {category.code for category in known}
    own = [CategoryName(code, taxonomy().name(code)) for code in used if code not in codes]
    names = [CategoryName(category.code, category.name, category.says) for category in known]
    return Vocabulary(tuple(found), tuple(merchants), (*names, *own))
