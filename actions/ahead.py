"""What is to come: bills, subscriptions, balances ahead, and what can be afforded."""

from __future__ import annotations

from datetime import date
from typing import Any

from actions.base import PennyAction
from actions.forms import WAY_OUT
from actions.replies import ahead as words
from actions.request import Request, read_request
from actions.turn import Reply, Turn
from finance_core.money import Money
from finance_core.services import bills, forecasts, savings
from finance_core.services.core import Core

_BILL_DAYS = 30
_LEFT = Reply(
    "Let's leave it there. You can ask me like this:",
    (),
    (
        ("On the 30th", "how much will I have on the 30th?"),
        ("Afford 100", "can I afford 100 on Friday?"),
    ),
)


class UpcomingBills(PennyAction):
    """Which bills come up."""

    skill = "upcoming_bills"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Bills of the coming period named, or of the next thirty days."""
        request = read_request(core, turn)
        period = request.horizon_or_days(_BILL_DAYS)
        category = request.vocabulary.category(request.category)
        found = bills.upcoming(
            core,
            turn.person.id,
            turn.today,
            period,
            category=category.code if category else None,
            labels=request.merchants,
        )
        topic = request.merchant or (category.name.lower() if category else None)
        return request.remember(words.bills(found, topic), self.skill, horizon=period)


class ListSubscriptions(PennyAction):
    """Which subscriptions run."""

    skill = "list_subscriptions"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Subscriptions with their price and what they cost in a year."""
        return words.subscriptions(bills.subscriptions(core, turn.person.id, turn.today))


class ForecastBalance(PennyAction):
    """How much there will be on a day."""

    skill = "forecast_balance"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The expected balance with its range."""
        request = read_request(core, turn)
        filled = turn.form.get("forecast_date")
        if filled == WAY_OUT:
            return _left(turn)
        day = date.fromisoformat(filled) if filled else request.coming_day
        if day is None:
            return _left(turn)
        found = forecasts.balance_on(core, turn.person.id, day, turn.today, request.account_id)
        return _done(request, words.outlook(found), self.skill, day=day)


class CheckAffordability(PennyAction):
    """Whether something can be afforded."""

    skill = "check_affordability"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Yes, tight or no, with the chance."""
        request = read_request(core, turn)
        amount, day = _asked(request)
        if amount is None:
            return _left(turn)
        pool, found = forecasts.can_afford(
            core, turn.person.id, amount, day, turn.today, request.account_id
        )
        reply = words.affordability(pool, found, turn.today)
        return _done(request, reply, self.skill, day=day, amount=amount)


class SafeToSpend(PennyAction):
    """What is safe to spend until the next income."""

    skill = "safe_to_spend"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The amount, itemised."""
        return words.safe_to_spend(*savings.safe_to_spend(core, turn.person.id, turn.today))


def _asked(request: Request) -> tuple[Money | None, date]:
    """Amount and day of an affordability question, from the form, the turn or the last one."""
    form, today = request.turn.form, request.turn.today
    if WAY_OUT in (form.get("amount"), form.get("on_date")):
        return None, today
    amounts = request.amounts
    kept = form.get("amount") or request.kept.get("amount")
    amount = amounts[0] if amounts else (Money.of(*kept) if kept else None)
    filled = form.get("on_date")
    day = date.fromisoformat(filled) if filled else request.coming_day or today
    return amount, day


def _done(request: Request, reply: Reply, skill: str, **parameters: Any) -> Reply:
    """The reply with the form emptied, so that the next question starts afresh."""
    emptied = dict.fromkeys(request.turn.form)
    kept = request.remember(reply, skill, **parameters)
    return Reply(kept.text, kept.facts, kept.buttons, {**kept.slots, **emptied})


def _left(turn: Turn) -> Reply:
    return Reply(_LEFT.text, _LEFT.facts, _LEFT.buttons, dict.fromkeys(turn.form))
