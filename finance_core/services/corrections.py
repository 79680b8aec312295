"""A person's own categories, and what decided the category of a movement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from finance_core.enrich.categories import Source, categorize
from finance_core.enrich.taxonomy import taxonomy
from finance_core.errors import BadInput
from finance_core.model import Transaction
from finance_core.services import movements
from finance_core.services.core import Core
from finance_core.store import corrections, queries

__all__ = ["Decision", "Source", "decision", "new_category", "of_merchants", "transaction"]

_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Decision:
    """What decided the category of one movement.

    Attributes:
        category: the one in force.
        found: what Penny had found without the person.
        source: what decided it: ``row`` (the person, for this movement), ``correction`` (the
            person, for its merchant), ``hint`` (the bank's or file's own category), ``mcc``
            (the card network's code), ``merchant``, ``rule`` (words of the description),
            ``alike`` (the person, for a merchant of a like name), ``classifier``, ``none``.
        hint: the bank's own word for the category, where that decided; ``refined`` when the
            merchant says more than it ("Entertainment" at Netflix is a subscription).
        chance: how sure the classifier is, 0 to 1, where that decided.
    """

    row: Transaction
    category: str
    found: str
    source: Source | str
    hint: str | None = None
    chance: float | None = None
    refined: bool = False


def transaction(core: Core, person_id: str, transaction_id: str) -> Transaction | None:
    """One of the person's movements; None when it is gone, or somebody else's."""
    rows = movements.everything(core, person_id)
    return next((row for row in rows if row.id == transaction_id), None)


def of_merchants(core: Core, person_id: str, merchants: Collection[str]) -> Sequence[Transaction]:
    """All movements of merchants, oldest first."""
    return [row for row in movements.everything(core, person_id) if row.merchant in merchants]


def new_category(name: str) -> str:
    """The code of a person's own category of that name, or of the known one it stands for.

    Raises:
        BadInput: the name cannot be one.
    """
    tidy = " ".join(name.split()).strip(" .,:;!?\"'“”‘’")
    code = taxonomy().adopt(tidy) if tidy else None
    if code is None or len(tidy) > _LONGEST_NAME or not any(map(str.isalpha, tidy)):
        raise BadInput(f"A category needs a short name, of at most {_LONGEST_NAME} letters.")
    return code


def decision(core: Core, person_id: str, transaction_id: str) -> Decision | None:
    """What decided the category of a movement; None when it is gone, or somebody else's."""
    row = transaction(core, person_id, transaction_id)
    with core.sessions() as session:
        known = corrections.evidence(session, person_id, transaction_id)
        taught = queries.corrections(session, person_id)
    if row is None or known is None:
        return None
    if known.own is not None:
        return Decision(row, row.category, known.found, "row")
    if known.rule is not None:
        return Decision(row, row.category, known.found, "correction")
    result = categorize(known.record, row.merchant, {}, core.category_model(), taught)
    if result.category != known.found:  # the rules have changed since it came in
        return Decision(row, row.category, known.found, "none")
    hint = known.record.category_hint if result.source == "hint" else None
    return Decision(
        row,
        row.category,
        known.found,
        result.source,
        hint=hint,
        refined=bool(hint) and taxonomy().adopt(hint or "") != known.found,
        chance=result.confidence if result.source == "classifier" else None,
    )
