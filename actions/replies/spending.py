"""Words for spending."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from actions.replies import charts
from actions.replies.figures import (
    bullets,
    count,
    interval,
    listed,
    money,
    months_of,
    on_day,
    plural,
)
from actions.turn import Reply
from actions.understanding.cuts import whole as is_whole
from actions.understanding.periods import describe, within
from finance_core.model import Account, Chart, Fact, Period, Transaction
from finance_core.money import Money
from finance_core.services.spending import SpendingReport
from finance_core.services.vocabulary import CategoryName

_MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class About:
    """What a question about spending narrows it to.

    Attributes:
        by_other_words: category code → the other words it was asked for with.
        category_name: the readable name of a category code.
    """

    categories: tuple[CategoryName, ...]
    merchant: str | None
    account: str | None
    by_other_words: Mapping[str, str]
    category_name: Callable[[str], str]

    @property
    def moves(self) -> bool:
        """Whether it is money moved rather than spent."""
        return any(category.kind == "transfer" for category in self.categories)

    @property
    def label(self) -> str | None:
        """What its facts are labelled with."""
        return ",".join(category.code for category in self.categories) or self.merchant

    @property
    def topic(self) -> str:
        """The end of "you spent X …"."""
        names = listed([category.name.lower() for category in self.categories])
        if self.moves:
            return f" to {names}"
        on = f" on {names}" if names else ""
        at = f" at {self.merchant}" if self.merchant else ""
        by = f" from {self.account}" if self.account else ""
        return on + at + by

    @property
    def note(self) -> str:
        """Says where the person's words and the categories differ."""
        names: dict[str, list[str]] = {}
        for category in self.categories:
            if category.code in self.by_other_words:
                said = self.by_other_words[category.code]
                names.setdefault(said, []).append(category.name.lower())
        notes = [f"I count {said} under {listed(under)}." for said, under in names.items()]
        return " ".join(notes)


def spending(
    reports: tuple[SpendingReport, ...],
    period: Period,
    *,
    about: About,
    average: bool = False,
    last_day: date | None = None,
    last: Transaction | None = None,
    by_month: Sequence[SpendingReport] = (),
) -> Reply:
    """Spending of a period, of everything or of what it is ``about``.

    ``average`` adds what it is in a month; ``by_month`` is the same spending by months, for a
    picture; ``last_day`` is the ledger's newest, ``last`` the newest payment that would fit:
    both are told when there is nothing in the period.
    """
    if not reports:
        return _nothing(about, period, last_day, last)
    facts: list[Fact] = []
    parts = []
    for report in reports:
        where = interval(period)
        facts += _head_facts(report, where, about.label)
        head = f"{_head(report, about)} {within(period)}{_detail(report)}"
        if average:
            month = _month(report, period)
            facts.append(money("average", month, period=where, label=about.label))
            head += f", {month} a month on average"
        lines = _lines(report, about)
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
    text = "\n".join([*parts, about.note] if about.note else parts)
    pictures = _charts(reports, about, by_month, average)
    return Reply(text, tuple(facts), _next_questions(about), charts=pictures)


def by_unit(
    reports: Sequence[SpendingReport], pieces: Sequence[Period], unit: str, about: About
) -> Reply:
    """Spending in each week or month, with the average of those that are whole."""
    whole = Period(pieces[0].start, pieces[-1].end)
    if not reports:
        return _nothing(about, whole, None, None)
    facts: list[Fact] = []
    parts: list[str] = []
    pictures: tuple[Chart, ...] = ()
    for currency in dict.fromkeys(report.total.currency for report in reports):
        sums = [(r.period, r.total) for r in reports if r.total.currency == currency]
        full = [amount.amount for piece, amount in sums if is_whole(piece, unit)]
        average = Money.rounded(sum(full, Decimal()) / len(full), currency) if full else None
        facts += [
            money("part", amount, period=interval(piece), label=about.label)
            for piece, amount in sums
        ]
        text = f"Your spending{about.topic} by {unit}:\n" + bullets(
            f"{describe(piece)}: {amount}" for piece, amount in sums
        )
        if average is not None and len(full) > 1:
            facts.append(money("average", average, label=about.label))
            text += f"\n{average} a {unit} on average."
        parts.append(text)
        title = f"Spent{about.topic}, {describe(whole)}"
        pictures += charts.months(title, sums, average, unit)
    text = "\n".join([*parts, about.note] if about.note else parts)
    return Reply(text, tuple(facts), _next_questions(about), charts=pictures)


