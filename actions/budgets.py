"""Budgets: set, changed, removed, and looked at."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from actions.base import PennyAction
from actions.replies import budgets as words
from actions.request import Request, read_request
from actions.turn import Reply, Turn
from actions.understanding.days import month_of
from actions.writes import offer_change
from finance_core.errors import BadInput
from finance_core.model import Fact, Period
from finance_core.money import Money
from finance_core.services import budgets, spending
from finance_core.services.budgets import EVERYTHING, Per, Suggestion
from finance_core.services.core import Core

_REMOVE = re.compile(
    r"\b(?:remove|delete|drop|scrap|cancel|get rid of|no more|without|clear|stop)\b", re.IGNORECASE
)
_LESS = re.compile(r"\b(?:lower|reduce|decrease|cut|drop|less)\b", re.IGNORECASE)
_CHANGE = re.compile(
    r"\b(?:change|raise|increase|lower|reduce|decrease|cut|adjust|update|edit)\b", re.IGNORECASE
)
_BY = re.compile(r"\bby\s+(?:[€£$¥₹]|an?\b|another\b|\d)", re.IGNORECASE)
_ALL_SPENDING = re.compile(
    r"\b(?:everything|overall|altogether|total|(?:all|whole) (?:of )?(?:my |our )?spending|"
    r"all (?:my |our )?(?:expenses|costs|categories)|whole month)\b",
    re.IGNORECASE,
)
_PER: tuple[tuple[re.Pattern[str], Per], ...] = (
    (re.compile(r"\b(?:a|per|each|every) day\b|\bdaily\b", re.IGNORECASE), "day"),
    (re.compile(r"\b(?:a|per|each|every) week\b|\bweekly\b", re.IGNORECASE), "week"),
    (re.compile(r"\b(?:a|per|each|every) fortnight\b|\bfortnightly\b", re.IGNORECASE), "fortnight"),
    (re.compile(r"\b(?:a|per|each|every) quarter\b|\bquarterly\b", re.IGNORECASE), "quarter"),
    (re.compile(r"\b(?:a|per|each|every) year\b|\byearly\b|\bannual", re.IGNORECASE), "year"),
)
_CHOICES = (
    ("All spending", "everything"),
    ("Groceries", "groceries"),
    ("Eating out", "eating out"),
)
_MOST_CHOICES = 6


class SetBudget(PennyAction):
    """A monthly budget: a new one, another amount, or none any more."""

    skill = "set_budget"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """An offer that waits for a yes, or the one question that is missing."""
        request = read_request(core, _as_answer(turn, self.skill))
        removes = bool(_REMOVE.search(turn.text)) and not request.amounts
        removes = removes or bool(request.kept.get("removes") and not request.amounts)
        if removes:
            return self._remembered(request, self._remove(core, request), None, removes=True)
        amount, note, said = _amount(request)
        wanted = _wanted(request)
        if len(wanted) != 1:
            return self._remembered(request, _ask_which(core, request, wanted, amount), amount)
        reply = self._offer(core, request, wanted[0], amount, note, said)
        return self._remembered(request, reply, amount)

    def _remembered(
        self, request: Request, reply: Reply, amount: Money | None, *, removes: bool = False
    ) -> Reply:
        wanted = _wanted(request)
        return request.remember(
            reply,
            self.skill,
            budget=wanted[0] if len(wanted) == 1 else None,
            amount=amount,
            removes=removes,
        )

    def _offer(
        self,
        core: Core,
        request: Request,
        category: str,
        amount: Money | None,
        note: str,
        said: tuple[Fact, ...],
    ) -> Reply:
        turn, names = request.turn, request.vocabulary.category_name
        now = budgets.of_person(core, turn.person.id).get(category)
        name = words.name_of(category, names)
        suggestion: Suggestion | None = None
        if amount is None and now and _CHANGE.search(turn.text):
            return words.ask_new_amount(name, category, now)
        if amount is None:
            currency = now.currency if now else turn.person.currency
            suggestion = budgets.suggest(core, turn.person.id, turn.today, category, currency)
            if suggestion is None:
                return words.ask_amount(name)
            amount = suggestion.amount
        elif now and _BY.search(turn.text) and turn.intent != "inform":
            amount = now - amount if _LESS.search(turn.text) else now + amount
            if amount.minor <= 0:
                raise BadInput(f"The budget for {name} is {now}; that would leave nothing of it.")
        if amount.currency not in {a.currency for a in request.vocabulary.accounts}:
            raise BadInput(
                f"You have no account in {amount.currency}, so nothing would count for it."
            )
        if amount == now:
            return words.same(name, category, now)
        month = Period(month_of(turn.today).start, turn.today)
        parts = budgets.spent(core, turn.person.id, month, category)
        spent = parts.get(amount.currency, Money.zero(amount.currency))
        because, facts = words.because(category, spent, suggestion, names)
        summary, done, figures = words.offer(name, category, amount, now)
        reply = offer_change(
            core,
            turn,
            "budget.set",
            {"category": category, "minor": amount.minor, "currency": amount.currency},
            summary=summary,
            done_text=done,
            facts=figures,
            because=f"{note} {because}".strip(),
        )
        shown = (*said, *(fact for fact in facts if fact not in figures))
        return replace(reply, facts=(*figures, *shown))

    def _remove(self, core: Core, request: Request) -> Reply:
        turn, names = request.turn, request.vocabulary.category_name
        known = budgets.of_person(core, turn.person.id)
        if not known:
            return Reply("You have no budgets to remove.")
        wanted = _wanted(request) or (list(known) if len(known) == 1 else [])
        found = [category for category in wanted if category in known]
        if wanted and not found:
            return words.none_to_remove(wanted[0], known, names)
        if len(found) != 1:
            return words.which_to_remove(found or list(known), names)
        [category] = found
        name, amount = words.name_of(category, names), known[category]
        summary, done, figures = words.removal(name, category, amount)
        return offer_change(
            core,
            turn,
            "budget.set",
            {"category": category, "minor": None, "currency": amount.currency},
            summary=summary,
            done_text=done,
            facts=figures,
        )


class CheckBudget(PennyAction):
    """How the budgets go."""

    skill = "check_budget"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Spent, left and where the month is heading, of what is named or of all budgets."""
        request = read_request(core, turn)
        if turn.intent == "inform" and request.amounts:
            return SetBudget().respond_within(core, turn)
        names = request.vocabulary.category_name
        person, today = turn.person.id, turn.today
        known = budgets.of_person(core, person)
        wanted = _wanted(request)
        month = _month(request)
        if not known:
            first = budgets.first_suggestion(core, person, today, turn.person.currency)
            return request.remember(words.none_yet(first, names), self.skill)
        looked_at = [category for category in wanted if category in known]
        if wanted and not looked_at:
            until = max(month.start, min(today, month.end))
            spent = budgets.spent(core, person, Period(month.start, until), wanted[0])
            reply = words.none_for(wanted[0], list(spent.values()), month, names)
        elif request.named.unknown and not looked_at:
            reply = words.unknown(request.named.unknown, list(known), names)
        else:
            reply = words.reports(budgets.check(core, person, today, month, looked_at), names)
        return request.remember(
            reply, self.skill, period=month, budget=wanted[0] if len(wanted) == 1 else None
        )


