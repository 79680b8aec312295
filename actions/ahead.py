"""What is to come: bills, subscriptions, balances ahead, and what can be afforded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from actions.base import PennyAction, skill_named
from actions.replies import ahead as words
from actions.replies import charts
from actions.replies.bill_payments import ONLY_THEM
from actions.request import Request, read_request
from actions.turn import Reply, Turn
from finance_core.errors import BadInput
from finance_core.model import Period, Reach
from finance_core.money import Money
from finance_core.services import bills, forecasts, spendable
from finance_core.services.core import Core

_STOPS = re.compile(
    r"\b(?:cancel|stop|end|terminate|unsubscribe|get (?:rid|me out) of|quit|leave|drop)\b",
    re.IGNORECASE,
)
_REFERS = re.compile(r"\b(?:it|that|this one|instead)\b", re.IGNORECASE)
_SCHEDULED = re.compile(r"\bscheduled\b", re.IGNORECASE)
_BILL_DAYS = 30
_UNTIL = re.compile(
    r"\b(?:until|till|til|by|before|up to|through|end of|month end|now|"
    r"in \w+ (?:days|weeks|months?))\b",
    re.IGNORECASE,
)


class UpcomingBills(PennyAction):
    """Which bills come up."""

    skill = "upcoming_bills"
    reach = Reach.SEE

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Bills of the coming period named, or of the next thirty days."""
        request = read_request(core, turn)
        paying = skill_named("pay_bill")
        if paying and _SCHEDULED.search(turn.text):
            return paying.respond_within(core, turn)
        period = request.horizon_or_days(_BILL_DAYS)
        if request.one_day and not _UNTIL.search(turn.text):
            period = Period(request.one_day, request.one_day)
        found = bills.upcoming(
            core,
            turn.person.id,
            turn.today,
            period,
            categories=[found.code for found in request.categories],
            labels=request.merchants,
        )
        topic = request.merchant or request.category_words
        return request.remember(words.bills(found, topic), self.skill, horizon=period)


class ListSubscriptions(PennyAction):
    """Which subscriptions run."""

    skill = "list_subscriptions"
    reach = Reach.SEE

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Subscriptions with their price and what they cost in a year, or the one named."""
        request = read_request(core, turn)
        person_id, today = turn.person.id, turn.today
        found: tuple[bills.Subscription, ...] = ()
        if request.merchants or request.categories:
            codes = [category.code for category in request.categories]
            found = bills.regular(
                core, person_id, today, categories=codes, labels=request.merchants
            )
        stops = _STOPS.search(turn.text)
        if stops and found:
            return request.remember(words.ending(found), self.skill)
        reply = words.subscriptions(found or bills.subscriptions(core, person_id, today))
        if request.merchants and not found:
            reply = replace(reply, text=f"{words.no_subscription(request.merchant)} {reply.text}")
        if stops:
            reply = replace(reply, text=f"{ONLY_THEM} {reply.text}")
        return request.remember(reply, self.skill)


class ForecastBalance(PennyAction):
    """How much there will be on a day."""

    skill = "forecast_balance"
    reach = Reach.SEE

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The expected balance with its range; asks for the day when none is said."""
        request = read_request(core, turn)
        day, problem = _read(lambda: request.coming_day)
        if day is None:
            return request.remember(words.which_day(problem), self.skill)
        found = forecasts.balance_on(core, turn.person.id, day, turn.today, request.account_id)
        reply = replace(
            words.outlook(found), charts=charts.balance(found.name, found.forecast, day)
        )
        return request.remember(reply, self.skill, day=day)


class CheckAffordability(PennyAction):
    """Whether something can be afforded."""

    skill = "check_affordability"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Yes, tight or no, with the chance, what it would delay, and from when it is safe.

        Asks for an amount that is not said; a day that is not said is today, unless one that
        makes no sense was.
        """
        again = turn.frame.get("skill") == self.skill and _REFERS.search(turn.text)
        request = read_request(core, replace(turn, goes_on=True) if again else turn)
        day, no_day = _read(lambda: request.coming_day)
        amount, no_amount = _read(lambda: _amount(request))
        if amount is None:
            return request.remember(words.how_much(no_amount or no_day), self.skill, day=day)
        if no_day or (day is None and request.kept.get("asked") == "day"):
            return request.remember(words.when(no_day), self.skill, amount=amount, asked="day")
        day = day or turn.today
        pool, found, late = spendable.can_afford(
            core, turn.person.id, amount, day, turn.today, request.account_id
        )
        ahead = forecasts.forecast(
            core, turn.person.id, pool, turn.today, (found.before - turn.today).days
        )
        reply = replace(
            words.affordability(pool, found, turn.today, late),
            charts=charts.affordability(pool.name, ahead, found),
        )
        return request.remember(reply, self.skill, day=day, amount=amount)


class SafeToSpend(PennyAction):
    """What is safe to spend until the next income."""

    skill = "safe_to_spend"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The amount, itemised."""
        reply = words.safe_to_spend(*spendable.safe_to_spend(core, turn.person.id, turn.today))
        return read_request(core, turn).remember(reply, self.skill)


def _read[T](read: Callable[[], T]) -> tuple[T | None, str | None]:
    """What was said, or what is wrong with it."""
    try:
        return read(), None
    except BadInput as error:
        return None, str(error)


def _amount(request: Request) -> Money | None:
    """The amount said, or kept from the last question."""
    said, kept = request.amounts, request.kept.get("amount")
    return said[0] if said else (Money.of(*kept) if kept else None)
