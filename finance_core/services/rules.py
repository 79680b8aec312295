"""Savings rules: listed, and carried out once a day by the worker.

Saying yes to a rule is the yes to its transfers: one for each rule and day at most, within
the cap, and never into what the savings guard wants left (``advice/guard.py``). What cannot
be moved waits until it lapses (``advice/rules.py``). What a run counts, its transfer and the
bank's key are stored in one transaction before the bank is asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from finance_core.advice import rules as arithmetic
from finance_core.advice.rules import Fitting, Movement, Part, Rest, Rule, RuleKind
from finance_core.advice.sweeps import scaled
from finance_core.errors import BadInput
from finance_core.model import Account, Period, ProposalStatus, Transaction
from finance_core.money import Money
from finance_core.services import funds, movements, payments, people, savings, standing
from finance_core.services.core import Core
from finance_core.store import ledger, queries, rules
from finance_core.store.rules import Run, RunStatus, StoredRule

__all__ = ["RuleKind", "RuleState", "Run", "RunStatus", "StoredRule", "listed", "paused", "run"]

_CHANNEL = "rule"
_HELD = {
    None: "{account} would have gone under its floor",
    "missed_income": "an income of {account} is late",
    "off_track": "{account} has less than I expected a week ago",
}


@dataclass(frozen=True, slots=True)
class RuleState:
    """A rule with how it stands today.

    Attributes:
        rest: the pause it is in, if any.
        last: its latest run, if any.
    """

    rule: StoredRule
    rest: Rest | None
    last: Run | None


def listed(core: Core, person_id: str, today: date) -> tuple[RuleState, ...]:
    """A person's rules, oldest first."""
    with core.sessions() as session:
        return tuple(
            RuleState(rule, _resting(rule, today), rules.last_run(session, rule.id))
            for rule in rules.of_person(session, person_id)
        )


def check(core: Core, person_id: str, source: Account, target: Account, terms: Any) -> None:
    """Whether money can move from ``source`` to ``target`` by a rule of these terms.

    Raises:
        BadInput: the two are the same, of two currencies, or the terms make no sense.
        Refused: there is no bank that could.
    """
    if source.id == target.id:
        raise BadInput("That is the same account twice.")
    minor = terms.get("minor", 1)
    if minor <= 0:
        raise BadInput("The amount has to be more than zero.")
    cap = cap_of(core, source.currency)
    if minor > cap.minor:
        raise BadInput(f"A rule may move {cap} at once, no more.")
    funds.check_terms(source, Money.from_minor(minor, source.currency))
    funds.check_currency(target, Money.from_minor(minor, source.currency))
    payments.bank_between(core, source, target)


def cap_of(core: Core, currency: str) -> Money:
    """The most one run of a rule may move."""
    return scaled(core.settings.sweep_cap_minor, currency)


def paused(
    found: Sequence[RuleState], today: date, until: date | None
) -> dict[str, list[dict[str, str | None]]]:
    """The rests by rule, with one more from ``today``; the payload of ``savings.pause``."""
    end = until.isoformat() if until else None
    return {
        state.rule.id: [*_before(state, today), {"from": today.isoformat(), "until": end}]
        for state in found
    }


def resumed(found: Sequence[RuleState], today: date) -> dict[str, list[dict[str, str | None]]]:
    """The rests by rule, none of which holds on ``today``; the payload of ``savings.resume``."""
    return {state.rule.id: _before(state, today) for state in found}


def run(core: Core, person_id: str, now: datetime) -> tuple[Run, ...]:
    """Carries out a person's rules for today, those that have not run yet.

    Safe to be run by several workers, as often as wanted, whatever was cut short before.

    Returns:
        The runs of today.
    """
    today = people.get(core, person_id).today(now)
    _settle(core, person_id)
    with core.sessions() as session:
        known = rules.of_person(session, person_id)
    left: dict[str, Money] = {}
    for rule in known:
        with core.sessions() as session:
            if rules.run_on(session, rule.id, today) is None:
                _run_one(core, rule, today, now, left)
    _settle(core, person_id)
    with core.sessions() as session:
        found = [rules.run_on(session, rule.id, today) for rule in known]
    return tuple(one for one in found if one)


