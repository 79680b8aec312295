"""Paying bills: now or on a day, listed and cancelled while they wait."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from actions.base import PennyAction
from actions.payees import manage
from actions.replies import bill_payments as words
from actions.replies import transfers as transfer_words
from actions.request import Request, read_request
from actions.transfers import Move, completed, kept_of, missing, offer, read_move, wanted
from actions.turn import Reply, Turn
from actions.understanding.days import find_day
from actions.understanding.periods import without_dates
from actions.understanding.relative import relative_amount, relative_to
from actions.writes import offer_change
from finance_core.errors import BadInput
from finance_core.model import Account, AccountKind, Payee, Period
from finance_core.services import bills, forecasts, payees, schedules
from finance_core.services.bills import Bill
from finance_core.services.core import Core
from finance_core.services.schedules import Schedule

_AHEAD = timedelta(days=45)
_LIST = re.compile(
    r"\b(?:what|which|show|list|any|are there|do i have|see|my)\b.*\bscheduled?\b"
    r"|\bscheduled payments?\b\W*$",
    re.IGNORECASE,
)
_CANCEL = re.compile(
    r"\b(?:cancel|stop|call off|delete|remove|undo|drop|don'?t (?:pay|send|make))\b", re.IGNORECASE
)
_NOT_OURS = re.compile(
    r"\b(?:subscription|direct debit|standing order|membership|unsubscribe)\b", re.IGNORECASE
)
_MINIMUM = re.compile(r"\bminimum\b", re.IGNORECASE)
_OWING = (AccountKind.CREDIT, AccountKind.LOAN)


@dataclass(frozen=True, slots=True)
class Payment:
    """What is to be paid, when and what for. ``bill``: the expected bill it is, if one."""

    move: Move
    due_on: date | None
    label: str
    bill: Bill | None = None


class PayBill(PennyAction):
    """A payment to a payee or onto a card: now, or on a day that the worker keeps."""

    skill = "pay_bill"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """An offer that waits for a yes, the list, or the one thing that is missing."""
        request = read_request(core, turn)
        kept = kept_of(request, self.skill)
        if _CANCEL.search(turn.text) or kept.get("wants") == "schedule":
            return self._cancel(core, request)
        if _LIST.search(turn.text):
            listed = words.scheduled(schedules.upcoming(core, turn.person.id))
            return request.remember(listed, self.skill)
        managed = manage(core, turn, request, kept)
        if managed:
            return managed
        payment, question = self._read(core, request)
        if question:
            return self._asked(request, question, payment)
        due_on = payment.due_on
        if due_on is None or due_on == turn.today:
            reply = offer(core, turn, payment.move)
        else:
            reply = _schedule(core, turn, payment, due_on)
        if payment.bill:
            warning, facts = words.by_itself(payment.bill)
            reply = replace(reply, text=f"{warning}{reply.text}", facts=(*facts, *reply.facts))
        return self._kept(request, reply, payment)

    def _read(self, core: Core, request: Request) -> tuple[Payment, Reply | None]:
        """The payment as far as it is known, and the question that completes it."""
        turn, kept = request.turn, kept_of(request, self.skill)
        move = read_move(core, request, kept)
        due_on = _day(turn) or _kept_day(kept.get("due_on"))
        label = str(kept.get("label") or "")
        named = request.named.categories or request.named.merchants
        card = _card(move)
        if card and not request.named.merchants:
            return _onto_card(request, move, card, due_on)
        bill = None
        if not move.payees or named:
            found = _bills(core, request)
            if len({one.label for one in found}) > 1 and (named or not move.payees):
                return Payment(move, due_on, label), words.ask_bill(_first_of_each(found))
            bill = found[0] if found else None
        if bill is None and not (move.payees or move.unknown or move.targets):
            every = bills.upcoming(core, turn.person.id, turn.today, _period(turn)).bills
            return Payment(move, due_on, label), words.ask_bill(_first_of_each(every))
        if bill:
            move, question = _of_bill(core, request, move, bill)
            label = _label(request, bill)
            if question:
                return Payment(move, due_on, label, bill), question
        move = completed(request, move)
        payment = Payment(move, due_on, label or _name(move), bill)
        return payment, missing(move)

    def _asked(self, request: Request, question: Reply, payment: Payment) -> Reply:
        wants = wanted(payment.move)
        return self._kept(request, question, payment, wants=wants)

    def _kept(
        self, request: Request, reply: Reply, payment: Payment, wants: str | None = None
    ) -> Reply:
        said = {"due_on": payment.due_on, "label": payment.label, "wants": wants}
        return request.remember(reply, self.skill, **payment.move.kept(), **said)

    def _cancel(self, core: Core, request: Request) -> Reply:
        """Offers to cancel the scheduled payment that is meant."""
        turn = request.turn
        waiting = schedules.upcoming(core, turn.person.id)
        not_ours = _NOT_OURS.search(turn.text) or (not waiting and request.merchants)
        if not waiting or not_ours:
            return Reply(words.ONLY_THEM) if not_ours else words.scheduled(())
        found = _meant(request, waiting)
        if len(found) != 1:
            question = words.which_schedule(found or waiting)
            return request.remember(question, self.skill, wants="schedule")
        one = found[0]
        what = f"the payment of {one.amount} to {one.to_name} on {one.due_on:%-d %B %Y}"
        reply = offer_change(
            core,
            turn,
            "payment.cancel",
            {"id": one.id},
            summary=f"cancel {what}",
            done_text=f"Cancelled: {what} will not be made.",
            facts=words.scheduled((one,)).facts[1:],
        )
        return request.remember(reply, self.skill)


def _schedule(core: Core, turn: Turn, payment: Payment, due_on: date) -> Reply:
    """Offers to make a payment on a day to come."""
    move = payment.move
    source, amount, payee, target = move.source, move.amount, move.payee, move.target
    if source is None or amount is None:
        raise BadInput("I need an account and an amount first.")
    payee_id = payee.id if payee else None
    schedules.check(core, turn.person.id, source, target, payee_id, amount, due_on, turn.today)
    receiver = payee.name if payee else (target.name if target else "")
    day = f"{due_on:%a %-d %B %Y}"
    floor = forecasts.floor_of(core, source.currency)
    return offer_change(
        core,
        turn,
        "payment.schedule",
        {
            "from_account_id": source.id,
            "to_account_id": None if payee else target.id if target else None,
            "payee_id": payee_id,
            "minor": amount.minor,
            "currency": amount.currency,
            "label": payment.label,
            "due_on": due_on.isoformat(),
        },
        summary=f"pay {amount} from {source.name} to {receiver} on {day}",
        done_text=f"Scheduled: {amount} from {source.name} to {receiver} on {day}. "
        "Say “cancel the payment” before then if you change your mind.",
        facts=words.schedule_facts(amount, due_on, floor),
        because=f"If less than {floor} would stay in {source.name} that day, I don't pay and "
        "tell you.",
    )


def _onto_card(
    request: Request, move: Move, card: Account, due_on: date | None
) -> tuple[Payment, Reply | None]:
    """A payment of what a card or loan owes."""
    move = completed(request, replace(move, targets=(card,), payees=(), unknown=None))
    owed = -card.current
    if relative_to(request.turn.text) and owed.amount > 0:
        move = replace(move, amount=relative_amount(without_dates(request.turn.text), owed))
    payment = Payment(move, due_on, card.name)
    if move.amount is None and owed.amount <= 0:
        return payment, words.nothing_owed(card.name)
    if move.amount is None:
        return payment, words.ask_card_amount(card.name, owed)
    return payment, missing(move)


def _of_bill(core: Core, request: Request, move: Move, bill: Bill) -> tuple[Move, Reply | None]:
    """The move that pays a bill, and what is missing for it."""
    known = payees.of_person(core, request.turn.person.id)
    paid = move.payees or tuple(payees.matching(known, bill.label))
    move = replace(move, payees=paid, targets=(), unknown=None)
    if not paid:
        asked = words.no_account_of(bill, transfer_words.ACCOUNT_FORMS)
        return replace(move, unknown=bill.label), asked
    if not move.sources:
        home = [a for a in request.vocabulary.accounts if a.id == bill.account_id]
        move = replace(move, sources=tuple(a for a in home if a.kind not in _OWING))
    if move.amount is None and bill.varies:
        return move, words.ask_bill_amount(bill)
    return replace(move, amount=move.amount or bill.amount), None


def _card(move: Move) -> Account | None:
    """The one card or loan that is to be paid, if one is."""
    owing = [account for account in move.targets if account.kind in _OWING]
    return owing[0] if len(owing) == 1 else None


def _bills(core: Core, request: Request) -> list[Bill]:
    """The expected bills that are named; none when none is."""
    turn = request.turn
    labels = request.merchants
    codes = [category.code for category in request.categories]
    if not (labels or codes):
        return []
    found = bills.upcoming(
        core, turn.person.id, turn.today, _period(turn), categories=codes, labels=labels
    )
    return list(found.bills)


def _first_of_each(found: Sequence[Bill]) -> list[Bill]:
    first: dict[str, Bill] = {}
    for bill in found:
        first.setdefault(bill.label, bill)
    return list(first.values())


def _meant(request: Request, waiting: Sequence[Schedule]) -> list[Schedule]:
    """The scheduled payments a turn means: by name, then by amount and day."""
    turn = request.turn
    text = turn.text.casefold()
    paid = payees.matching([one.payee for one in waiting if one.payee], turn.text)
    ids = {payee.id for payee in paid}
    named = [
        one
        for one in waiting
        if one.label.casefold() in text or (one.payee and one.payee.id in ids)
    ]
    found = named or (list(waiting) if len(waiting) == 1 and not _names_one(request) else [])
    amounts, day = request.amounts, find_day(turn.text, turn.today)
    if not found and (amounts or day):
        found = list(waiting)
    if amounts:
        found = [one for one in found if one.amount.amount == amounts[0].amount]
    return [one for one in found if one.due_on == day] if day else found


def _names_one(request: Request) -> bool:
    named = request.named
    return bool(named.merchants or named.categories or named.unknown)


def _day(turn: Turn) -> date | None:
    """The day said; BadInput when it has passed."""
    day = find_day(turn.text, turn.today)
    if day and day < turn.today:
        raise BadInput("That day has already passed; I can pay today or on a day to come.")
    return day


def _kept_day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


def _period(turn: Turn) -> Period:
    return Period(turn.today, turn.today + _AHEAD)


def _label(request: Request, bill: Bill) -> str:
    """What a bill is called: the word said for it, where one was."""
    said = dict(request.named.by_other_words)
    word = said.get(bill.category)
    if word is None and any(c.code == bill.category for c in request.named.categories):
        word = request.vocabulary.category_name(bill.category)
    return word.lower() if word else bill.label


def _name(move: Move) -> str:
    receiver: Payee | Account | None = move.payee or move.target
    return receiver.name if receiver else ""
