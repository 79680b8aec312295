"""Spending by category, merchant and period, and finding transactions."""

from __future__ import annotations

import re

from actions.base import PennyAction
from actions.replies import spending as words
from actions.replies.figures import listed
from actions.request import Request, read_request
from actions.turn import Reply, Turn
from actions.understanding.names import closest
from actions.understanding.periods import describe
from finance_core.money import Money
from finance_core.services import search, spending
from finance_core.services.core import Core

_PAGE = 5


class SpendingReport(PennyAction):
    """What was spent."""

    skill = "spending_report"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Spending of what is named in the period named, or of this month so far."""
        request = read_request(core, turn)
        period = request.period_or_this_month()
        if request.named.unknown:
            return request.remember(_unknown(request), self.skill, period=period)
        reports = spending.report(
            core,
            turn.person.id,
            period,
            category=request.category,
            merchant=request.merchant,
            account_id=request.account_id,
        )
        reply = words.spending(
            reports,
            period,
            category=request.category,
            merchant=request.merchant,
            account=request.accounts[0].name if request.account_id else None,
            category_name=request.vocabulary.category_name,
            last_day=spending.last_activity(core, turn.person.id),
        )
        return request.remember(reply, self.skill, period=period)


class SearchTransactions(PennyAction):
    """Finding transactions by merchant, category, amount, period and account."""

    skill = "search_transactions"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The newest matches, a page at a time."""
        request = read_request(core, turn)
        if request.named.unknown and not request.kept:
            query = search.SearchQuery(text=request.named.unknown, period=request.period)
        else:
            query = _query(request)
        offset = _offset(request)
        found = search.transactions(core, turn.person.id, query, limit=_PAGE, offset=offset)
        if not found.count and query.text:
            return request.remember(_unknown(request), self.skill)
        accounts = {account.id: account for account in request.vocabulary.accounts}
        reply = words.transactions(found, _wanted(query, request), accounts, offset)
        return request.remember(
            reply,
            self.skill,
            period=query.period,
            offset=offset,
            at_least=query.at_least,
            at_most=query.at_most,
            direction=query.direction,
            text=query.text,
        )


def _unknown(request: Request) -> Reply:
    said = request.named.unknown or ""
    return words.unknown_name(said, closest(said, request.vocabulary.merchants))


def _query(request: Request) -> search.SearchQuery:
    at_least, at_most = _bounds(request)
    return search.SearchQuery(
        period=request.period,
        merchant=request.merchant,
        category=request.category,
        account_id=request.account_id,
        text=request.kept.get("text"),
        at_least=at_least,
        at_most=at_most,
        direction=_direction(request),
    )


def _bounds(request: Request) -> tuple[Money | None, Money | None]:
    """The smallest and largest amount asked for, from the words before the amounts."""
    text, amounts = request.turn.text.lower(), request.amounts
    if not amounts:
        kept = request.kept
        return _money(kept.get("at_least")), _money(kept.get("at_most"))
    if len(amounts) > 1 and re.search(r"\bbetween\b|\bfrom\b", text):
        return min(amounts[:2], key=abs_amount), max(amounts[:2], key=abs_amount)
    if re.search(r"\b(?:under|below|less than|up to|at most|smaller than|cheaper than)\b", text):
        return None, amounts[0]
    if re.search(r"\b(?:over|above|more than|at least|bigger than|larger than|than)\b", text):
        return amounts[0], None
    return amounts[0], amounts[0]


def abs_amount(money: Money) -> Money:
    """Sort key: the size of an amount."""
    return abs(money)


def _money(kept: list[str] | None) -> Money | None:
    return Money.of(kept[0], kept[1]) if kept else None


def _direction(request: Request) -> str | None:
    text = request.turn.text.lower()
    if re.search(r"\b(?:refunds?|incoming|deposits?|money in|received|paid in)\b", text):
        return "in"
    if re.search(r"\b(?:outgoing|money out|purchases?|card payments?|spent)\b", text):
        return "out"
    return request.kept.get("direction")


def _offset(request: Request) -> int:
    more = re.search(r"\b(?:more|next|rest|older)\b", request.turn.text.lower())
    return request.kept.get("offset", 0) + _PAGE if more and request.kept else 0


def _wanted(query: search.SearchQuery, request: Request) -> str:
    parts = []
    if query.merchant or query.text:
        parts.append(f" with {query.merchant or query.text}")
    if query.category:
        parts.append(f" in {request.vocabulary.category_name(query.category).lower()}")
    if query.at_least and query.at_most and query.at_least == query.at_most:
        parts.append(f" of {query.at_least}")
    else:
        bounds = [f"at least {query.at_least}"] if query.at_least else []
        bounds += [f"at most {query.at_most}"] if query.at_most else []
        parts.append(f" of {listed(bounds)}" if bounds else "")
    if query.account_id:
        parts.append(f" from {request.accounts[0].name}")
    if query.period:
        parts.append(f" in {describe(query.period)}")
    return "".join(parts)
