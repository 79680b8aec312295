"""Words for balances, accounts and income."""

from __future__ import annotations

from datetime import date

from actions.replies.figures import bullets, count, interval, money, plural
from actions.turn import Reply
from actions.understanding.periods import describe
from finance_core.model import Account, Fact, Period
from finance_core.money import Money
from finance_core.services.balances import AccountBalance, Balances
from finance_core.services.income import IncomeReport
from finance_core.services.sync import SyncReport


def balances(found: Balances, today: date) -> Reply:
    """One account in a sentence, several as a list with a total for each currency."""
    facts = [fact for entry in found.accounts for fact in _balance_facts(entry)]
    note = _age(found, today)
    if len(found.accounts) == 1:
        entry = found.accounts[0]
        text = f"{entry.account.name} has {_amounts(entry)}{note}."
        return Reply(text, tuple(facts))
    lines = [f"{entry.account.name}: {_amounts(entry)}" for entry in found.accounts]
    totals = [money("total", amount) for amount in found.totals.values()]
    total = ", ".join(str(amount) for amount in found.totals.values())
    text = f"Your balances{note}:\n{bullets(lines)}\nTogether: {total}."
    return Reply(text, (*facts, *totals))


def _balance_facts(entry: AccountBalance) -> list[Fact]:
    name, day = entry.account.name, entry.known_on.isoformat()
    facts = [money("balance", entry.balance, account=name, period=day)]
    if _shows_available(entry) and entry.available is not None:
        facts.append(money("available", entry.available, account=name, period=day))
    return facts


def _shows_available(entry: AccountBalance) -> bool:
    return entry.available is not None and entry.available != entry.balance


def _amounts(entry: AccountBalance) -> str:
    if _shows_available(entry):
        return f"{entry.balance}, of which {entry.available} is available"
    return str(entry.balance)


def _age(found: Balances, today: date) -> str:
    """Says how old the figures are when they are not of today."""
    if found.oldest >= today:
        return ""
    return f" as of {found.oldest:%-d %B %Y}, the last day I have figures for"


def accounts(known: tuple[Account, ...]) -> Reply:
    """The list of accounts with kind and bank."""
    lines = [
        f"{account.name} ({account.kind}, {account.currency}"
        + (f", {account.institution}" if account.institution else "")
        + ")"
        for account in known
    ]
    text = f"You have {plural(len(known), 'account')}:\n{bullets(lines)}"
    return Reply(text, (count("accounts", len(known)),), (("Balances", "what are my balances?"),))


def net_worth(found: Balances, today: date) -> Reply:
    """What is owned less what is owed, each currency for itself."""
    facts: list[Fact] = []
    sentences = []
    for currency, total in found.totals.items():
        amounts = [e.balance for e in found.accounts if e.balance.currency == currency]
        owned = sum((a for a in amounts if a.amount > 0), Money.zero(currency))
        owed = -sum((a for a in amounts if a.amount < 0), Money.zero(currency))
        facts += [money("net_worth", total), money("owned", owned), money("owed", owed)]
        sentences.append(f"{total} ({owned} owned, {owed} owed)")
    text = f"Your net worth{_age(found, today)} is {'; '.join(sentences)}."
    if len(found.totals) > 1:
        text += " I keep currencies apart, because I have no exchange rate."
    return Reply(text, tuple(facts))


def income(reports: tuple[IncomeReport, ...], period: Period) -> Reply:
    """Income of a period by source."""
    if not reports:
        return Reply(f"I see no income in {describe(period)}.")
    facts: list[Fact] = []
    parts = []
    for report in reports:
        where = interval(report.period)
        facts += [
            money("total", report.total, period=where),
            count("payments", report.count, period=where),
            *(money("source", line.total, period=where, label=line.key)
              for line in report.by_source[:5]),
        ]  # fmt: skip
        lines = bullets(f"{line.key}: {line.total}" for line in report.by_source[:5])
        head = f"{report.total} came in during {describe(period)}"
        parts.append(f"{head} ({plural(report.count, 'payment')}):\n{lines}")
    return Reply("\n".join(parts), tuple(facts))


def refreshed(report: SyncReport) -> Reply:
    """What a fetch brought from each bank, or why it did not."""
    if not report.connections:
        return Reply("No bank is connected, so there is nothing to fetch.")
    facts: list[Fact] = []
    lines = []
    for connection in report.connections:
        name = connection.institution or connection.protocol
        if connection.error:
            since = connection.synced_at
            last = f" My figures are of {since:%-d %B %Y}." if since else ""
            lines.append(f"{name}: {connection.error}{last}")
            continue
        facts.append(count("new", connection.new, label=name))
        lines.append(f"{name}: {plural(connection.new, 'new transaction')}")
    return Reply(f"I asked your banks.\n{bullets(lines)}", tuple(facts))
