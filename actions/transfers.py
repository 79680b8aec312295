"""Moving money: between the person's own accounts, and to saved payees."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from actions import payees as payee_book
from actions.base import PennyAction, skill_named
from actions.replies import transfers as words
from actions.request import Request, read_request
from actions.turn import Reply, Turn
from actions.understanding.amounts import find_amounts
from actions.understanding.ends import Ends, find_ends
from actions.understanding.periods import without_dates
from actions.understanding.relative import relative_amount, relative_to
from actions.writes import offer_transfer
from finance_core.errors import Refused
from finance_core.model import Account, AccountKind, Payee, Reach
from finance_core.money import Money
from finance_core.services import forecasts, funds, goals, payees, transfers
from finance_core.services.core import Core

_SAVING = re.compile(r"\bsav(?:e|er|ing|ings)\b|\baside\b", re.IGNORECASE)
_INTO_IT = re.compile(r"\b(?:in|into|to|towards?|for|on) (?:it|that|this)\b", re.IGNORECASE)
_HOLDS = (AccountKind.CHECKING, AccountKind.SAVINGS, AccountKind.CASH, AccountKind.OTHER)


@dataclass(frozen=True, slots=True)
class Move:
    """What is to be moved, as far as it has been said.

    Attributes:
        sources, targets: accounts that fit; several when it has to be asked.
        payees: payees that fit, instead of ``targets``.
        unknown: a receiver who is neither.
    """

    amount: Money | None
    sources: tuple[Account, ...]
    targets: tuple[Account, ...]
    payees: tuple[Payee, ...]
    unknown: str | None = None

    @property
    def source(self) -> Account | None:
        """The one account it leaves."""
        return self.sources[0] if len(self.sources) == 1 else None

    @property
    def target(self) -> Account | None:
        """The one account it goes to."""
        return self.targets[0] if len(self.targets) == 1 else None

    @property
    def payee(self) -> Payee | None:
        """The one payee it goes to."""
        return self.payees[0] if len(self.payees) == 1 else None

    def kept(self) -> dict[str, Any]:
        """What a follow-up goes on from."""
        return {
            "amount": self.amount,
            "sources": [account.id for account in self.sources],
            "targets": [account.id for account in self.targets],
            "payees": [payee.id for payee in self.payees],
            "new_payee": self.unknown,
        }


class TransferMoney(PennyAction):
    """Moving money once, now; on a day to come it becomes a scheduled payment."""

    skill = "transfer_money"
    reach = Reach.SPEND

    def respond(self, core: Core, turn: Turn) -> Reply:
        """A transfer that waits for a yes, or the one thing that is missing."""
        request = read_request(core, turn)
        kept = kept_of(request, self.skill)
        managed = payee_book.manage(core, turn, request, kept)
        if managed:
            return managed
        move = _into_goal(core, turn, read_move(core, request, kept))
        if _is_saving(turn, move):
            saving = skill_named("savings_advice")
            if saving:
                return saving.respond_within(core, turn)
        day = request.one_day
        later = skill_named("pay_bill")
        if day and day > turn.today and later and (move.payees or move.targets):
            return later.respond_within(core, turn)
        whole = completed(request, move)
        reply = missing(whole)
        wants = wanted(whole) if reply else None
        reply = reply or offer(core, turn, whole)
        return request.remember(reply, self.skill, **move.kept(), wants=wants)


def kept_of(request: Request, skill: str) -> Mapping[str, Any]:
    """What an earlier turn left for this one: of a follow-up, or of an open question."""
    turn = request.turn
    if request.kept.get("skill") == skill:
        return request.kept
    asked = turn.open_question.get("skill") == skill and turn.frame.get("skill") == skill
    return turn.frame if asked else {}


def read_move(core: Core, request: Request, kept: Mapping[str, Any]) -> Move:
    """The move as said now, completed by what was kept."""
    turn = request.turn
    known = payees.of_person(core, turn.person.id)
    ends = find_ends(turn.text, turn.hints, request.vocabulary, known)
    sources = ends.sources or _by_id(request.vocabulary.accounts, kept.get("sources"))
    to_now = ends.targets or ends.payees or ends.unknown
    targets = ends.targets if to_now else _by_id(request.vocabulary.accounts, kept.get("targets"))
    paid = ends.payees if to_now else _by_id(known, kept.get("payees"))
    unknown = ends.unknown if to_now else kept.get("new_payee")
    sources, targets = _placed(ends, kept, sources, targets)
    move = Move(None, sources, targets, () if targets else paid, None if targets else unknown)
    return replace(move, amount=_amount(request, move, kept))


def _placed(
    ends: Ends,
    kept: Mapping[str, Any],
    sources: tuple[Account, ...],
    targets: tuple[Account, ...],
) -> tuple[tuple[Account, ...], tuple[Account, ...]]:
    """Accounts said without a direction, put where one was asked for."""
    if not ends.bare or kept.get("wants") == "amount":
        return sources, targets
    return (ends.bare, targets) if kept.get("wants") == "source" else (sources, ends.bare)


def completed(request: Request, move: Move) -> Move:
    """The move with the ends that can only be one account.

    From an account nobody named, money comes only where a single one fits; the offer
    names it before anything happens.
    """
    accounts = request.vocabulary.accounts
    currency = move.amount.currency if move.amount else None
    targets, sources = move.targets, move.sources
    if len(targets) > 1 and move.source:
        targets = _fitting(targets, lambda a: a.id != sources[0].id)
    if len(sources) > 1 and move.target:
        sources = _fitting(sources, lambda a: a.id != targets[0].id)
    if not sources:
        everyday = not targets or targets[0].kind is not AccountKind.CHECKING
        kinds = (AccountKind.CHECKING,) if everyday else _HOLDS
        taken = {account.id for account in targets}
        wanted = targets[0].currency if len(targets) == 1 else currency
        holding = _fitting(accounts, lambda a: a.kind in kinds and a.id not in taken)
        sources = _fitting(holding, lambda a: wanted in (None, a.currency)) or holding
    if not (targets or move.payees or move.unknown) and move.source:
        one = move.source
        targets = _fitting(
            accounts, lambda a: a.id != one.id and a.currency == one.currency and a.kind in _HOLDS
        )
    return replace(move, sources=sources, targets=targets)


def wanted(move: Move) -> str:
    """What a bare answer to ``missing`` is about."""
    if move.unknown:
        return "payee"
    if move.source and (move.target or move.payee):
        return "amount"
    return "source" if move.target or move.payee else "target"


def missing(move: Move) -> Reply | None:
    """The question that has to be answered first, if there is one."""
    if move.unknown and not (move.payees or move.targets):
        return words.unknown_payee(move.unknown)
    if len(move.payees) > 1:
        return words.ask_payee(move.payees)
    if not (move.payee or move.target):
        return words.ask_target(move.targets)
    if len(move.sources) > 1:
        return words.ask_source(move.sources)
    if not move.sources:
        raise Refused("You have no other account the money could come from.")
    if move.amount is None:
        receiver = move.payee or move.target
        return words.ask_amount(move.source, receiver.name if receiver else None)
    return None


def offer(core: Core, turn: Turn, move: Move) -> Reply:
    """Writes the complete move down and asks for a yes.

    Raises:
        BadInput, Refused: it cannot be done.
    """
    source, amount = move.source, move.amount
    if source is None or amount is None:
        raise Refused("I need an account and an amount first.")
    person, now, channel = turn.person.id, turn.now, turn.channel
    if move.payee:
        waiting = transfers.propose_payment(
            core, person, source.id, move.payee.id, amount, _SAID, now, channel
        )
    else:
        target = move.targets[0]
        waiting = transfers.propose(core, person, source.id, target.id, amount, _SAID, now, channel)
    left = funds.spendable(source) - amount
    reply = words.offer(waiting, left, forecasts.floor_of(core, source.currency))
    return offer_transfer(reply, waiting.id)


_SAID = "the person asked for it"


def _amount(request: Request, move: Move, kept: Mapping[str, Any]) -> Money | None:
    """How much was said, in the accounts' own currency when none was named."""
    turn = request.turn
    account = move.source or move.target
    currency = account.currency if account else turn.person.currency
    hangs_on = relative_to(turn.text)
    base = _base(request, move, kept) if hangs_on == "last" else None
    if hangs_on == "balance" or (hangs_on and base is None):
        source = completed(request, move).source
        base = funds.spendable(source) if source and hangs_on != "income" else None
    if hangs_on:
        return relative_amount(without_dates(turn.text), base) if base else None
    said = find_amounts(without_dates(turn.text), currency)
    if said:
        return said[0]
    return Money.of(*kept["amount"]) if kept.get("amount") else None