def _run_one(
    core: Core, rule: StoredRule, today: date, now: datetime, left: dict[str, Money]
) -> None:
    """One rule's run; ``left`` is what its account can spare after the rules before it."""
    with core.sessions() as session:
        counted = rules.counted(session, rule.id)
        source = queries.account(session, rule.person_id, rule.from_account.id)
    parts = arithmetic.owed(_pure(rule), _movements(core, rule, today), counted, today)
    if not parts:
        return
    spare, broken = savings.spare(core, rule.person_id, source, today)
    room = min(spare, left.get(source.id, spare))
    fitting = arithmetic.fit(parts, room, cap_of(core, rule.currency))
    if not fitting.parts:
        _skip(core, rule, today, parts, _HELD[broken].format(account=source.name))
        return
    left[source.id] = room - fitting.total(rule.currency)
    _move(core, rule, today, now, fitting)


def _move(core: Core, rule: StoredRule, today: date, now: datetime, fitting: Fitting) -> None:
    amount = fitting.total(rule.currency)
    with core.writes.begin() as session:
        ledger.lock_person(session, rule.person_id)
        if rules.run_on(session, rule.id, today):
            return  # another worker was first
        stored = standing.begin(
            session,
            rule.person_id,
            from_account_id=rule.from_account.id,
            to_account_id=rule.to_account.id,
            amount=amount,
            why=f"savings rule {rule.kind}, {len(fitting.parts)} occasions",
            key=_key(rule.id, today),
            now=now,
            channel=_CHANNEL,
        )
        rules.note_run(
            session,
            rule.id,
            today,
            RunStatus.MOVING,
            amount,
            parts=[part.key for part in fitting.parts],
            proposal_id=stored.id,
        )
    standing.carry_out(core, stored, now, _CHANNEL)


def _skip(core: Core, rule: StoredRule, today: date, parts: Sequence[Part], why: str) -> None:
    owed = sum((part.amount for part in parts), Money.zero(rule.currency))
    with core.writes.begin() as session:
        ledger.lock_person(session, rule.person_id)
        if rules.run_on(session, rule.id, today) is None:
            rules.note_run(session, rule.id, today, RunStatus.SKIPPED, owed, why=why)


def _settle(core: Core, person_id: str) -> None:
    """Notes what became of transfers under way."""
    with core.sessions() as session:
        under_way = rules.moving(session, person_id)
    for one in under_way:
        stored = standing.outcome(core, person_id, one.proposal_id or "")
        if stored.status is ProposalStatus.EXECUTING:
            continue
        failed = stored.status is ProposalStatus.FAILED
        status = RunStatus.FAILED if failed else RunStatus.DONE
        with core.writes.begin() as session:
            rules.settle(session, one, status, stored.error if failed else None)


def _movements(core: Core, rule: StoredRule, today: date) -> list[Movement]:
    start = max(rule.starts_on, today - arithmetic.LAPSES_AFTER)
    if start > today:
        return []
    rows = movements.in_period(core, rule.person_id, Period(start, today))
    return [
        Movement(row.id, row.posted_on, row.amount, row.merchant, _sort(row), row.pending)
        for row in rows
    ]


def _sort(row: Transaction) -> str:
    if movements.is_income(row):
        return "income"
    return "spending" if movements.is_spending(row) else "other"


def _pure(rule: StoredRule) -> Rule:
    return Rule(RuleKind(rule.kind), rule.terms, rule.currency, rule.starts_on, _rests(rule))


def _rests(rule: StoredRule) -> tuple[Rest, ...]:
    return tuple(
        Rest(
            date.fromisoformat(pause["from"] or ""),
            date.fromisoformat(pause["until"]) if pause["until"] else None,
        )
        for pause in rule.pauses
    )


def _resting(rule: StoredRule, today: date) -> Rest | None:
    return next((rest for rest in _rests(rule) if today in rest), None)


def _before(state: RuleState, today: date) -> list[dict[str, str | None]]:
    """A rule's rests as far as they lie before ``today``."""
    yesterday = today - timedelta(days=1)
    return [
        {
            "from": rest.start.isoformat(),
            "until": min(rest.end or yesterday, yesterday).isoformat(),
        }
        for rest in _rests(state.rule)
        if rest.start < today
    ]


def _key(rule_id: str, day: date) -> str:
    """The bank's key of a rule's one transfer of a day."""
    return hashlib.sha256(f"rule {rule_id} {day.isoformat()}".encode()).hexdigest()[:50]
