"""Balances, the list of accounts, net worth, income, and fetching what is new."""

from __future__ import annotations

from actions.base import PennyAction
from actions.replies import accounts as words
from actions.request import read_request
from actions.turn import Reply, Turn
from finance_core.services import balances, income, sync, vocabulary
from finance_core.services.core import Core


class CheckBalance(PennyAction):
    """What is in one account or in all of them."""

    skill = "check_balance"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Balances of the accounts named, or of all."""
        request = read_request(core, turn)
        found = balances.balances(core, turn.person.id, request.day or turn.today)
        wanted = {account.id for account in request.accounts}
        if wanted:
            found = found.only(wanted)
        reply = words.balances(found, request.day or turn.today)
        return request.remember(reply, self.skill)


class ListAccounts(PennyAction):
    """Which accounts there are."""

    skill = "list_accounts"

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
        """Net worth of each currency."""
        return words.net_worth(balances.balances(core, turn.person.id, turn.today), turn.today)


class CheckIncome(PennyAction):
    """What came in."""

    skill = "check_income"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Income of the period named, or of this month so far."""
        request = read_request(core, turn)
        period = request.period_or_this_month()
        reply = words.income(income.report(core, turn.person.id, period), period)
        return request.remember(reply, self.skill, period=period)


class RefreshAccounts(PennyAction):
    """Fetches what is new at the banks."""

    skill = "refresh_accounts"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """What the fetch brought, or why it did not."""
        return words.refreshed(sync.refresh(core, turn.person.id, turn.today))
