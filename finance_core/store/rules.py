"""Savings rules, what they counted and what they did each day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from finance_core.errors import NotFound
from finance_core.model import Account
from finance_core.money import Money
from finance_core.store import queries
from finance_core.store.payment_tables import RulePartRow, RuleRow, RuleRunRow


class RunStatus(StrEnum):
    """What became of a rule's run: moving → done, failed; or skipped from the start."""

    MOVING = "moving"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A savings rule as stored.

    Attributes:
        terms: its figures, by kind (see ``advice/rules.py``).
        pauses: ``from`` and ``until`` (ISO; None for now) of each rest.
    """

    id: str
    person_id: str
    kind: str
    terms: Mapping[str, Any]
    currency: str
    from_account: Account
    to_account: Account
    starts_on: date
    pauses: tuple[Mapping[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """What a rule did on a day. ``why``: the reason when it was skipped or failed."""

    rule_id: str
    day: date
    status: RunStatus
    amount: Money
    proposal_id: str | None
    why: str | None


def put(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Sets a rule; with ``replaces`` in the payload another one ends.

    Args:
        session: an open session that writes.
        person_id: whose.
        payload: ``kind``, ``terms``, ``currency``, ``from_account_id``, ``to_account_id``,
            ``starts_on`` (ISO) and, if wanted, ``replaces``, the id of a rule.
        now: when.

    Returns:
        The new ``id``, and what it replaced.
    """
    replaced = payload.get("replaces")
    if replaced:
        _row(session, person_id, replaced).removed_at = now
    row = RuleRow(
        person_id=person_id,
        kind=payload["kind"],
        terms=dict(payload["terms"]),
        currency=payload["currency"],
        from_account_id=payload["from_account_id"],
        to_account_id=payload["to_account_id"],
        starts_on=date.fromisoformat(payload["starts_on"]),
        pauses=[],
        created_at=now,
    )
    session.add(row)
    session.flush()
    return {"id": row.id, "replaces": replaced}


def take_back(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Undoes ``put``; what the rule saved meanwhile stays saved."""
    _row(session, person_id, before["id"]).removed_at = now
    if before.get("replaces"):
        _row(session, person_id, before["replaces"]).removed_at = None


def remove(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Ends the rules with the payload's ``ids``."""
    for rule_id in payload["ids"]:
        _row(session, person_id, rule_id).removed_at = now
    return {}


def bring_back(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Undoes ``remove``."""
    for rule_id in payload["ids"]:
        _row(session, person_id, rule_id).removed_at = None


def pause(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Sets the rests of rules: ``pauses``, a list of rests by rule id.

    Returns:
        The rests there were before, in the same form.
    """
    before: dict[str, Any] = {}
    for rule_id, pauses in payload["pauses"].items():
        row = _row(session, person_id, rule_id)
        before[rule_id] = row.pauses
        row.pauses = pauses
    return {"pauses": before}


def pause_as_before(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Undoes ``pause``."""
    pause(session, person_id, before, now)


def of_person(session: Session, person_id: str) -> list[StoredRule]:
    """The rules in force or paused, oldest first."""
    rows = session.scalars(
        select(RuleRow)
        .where(RuleRow.person_id == person_id, RuleRow.removed_at.is_(None))
        .order_by(RuleRow.id)
    )
    return [_plain(session, row) for row in rows]


def counted(session: Session, rule_id: str) -> set[str]:
    """Keys of the parts a rule has saved."""
    query = select(RulePartRow.part).where(RulePartRow.rule_id == rule_id)
    return set(session.scalars(query))


def run_on(session: Session, rule_id: str, day: date) -> Run | None:
    """What a rule did on a day."""
    row = session.get(RuleRunRow, (rule_id, day))
    return None if row is None else _run(session, row)


def last_run(session: Session, rule_id: str) -> Run | None:
    """What a rule did last."""
    row = session.scalar(
        select(RuleRunRow).where(RuleRunRow.rule_id == rule_id).order_by(RuleRunRow.day.desc())
    )
    return None if row is None else _run(session, row)


def moving(session: Session, person_id: str) -> list[Run]:
    """The person's runs whose outcome is not known yet."""
    rows = session.scalars(
        select(RuleRunRow)
        .join(RuleRow, RuleRow.id == RuleRunRow.rule_id)
        .where(RuleRow.person_id == person_id, RuleRunRow.status == RunStatus.MOVING.value)
    )
    return [_run(session, row) for row in rows]


def note_run(
    session: Session,
    rule_id: str,
    day: date,
    status: RunStatus,
    amount: Money,
    *,
    parts: Collection[str] = (),
    proposal_id: str | None = None,
    why: str | None = None,
) -> None:
    """Notes a run and the parts it counts."""
    session.add(
        RuleRunRow(
            rule_id=rule_id,
            day=day,
            status=status.value,
            amount_minor=amount.minor,
            proposal_id=proposal_id,
            why=why,
        )
    )
    session.flush()
    if parts:
        rows = [{"rule_id": rule_id, "part": part, "day": day} for part in parts]
        session.execute(insert(RulePartRow), rows)


def settle(session: Session, run: Run, status: RunStatus, why: str | None = None) -> None:
    """Notes a run's outcome; what it counted is owed again when nothing was moved."""
    moved = session.scalar(
        update(RuleRunRow)
        .where(
            RuleRunRow.rule_id == run.rule_id,
            RuleRunRow.day == run.day,
            RuleRunRow.status == RunStatus.MOVING.value,
        )
        .values(status=status.value, why=why)
        .returning(RuleRunRow.rule_id)
        .execution_options(synchronize_session=False)
    )
    if moved and status is RunStatus.FAILED:
        session.execute(
            delete(RulePartRow).where(
                RulePartRow.rule_id == run.rule_id, RulePartRow.day == run.day
            )
        )


def _row(session: Session, person_id: str, rule_id: str) -> RuleRow:
    row = session.scalar(
        select(RuleRow).where(RuleRow.person_id == person_id, RuleRow.id == rule_id)
    )
    if row is None:
        raise NotFound("I don't know that savings rule.")
    return row


def _plain(session: Session, row: RuleRow) -> StoredRule:
    return StoredRule(
        id=row.id,
        person_id=row.person_id,
        kind=row.kind,
        terms=row.terms,
        currency=row.currency,
        from_account=queries.account(session, row.person_id, row.from_account_id),
        to_account=queries.account(session, row.person_id, row.to_account_id),
        starts_on=row.starts_on,
        pauses=tuple(row.pauses),
    )


def _run(session: Session, row: RuleRunRow) -> Run:
    rule = session.get_one(RuleRow, row.rule_id)
    return Run(
        rule_id=row.rule_id,
        day=row.day,
        status=RunStatus(row.status),
        amount=Money.from_minor(row.amount_minor, rule.currency),
        proposal_id=row.proposal_id,
        why=row.why,
    )
