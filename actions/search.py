"""Finding transactions by merchant, category, amount, period, account and the like."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, cast

from actions.base import PennyAction
from actions.replies import categories as category_words
from actions.replies import search as words
from actions.replies.figures import listed, money
from actions.request import Request, read_request
from actions.spending import BIGGEST, SpendingReport, unknown
from actions.turn import Reply, Turn
from actions.understanding.days import count_of, count_pattern
from actions.understanding.periods import find_period, within, without_dates
from actions.understanding.ranges import find_amount_range
from actions.understanding.rows import find_row, is_about_list, names_row, turns_back, turns_on
from finance_core.model import Reach
from finance_core.money import Money
from finance_core.services import corrections, search
from finance_core.services.core import Core
from finance_core.services.search import Order, SearchQuery

_PAGE = 5
_MOST_ROWS = 20
_BOUNDS = ("at_least", "at_most", "above", "below")
_HOW_MUCH = re.compile(
    r"^\W*(?:how much|what) (?:did|do|have|was|were|is) (?:i|we|my|our|the)\b.*"
    r"\b(?:pa(?:y|id|yments?)|spen[dt]|cost|bill)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    rf"\b(?:last|latest|newest|recent|top|first|oldest|next) {count_pattern()} "
    rf"(?!(?:day|week|month|year))"
    rf"|\b{count_pattern('number')} (?:last|latest|newest|most|biggest|largest|highest|smallest|"
    rf"oldest)\b"
)
_ONE = re.compile(r"\bthe (?:biggest|largest|dearest|smallest|cheapest|last) one\b", re.IGNORECASE)
# "refunds" and "deposits" say which way money went; not what it was for
_SAID_OF_ANY = {("refund", "refund"), ("in", "income_other")}
_NOUNS = {"refund": "refund", "out": "payment"}
_DIRECTIONS = {
    "refund": r"\brefund(?:s|ed|ing)?\b|\bmoney back\b",
    "in": r"\b(?:incoming|deposits?|money in|received?|paid in|credits|(?:paid|sent) me)\b",
    "out": r"\b(?:outgoing|money out|purchases?|card payments|payments (?:over|under|above|below|"
    r"of|between|up to|bigger|larger|more|less|that|around|about)|paid|spen[dt]|bought|expenses)\b",
}
_ORDERS: dict[Order, str] = {
    "largest": r"\b(?:biggest|largest|highest|most expensive|dearest|by (?:amount|size))\b",
    "smallest": r"\b(?:smallest|cheapest|lowest|least expensive)\b",
    "oldest": r"\b(?:oldest|earliest) (?:first|on top|ones?|payments?|transactions?|purchases?)\b"
    r"|\b(?:oldest|earliest)[\s?!.]*$",
    "newest": r"\b(?:newest|latest|most recent) (?:first|on top)\b|\bby date\b",
}
_PENDING = re.compile(
    r"\bpending\b|\bon hold\b|\b(?:not|hasn'?t|haven'?t|isn'?t|aren'?t)(?: yet)?(?: been)? "
    r"(?:booked|cleared|posted|settled|gone through)\b",
    re.IGNORECASE,
)
_BOOKED = re.compile(r"\b(?:booked|posted|cleared|settled)\b", re.IGNORECASE)
_QUOTED = re.compile(
    r"[\"“](?P<quoted>[^\"”]{2,60})[\"”]"
    r"|\b(?:containing|contains?|with the (?:text|words?|reference)|reference|that says?)\s+"
    r"[\"'“]?(?P<said>[\w&'./-]+(?: [\w&'./-]+){0,3}?)[\"'”]?"
    r"(?=\s+(?:in|on|from|since|last|this)\b|[\s?!.]*$)",
    re.IGNORECASE,
)


class SearchTransactions(PennyAction):
    """Finding transactions."""

    skill = "search_transactions"
    reach = Reach.SEE

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The matches, a page at a time; or all that is known of one of those listed."""
        rows = turn.frame.get("rows") or []
        request = read_request(core, replace(turn, goes_on=turn.goes_on or _turns(turn)))
        if rows and names_row(turn.text) and not request.named.merchants:
            return self._details(core, request, rows)
        if _HOW_MUCH.match(turn.text) and not request.amounts and not BIGGEST.search(turn.text):
            return SpendingReport().respond_within(core, turn)
        order = _order(request)
        if order in ("largest", "smallest"):
            return self._by_size(core, request, order)
        if request.named.unknown and not _quoted(request):
            query = SearchQuery(text=request.named.unknown, period=request.period)
        else:
            query = _query(request)
        found, offset = self._find(core, request, query, order)
        if not found.count and query.text and request.named.unknown:
            return request.remember(unknown(request), self.skill)
        reply = words.transactions(
            found,
            _wanted(query, request),
            {account.id: account for account in request.vocabulary.accounts},
            offset,
            noun=_NOUNS.get(query.direction or "", "transaction"),
            order=order,
        )
        return self._remember(request, reply, self.skill, query, order, offset, found)

    def _by_size(self, core: Core, request: Request, order: Order) -> Reply:
        """The largest payments of the period named, or of this month so far.

        Those of a list already shown stay of its period.
        """
        query = _query(request)
        if not request.kept.get("rows"):
            query = replace(query, period=request.period_or_this_month())
        found, offset = self._find(core, request, query, order)
        accounts = {account.id: account for account in request.vocabulary.accounts}
        reply = words.largest(found, _wanted(query, request), accounts, order, offset)
        # "and in groceries?" then asks what all of them came to
        return self._remember(request, reply, SpendingReport.skill, query, order, offset, found)

    def _find(
        self, core: Core, request: Request, query: SearchQuery, order: Order
    ) -> tuple[search.SearchResult, int]:
        """A page of matches, and where it begins."""
        turn, limit = request.turn, _limit(request)
        offset = _offset(request, limit)
        found = search.transactions(
            core, turn.person.id, query, turn.today, limit=limit, offset=offset, order=order
        )
        return found, offset

    def _remember(
        self,
        request: Request,
        reply: Reply,
        skill: str,
        query: SearchQuery,
        order: Order,
        offset: int,
        found: search.SearchResult,
    ) -> Reply:
        bounds: dict[str, Any] = {name: getattr(query, name) for name in _BOUNDS}
        facts = [money(name, bound) for name, bound in bounds.items() if bound]
        reply = replace(reply, facts=(*reply.facts, *facts))
        if not found.rows and request.kept.get("rows"):
            return reply  # beyond the last page: what was shown stays
        return request.remember(
            reply,
            skill,
            period=query.period,
            offset=offset,
            shown=offset + len(found.rows),
            limit=_limit(request),
            order=order,
            rows=[row.id for row in found.rows],
            **bounds,
            direction=query.direction,
            pending=query.pending,
            text=query.text,
        )

    def _details(self, core: Core, request: Request, rows: list[str]) -> Reply:
        """One of the rows listed last; what is said of "that" is said of it from now on."""
        place = find_row(request.turn.text, len(rows))
        if place is None:
            return category_words.no_such_row(len(rows))
        row = corrections.transaction(core, request.turn.person.id, rows[place])
        if row is None:
            return Reply("That transaction is no longer in your accounts.")
        accounts = {account.id: account for account in request.vocabulary.accounts}
        reply = words.details(row, accounts, request.vocabulary.category_name(row.category))
        return replace(reply, slots={"frame": {**request.turn.frame, "row": row.id}})


