"""Words for budgets: set, suggested, and how they go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from actions.replies import charts
from actions.replies.figures import bullets, count, interval, listed, money, percent, plural
from actions.turn import Reply
from actions.understanding.periods import describe
from finance_core.model import Fact, Period
from finance_core.money import Money, total
from finance_core.services.budgets import EVERYTHING, BudgetReport, Suggestion

type Name = Callable[[str], str]


def name_of(category: str, names: Name) -> str:
    """A budget's category in a sentence."""
    return "all your spending" if category == EVERYTHING else names(category).lower()


def reports(found: Sequence[BudgetReport], names: Name) -> Reply:
    """How one budget or several stand in a month."""
    facts = tuple(fact for report in found for fact in _facts(report))
    pictures = charts.budgets(found, lambda code: name_of(code, names))
    if len(found) == 1:
        facts = (*facts, *_detail_facts(found[0]))
        return Reply(_one(found[0], names), facts, _next_questions(found), charts=pictures)
    lines = bullets(_line(report, names) for report in found)
    text = f"Your budgets in {describe(found[0].month)}:\n{lines}"
    together, sums = _together(found)
    said = f"{text}{together}"
    return Reply(said, (*facts, *sums), _next_questions(found), charts=pictures)


def _one(report: BudgetReport, names: Name) -> str:
    status, month = report.status, describe(report.month)
    name = name_of(report.category, names)
    head = (
        f"You have spent {status.spent} of your {status.budget} budget for {name} "
        f"in {month}, {_share(report)}"
    )
    return f"{head}. {_rest(report)}{_elsewhere(report)}"


def _rest(report: BudgetReport) -> str:
    """What is left or too much, and where the month is heading."""
    status = report.status
    if status.expected is None:
        if status.left.minor < 0:
            return f"That was {-status.left} over."
        return f"That left {status.left}."
    if status.left.minor < 0:
        return f"That is {-status.left} over, with {plural(status.days_left, 'day')} to go."
    if status.per_day is None:
        return f"{status.left} is left for today, the last day of the month."
    left = (
        f"{status.left} is left for {plural(status.days_left, 'more day')}, {status.per_day} a day."
    )
    if status.over_by:
        return (
            f"{left} With a usual rest of the month you would reach {status.expected} "
            f"and end {status.over_by} over."
        )
    return f"{left} With a usual rest of the month you would reach {status.expected}: on track."


def _line(report: BudgetReport, names: Name) -> str:
    status = report.status
    name = name_of(report.category, names)
    name = name[:1].upper() + name[1:]
    head = f"{name}: {status.spent} of {status.budget}, {_share(report)}"
    if status.left.minor < 0:
        return f"{head}, {-status.left} over{_elsewhere(report)}"
    if status.expected is None:
        return f"{head}, {status.left} was left{_elsewhere(report)}"
    pace = f"heading for {status.over_by} over" if status.over_by else "on track"
    return f"{head}, {status.left} left, {pace}{_elsewhere(report)}"


def _together(found: Sequence[BudgetReport]) -> tuple[str, tuple[Fact, ...]]:
    """The sum of budgets of one currency that do not overlap."""
    currencies = {report.status.budget.currency for report in found}
    if len(currencies) > 1 or any(report.category == EVERYTHING for report in found):
        return "", ()
    [currency] = currencies
    spent = total([report.status.spent for report in found], currency)
    budget = total([report.status.budget for report in found], currency)
    where = interval(found[0].month)
    facts = (
        money("total_spent", spent, period=where),
        money("total_budget", budget, period=where),
    )
    return f"\nTogether {spent} of {budget}.", facts


def _elsewhere(report: BudgetReport) -> str:
    if not report.elsewhere:
        return ""
    return f" ({listed([str(amount) for amount in report.elsewhere])} on top in other currencies)"


def _share(report: BudgetReport) -> str:
    return f"{round(report.status.share * 100)}%"


def _facts(report: BudgetReport) -> list[Fact]:
    status, where, label = report.status, interval(report.month), report.category
    facts = [
        money("budget", status.budget, period=where, label=label),
        money("spent", status.spent, period=where, label=label),
        percent("share", float(status.share), period=where, label=label),
        *(money("elsewhere", amount, period=where, label=label) for amount in report.elsewhere),
    ]
    if status.left.minor < 0:
        return [*facts, money("over", -status.left, period=where, label=label)]
    facts.append(money("left", status.left, period=where, label=label))
    if status.expected is None:
        return facts
    if status.over_by:
        facts.append(money("over_by", status.over_by, period=where, label=label))
    return facts


def _detail_facts(report: BudgetReport) -> list[Fact]:
    """What only the reply about a single budget shows besides."""
    status, where, label = report.status, interval(report.month), report.category
    facts: list[Fact] = []
    if status.expected is None:
        return facts
    if status.days_left:
        facts.append(count("days_left", status.days_left, period=where))
    if status.left.minor >= 0 and status.per_day is not None:
        facts.append(money("per_day", status.per_day, period=where, label=label))
        facts.append(money("expected", status.expected, period=where, label=label))
    return facts


def _next_questions(found: Sequence[BudgetReport]) -> tuple[tuple[str, str], ...]:
    if found[0].status.expected is None:
        return ()
    before = ("And last month?", "and last month?")
    return (before, ("All budgets", "show my budgets")) if len(found) == 1 else (before,)


def none_yet(suggested: tuple[str, Suggestion] | None, names: Name) -> Reply:
    """That there are no budgets, with one to begin with."""
    if suggested is None:
        return Reply(
            "You have no budgets yet. Say for example “set a budget of 300 for groceries”.",
            buttons=(("Set a budget", "set a budget"),),
        )
    category, found = suggested
    name = names(category).lower()
    text = (
        f"You have no budgets yet. {_usual(found, f'on {name}')} "
        f"A budget of {found.amount} a month would cover that."
    )
    button = (f"Budget {found.amount}", f"set a budget of {found.amount.amount} for {name}")
    return Reply(text, _suggestion_facts(category, found), (button,))


