"""The weekly summary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from finance_core.advice.nudge_texts import end_of, said
from finance_core.advice.nudges import Ask, Nudge, NudgeKind
from finance_core.model import Chart, Fact
from finance_core.money import Money

_SPENT: Ask = ("My spending", "how much did I spend in the last 7 days?", "spending_report")


@dataclass(frozen=True, slots=True)
class Week:
    """What a weekly summary tells.

    Attributes:
        first, last: the days it is about.
        spent: in them, less refunds.
        usual: the middle of ``weeks`` weeks before; None when there were too few.
        before: the last of these weeks with the day each began, oldest first.
        top: what cost most, and how much.
        bills: how many are expected in the seven days after, and what they come to.
        low: the likely low point before the next income, and its day.
        saved: what savings moves put aside in the week.
    """

    first: date
    last: date
    spent: Money
    usual: Money | None
    weeks: int
    before: tuple[tuple[date, Money], ...]
    top: tuple[str, Money] | None
    bills: int
    bills_total: Money | None
    low: tuple[Money, date] | None
    saved: Money | None


def weekly(week: Week, day: date, due_at: datetime, zone: ZoneInfo) -> Nudge:
    """The summary of a week, which is told on ``day``."""
    facts = [_money("spent", week.spent, None, f"{week.first}/{week.last}")]
    lines = [f"{said(week.first)} to {said(week.last)}: you spent {week.spent}"]
    if week.usual:
        lines[0] += f"; a usual week is {week.usual}"
        facts.append(_money("usual", week.usual, None))
        facts.append(Fact("compared", str(week.weeks), unit="count"))
    lines[0] += "."
    if week.top:
        lines.append(f"Most went on {week.top[0].lower()}: {week.top[1]}.")
        facts.append(_money("top", week.top[1], week.top[0]))
    if week.bills_total:
        number = "one bill" if week.bills == 1 else f"{week.bills} bills"
        lines.append(f"In the next seven days I expect {number}: {week.bills_total}.")
        facts.append(_money("bills", week.bills_total, None))
        facts.append(Fact("bills", str(week.bills), unit="count"))
    if week.low:
        lines.append(
            f"Before your next income the lowest is likely {week.low[0]} on {said(week.low[1])}."
        )
        facts.append(_money("low_point", week.low[0], None))
        facts.append(Fact("low_point_on", week.low[1].isoformat(), unit="date"))
    if week.saved:
        lines.append(f"Put aside: {week.saved}.")
        facts.append(_money("saved", week.saved, None))
    return Nudge(
        NudgeKind.WEEKLY,
        f"week {day}",
        "your week",
        due_at,
        end_of(day + timedelta(days=1), zone),
        "\n".join(lines),
        "you asked me for a summary every week.",
        _SPENT,
        facts=tuple(facts),
        chart=_weeks(week),
        day=week.last,
    )


def _weeks(week: Week) -> Chart | None:
    if len(week.before) < 2:
        return None
    currency = week.spent.currency
    rows = [*week.before, (week.first, week.spent)]
    nothing = Money.zero(currency)
    usual = f"; a usual week is {week.usual}" if week.usual else ""
    return Chart(
        kind="months",
        title="Spent by week",
        summary=f"Spent in the week to {said(week.last)}: {week.spent}{usual}.",
        currency=currency,
        prefix=str(nothing).removesuffix(str(nothing.amount)),
        columns=("Week from", "Spent"),
        rows=tuple((f"{day:%-d %b}", str(amount.amount)) for day, amount in rows),
        level=("usual", str(week.usual.amount)) if week.usual else None,
    )


def _money(name: str, amount: Money, label: str | None, period: str | None = None) -> Fact:
    return Fact(name, str(amount.amount), amount.currency, label=label, period=period)
