"""Words for balances, accounts and income."""

from __future__ import annotations

from datetime import date

from actions.replies.figures import (
    bullets,
    count,
    interval,
    listed,
    money,
    on_day,
    plural,
    short_day,
)
from actions.turn import Reply
from actions.understanding.periods import within
from finance_core.model import Account, AccountKind, Fact, Period, Transaction
from finance_core.money import Money
from finance_core.services.balances import AccountBalance, Balances
from finance_core.services.income import IncomeReport, Payday
from finance_core.services.sync import SyncReport


def balances(found: Balances, day: date, today: date) -> Reply:
    """One account in a sentence, several as a list with a total for each currency.

    ``day`` is the day asked about, ``today`` or one before it.
    """
    facts = [fact for entry in found.accounts for fact in _balance_facts(entry)]
    note = f" on {day:%-d %B %Y}" if day < today else ""
    if len(found.accounts) == 1:
        return Reply(f"{_one(found.accounts[0], day, note)}.", tuple(facts))
    lines = [
        f"{entry.account.name}: {_amounts(entry)}{_age(entry, day)}" for entry in found.accounts
    ]
    totals = [money("total", amount) for amount in found.totals.values()]
    total = ", ".join(str(amount) for amount in found.totals.values())
    text = f"Your balances{note}:\n{bullets(lines)}\nTogether: {total}."
    return Reply(text, (*facts, *totals))


def _one(entry: AccountBalance, day: date, note: str) -> str:
    name, age = entry.account.name, note or _age(entry, day)
    if entry.account.kind in (AccountKind.CREDIT, AccountKind.LOAN) and entry.balance.amount < 0:
        left = f", with {entry.available} of credit left" if _shows_available(entry) else ""
        return f"You {'owed' if note else 'owe'} {-entry.balance} on {name}{age}{left}"
    return f"{name} {'had' if note else 'has'} {_amounts(entry)}{age}"


def unknown_account(said: str, known: tuple[Account, ...]) -> Reply:
    """Says that there is no such account, and which there are."""
    if not known:
        return Reply(f"I don't see any account of yours yet, so I know no {said}.")
    names = listed([account.name for account in known])
    return Reply(
        f"I don't see a {said} among yours. I know {names}.",
        (),
        tuple((account.name, f"balance of {account.name}") for account in known[:3]),
    )


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
        if entry.account.kind is AccountKind.CREDIT:
            return f"{entry.balance}, with {entry.available} of credit left"
        return f"{entry.balance}, of which {entry.available} is available"
    return str(entry.balance)


def _age(entry: AccountBalance, day: date) -> str:
    """Says how old a figure is when it is not of the day asked about."""
    return f" (as of {entry.known_on:%-d %B %Y})" if entry.known_on < day else ""


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
        sentences.append(f"{total} ({owned} owned, {owed} owed)" if owed else str(total))
    text = f"Your net worth is {'; '.join(sentences)}."
    old = [entry for entry in found.accounts if _age(entry, today)]
    if old:
        said = listed([f"{e.account.name} of {e.known_on:%-d %B %Y}" for e in old])
        text += f" The figure of {said} is the newest I have."
        facts += [on_day("known_on", e.known_on, account=e.account.name) for e in old]
    if len(found.totals) > 1:
        text += " I keep currencies apart, because I have no exchange rate."
    return Reply(text, tuple(facts))


def payday(found: Payday) -> Reply:
    """When the next wage is expected."""
    facts = (
        on_day("payday", found.day, label=found.label),
        money("amount", found.amount, period=found.day.isoformat(), label=found.label),
    )
    text = f"I expect {found.label} on {short_day(found.day)}, about {found.amount}."
    return Reply(text, facts)


def last_income(last: Transaction) -> Reply:
    """The newest income."""
    text, facts = _last(last)
    return Reply(text, facts)


def _last(row: Transaction) -> tuple[str, tuple[Fact, ...]]:
    day = row.posted_on
    facts = (
        money("last", row.amount, period=day.isoformat(), label=row.merchant),
        on_day("last_on", day, label=row.merchant),
    )
    return f"The last I have is {row.amount} from {row.merchant} on {day:%-d %B %Y}.", facts


def income(
    reports: tuple[IncomeReport, ...],
    period: Period,
    source: str | None = None,
    last: Transaction | None = None,
) -> Reply:
    """Income of a period by source, or from one ``source``; ``last`` is told when there is none."""
    by = f" {source}" if source else ""
    if not reports:
        text, known = _last(last) if last else ("", ())
        return Reply(f"I see no income{by} {within(period)}. {text}".rstrip(), known)
    facts: list[Fact] = []
    parts = []
    for report in reports:
        where = interval(report.period)
        facts += [
            money("total", report.total, period=where),
            count("payments", report.count, period=where),
            *(money("source", line.total, period=where, label=line.key)
              for line in report.by_source[: 0 if source else 5]),
        ]  # fmt: skip
        head = (
            f"You received {report.total}{by} {within(period)} ({plural(report.count, 'payment')})"
        )
        lines = bullets(f"{line.key}: {line.total}" for line in report.by_source[:5])
        parts.append(f"{head}." if source or len(report.by_source) < 2 else f"{head}:\n{lines}")
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
