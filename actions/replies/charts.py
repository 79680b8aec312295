"""Pictures of what a reply says, as plain data; channels draw them.

The figures are those of the reply's facts, or the rest of the same service result. There
is no picture of a single number, and none in which two currencies would share a scale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from actions.replies.figures import listed
from actions.understanding.periods import describe
from finance_core.model import BalanceForecast, Chart, Period
from finance_core.money import Money, total
from finance_core.services.budgets import BudgetReport
from finance_core.services.comparison import Part, SpendingChange
from finance_core.services.forecasts import Affordability
from finance_core.services.goals import GoalReport

_LEAST_AHEAD = timedelta(days=14)
_MOST_DAYS = 62  # more are thinned out: a phone is not wider
_MOST_BARS = 8
_MOST_PAIRS = 6
_MOST_PLANS = 6

Line = tuple[str, Money]


def balance(name: str, forecast: BalanceForecast, day: date) -> tuple[Chart, ...]:
    """The balance until a day asked for, two weeks at least, with the band of 80 %."""
    end = max(day, forecast.origin + _LEAST_AHEAD)
    asked = forecast.on(day)
    marks = [(day, "expected", asked.q50)]
    low = forecast.low_point_on
    if forecast.next_income_on and low <= end:
        marks.append((low, "likely lowest", forecast.low_point))
    return (
        Chart(
            kind="band",
            title=f"{_sentence(name)} until {_day(end, forecast.origin)}",
            summary=(
                f"The balance of {name} from {forecast.start} on "
                f"{_day(forecast.origin, forecast.origin)} to about {asked.q50} on "
                f"{_day(day, forecast.origin)}, between {asked.q10} and {asked.q90} with a chance "
                "of 80%."
            ),
            currency=forecast.start.currency,
            prefix=prefix(forecast.start.currency),
            columns=("Day", "Low (10%)", "Expected", "High (90%)"),
            rows=_band(forecast, end, [on for on, *_ in marks]),
            marks=tuple((on.isoformat(), words, str(sum_.amount)) for on, words, sum_ in marks),
        ),
    )


def affordability(name: str, forecast: BalanceForecast, found: Affordability) -> tuple[Chart, ...]:
    """The balance after a purchase against the floor, until the days that decide are over."""
    end = max(found.before, found.on, forecast.origin + _LEAST_AHEAD)
    end = min(end, forecast.days[-1].day)
    nothing = Money.zero(found.amount.currency)
    return (
        Chart(
            kind="band",
            title=f"{_sentence(name)} after paying {found.amount}",
            summary=(
                f"The balance of {name} until {_day(end, forecast.origin)} with {found.amount} "
                f"paid on {_day(found.on, forecast.origin)}: the lowest is likely "
                f"{found.low_after} on {_day(found.low_on, forecast.origin)}; "
                f"the floor is {found.floor}."
            ),
            currency=found.amount.currency,
            prefix=prefix(found.amount.currency),
            columns=("Day", "Low (10%)", "Expected", "High (90%)"),
            rows=_band(
                forecast,
                end,
                (found.on, found.low_on),
                lambda day: found.amount if day >= found.on else nothing,
            ),
            marks=((found.low_on.isoformat(), "likely lowest", str(found.low_after.amount)),),
            level=("floor", str(found.floor.amount)),
        ),
    )


def _band(
    forecast: BalanceForecast,
    end: date,
    kept: Iterable[date],
    paid: Callable[[date], Money] | None = None,
) -> tuple[tuple[str, ...], ...]:
    """A row for each day from the one known to ``end``; every few days where there are many."""
    days = [day for day in forecast.days if day.day <= end]
    step = -(-len(days) // _MOST_DAYS)
    wanted = {*kept, end}
    nothing = Money.zero(forecast.start.currency)

    def figures(on: date, *amounts: Money) -> tuple[str, ...]:
        less = paid(on) if paid else nothing
        return (on.isoformat(), *(str((amount - less).amount) for amount in amounts))

    first = figures(forecast.origin, *[forecast.start] * 3)
    rest = [
        figures(day.day, day.q10, day.q50, day.q90)
        for number, day in enumerate(days, start=1)
        if number % step == 0 or day.day in wanted
    ]
    return (first, *rest)


def parts(title: str, head: str, lines: Sequence[Line], whole: Money) -> tuple[Chart, ...]:
    """What a sum is made of, biggest first; the smallest are put together."""
    shown = list(lines[:_MOST_BARS])
    hidden = lines[_MOST_BARS:]
    if len(shown) < 2:
        return ()
    if hidden:
        rest = total([amount for _, amount in hidden], whole.currency)
        shown.append((f"{len(hidden)} more", rest))
    return (
        Chart(
            kind="bars",
            title=title,
            summary=f"{title}: {_said(shown[:3])}; {whole} in all.",
            currency=whole.currency,
            prefix=prefix(whole.currency),
            columns=(head, "Spent"),
            rows=_rows(shown),
        ),
    )


def months(
    title: str,
    lines: Sequence[tuple[Period, Money]],
    average: Money | None = None,
    unit: str = "month",
) -> tuple[Chart, ...]:
    """A sum by month, or by week, oldest first, with the average across."""
    if len(lines) < 2:
        return ()
    currency = lines[0][1].currency
    form = "%b %Y" if unit == "month" else "%-d %b"
    named = [(f"{piece.start:{form}}", amount) for piece, amount in lines]
    biggest = max(named, key=lambda line: line[1].amount)
    least = min(named, key=lambda line: line[1].amount)
    return (
        Chart(
            kind="months",
            title=title,
            summary=f"{title}: most in {_said([biggest])}, least in {_said([least])}.",
            currency=currency,
            prefix=prefix(currency),
            columns=(unit.capitalize(), "Spent"),
            rows=_rows(named),
            level=("average", str(average.amount)) if average else None,
        ),
    )


def pairs(
    title: str, head: str, change: SpendingChange, found: Sequence[Part], names: dict[str, str]
) -> tuple[Chart, ...]:
    """What changed most between two periods, side by side."""
    shown = found[:_MOST_PAIRS]
    if len(shown) < 2:
        return ()
    currency = change.by_merchant.difference.currency
    named = [names.get(part.key, part.key) for part in shown]
    first, second = describe(change.before), describe(change.after)
    most = shown[0]
    return (
        Chart(
            kind="pairs",
            title=title,
            summary=(
                f"{title}, {first} and {second}. {named[0]} changed most: {most.before.net}, "
                f"then {most.after.net}."
            ),
            currency=currency,
            prefix=prefix(currency),
            columns=(head, first, second),
            rows=tuple(
                (name, str(part.before.net.amount), str(part.after.net.amount))
                for name, part in zip(named, shown, strict=True)
            ),
        ),
    )


def goals(found: Sequence[GoalReport]) -> tuple[Chart, ...]:
    """What is saved of each goal's target, a picture for each currency."""
    charts = []
    for currency in dict.fromkeys(report.status.target.currency for report in found):
        shown = [r for r in found if r.status.target.currency == currency][:_MOST_PLANS]
        said = [f"{r.goal.name} {r.status.saved} of {r.status.target}" for r in shown]
        charts.append(
            Chart(
                kind="goals",
                title="Goals" if len(shown) > 1 else shown[0].goal.name,
                summary=f"Saved so far: {listed(said)}.",
                currency=currency,
                prefix=prefix(currency),
                columns=("Goal", "Saved", "Target"),
                rows=tuple(
                    (r.goal.name, str(r.status.saved.amount), str(r.status.target.amount))
                    for r in shown
                ),
            )
        )
    return tuple(charts)


