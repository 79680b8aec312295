"""Why: the rows, streams and rules behind the last figure, forecast, category or advice."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from actions import suggestions
from actions.abilities import EXAMPLES
from actions.base import PennyAction, skill_named
from actions.dialogue import buttons_of
from actions.insight import WHY_SO_MUCH, CompareSpending
from actions.replies import explain as words
from actions.replies.bases import BASES
from actions.request import Request, read_request
from actions.turn import Reply, Turn
from actions.understanding.rows import find_row
from finance_core.model import Fact, Period
from finance_core.money import Money
from finance_core.services import corrections, explanations, forecasts, income, search, spending
from finance_core.services.core import Core
from finance_core.services.streams import active

_CATEGORY = re.compile(
    r"\b(?:categor\w*|classif\w*|filed|sorted|labell?ed|tagged|count(?:ed)? (?:\w+ )?as|"
    r"(?:put|have) (?:\w+ ){1,3}(?:in|under))\b",
    re.IGNORECASE,
)
_MOST_STREAMS = 6

type Explainer = Callable[[Core, Request], Reply | None]


class Explain(PennyAction):
    """Why: where the last figure, forecast, category or advice comes from."""

    skill = "explain"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """What the last answer rests on, with figures of its own."""
        skill = turn.frame.get("skill", "")
        explained = skill_named(skill)
        core = core.reaching(explained.reach if explained else self.reach)
        request = read_request(core, replace(turn, goes_on=True))
        named = request.named.merchants or request.named.categories
        if named and WHY_SO_MUCH.search(turn.text):
            return CompareSpending().respond_within(core, turn)
        row_id = _row(core, request)
        if row_id:
            return self._category(core, request, row_id)
        basis = BASES.get(skill)
        if basis is None or not turn.last_reply:
            return Reply("There is no figure to explain yet. Ask me for one first.", (), EXAMPLES)
        reply = _EXPLAINERS.get(skill, _figures)(core, request) or _figures(core, request)
        buttons = buttons_of(turn.answering) or reply.buttons  # an offer stays open
        return replace(reply, text=f"{basis}\n{reply.text}".strip(), buttons=buttons)

    def _category(self, core: Core, request: Request, row_id: str) -> Reply:
        found = corrections.decision(core, request.turn.person.id, row_id)
        if found is None:
            return Reply("That transaction is no longer in your accounts.")
        reply = words.category(found, request.vocabulary.category_name)
        return replace(reply, slots={"frame": {**request.turn.frame, "row": row_id}})


def _row(core: Core, request: Request) -> str | None:
    """The transaction whose category is asked about, if one is."""
    turn, frame = request.turn, request.turn.frame
    rows = frame.get("rows") or []
    place = find_row(turn.text, len(rows))
    if place is not None:
        return str(rows[place])
    if frame.get("row") and not request.named.merchants:
        return str(frame["row"])
    both = request.named.merchants and request.named.categories  # "why is Netflix in travel?"
    if not (both or _CATEGORY.search(turn.text)):
        return None
    if request.named.merchants:
        merchants = [name for spelled in request.named.merchants for name in spelled]
        query = search.SearchQuery(merchants=merchants)
        found = search.transactions(core, turn.person.id, query, turn.today, limit=1)
        return found.rows[0].id if found.rows else None
    return str(rows[0]) if len(rows) == 1 else None


def _figures(core: Core, request: Request) -> Reply:
    """The figures of the last answer once more."""
    facts = tuple(Fact(**fact) for fact in request.turn.last_reply.get("facts", ()))
    return words.figures(facts)


def _spending(core: Core, request: Request) -> Reply | None:
    """Which payments were counted: how many, of which days and accounts, and the biggest."""
    frame = request.turn.frame
    period = _period(frame)
    if period is None:
        return None
    accounts = frame.get("accounts") or []
    rows = spending.payments(
        core,
        request.turn.person.id,
        period,
        categories=frame.get("categories") or (),
        merchants=frame.get("merchants") or (),
        account_id=accounts[0] if len(accounts) == 1 else None,
    )
    if not rows:
        return None
    known = {account.id: account for account in request.vocabulary.accounts}
    reply, shown = words.rows(rows, period, known, out=True)
    return replace(reply, slots={"frame": {**frame, "rows": shown}})


def _income(core: Core, request: Request) -> Reply | None:
    """Which payments came in."""
    frame = request.turn.frame
    period = _period(frame)
    if period is None:
        return None
    rows = income.payments(
        core, request.turn.person.id, period, merchants=frame.get("merchants") or ()
    )
    if not rows:
        return None
    known = {account.id: account for account in request.vocabulary.accounts}
    reply, shown = words.rows(rows, period, known, out=False)
    return replace(reply, slots={"frame": {**frame, "rows": shown}})


def _search(core: Core, request: Request) -> Reply:
    """How much was looked through."""
    turn = request.turn
    query = search.SearchQuery(period=_period(turn.frame))
    found = search.transactions(core, turn.person.id, query, turn.today, limit=0)
    begin = spending.first_activity(core, turn.person.id)
    return words.looked_through(found.count, query.period, begin, request.vocabulary.accounts)


def _forecast(core: Core, request: Request) -> Reply | None:
    """The balance now, what is known to come until then, and everyday life."""
    turn, kept = request.turn, request.turn.frame
    if not kept.get("day"):
        return None
    day = date.fromisoformat(kept["day"])
    accounts = kept.get("accounts") or []
    if day <= turn.today:
        return None
    parts = explanations.forecast_parts(
        core, turn.person.id, day, turn.today, accounts[0] if len(accounts) == 1 else None
    )
    return words.forecast(parts)


def _affordability(core: Core, request: Request) -> Reply | None:
    """The tightest day without and with the purchase."""
    turn, kept = request.turn, request.turn.frame
    if not (kept.get("day") and kept.get("amount")):
        return None
    accounts = kept.get("accounts") or []
    pool, found = forecasts.can_afford(
        core,
        turn.person.id,
        Money.of(*kept["amount"]),
        date.fromisoformat(kept["day"]),
        turn.today,
        accounts[0] if len(accounts) == 1 else None,
    )
    return words.affordability(pool.name, found)


def _streams(core: Core, request: Request) -> Reply | None:
    """How often each of the payments named was seen, and since when."""
    turn = request.turn
    told = {fact.get("label") for fact in turn.last_reply.get("facts", ())} - {None}
    found = [s for s in active(core, turn.person.id, turn.today) if s.label in told]
    if not found:
        return None
    found.sort(key=lambda stream: stream.amount.minor)
    return words.streams(found[:_MOST_STREAMS])


def _suggestions(core: Core, request: Request) -> Reply | None:
    """What is at stake with the suggestions that were put, and how sure they are."""
    if not request.turn.frame.get("offers"):
        return None
    told, figures = suggestions.explained(core, request.turn), _figures(core, request)
    if told is None:
        return None
    return replace(told, text=f"{figures.text}\n{told.text}", facts=(*figures.facts, *told.facts))


def _period(frame: Mapping[str, list[str] | None]) -> Period | None:
    kept = frame.get("period")
    if not kept:
        return None
    first, last = kept
    return Period(date.fromisoformat(first), date.fromisoformat(last))


_EXPLAINERS: Mapping[str, Explainer] = {
    "spending_report": _spending,
    "compare_spending": _spending,
    "check_income": _income,
    "search_transactions": _search,
    "forecast_balance": _forecast,
    "check_affordability": _affordability,
    "upcoming_bills": _streams,
    "list_subscriptions": _streams,
    "find_unusual_spending": _suggestions,
    "savings_advice": _suggestions,
}
