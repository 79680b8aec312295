"""Whom a person has saved to pay: found by name, their accounts sealed in the vault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rapidfuzz import fuzz, process

from finance_core.counterparty import AccountReference, Counterparty, read_reference
from finance_core.errors import BadInput, Refused
from finance_core.model import Payee
from finance_core.services.core import Core
from finance_core.store import payees
from finance_core.store.proposals import StoredProposal

_SURE = 84  # similarity (0-100) a misspelt name must reach
_SHORTEST_FUZZY = 4
_LONGEST_NAME = 70  # what the networks pass on


def of_person(core: Core, person_id: str) -> tuple[Payee, ...]:
    """The payees that can be paid, by name."""
    with core.sessions() as session:
        return tuple(payees.of_person(session, person_id))


def sealed(core: Core, name: str, reference: AccountReference) -> dict[str, Any]:
    """The payload of a ``payee.add`` change, in which the account number cannot be read.

    Raises:
        BadInput: the name cannot be used.
    """
    name = " ".join(name.split())
    if not any(char.isalpha() for char in name) or len(name) > _LONGEST_NAME:
        raise BadInput("I need the payee's name as their bank has it.")
    return {
        "name": name,
        "scheme": reference.scheme.value,
        "tail": reference.tail,
        "sealed": core.vault.seal(reference.number).decode(),
    }


def counterparty(core: Core, stored: StoredProposal) -> Counterparty:
    """Whom a payment goes to, with the account opened.

    Raises:
        Refused: it goes to an own account.
        BadInput: the vault cannot open the account.
    """
    if stored.payee_id is None:
        raise Refused("That payment goes to no payee.")
    with core.sessions() as session:
        found = payees.get(session, stored.person_id, stored.payee_id)
    number = core.vault.open(found.sealed)
    return Counterparty(found.payee.name, read_reference(found.payee.scheme, number))


def check(core: Core, person_id: str, payee_id: str, currency: str) -> None:
    """Whether a payee can be paid in ``currency``.

    Raises:
        NotFound: there is no such payee, or it is somebody else's.
        Refused: it was removed, or its account takes another currency only.
    """
    with core.sessions() as session:
        found = payees.get(session, person_id, payee_id)
    if found.removed:
        raise Refused(f"{found.payee.name} is no longer among your payees.")
    number = core.vault.open(found.sealed)
    only = read_reference(found.payee.scheme, number).currency
    if only not in (None, currency):
        raise Refused(f"{found.payee.name}'s account takes {only} only, not {currency}.")


def matching(known: Sequence[Payee], words: str) -> list[Payee]:
    """The payees that ``words`` may name; several when they fit several.

    A name said in full wins, then a part of one ("anna" for Anna Smith), then one that
    is only spelt alike.
    """
    said = _words(words)
    whole = [
        payee for payee in known if f" {' '.join(_words(payee.name))} " in f" {' '.join(said)} "
    ]
    if whole:
        longest = max(len(payee.name) for payee in whole)
        return [payee for payee in whole if len(payee.name) == longest]
    part = [payee for payee in known if set(_words(payee.name)) & set(said) - _TITLES]
    if part:
        most = max(len(set(_words(payee.name)) & set(said)) for payee in part)
        return [payee for payee in part if len(set(_words(payee.name)) & set(said)) == most]
    return [payee for payee in known if _alike(payee, said)]


def _alike(payee: Payee, said: Sequence[str]) -> bool:
    tried = [word for word in said if len(word) >= _SHORTEST_FUZZY]
    names = [word for word in _words(payee.name) if len(word) >= _SHORTEST_FUZZY]
    return any(
        process.extractOne(name, tried, scorer=fuzz.ratio, score_cutoff=_SURE) for name in names
    )


def _words(text: str) -> list[str]:
    plain = "".join(c if c.isalnum() else " " for c in text.casefold().replace("'s ", " "))
    return plain.split()


_TITLES = frozenset(
    {"mr", "mrs", "ms", "dr", "the", "and", "of", "ltd", "limited", "plc", "inc", "llc", "gmbh",
     "company", "co", "my", "to", "for", "account", "bank", "bill", "payment"}
)  # fmt: skip