def _base(request: Request, move: Move, kept: Mapping[str, Any]) -> Money | None:
    """The amount "it" stands for: the one talked about, or the only one just told."""
    if kept.get("amount"):
        return Money.of(*kept["amount"])
    told = [fact for fact in request.turn.last_reply.get("facts", ()) if fact.get("currency")]
    figures = {(fact["value"], fact["currency"]) for fact in told}
    return Money.of(*figures.pop()) if len(figures) == 1 else None


def _into_goal(core: Core, turn: Turn, move: Move) -> Move:
    """The move with the account a goal grows in, when "it" is a goal just talked about."""
    frame = turn.frame
    about_goal = frame.get("goal_id") or frame.get("skill") == "create_goal"
    if move.targets or move.payees or not about_goal or not _INTO_IT.search(turn.text):
        return move
    for report in goals.check(core, turn.person.id, turn.today):
        named = report.goal.id == frame.get("goal_id") or report.goal.name == frame.get("name")
        if named and report.account:
            return replace(move, targets=(report.account,), unknown=None)
    return move


def _is_saving(turn: Turn, move: Move) -> bool:
    """Whether it goes to savings from wherever there is something to spare."""
    if move.sources or move.payees or turn.open_question:
        return False
    if move.targets:
        return all(account.kind is AccountKind.SAVINGS for account in move.targets)
    return move.unknown is None and bool(_SAVING.search(turn.text))


def _fitting(accounts: Sequence[Account], fits: Callable[[Account], bool]) -> tuple[Account, ...]:
    return tuple(account for account in accounts if fits(account))


def _by_id[T: (Account, Payee)](known: Sequence[T], ids: Any) -> tuple[T, ...]:
    return tuple(one for one in known if one.id in (ids or ()))
