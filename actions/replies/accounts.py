"""Words for balances, accounts and income."""

from __future__ import annotations

from datetime import date

from actions.replies.figures import (
    bullets,
    count,
    interval,
    listed,
    money,
    months_of,
    on_day,
    plural,
    short_day,
)
from actions.turn import Reply
from actions.understanding.periods import within
from finance_core.model import Account, AccountKind, Fact, Period, Transaction
from finance_core.money import Money
from finance_core.services.balances import AccountBalance, Balances, NetWorth
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


def net_worth(worth: NetWorth, today: date) -> Reply:
    """What is owned less what is owed, each currency for itself; a total at stated rates."""
    facts: list[Fact] = []
    sentences = []
    found, past = worth.balances, worth.day < today
    for currency, amount in found.totals.items():
        amounts = [e.balance for e in found.accounts if e.balance.currency == currency]
        owned = sum((a for a in amounts if a.amount > 0), Money.zero(currency))
        owed = -sum((a for a in amounts if a.amount < 0), Money.zero(currency))
        facts += [money("net_worth", amount), money("owned", owned), money("owed", owed)]
        sentences.append(f"{amount} ({owned} owned, {owed} owed)" if owed else str(amount))
    when = f"On {worth.day:%-d %B %Y} your net worth was" if past else "Your net worth is"
    text = f"{when} {'; '.join(sentences)}."
    old = [entry for entry in found.accounts if _age(entry, worth.day)]
    if old:
        said = listed([f"{e.account.name} of {e.known_on:%-d %B %Y}" for e in old])
        text += f" The figure of {said} is the newest I have."
        facts += [on_day("known_on", e.known_on, account=e.account.name) for e in old]
    told, figures = _together(worth)
    if past:
        facts.append(on_day("day", worth.day))
    return Reply(f"{text}{told}", (*facts, *figures))


def _together(worth: NetWorth) -> tuple[str, list[Fact]]:
    """All currencies as one, with the rates; or why not."""
    if worth.total is None:
        if len(worth.balances.totals) < 2:
            return "", []
        for_ = f" for {listed(list(worth.missing))}"
        return f" I keep currencies apart, because I have no exchange rate{for_}.", []
    facts = [money("total", worth.total)]
    rates = []
    for rate in worth.rates:
        rates.append(f"1 {rate.base} = {rate.value} {rate.quote} on {rate.on:%-d %B %Y}")
        facts.append(
            Fact("rate", str(rate.value), unit="rate", period=rate.on.isoformat(),
                 label=f"{rate.base}/{rate.quote}")
        )  # fmt: skip
    return f" Together that is {worth.total}, at the rates stated: {listed(rates)}.", facts


def net_worth_change(before: NetWorth, after: NetWorth) -> Reply:
    """How net worth changed between two days, each currency for itself."""
    facts = [on_day("before_day", before.day), on_day("day", after.day)]
    sentences = []
    for currency, amount in after.balances.totals.items():
        earlier = before.balances.totals.get(currency, Money.zero(currency))
        change = amount - earlier
        facts += [
            money("net_worth_before", earlier),
            money("net_worth", amount),
            money("difference", change),
        ]
        way = "up" if change.amount >= 0 else "down"
        sentences.append(f"{way} {abs(change)}, from {earlier} to {amount}")
    text = (
        f"From {before.day:%-d %B %Y} to {after.day:%-d %B %Y} your net worth went "
        f"{'; '.join(sentences)}."
    )
    told, figures = _together(after)
    return Reply(f"{text}{told}", (*facts, *figures))


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
    *,
    average: bool = False,
) -> Reply:
    """Income of a period by source, or from one ``source``.

    ``last`` is told when there is none; ``average`` adds what it is in a month.
    """
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
        if average:
            month = Money.rounded(report.total.amount / months_of(period), report.total.currency)
            facts.append(money("average", month, period=where))
            head += f", {month} a month on average"
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
