"""Finding transactions by merchant, category, amount, period and account."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.base import PennyAction
from actions.replies import spending as words
from actions.replies.figures import listed, money
from actions.request import Request, read_request
from actions.spending import BIGGEST, SpendingReport, unknown
from actions.turn import Reply, Turn
from actions.understanding.days import count_of, count_pattern
from actions.understanding.periods import find_period, within
from finance_core.money import Money
from finance_core.services import search
from finance_core.services.core import Core

_PAGE = 5
_MOST_ROWS = 20
_BOUNDS = {  # tried in this order
    "at_least": r"\b(?:at least|or more|no less than|minimum)\b",
    "at_most": r"\b(?:at most|up to|or less|no more than|maximum)\b",
    "below": r"\b(?:under|below|(?:less|smaller|cheaper|lower) than)\b",
    "above": r"\b(?:over|above|exceeding|than)\b",
}
_HOW_MUCH = re.compile(
    r"^\W*(?:how much|what) (?:did|do|have|was|were|is) (?:i|we|my|our|the)\b.*"
    r"\b(?:pa(?:y|id|yments?)|spen[dt]|cost|bill)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    rf"\b(?:last|latest|newest|recent|top) {count_pattern()} (?!(?:day|week|month|year))"
    rf"|\b{count_pattern('number')} (?:last|latest|newest|most|biggest|largest|highest)\b"
)
# "refunds" and "deposits" say which way money went; not what it was for
_SAID_OF_ANY = {("refund", "refund"), ("in", "income_other")}
_NOUNS = {"refund": "refund", "out": "payment"}
_DIRECTIONS = {
    "refund": r"\brefund(?:s|ed|ing)?\b|\bmoney back\b",
    "in": r"\b(?:incoming|deposits?|money in|received?|paid in|credits|(?:paid|sent) me)\b",
    "out": r"\b(?:outgoing|money out|purchases?|card payments|payments (?:over|under|above|below|"
    r"of|between|up to|bigger|larger|more|less|that)|paid|spent|bought|expenses)\b",
}


class SearchTransactions(PennyAction):
    """Finding transactions by merchant, category, amount, period and account."""

    skill = "search_transactions"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The newest matches, a page at a time."""
        request = read_request(core, turn)
        if BIGGEST.search(turn.text):
            return self._largest(core, request)
        if _HOW_MUCH.match(turn.text) and not request.amounts:
            return SpendingReport().respond(core, turn)
        if request.named.unknown:
            query = search.SearchQuery(text=request.named.unknown, period=request.period)
        else:
            query = _query(request)
        offset, limit = _offset(request), _limit(request)
        found = search.transactions(
            core, turn.person.id, query, turn.today, limit=limit, offset=offset
        )
        if not found.count and query.text and request.named.unknown:
            return request.remember(unknown(request), self.skill)
        accounts = {account.id: account for account in request.vocabulary.accounts}
        reply = words.transactions(
            found,
            _wanted(query, request),
            accounts,
            offset,
            noun=_NOUNS.get(query.direction or "", "transaction"),
        )
        bounds = {name: getattr(query, name) for name in _BOUNDS}
        facts = [money(name, bound) for name, bound in bounds.items() if bound]
        reply = replace(reply, facts=(*reply.facts, *facts))
        return request.remember(
            reply,
            self.skill,
            period=query.period,
            shown=offset + len(found.rows),
            **bounds,
            direction=query.direction,
            text=query.text,
        )

    def _largest(self, core: Core, request: Request) -> Reply:
        """The largest payments of the period named, or of this month so far."""
        period, turn = request.period_or_this_month(), request.turn
        query = search.SearchQuery(
            period=period,
            merchants=request.merchants,
            categories=[category.code for category in request.categories],
            account_id=request.account_id,
        )
        limit = _limit(request)
        found = search.transactions(
            core, turn.person.id, query, turn.today, limit=limit, largest=True
        )
        accounts = {account.id: account for account in request.vocabulary.accounts}
        reply = words.largest(found, _wanted(query, request), accounts)
        return request.remember(reply, SpendingReport.skill, period=period)


def _query(request: Request) -> search.SearchQuery:
    direction = _direction(request)
    return search.SearchQuery(
        period=request.period,
        merchants=request.merchants,
        categories=_categories(request, direction),
        account_id=request.account_id,
        text=None
        if request.named.merchants or request.named.categories
        else request.kept.get("text"),
        **_bounds(request),
        direction=direction,
    )


def _categories(request: Request, direction: str | None) -> list[str]:
    """The categories asked for; "refunds" is a direction, "my savings account" an account."""
    return [
        category.code
        for category in request.categories
        if (direction, category.code) not in _SAID_OF_ANY
        and not (request.named.accounts and category.kind == "transfer")
    ]


def _limit(request: Request) -> int:
    """How many rows to show: "my last three payments", "the 10 largest"."""
    said = _HOW_MANY.search(request.turn.text.lower())
    return min(count_of(said["count"] or said["number"]), _MOST_ROWS) if said else _PAGE


def _bounds(request: Request) -> dict[str, Money]:
    """The bounds asked for, from the words before the amounts, or those of the last question."""
    text, amounts = request.turn.text.lower(), request.amounts
    if not amounts:
        kept = {name: _money(request.kept.get(name)) for name in _BOUNDS}
        return {name: bound for name, bound in kept.items() if bound}
    if len(amounts) > 1 and re.search(r"\bbetween\b|\bfrom\b", text):
        low, high = sorted(amounts[:2], key=abs_amount)
        return {"at_least": low, "at_most": high}
    name = next((name for name, said in _BOUNDS.items() if re.search(said, text)), None)
    if name:
        return {name: amounts[0]}
    return {"at_least": amounts[0], "at_most": amounts[0]}


def abs_amount(money: Money) -> Money:
    """Sort key: the size of an amount."""
    return abs(money)


def _money(kept: list[str] | None) -> Money | None:
    return Money.of(kept[0], kept[1]) if kept else None


def _direction(request: Request) -> str | None:
    text = request.turn.text.lower()
    for direction, said in _DIRECTIONS.items():
        if re.search(said, text):
            return direction
    kept: str | None = request.kept.get("direction")
    return kept


def _offset(request: Request) -> int:
    more = re.search(r"\b(?:more|next|rest|older)\b", request.turn.text.lower())
    narrowed = request.amounts or find_period(request.turn.text, request.turn.today)
    return int(request.kept.get("shown") or 0) if more and not narrowed else 0


def _wanted(query: search.SearchQuery, request: Request) -> str:
    parts = []
    if query.merchants or query.text:
        parts.append(f" with {request.merchant or query.text}")
    if query.categories:
        names = map(request.vocabulary.category_name, query.categories)
        parts.append(f" in {listed([name.lower() for name in names])}")
    parts += _said_bounds(query)
    if query.account_id:
        parts.append(f" from {request.accounts[0].name}")
    if query.period:
        parts.append(f" {within(query.period)}")
    return "".join(parts)


def _said_bounds(query: search.SearchQuery) -> list[str]:
    if query.at_least and query.at_most:
        same = query.at_least == query.at_most
        return [f" of {query.at_least}" if same else f" of {query.at_least} to {query.at_most}"]
    said = {
        " over": query.above,
        " under": query.below,
        " of at least": query.at_least,
        " of at most": query.at_most,
    }
    return [f"{words} {bound}" for words, bound in said.items() if bound]