def budgets(found: Sequence[BudgetReport], names: Callable[[str], str]) -> tuple[Chart, ...]:
    """What is spent of each budget in a month, a picture for each currency."""
    charts = []
    for currency in dict.fromkeys(report.status.budget.currency for report in found):
        shown = [r for r in found if r.status.budget.currency == currency][:_MOST_PLANS]
        lines = [(names(r.category), r.status) for r in shown]
        said = [f"{name} {status.spent} of {status.budget}" for name, status in lines]
        month = describe(shown[0].month)
        charts.append(
            Chart(
                kind="budgets",
                title=f"Budgets in {month}",
                summary=f"Spent in {month}: {listed(said)}.",
                currency=currency,
                prefix=prefix(currency),
                columns=("Budget", "Spent", "Limit"),
                rows=tuple(
                    (_sentence(name), str(status.spent.amount), str(status.budget.amount))
                    for name, status in lines
                ),
            )
        )
    return tuple(charts)


def prefix(currency: str) -> str:
    """What stands before an amount of ``currency`` in Penny's texts."""
    nothing = Money.zero(currency)
    return str(nothing).removesuffix(str(nothing.amount))


def _rows(lines: Iterable[Line]) -> tuple[tuple[str, ...], ...]:
    return tuple((name, str(amount.amount)) for name, amount in lines)


def _said(lines: Iterable[Line]) -> str:
    return listed([f"{name} {amount}" for name, amount in lines])


def _day(day: date, near: date) -> str:
    return f"{day:%-d %B}" if day.year == near.year else f"{day:%-d %B %Y}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