def _as_answer(turn: Turn, skill: str) -> Turn:
    """The turn, read together with the question it answers, if that is still open."""
    answers = turn.open_question.get("skill") == skill
    return replace(turn, intent="inform") if answers else turn


def _amount(request: Request) -> tuple[Money | None, str, tuple[Fact, ...]]:
    """The amount a month that was said or kept, and how it came from another one."""
    said = request.amounts
    if not said:
        kept = request.kept.get("amount")
        return (Money.of(*kept) if kept else None), "", ()
    per: Per = next((per for every, per in _PER if every.search(request.turn.text)), "month")
    if per == "month":
        return said[-1] if " to " in request.turn.text.lower() else said[0], "", ()
    amount = budgets.a_month(said[0], per)
    return amount, *words.by_month(said[0], per, amount)


def _wanted(request: Request) -> list[str]:
    """The codes of what a budget is said to be for; of a follow-up what it was for before."""
    named = [found.code for found in request.named.categories if found.kind == "spending"]
    if named:
        return named
    if _ALL_SPENDING.search(request.turn.text):
        return [EVERYTHING]
    if request.named.merchants or request.named.unknown:
        return []
    kept = request.kept.get("budget")
    if kept:
        return [kept]
    return [found.code for found in request.categories if found.kind == "spending"]


def _ask_which(core: Core, request: Request, wanted: list[str], amount: Money | None) -> Reply:
    names = request.vocabulary.category_name
    if wanted:
        choices = [(names(code), names(code).lower()) for code in wanted]
        by = amount and _BY.search(request.turn.text)
        way = ("lower" if _LESS.search(request.turn.text) else "increase") if by else ""
        return words.which("Which one is the budget for?", amount, choices, way)
    if request.named.merchants:
        code = _category_of(core, request)
        if code:
            problem = (
                f"I keep budgets for categories, and {request.merchant} counts as "
                f"{names(code).lower()}. Shall the budget be for all of that?"
            )
            return words.which(problem, amount, [(names(code), names(code).lower())])
    if request.named.unknown:
        problem = f"I don't know “{request.named.unknown}” as a category. What is the budget for?"
        return words.which(problem, amount, _CHOICES)
    return words.which("What is the budget for?", amount, _CHOICES)


def _category_of(core: Core, request: Request) -> str | None:
    """The category that most was spent in at the merchants named, in the last year."""
    today = request.turn.today
    year = Period(date(today.year - 1, today.month, 1), today)
    found = spending.report(core, request.turn.person.id, year, merchants=request.merchants)
    lines = [line for report in found for line in report.by_category]
    return lines[0].key if lines else None


def _month(request: Request) -> Period:
    """The calendar month asked for: of several the last; this one when none is."""
    period = request.period
    return month_of(period.end if period else request.turn.today)