def _charts(
    reports: tuple[SpendingReport, ...],
    about: About,
    by_month: Sequence[SpendingReport],
    average: bool,
) -> tuple[Chart, ...]:
    """By month where that was asked for or is all there is to see, else the parts of the sum."""
    found: tuple[Chart, ...] = ()
    for report in reports:
        title = f"Spent{about.topic}, {describe(report.period)}"
        months = [
            (one.period, one.total)
            for one in by_month
            if one.total.currency == report.total.currency
        ]
        lines = _lines(report, about)
        if months and (average or len(lines) < 2):
            month = _month(report, report.period) if average else None
            found += charts.months(title, months, month)
        else:
            head = "Category" if not (about.categories or about.merchant) else "Merchant"
            found += charts.parts(title, head, lines, report.total)
    return found


def _lines(report: SpendingReport, about: About) -> list[tuple[str, Money]]:
    """The parts to list: categories, or the merchants of one category or of several asked for."""
    if about.merchant and len(report.by_merchant) > 1 and " and " in about.merchant:
        return [(line.key, line.total) for line in report.by_merchant if line.total]
    if about.merchant:
        return []
    if len(about.categories) == 1:
        return [(line.key, line.total) for line in report.by_merchant if line.total]
    return [(about.category_name(line.key), line.total) for line in report.by_category]


def _month(report: SpendingReport, period: Period) -> Money:
    return Money.rounded(report.total.amount / months_of(period), report.total.currency)


def _head(report: SpendingReport, about: About) -> str:
    if about.moves:
        return f"You moved {report.total}{about.topic}"
    if report.total.amount < 0:
        return f"You got {-report.total} more back than you spent{about.topic}"
    return f"You spent {report.total}{about.topic}"


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


def _nothing(
    about: About, period: Period, last_day: date | None, last: Transaction | None
) -> Reply:
    text = f"I see no spending{about.topic} {within(period)}."
    if last:
        day = last.posted_on
        text += f" The last I have is {-last.amount} at {last.merchant} on {day:%-d %B %Y}."
        fact = money("last", -last.amount, period=day.isoformat(), label=last.merchant)
        return Reply(
            f"{text} {about.note}".rstrip(), (fact, on_day("last_on", day, label=last.merchant))
        )
    if last_day and last_day < period.start:
        text += f" The newest entry I have is from {last_day:%-d %B %Y}."
    return Reply(f"{text} {about.note}".rstrip())


def including(accounts: Sequence[Account]) -> str:
    """Whose accounts a sum includes, where they are somebody else's."""
    return f"That includes {listed([account.name for account in accounts])}."


def _next_questions(about: About) -> tuple[tuple[str, str], ...]:
    if about.categories or about.merchant:
        return (("And the month before?", "and the month before?"),)
    return (("Only groceries", "only groceries"), ("And last month?", "and last month?"))


def which_one(text: str, said: str, candidates: Sequence[str]) -> Reply:
    """Asks which of several names is meant; a button says the whole question with it."""
    meant = re.compile(re.escape(said), re.IGNORECASE)
    at = meant.search(text)
    buttons = tuple(
        (name, f"{text[: at.start()]}{name}{text[at.end() :]}" if at else name)
        for name in candidates
    )
    return Reply(f"Which one do you mean by “{said}”: {listed(candidates, 'or')}?", (), buttons)


def unknown_name(said: str, known: list[str]) -> Reply:
    """Says that a name is not in the ledger, and what is."""
    text = f"I don't see \u201c{said}\u201d in your accounts."
    if known:
        names = "name I know is" if len(known) == 1 else "names I know are"
        text += f" The closest {names} {listed(known)}."
    return Reply(text, (), tuple((name, name) for name in known))