def none_for(category: str, spent: Sequence[Money], month: Period, names: Name) -> Reply:
    """That a category has no budget, with what was spent on it."""
    name = name_of(category, names)
    text = f"You have no budget for {name}."
    facts = tuple(money("spent", m, period=interval(month), label=category) for m in spent)
    if spent:
        amounts = listed([str(amount) for amount in spent])
        on = "in all" if category == EVERYTHING else "on it"
        text += f" In {describe(month)} you spent {amounts} {on}."
    wanted = "everything" if category == EVERYTHING else name
    return Reply(text, facts, (("Set one", f"set a budget for {wanted}"),))


def because(
    category: str, spent: Money | None, suggestion: Suggestion | None, names: Name
) -> tuple[str, tuple[Fact, ...]]:
    """What stands before the offer of a budget: the months before, or this month so far."""
    if suggestion:
        text = f"{_usual(suggestion, _on(category, names))} You can also name another amount."
        return text, _suggestion_facts(category, suggestion)
    if spent is None:
        return "", ()
    text = f"So far this month you spent {spent} {_on(category, names)}."
    return text, (money("spent", spent, label=category),)


def _on(category: str, names: Name) -> str:
    """The end of "you spent X …"."""
    return "in all" if category == EVERYTHING else f"on {name_of(category, names)}"


def _usual(found: Suggestion, on: str) -> str:
    months = "last month" if found.months == 1 else f"the last {found.months} months"
    if found.months == 1:
        return f"You spent {found.median} {on} in {months}."
    return f"In the middle one of {months} you spent {found.median} {on}."


def _suggestion_facts(category: str, found: Suggestion) -> tuple[Fact, ...]:
    facts = (
        money("median", found.median, label=category),
        money("budget", found.amount, label=category),
    )
    return facts if found.months == 1 else (*facts, count("months", found.months))


def which(
    problem: str, amount: Money | None, choices: Sequence[tuple[str, str]], way: str = ""
) -> Reply:
    """Asks what a budget is for.

    ``choices`` are ``(title, name said)``; ``way`` says that it goes up or down ``by`` the
    amount ("increase").
    """
    figure = f"{amount.amount} {amount.currency}" if amount else ""
    command = f"{way} the {{}} budget by {figure}" if way else f"set a budget of {figure} for {{}}"
    command = command if amount else "set a budget for {}"
    buttons = tuple((title, command.format(said)) for title, said in choices)
    return Reply(problem, (), buttons, asks=True)


def by_month(said: Money, per: str, amount: Money) -> tuple[str, tuple[Fact, ...]]:
    """How an amount a week or a year becomes one a month."""
    text = f"I keep budgets by month: {said} a {per} is {amount} a month."
    return text, (money("said", said),)


def ask_amount(name: str) -> Reply:
    """Asks for the amount where the past suggests none."""
    return Reply(
        f"I see no spending on {name} to go by. How much may it be a month?",
        buttons=(("100", "make it 100"), ("200", "make it 200"), ("300", "make it 300")),
        asks=True,
    )


def ask_new_amount(name: str, category: str, now: Money) -> Reply:
    """Asks what a budget should be changed to."""
    text = f"The budget for {name} is {now} a month. How much shall it be?"
    return Reply(text, (money("budget", now, label=category),), asks=True)


def same(name: str, category: str, now: Money) -> Reply:
    """That the budget is that already."""
    return Reply(
        f"The budget for {name} is {now} a month already.",
        (money("budget", now, label=category),),
    )


def offer(
    name: str, category: str, amount: Money, now: Money | None
) -> tuple[str, str, tuple[Fact, ...]]:
    """Summary, done text and facts of a budget that is set or changed."""
    facts = (money("budget", amount, label=category),)
    done = f"Done: your budget for {name} is {amount} a month."
    if now is None:
        return f"set a budget of {amount} a month for {name}", done, facts
    summary = f"change the budget for {name} from {now} to {amount} a month"
    return summary, f"{done} It was {now}.", (*facts, money("was", now, label=category))


def removal(name: str, category: str, amount: Money) -> tuple[str, str, tuple[Fact, ...]]:
    """Summary, done text and facts of a budget that is removed."""
    summary = f"remove the budget of {amount} a month for {name}"
    done = f"Done: there is no budget for {name} any more. It was {amount} a month."
    return summary, done, (money("budget", amount, label=category),)


def none_to_remove(category: str, known: Mapping[str, Money], names: Name) -> Reply:
    """That the category has no budget, and which have."""
    text = f"There is no budget for {name_of(category, names)}."
    have = [name_of(code, names) for code in known]
    return Reply(f"{text} You have one for {listed(have)}.", (), _removals(list(known), names))


def which_to_remove(codes: Sequence[str], names: Name) -> Reply:
    """Asks which of several budgets should go."""
    return Reply("Which budget shall I remove?", (), _removals(codes, names), asks=True)


def _removals(codes: Sequence[str], names: Name) -> tuple[tuple[str, str], ...]:
    said = {code: "everything" if code == EVERYTHING else names(code).lower() for code in codes}
    return tuple(
        (name_of(code, names).capitalize(), f"remove the {said[code]} budget") for code in codes
    )


def unknown(said: str, codes: Sequence[str], names: Name) -> Reply:
    """That nothing is known under the name, and which budgets there are."""
    have = listed([name_of(code, names) for code in codes])
    return Reply(f"I don't know “{said}” as a category. You have budgets for {have}.")
