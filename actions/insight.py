"""What changed in spending, and what stands out in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypedDict

from actions import suggestions
from actions.base import PennyAction
from actions.replies import insight as words
from actions.request import Request, read_request
from actions.search import SearchTransactions
from actions.spending import (
    SpendingReport,
    about,
    asked_account,
    asked_categories,
    unknown,
    with_shared,
)
from actions.turn import Reply, Turn
from actions.understanding.compared import Compared, find_compared, usual_periods
from actions.understanding.rows import names_row
from finance_core.model import Period, Reach
from finance_core.services import comparison, insights, spending, unusual
from finance_core.services.core import Core
from finance_core.services.insights import Insight, InsightKind
from finance_core.services.unusual import UnusualSpending
from finance_core.services.vocabulary import CategoryName

_SIDE_BY_SIDE = re.compile(r"\b(?:compare|vs\.?|versus|difference)\b", re.IGNORECASE)
WHY_SO_MUCH = re.compile(
    r"\b(?:why|how come|what made|reason)\b.*\b(?:up|down|more|less|much|high(?:er)?|low(?:er)?|"
    r"expensive|cheap(?:er)?|dear(?:er)?|risen?|rose|increased?|gone|dropped|jumped|changed?|big)\b",
    re.IGNORECASE,
)
_CHARGES = re.compile(r"\bcharge[sd]?\b", re.IGNORECASE)
_LOOK_BACK_DAYS = 31


class Narrowed(TypedDict):
    """What a question narrows spending to; empty means any."""

    categories: Sequence[str]
    merchants: Sequence[str]
    account_id: str | None


class CompareSpending(PennyAction):
    """Spending of one period against another."""

    skill = "compare_spending"
    reach = Reach.SEE

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The difference, by merchant or category and by number and price."""
        request = read_request(core, turn)
        if request.named.unknown:
            return request.remember(unknown(request), self.skill)
        if _of_several(request):
            return SpendingReport().respond_within(core, turn)
        asked = find_compared(turn.text, turn.today, _kept(request))
        narrowed = _narrowed(request)
        begin = spending.first_activity(core, turn.person.id)
        if asked.usual:
            found = comparison.usual(
                core,
                turn.person.id,
                asked.after,
                usual_periods(asked.after, turn.today),
                **narrowed,
            )
            reply = words.against_usual(found, asked.after, about(request), begin)
        else:
            changes = comparison.between(
                core, turn.person.id, asked.before, asked.after, **narrowed
            )
            whole = self._whole(core, request, asked)
            reply = words.comparison(changes, asked, about(request), begin, whole)
        reply = with_shared(request, reply)
        return request.remember(reply, self.skill, period=asked.after, base=asked.before)

    def _whole(
        self, core: Core, request: Request, asked: Compared
    ) -> tuple[spending.SpendingReport, ...]:
        """All of the earlier period, where only a part of it is compared with."""
        if asked.whole is None:
            return ()
        return spending.report(core, request.turn.person.id, asked.whole, **_narrowed(request))


class FindUnusual(PennyAction):
    """Payments that stand out."""

    skill = "find_unusual_spending"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Duplicates, price rises, fees and what is far above the usual, each with its reason."""
        if turn.frame.get("rows") and names_row(turn.text):
            return SearchTransactions().respond_within(core, turn)
        if WHY_SO_MUCH.search(turn.text):
            return CompareSpending().respond_within(core, turn)
        request = read_request(core, turn)
        period = request.period or _last_days(turn)
        if request.named.unknown:
            return request.remember(unknown(request), self.skill, period=period)
        found = unusual.look(core, turn.person.id, period, turn.today, **_of_spending(request))
        best = insights.best(core, turn.person.id, turn.today) if _of_anything(request) else []
        found = _without(found, best, request)
        accounts = {account.id: account for account in request.vocabulary.accounts}
        asked = replace(about(request), categories=_named(request))
        told = found.found or found.high or not best
        reply = words.unusual(found, asked, accounts) if told else Reply("")
        rows = [one.row.id for one in found.found[: words.MOST_UNUSUAL]]
        reply = request.remember(reply, self.skill, period=period, rows=rows)
        return suggestions.put(core, turn, reply, best, first=True) if best else reply


def _of_anything(request: Request) -> bool:
    """Whether no period, place or sort of payment was named: "anything I should know?"."""
    return not (
        request.period
        or request.merchants
        or request.categories
        or request.accounts
        or request.turn.also
    )


def _without(found: UnusualSpending, best: Sequence[Insight], request: Request) -> UnusualSpending:
    """What stands out besides what is suggested."""
    name = request.vocabulary.category_name
    rows = {key for one in best for key in one.transaction_ids}
    up = {one.label for one in best if one.kind is InsightKind.SPENDING_UP}
    high = [one for one in found.high if name(one.category) not in up]
    return replace(
        found,
        found=tuple(one for one in found.found if one.row.id not in rows),
        high=tuple(high),
    )


def _last_days(turn: Turn) -> Period:
    """The last month of days, so that early in a month there is something to look at."""
    return Period(turn.today - timedelta(days=_LOOK_BACK_DAYS - 1), turn.today)


def _of_several(request: Request) -> bool:
    """Whether two shops or categories are held side by side, rather than two periods."""
    several = max(len(request.named.merchants), len(request.named.categories)) > 1
    return several and bool(_SIDE_BY_SIDE.search(request.turn.text))


def _kept(request: Request) -> tuple[Period, Period] | None:
    kept = [request.kept.get(name) for name in ("base", "period")]
    if not all(kept):
        return None
    before, after = (
        Period(date.fromisoformat(first), date.fromisoformat(last))
        for first, last in filter(None, kept)
    )
    return before, after


def _narrowed(request: Request) -> Narrowed:
    account = asked_account(request)
    return {
        "categories": [category.code for category in asked_categories(request)],
        "merchants": request.merchants,
        "account_id": account.id if account else None,
    }


def _named(request: Request) -> tuple[CategoryName, ...]:
    codes = _of_spending(request)["categories"]
    return tuple(found for found in asked_categories(request) if found.code in codes)


def _of_spending(request: Request) -> Narrowed:
    """As ``_narrowed``; any "charges" are payments rather than bank fees."""
    narrowed = _narrowed(request)
    if _CHARGES.search(request.turn.text):
        narrowed["categories"] = [code for code in narrowed["categories"] if code != "fees"]
    return narrowed
