"""Savings goals: set up, changed, dropped, and looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from actions.base import PennyAction
from actions.replies import goals as words
from actions.request import Request, read_request
from actions.turn import Reply, Turn
from actions.understanding.goals import due_day, goal_name, match_goals, target_and_saved
from actions.writes import offer_change
from finance_core.errors import BadInput
from finance_core.model import Account, AccountKind
from finance_core.money import Money
from finance_core.services import goals
from finance_core.services.core import Core
from finance_core.services.goals import Goal

_DROP = re.compile(
    r"\b(?:drop|delete|remove|cancel|scrap|forget|give up|get rid of|abandon|close)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:change|raise|increase|lower|reduce|decrease|adjust|update|edit|move|push|postpone|"
    r"delay|bring forward|extend|make (?:my|our|the))\b",
    re.IGNORECASE,
)
_LESS = re.compile(r"\b(?:lower|reduce|decrease|less)\b", re.IGNORECASE)
_BY = re.compile(r"\bby\s+(?:[€£$¥₹]|another\b|\d)", re.IGNORECASE)
_ADD = re.compile(
    r"\b(?:add|put|contributed?|count|saved|deposited|transferred|moved|paid)\b"
    r".*\b(?:to|towards?|for|into|in)\b",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"\b(?:create|new|set up|start|open|begin|make (?:an?|me)|save (?:up )?for|saving for)\b",
    re.IGNORECASE,
)
_NO_ACCOUNT = re.compile(r"\b(?:without|no) (?:an? |any )?account\b", re.IGNORECASE)
_ALL = re.compile(r"\b(?:goals|all|each|every)\b", re.IGNORECASE)
_TASKS = ("drop", "change", "add")


class CreateGoal(PennyAction):
    """A savings goal: a new one, another amount or day, money put aside, or dropped."""

    skill = "create_goal"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """An offer that waits for a yes, or the one question that is missing."""
        answers = turn.open_question.get("skill") == self.skill
        request = read_request(core, replace(turn, intent="inform") if answers else turn)
        known = goals.of_person(core, turn.person.id)
        task = _task(request, known)
        if task in _TASKS:
            return self._existing(core, request, known, task)
        return self._new(core, request, known)

    def _existing(self, core: Core, request: Request, known: Sequence[Goal], task: str) -> Reply:
        """Changes one of the goals there are."""
        turn = request.turn
        said, there = target_and_saved(turn.text, turn.person.currency)
        amount = said[-1] if said else there or _kept_money(request.kept, "amount")
        due = _due(request)
        found = _meant(request, known)
        goal = found[0] if len(found) == 1 else None
        if goal is None:
            reply = _unclear(turn.text, known, found, task)
        elif task == "drop":
            summary, done, facts = words.dropped(goal)
            reply = offer_change(
                core,
                turn,
                "goal.drop",
                {"id": goal.id},
                summary=summary,
                done_text=done,
                facts=facts,
            )
        elif task == "add":
            reply = _add(core, turn, goal, amount)
        else:
            amount = _new_target(goal, amount, turn.text)
            amount = None if amount == goal.target else amount
            due = None if due == goal.due_on else due
            reply = _change(core, turn, goal, amount, due)
        goal_id = goal.id if goal else None
        return request.remember(
            reply, self.skill, task=task, amount=amount, due=due, goal_id=goal_id
        )

    def _new(self, core: Core, request: Request, known: Sequence[Goal]) -> Reply:
        turn, kept = request.turn, request.kept
        asked = turn.open_question.get("frame", {}).get("asked")
        said, saved = target_and_saved(turn.text, turn.person.currency)
        amount = said[0] if said else _kept_money(kept, "amount")
        saved = saved or _kept_money(kept, "saved")
        name = goal_name(turn.text, answer=asked == "name") or kept.get("name")
        due = _due(request)
        account = _account(core, request, amount)
        missing = "name" if not name else "amount" if amount is None else None
        frame: dict[str, Any] = {
            "task": "new",
            "name": name,
            "amount": amount,
            "due": due,
            "saved": saved,
            "account_id": account.id if account else None,
            "asked": missing,
        }
        if not name:
            return request.remember(words.ask_name(amount), self.skill, **frame)
        if amount is None:
            return request.remember(words.ask_amount(name), self.skill, **frame)
        draft = goals.draft(core, turn.person.id, turn.today, name, amount, due, account, saved)
        because, reasons = words.reasons(draft, name, saved)
        summary, done, facts = words.offer(draft, name)
        reply = offer_change(
            core,
            turn,
            "goal.create",
            draft.payload,
            summary=summary,
            done_text=done,
            facts=facts,
            because=because,
        )
        return request.remember(replace(reply, facts=(*facts, *reasons)), self.skill, **frame)


class CheckGoal(PennyAction):
    """How the goals go."""

    skill = "check_goal"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Saved, missing, what it takes a month, and when it is reached: of one goal or all."""
        request = read_request(core, turn)
        found = goals.check(core, turn.person.id, turn.today)
        if not found:
            return request.remember(words.none_yet(), self.skill)
        known = [report.goal for report in found]
        task = _task(request, known)
        if task == "drop" or (task == "change" and _CHANGE.search(turn.text)):
            return CreateGoal().respond_within(core, turn)
        if _changes_kept(request):
            return CreateGoal().respond_within(core, turn)
        meant = {goal.id for goal in _meant(request, known)}
        named = goal_name(turn.text)
        if not meant and named and not _ALL.search(turn.text):
            return request.remember(words.unknown(known), self.skill)
        shown = [report for report in found if not meant or report.goal.id in meant]
        only = shown[0].goal.id if len(shown) == 1 else None
        reply = words.reports(shown, due_day(turn.text, turn.today))
        return request.remember(reply, self.skill, goal_id=only)


