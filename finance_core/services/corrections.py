"""A person's own categories, and what decided the category of a movement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from finance_core.enrich.categories import Source, categorize, categorize_many, is_sure
from finance_core.enrich.kin import kin
from finance_core.enrich.taxonomy import taxonomy
from finance_core.errors import BadInput
from finance_core.model import Transaction, TransactionRecord
from finance_core.money import Money
from finance_core.services import movements
from finance_core.services.core import Core
from finance_core.store import corrections, queries

__all__ = [
    "Decision",
    "Doubt",
    "Source",
    "decision",
    "like_names",
    "new_category",
    "of_merchants",
    "transaction",
    "unsure",
]

_LONGEST_NAME = 30
_ASKED_BACK = timedelta(days=90)


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


@dataclass(frozen=True, slots=True)
class Doubt:
    """A merchant whose category is a guess.

    Attributes:
        merchant: its cleaned name.
        guess: the likeliest category; None when nothing speaks for any.
        rows: the movements in doubt, newest first, all of one currency.
        total: what went out there less what came back, as a positive amount.
    """

    merchant: str
    guess: str | None
    rows: tuple[Transaction, ...]
    total: Money


def unsure(core: Core, person_id: str, today: date, *, limit: int = 5) -> list[Doubt]:
    """Merchants of the last 90 days whose category is worth asking for, most money first.

    What the person has corrected is never asked about, nor what bank or card network said.
    """
    recent = [
        row
        for row in movements.between(core, person_id, today - _ASKED_BACK, today)
        if row.amount.minor < 0 and not row.pending
    ]
    results = categorize_many(
        [_as_reported(row) for row in recent],
        [row.merchant for row in recent],
        {},
        core.category_model(),
    )
    doubted: dict[tuple[str, str], list[tuple[Transaction, float]]] = {}
    for row, result in zip(recent, results, strict=True):
        if not is_sure(result) and row.category == result.category:
            key = (row.merchant, row.amount.currency)
            doubted.setdefault(key, []).append((row, result.confidence))
    found = [_doubt(rows) for rows in doubted.values()]
    found.sort(key=lambda doubt: (-doubt.total.minor, doubt.merchant))
    mine: list[Doubt] = []
    for doubt in found:
        if len(mine) == limit:
            break
        known = decision(core, person_id, doubt.rows[0].id)
        if known and known.source in ("classifier", "rule", "none"):
            mine.append(doubt)
    return mine


def _doubt(rows: Sequence[tuple[Transaction, float]]) -> Doubt:
    newest = [row for row, _ in reversed(rows)]
    guess = newest[0].category if rows[-1][1] > 0 else None
    total = Money.from_minor(-sum(row.amount.minor for row in newest), newest[0].amount.currency)
    return Doubt(newest[0].merchant, guess, tuple(newest), total)


def _as_reported(row: Transaction) -> TransactionRecord:
    return TransactionRecord(row.id, row.account_id, row.posted_on, row.amount, row.description)


def like_names(core: Core, person_id: str, merchants: Iterable[str]) -> tuple[str, ...]:
    """``merchants`` and whatever else in the ledger is one of them, with a town or reference."""
    own = tuple(dict.fromkeys(merchants))
    known = [row.merchant for row in movements.everything(core, person_id)]
    roots = kin([*known, *own])
    wanted = {roots[name] for name in own}
    return tuple(dict.fromkeys([*own, *(name for name in known if roots[name] in wanted)]))


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