def _turns(turn: Turn) -> bool:
    """Whether another page of the list shown last is asked for."""
    text = turn.text
    return bool(turn.frame.get("rows")) and is_about_list(text) and not names_row(text)


def _query(request: Request) -> SearchQuery:
    direction = _direction(request)
    named = request.named.merchants or request.named.categories
    return SearchQuery(
        period=request.period,
        merchants=request.merchants,
        categories=_categories(request, direction),
        account_id=request.account_id,
        text=_quoted(request) or (None if named else request.kept.get("text")),
        **_bounds(request),
        direction=direction,
        pending=_pending(request),
    )


def _quoted(request: Request) -> str | None:
    """Words to look for in the bank's own text, where they are given as such."""
    said = _QUOTED.search(request.turn.text)
    return (said["quoted"] or said["said"]).strip() if said else None


def _pending(request: Request) -> bool | None:
    if _PENDING.search(request.turn.text):
        return True
    if _BOOKED.search(request.turn.text):
        return False
    kept: bool | None = request.kept.get("pending")
    return kept


def _order(request: Request) -> Order:
    """How to sort: as asked for, else as before."""
    text = request.turn.text.lower()
    said = next((order for order, how in _ORDERS.items() if re.search(how, text)), None)
    if said == "largest" and not BIGGEST.search(text) and "by " not in text:
        said = None  # "the categories with the highest spending"
    return said or cast("Order", request.kept.get("order") or "newest")


def _categories(request: Request, direction: str | None) -> list[str]:
    """The categories asked for; "refunds" is a direction, "my savings account" an account."""
    return [
        category.code
        for category in request.categories
        if (direction, category.code) not in _SAID_OF_ANY
        and not (request.named.accounts and category.kind == "transfer")
    ]


def _limit(request: Request) -> int:
    """How many rows to show: "my last three payments", "the 10 largest"; kept while paging."""
    said = _HOW_MANY.search(request.turn.text.lower())
    if _ONE.search(request.turn.text):
        return 1
    if said:
        return min(count_of(said["count"] or said["number"]), _MOST_ROWS)
    return int(request.kept.get("limit") or _PAGE)


def _bounds(request: Request) -> dict[str, Money]:
    """The bounds asked for, or those of the last question."""
    text = request.turn.text
    turns = turns_on(text) or turns_back(text)  # "the next ones" are no amount
    asked = find_amount_range(without_dates(text), request.turn.person.currency)
    if asked is None or turns:
        kept = {name: _money(request.kept.get(name)) for name in _BOUNDS}
        return {name: bound for name, bound in kept.items() if bound}
    bounds = {
        "at_least" if asked.low_included else "above": asked.low,
        "at_most" if asked.high_included else "below": asked.high,
    }
    return {name: bound for name, bound in bounds.items() if bound}


def _money(kept: list[str] | None) -> Money | None:
    return Money.of(kept[0], kept[1]) if kept else None


def _direction(request: Request) -> str | None:
    text = request.turn.text.lower()
    for direction, said in _DIRECTIONS.items():
        if re.search(said, text):
            return direction
    kept: str | None = request.kept.get("direction")
    return kept


def _offset(request: Request, limit: int) -> int:
    """Where the page begins: after the last one, before it, or at the top."""
    text, kept = request.turn.text, request.kept
    if find_period(text, request.turn.today):
        return 0
    if turns_back(text):
        return max(0, int(kept.get("offset") or 0) - limit)
    return int(kept.get("shown") or 0) if turns_on(text) else 0


def _wanted(query: SearchQuery, request: Request) -> str:
    parts = []
    if query.pending is not None:
        parts.append(" that are pending" if query.pending else " that are booked")
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


def _said_bounds(query: SearchQuery) -> list[str]:
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
