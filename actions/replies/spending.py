"""Words for spending and for found transactions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from actions.replies.figures import bullets, count, interval, listed, money, on_day, plural
from actions.turn import Reply
from actions.understanding.periods import within
from finance_core.model import Account, Fact, Period, Transaction
from finance_core.money import Money
from finance_core.services.search import SearchResult
from finance_core.services.spending import SpendingReport
from finance_core.services.vocabulary import CategoryName

_MOST_LINES = 5


def spending(
    reports: tuple[SpendingReport, ...],
    period: Period,
    *,
    category: CategoryName | None,
    merchant: str | None,
    account: str | None,
    category_name: Callable[[str], str],
    last_day: date | None,
    last: Transaction | None = None,
) -> Reply:
    """Spending of a period, of everything or of one category or merchant.

    ``last_day`` is the ledger's newest, ``last`` the newest payment that would fit; both
    are told when there is nothing in the period.
    """
    topic = _topic(category, merchant, account)
    if not reports:
        return _nothing(topic, period, last_day, last)
    facts: list[Fact] = []
    parts = []
    for report in reports:
        where = interval(period)
        facts += _head_facts(report, where, category.code if category else merchant)
        head = f"{_head(report, topic, category)} {within(period)}{_detail(report)}"
        if merchant:
            lines: list[tuple[str, Money]] = []
        elif category:
            lines = [(line.key, line.total) for line in report.by_merchant if line.total]
        else:
            lines = [(category_name(line.key), line.total) for line in report.by_category]
        if len(lines) < 2:
            parts.append(f"{head}.")
            continue
        shown, hidden = lines[:_MOST_LINES], len(lines) - _MOST_LINES
        facts += [money("part", amount, period=where, label=name) for name, amount in shown]
        text = f"{head}:\n{bullets(f'{name}: {amount}' for name, amount in shown)}"
        if hidden > 0:
            facts.append(count("more", hidden))
            text += f"\nand {hidden} more."
        parts.append(text)
    return Reply("\n".join(parts), tuple(facts), _next_questions(category, merchant))


def _head(report: SpendingReport, topic: str, category: CategoryName | None) -> str:
    if category and category.kind == "transfer":
        return f"You moved {report.total}{topic}"
    if report.total.amount < 0:
        return f"You got {-report.total} more back than you spent{topic}"
    return f"You spent {report.total}{topic}"


def _topic(category: CategoryName | None, merchant: str | None, account: str | None) -> str:
    if category and category.kind == "transfer":
        return f" to {category.name.lower()}"
    on = f" on {category.name.lower()}" if category else ""
    at = f" at {merchant}" if merchant else ""
    by = f" from {account}" if account else ""
    return on + at + by


def _head_facts(report: SpendingReport, where: str, label: str | None) -> list[Fact]:
    facts = [
        money("total", report.total, period=where, label=label),
        count("payments", report.count, period=where, label=label),
    ]
    if report.refunds:
        facts += [
            money("gross", report.gross, period=where, label=label),
            money("refunds", report.refunds, period=where, label=label),
        ]
    return facts


def _detail(report: SpendingReport) -> str:
    payments = plural(report.count, "payment")
    if report.refunds:
        return f" ({payments}: {report.gross} paid less {report.refunds} refunded)"
    return f" ({payments})"


def _nothing(topic: str, period: Period, last_day: date | None, last: Transaction | None) -> Reply:
    text = f"I see no spending{topic} {within(period)}."
    if last:
        day = last.posted_on
        text += f" The last I have is {-last.amount} at {last.merchant} on {day:%-d %B %Y}."
        fact = money("last", -last.amount, period=day.isoformat(), label=last.merchant)
        return Reply(text, (fact, on_day("last_on", day, label=last.merchant)))
    if last_day and last_day < period.start:
        text += f" The newest entry I have is from {last_day:%-d %B %Y}."
    return Reply(text)


def _next_questions(
    category: CategoryName | None, merchant: str | None
) -> tuple[tuple[str, str], ...]:
    if category or merchant:
        return (("And the month before?", "and the month before?"),)
    return (("Only groceries", "only groceries"), ("And last month?", "and last month?"))


def transactions(
    found: SearchResult,
    wanted: str,
    accounts: dict[str, Account],
    offset: int,
    noun: str = "transaction",
) -> Reply:
    """One page of transactions, newest first."""
    if not found.count:
        return Reply(f"I found no {noun}s{wanted}.")
    if not found.rows:
        return Reply("That was all of them.", ())
    several = len(accounts) > 1
    facts: list[Fact] = [count("transactions", found.count)]
    facts += [_row_fact(row, accounts) for row in found.rows]
    lines = [_row(row, accounts if several else {}) for row in found.rows]
    head = f"I found {plural(found.count, noun)}{wanted}"
    if wanted and not offset and len(found.totals) == 1:
        sums = {"paid": found.paid, "received": found.received}
        known = [(name, amount) for name, by in sums.items() for amount in by.values()]
        facts += [money(name, amount) for name, amount in known]
        if found.count > 1:
            head += f", {listed([f'{amount} {name}' for name, amount in known])} in all"
    more = found.count - offset - len(found.rows)
    buttons = (("Show more", "show more"),) if more > 0 else ()
    if offset:
        head = f"{offset + 1} to {offset + len(found.rows)} of {found.count}"
        facts = [count("from", offset + 1), count("to", offset + len(found.rows)), *facts]
    elif more > 0:
        facts.append(count("shown", len(found.rows)))
        head += f"; the newest {len(found.rows)}"
    return Reply(f"{head}:\n{bullets(lines)}", tuple(facts), buttons)


def _row_fact(row: Transaction, accounts: dict[str, Account]) -> Fact:
    return money(
        "amount",
        row.amount,
        period=row.posted_on.isoformat(),
        account=accounts[row.account_id].name if row.account_id in accounts else None,
        label=row.merchant,
    )


def _row(row: Transaction, accounts: dict[str, Account]) -> str:
    where = f" ({accounts[row.account_id].name})" if row.account_id in accounts else ""
    pending = ", pending" if row.pending else ""
    return f"{row.posted_on:%-d %b %Y}  {row.merchant}  {row.amount}{where}{pending}"


def unknown_name(said: str, known: list[str]) -> Reply:
    """Says that a name is not in the ledger, and what is."""
    text = f"I don't see \u201c{said}\u201d in your accounts."
    if known:
        names = "name I know is" if len(known) == 1 else "names I know are"
        text += f" The closest {names} {listed(known)}."
    return Reply(text, (), tuple((name, name) for name in known))
