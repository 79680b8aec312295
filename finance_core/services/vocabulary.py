"""The names a person may use: their accounts, merchants and categories."""

from __future__ import annotations

from dataclasses import dataclass

from finance_core.enrich.taxonomy import taxonomy
from finance_core.model import Account
from finance_core.services import movements
from finance_core.services.core import Core
from finance_core.store import queries

_GAS_IS_FUEL = frozenset({"USD", "CAD"})  # elsewhere gas comes out of the wall


@dataclass(frozen=True, slots=True)
class CategoryName:
    """A category with its readable name and what people call it.

    ``kind`` is ``spending``, ``income`` or ``transfer``.
    """

    code: str
    name: str
    synonyms: tuple[str, ...] = ()
    kind: str = "spending"


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

    def category(self, code: str | None) -> CategoryName | None:
        """The category of a code."""
        return next((c for c in self.categories if c.code == code), None)

    def category_name(self, code: str) -> str:
        """Readable name of a category code."""
        return next((c.name for c in self.categories if c.code == code), code)


def accounts(core: Core, person_id: str) -> tuple[Account, ...]:
    """A person's accounts, by name."""
    with core.sessions() as session:
        return tuple(queries.accounts(session, person_id, core.reach))


def counterparties(core: Core, person_id: str) -> tuple[str, ...]:
    """People that money went to or came from, as named in the ledger."""
    with core.sessions() as session:
        return tuple(queries.merchant_names(session, person_id, category="transfer_person"))


def _used(core: Core, person_id: str) -> tuple[list[str], list[str]]:
    """Merchants and category codes that occur."""
    with core.sessions() as session:
        return (
            queries.merchant_names(session, person_id, reach=core.reach),
            queries.category_codes(session, person_id, core.reach),
        )


def vocabulary(core: Core, person_id: str) -> Vocabulary:
    """The names in use in a person's ledger."""
    found = accounts(core, person_id)
    merchants, used = core.recent(
        ("names", person_id, movements.mark(core, person_id)), lambda: _used(core, person_id)
    )
    known = taxonomy().categories
    codes = {category.code for category in known}
    own = [CategoryName(code, taxonomy().name(code)) for code in used if code not in codes]
    gas = "fuel" if {account.currency for account in found} & _GAS_IS_FUEL else "utilities"
    names = [
        CategoryName(
            category.code,
            category.name,
            (*category.says, "gas") if category.code == gas else category.says,
            category.kind,
        )
        for category in known
    ]
    return Vocabulary(found, tuple(merchants), (*names, *own))
