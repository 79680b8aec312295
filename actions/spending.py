"""Spending by category, merchant and period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from actions.base import PennyAction, skill_named
from actions.replies import spending as words
from actions.request import Request, read_request
from actions.turn import Reply, Turn
from actions.understanding.cuts import MOST_PIECES, cut, find_cut, latest, since
from actions.understanding.days import add_units, month_of
from actions.understanding.names import closest
from actions.understanding.periods import without_dates
from actions.understanding.ranges import find_amount_range
from actions.understanding.rows import is_about_list
from finance_core.model import Account, Period, Reach, Transaction
from finance_core.services import search, spending
from finance_core.services.core import Core
from finance_core.services.vocabulary import CategoryName

_OUT_OF_SAVINGS = re.compile(r"\b(?:from|out of) (?:my |our |the )?savings?\b", re.IGNORECASE)
_SAVED = re.compile(r"\b(?:i|we) (?:\w+ )?saved?\b|\bput aside\b|\bset aside\b", re.IGNORECASE)
AVERAGE = re.compile(
    r"\b(?:average|typical(?:ly)?|usually|normally|monthly|(?:every|each|per|a) month)\b",
    re.IGNORECASE,
)
_AVERAGE_MONTHS = 6
_LEAST_MONTHS, _MOST_MONTHS = 3, 24  # of a picture by month
BIGGEST = re.compile(
    r"\b(?:biggest|largest|most expensive|highest|dearest)\b(?!.*\b(?:categor|shops?|merchants?))",
    re.IGNORECASE,
)


class SpendingReport(PennyAction):
    """What was spent."""

    skill = "spending_report"
    reach = Reach.SEE

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Spending of what is named in the period named, or of this month so far."""
        request = read_request(core, turn)
        search_skill = skill_named("search_transactions")
        on_list = bool(turn.frame.get("rows")) and is_about_list(turn.text)
        if search_skill and (on_list or BIGGEST.search(turn.text) or _bounded(turn)):
            return search_skill.respond_within(core, turn)
        said = request.period
        unit = find_cut(turn.text, said)
        if unit and not request.named.unknown:
            return self._by_unit(core, request, unit)
        average = bool(AVERAGE.search(turn.text)) and said is None
        period = whole_months(core, turn) if average else request.period_or_this_month()
        if request.named.unknown:
            return request.remember(unknown(request), self.skill, period=period)
        categories, account = asked_categories(request), asked_account(request)
        reports = spending.report(
            core,
            turn.person.id,
            period,
            categories=[category.code for category in categories],
            merchants=request.merchants,
            account_id=account.id if account else None,
        )
        reply = words.spending(
            reports,
            period,
            about=about(request),
            average=average,
            by_month=_by_month(core, request, period) if reports else (),
            last_day=spending.last_activity(core, turn.person.id),
            last=None if reports else _last(core, request, categories),
        )
        return request.remember(with_shared(request, reply), self.skill, period=period)

    def _by_unit(self, core: Core, request: Request, unit: str) -> Reply:
        """The spending asked for in each week or month of a period, or of the latest ones."""
        period = request.period or latest(unit, request.period_or_this_month())
        first = spending.first_activity(core, request.turn.person.id) or period.start
        pieces = cut(since(period, first, unit), unit)
        if len(pieces) > MOST_PIECES:
            unit, pieces = "month", cut(since(period, first, "month"), "month")[-MOST_PIECES:]
        reports = _reports(core, request, pieces)
        reply = words.by_unit(reports, pieces, unit, about(request))
        return request.remember(with_shared(request, reply), self.skill, period=period)


def _by_month(core: Core, request: Request, period: Period) -> tuple[spending.SpendingReport, ...]:
    """The spending asked for in each calendar month of a period of some whole ones."""
    if (period.end - period.start).days > _MOST_MONTHS * 31:
        return ()
    months = cut(period, "month")
    fitting = _LEAST_MONTHS <= len(months) <= _MOST_MONTHS
    return _reports(core, request, months) if fitting else ()


def _reports(
    core: Core, request: Request, pieces: Sequence[Period]
) -> tuple[spending.SpendingReport, ...]:
    account = asked_account(request)
    return spending.by_period(
        core,
        request.turn.person.id,
        pieces,
        categories=[category.code for category in asked_categories(request)],
        merchants=request.merchants,
        account_id=account.id if account else None,
    )


def _bounded(turn: Turn) -> bool:
    """Whether only payments of some size are asked about ("at Amazon over 20")."""
    asked = find_amount_range(without_dates(turn.text), turn.person.currency)
    return asked is not None and asked.low != asked.high


def with_shared(request: Request, reply: Reply) -> Reply:
    """The reply with whose accounts its sums include, where some are not the person's own."""
    shared = [a for a in request.vocabulary.accounts if a.person_id != request.turn.person.id]
    if not shared or asked_account(request) or not reply.facts:
        return reply
    return replace(reply, text=f"{reply.text}\n{words.including(shared)}")


def whole_months(core: Core, turn: Turn) -> Period:
    """The last whole months that the ledger knows, half a year at most."""
    end = month_of(turn.today).start - timedelta(days=1)
    start = add_units(month_of(turn.today).start, -_AVERAGE_MONTHS, "month")
    known = spending.first_activity(core, turn.person.id) or start
    while start < min(known, month_of(end).start):
        start = add_units(start, 1, "month")
    return Period(start, end)


def about(request: Request) -> words.About:
    """What a question about spending narrows it to, for the words of the answer."""
    account = asked_account(request)
    return words.About(
        asked_categories(request),
        request.merchant,
        account.name if account else None,
        dict(request.named.by_other_words),
        request.vocabulary.category_name,
    )


def _last(core: Core, request: Request, categories: tuple[CategoryName, ...]) -> Transaction | None:
    """The newest payment to the merchants or in the categories asked for."""
    if not (categories or request.merchants):
        return None
    query = search.SearchQuery(
        merchants=request.merchants,
        categories=[category.code for category in categories],
        direction="out",
    )
    turn = request.turn
    found = search.transactions(core, turn.person.id, query, turn.today, limit=1)
    return next(iter(found.rows), None)


def asked_categories(request: Request) -> tuple[CategoryName, ...]:
    """The categories asked for, by their names or by what was done with the money.

    "From savings" is an account and no category, and so are refunds taken off anyway.
    """
    text, known = request.turn.text, request.vocabulary
    if _OUT_OF_SAVINGS.search(text):
        return ()
    saved = known.category("transfer_savings") if _SAVED.search(text) else None
    if saved and not request.named.categories:
        return (saved,)
    named = tuple(found for found in request.categories if found.code != "refund")
    return named if named or request.merchants else request.categories


def asked_account(request: Request) -> Account | None:
    """The one account asked for; what goes "to savings" comes from any."""
    moves = any(category.kind == "transfer" for category in asked_categories(request))
    return None if moves or not request.account_id else request.accounts[0]


def unknown(request: Request) -> Reply:
    """Says that a name is not in the ledger, and which are like it; or asks which one is meant."""
    said = request.named.unknown or ""
    for unclear in request.ambiguous:
        if unclear.kind != "account":
            return words.which_one(request.turn.text, unclear.words, unclear.candidates)
    return words.unknown_name(said, closest(said, request.vocabulary.merchants))
