"""Balances, the list of accounts, net worth, income, and fetching what is new."""

from __future__ import annotations

import re
from datetime import date, timedelta

from actions.ahead import UpcomingBills
from actions.base import PennyAction
from actions.replies import accounts as words
from actions.request import Request, read_request
from actions.spending import AVERAGE, unknown, whole_months
from actions.turn import Reply, Turn
from finance_core.model import Period, Reach
from finance_core.services import balances, income, sync, vocabulary
from finance_core.services.core import Core

_WHEN = re.compile(r"\b(?:when(?:'?s| is| do| does| will| am)|next)\b", re.IGNORECASE)
_LAST = re.compile(
    r"\bwhen (?:was|were|did)\b|\blast (?:pay\w*|salary|wages?|income|invoice)\b", re.IGNORECASE
)
_CHANGED = re.compile(
    r"\b(?:chang\w*|(?:go|gone|going|went) (?:up|down)|gr[eo]w\w*|ris\w*|rose|fell|fall\w*|drop\w*|"
    r"more than|less than|compared?|develop\w*)\b",
    re.IGNORECASE,
)
_EMPLOYERS = frozenset(  # said of whoever pays the wage
    f"{whose}{name}"
    for whose in ("", "my ", "the ", "our ")
    for name in ("work", "job", "employer", "boss", "company", "firm", "client", "clients")
)
_ANY_INCOME = "income_other"  # "income" is said of all that comes in


class CheckBalance(PennyAction):
    """What is in one account or in all of them."""

    skill = "check_balance"
    reach = Reach.SEE

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Balances of the accounts named, or of all."""
        request = read_request(core, turn)
        if request.named.unknown_account:
            return words.unknown_account(request.named.unknown_account, request.vocabulary.accounts)
        bill = self._bill(core, request)
        if bill:
            return bill
        day = request.day or turn.today
        found = balances.balances(core, turn.person.id, day)
        wanted = {account.id for account in request.accounts}
        if wanted:
            found = found.only(wanted)
        reply = words.balances(found, day, turn.today)
        return request.remember(reply, self.skill, asked_on=day)

    def _bill(self, core: Core, request: Request) -> Reply | None:
        """ "How much is my rent?" asks for a bill, not for a balance."""
        spending = [found for found in request.named.categories if found.kind == "spending"]
        named = request.named.merchants or spending
        if request.named.accounts or not named:
            return None
        reply = UpcomingBills().respond_within(core, request.turn)
        return reply if any(fact.name == "bills" for fact in reply.facts) else None


class ListAccounts(PennyAction):
    """Which accounts there are."""

    skill = "list_accounts"
    reach = Reach.SEE

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The accounts with kind and bank."""
        known = vocabulary.vocabulary(core, turn.person.id).accounts
        if not known:
            return Reply(
                "I don't see any account of yours yet. Connect a bank or import a bank export."
            )
        return words.accounts(known)


class CheckNetWorth(PennyAction):
    """What is owned less what is owed."""

    skill = "check_net_worth"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Net worth of each currency, now or at a period's end, or how it changed in one."""
        request = read_request(core, turn)
        period = request.period
        if period is None and _CHANGED.search(turn.text):
            period = Period(date(turn.today.year, 1, 1), turn.today)
        if period and _CHANGED.search(turn.text):
            found = balances.net_worths(
                core, turn.person.id, period.start - timedelta(days=1), period.end
            )
            reply = words.net_worth_change(*found)
        else:
            day = min(period.end if period else turn.today, turn.today)
            reply = words.net_worth(balances.net_worth(core, turn.person.id, day), turn.today)
        return request.remember(reply, self.skill, period=period)


class CheckIncome(PennyAction):
    """What came in."""

    skill = "check_income"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Income of the period named, or of this month so far."""
        request = read_request(core, turn)
        if _WHEN.search(turn.text):
            coming = income.next_payday(core, turn.person.id, turn.today)
            if coming:
                return request.remember(words.payday(coming), self.skill)
        if _LAST.search(turn.text) and request.period is None:
            paid = income.newest(core, turn.person.id, turn.today, merchants=request.merchants)
            regular = income.newest(
                core,
                turn.person.id,
                turn.today,
                merchants=request.merchants,
                category="income_salary",
            )
            if paid:
                return request.remember(words.last_income(regular or paid), self.skill)
        if request.named.unknown and request.named.unknown.casefold() not in _EMPLOYERS:
            return request.remember(unknown(request), self.skill)
        average = request.period is None and bool(AVERAGE.search(turn.text))
        period = whole_months(core, turn) if average else request.period_or_this_month()
        kind = next(iter(request.categories), None)
        narrow = kind.code if kind and kind.kind == "income" and kind.code != _ANY_INCOME else None
        account_id = request.account_id
        found = income.report(
            core,
            turn.person.id,
            period,
            merchants=request.merchants,
            category=narrow,
            account_id=account_id,
        )
        wanted = narrow
        if narrow and not found:
            narrow, found = None, income.report(core, turn.person.id, period)
        source = None
        if request.merchant:
            source = f"from {request.merchant}"
        elif kind and narrow:
            source = f"in {kind.name.lower()}"
        if account_id:
            source = f"{source or ''} into {request.accounts[0].name}".strip()
        last = None
        if not found:
            last = income.newest(
                core, turn.person.id, turn.today, merchants=request.merchants, category=wanted
            ) or income.newest(core, turn.person.id, turn.today, merchants=request.merchants)
        reply = words.income(found, period, source, last, average=average)
        return request.remember(reply, self.skill, period=period)


class RefreshAccounts(PennyAction):
    """Fetches what is new at the banks."""

    skill = "refresh_accounts"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """What the fetch brought, or why it did not."""
        return words.refreshed(sync.refresh(core, turn.person.id, turn.today))