_WHAT = {
    "drop": "drop the {} goal",
    "change": "change the {} goal",
    "add": "add to the {} goal",
}


def _unclear(text: str, known: Sequence[Goal], found: Sequence[Goal], task: str) -> Reply:
    """What is said when it is not plain which goal is meant."""
    if not known:
        return words.none_yet()
    if not found and goal_name(text):
        return words.unknown(known)
    return words.which(found or known, _WHAT[task])


def _add(core: Core, turn: Turn, goal: Goal, amount: Money | None) -> Reply:
    if amount is None:
        return Reply(f"How much did you put aside for “{goal.name}”?", asks=True)
    summary, done, facts = words.added(goal, amount)
    payload = goals.adding(goal, amount, turn.today)
    return offer_change(
        core, turn, "goal.change", payload, summary=summary, done_text=done, facts=facts
    )


def _change(core: Core, turn: Turn, goal: Goal, amount: Money | None, due: date | None) -> Reply:
    if amount is None and due is None:
        return words.ask_change(goal)
    summary, done, facts = words.changed(goal, amount, due)
    payload = goals.changing(goal, turn.today, amount, due)
    return offer_change(
        core, turn, "goal.change", payload, summary=summary, done_text=done, facts=facts
    )


def _task(request: Request, known: Sequence[Goal]) -> str:
    """What should be done with a goal: ``new``, or one of the tasks for those there are."""
    text, kept = request.turn.text, request.kept
    named = match_goals(text, known, lambda goal: goal.name)
    existing = named or not _NEW.search(text)
    if existing and _DROP.search(text):
        return "drop"
    if existing and _CHANGE.search(text):
        return "change"
    if kept.get("task") in _TASKS and not (kept["task"] == "drop" and request.amounts):
        return str(kept["task"])
    if named and _ADD.search(text) and request.amounts:
        return "add"
    was = [goal for goal in known if goal.name == kept.get("name")]
    if (was or kept.get("goal_id")) and kept.get("task", "new") in ("new", "drop"):
        return "change"  # it has been set up since: "make it 2500"
    return "new"


def _meant(request: Request, known: Sequence[Goal]) -> list[Goal]:
    """The goals that are named, or kept, or the only one there is."""
    named = match_goals(request.turn.text, known, lambda goal: goal.name)
    if named:
        return named
    kept = [
        goal
        for goal in known
        if goal.id == request.kept.get("goal_id") or goal.name == request.kept.get("name")
    ]
    if kept:
        return kept
    other = goal_name(request.turn.text)
    return list(known) if len(known) == 1 and not other else []


def _changes_kept(request: Request) -> bool:
    """Whether "make it 2500" follows on a goal that was just looked at."""
    asked = request.turn.intent == "inform" and bool(request.kept.get("goal_id"))
    return asked and bool(request.amounts)


def _new_target(goal: Goal, amount: Money | None, text: str) -> Money | None:
    """The amount a goal is changed to; "by 500" counts from what it is."""
    if amount is None or not _BY.search(text):
        return amount
    target = goal.target - amount if _LESS.search(text) else goal.target + amount
    if target.minor <= 0:
        raise BadInput(f"“{goal.name}” is {goal.target}; that would leave nothing of it.")
    return target


def _due(request: Request) -> date | None:
    kept = request.kept.get("due")
    said = due_day(request.turn.text, request.turn.today)
    return said or (date.fromisoformat(kept) if kept else None)


def _kept_money(kept: dict[str, Any], name: str) -> Money | None:
    return Money.of(*kept[name]) if kept.get(name) else None


def _account(core: Core, request: Request, amount: Money | None) -> Account | None:
    """The savings account that is named or kept, else the only one there is."""
    if _NO_ACCOUNT.search(request.turn.text):
        return None
    currency = amount.currency if amount else request.turn.person.currency
    named = [a for a in request.named.accounts if a.kind is AccountKind.SAVINGS]
    if len(named) == 1:
        return named[0]
    kept = request.kept.get("account_id")
    if kept:
        return next((a for a in request.vocabulary.accounts if a.id == kept), None)
    return goals.savings_account(core, request.turn.person.id, currency)
