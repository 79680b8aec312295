"""Words for debts: what is owed, what it costs, and two orders of paying it off."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from actions.replies.figures import bullets, count, listed, money, on_day, plural
from actions.turn import Reply
from finance_core.model import Fact
from finance_core.money import totals_by_currency
from finance_core.services.debts import Debt, DebtPlan, Owed, Payoff, Terms

USUAL = "make a debt plan with usual terms"
_TITLES = {"avalanche": "Avalanche (dearest first)", "snowball": "Snowball (smallest first)"}


def rate(bps: int) -> str:
    """A rate as people write it: ``24.9``, without the sign."""
    return f"{(Decimal(bps) / 100).normalize():f}"


def none() -> Reply:
    """That nothing is owed."""
    return Reply("I see no credit card or loan with money owed on it.")


def overview(debts: Sequence[Owed]) -> Reply:
    """What is owed, on which cards and loans."""
    facts, total = _owed(debts)
    lines = bullets(_line(debt) for debt in debts)
    facts += [fact for debt in debts for fact in _terms_facts(debt)]
    plan = (("Debt plan", "make a debt plan"),)
    return Reply(f"You owe {total}:\n{lines}", tuple(facts), plan)


def ask_terms(debts: Sequence[Owed], asked: Owed, *, again: bool = False) -> Reply:
    """Asks what one debt costs; ``again`` when another was told just now."""
    facts, total = _owed(debts)
    facts = [fact for fact in facts if fact.name != "owed" or fact.account == asked.account.name]
    question = (
        f"{asked.account.name} ({asked.amount}): what are its yearly interest and its least "
        "payment a month? For example “24.9% and at least 45”."
    )
    button = (("I don't know", USUAL),)
    if again or len(debts) == 1:
        head = "Thanks." if again else "To plan, I need what it costs."
        return Reply(f"{head} {question}", tuple(facts[-1:]), button, asks=True)
    facts.append(count("debts", len(debts)))
    text = f"You owe {total} on {len(debts)} accounts. To plan, I need what each costs. {question}"
    return Reply(text, tuple(facts), button, asks=True)


def ask_rest(debt: Owed, bps: int | None) -> Reply:
    """Asks for the half of the terms that was not said."""
    button = (("I don't know", USUAL),)
    if bps is None:
        text = f"And the yearly interest of {debt.account.name}, in percent?"
        return Reply(text, (), button, asks=True)
    text = f"And the least payment a month on {debt.account.name}?"
    return Reply(text, (), button, asks=True)


def plan(found: DebtPlan, unused: str = "") -> tuple[str, tuple[Fact, ...]]:
    """Both orders side by side, or that the debts never end."""
    facts, total = _owed(found.debts)
    facts += [fact for debt in found.debts for fact in _terms_facts(debt)]
    facts.append(money("a_month", found.a_month))
    lines = bullets(_line(debt) for debt in found.debts)
    extra = f", {found.extra} of it on top of the least payments" if found.extra else ""
    facts += [money("extra", found.extra)] if found.extra else []
    text = f"You owe {total}:\n{lines}\nPaying {found.a_month} a month in all{extra}"
    ways, more = _ways(found)
    facts += more
    parts = [f"{text}{ways}", unused, _growing(found), _assumptions(found.debts)]
    return "\n".join(part for part in parts if part), tuple(facts)


def keep_terms(said: Sequence[tuple[str, Terms]]) -> tuple[str, str, tuple[Fact, ...]]:
    """Summary, done text and facts of terms to be stored, by account name."""
    terms = listed([f"{rate(t.apr_bps)}% and {t.minimum} a month for {name}" for name, t in said])
    facts = tuple(fact for name, terms_ in said for fact in _facts_of(name, terms_))
    return f"keep {terms} for next time", f"Done: I keep {terms}.", facts


def _ways(found: DebtPlan) -> tuple[str, list[Fact]]:
    facts = [money("interest_now", found.interest_now)]
    month = f"the first month's interest is {found.interest_now}"
    if found.avalanche.months is None:
        return (
            f", you never get rid of {'it' if len(found.debts) == 1 else 'them'}: {month}. "
            f"It takes well over {found.interest_now} a month in all.",
            facts,
        )
    if len(found.debts) == 1:
        way, more = _way(found, found.avalanche)
        return f", you are done in {way}; {month}.", facts + more
    ways = []
    for payoff in (found.avalanche, found.snowball):
        way, more = _way(found, payoff)
        names = [_name(found.debts, paid.key) for paid in payoff.order]
        ways.append(f"{_TITLES[payoff.strategy]}: {way}; order: {listed(names)}")
        facts += more
    difference, more = _difference(found)
    return f" ({month}):\n{bullets(ways)}\n{difference}", facts + more


def _way(found: DebtPlan, payoff: Payoff) -> tuple[str, list[Fact]]:
    if payoff.months is None:
        return "never", []
    free, label = found.free_on[payoff.strategy], payoff.strategy
    text = (
        f"{plural(payoff.months, 'month')}, until {free:%-d %B %Y}, "
        f"with {payoff.interest} of interest"
    )
    return text, [
        count("months", payoff.months, label=label),
        money("interest", payoff.interest, label=label),
        on_day("free_on", free, label=label),
    ]


def _difference(found: DebtPlan) -> tuple[str, list[Fact]]:
    saved = found.snowball.interest - found.avalanche.interest
    if found.snowball.months is None or not saved:
        return "Both come to the same here.", []
    if saved.minor < 0:
        saved = -saved
    return (
        f"Avalanche costs {saved} less interest; snowball clears the first debt {_sooner(found)}.",
        [money("interest_saved", saved)],
    )


def _sooner(found: DebtPlan) -> str:
    first = (found.snowball.order[0].month, found.avalanche.order[0].month)
    return "no sooner" if first[0] >= first[1] else "sooner, which some find easier to keep up"


def _growing(found: DebtPlan) -> str:
    names = [
        debt.account.name
        for debt in found.debts
        if debt.terms
        and Debt(debt.account.id, debt.amount, debt.terms.apr_bps, debt.terms.minimum).grows
    ]
    if not names:
        return ""
    return (
        f"The least payment on {listed(names)} does not cover the interest: "
        "paying only that never clears it."
    )


def _assumptions(debts: Sequence[Owed]) -> str:
    names = [debt.account.name for debt in debts if debt.terms and debt.terms.assumed]
    if not names:
        return ""
    return (
        f"The terms of {listed(names)} are my assumption, usual ones; tell me the real ones, "
        f"like “{names[0]} 24.9%, at least 45”."
    )


def _line(debt: Owed) -> str:
    if debt.terms is None:
        return f"{debt.account.name}: {debt.amount}"
    terms = f"{rate(debt.terms.apr_bps)}% a year, at least {debt.terms.minimum} a month"
    assumed = " (assumed)" if debt.terms.assumed else ""
    return f"{debt.account.name}: {debt.amount} at {terms}{assumed}"


def _owed(debts: Sequence[Owed]) -> tuple[list[Fact], str]:
    totals = totals_by_currency([debt.amount for debt in debts])
    facts = [money("total_owed", amount) for amount in totals.values()]
    facts += [money("owed", debt.amount, account=debt.account.name) for debt in debts]
    return facts, listed([str(amount) for amount in totals.values()])


def _terms_facts(debt: Owed) -> list[Fact]:
    return _facts_of(debt.account.name, debt.terms) if debt.terms else []


def _facts_of(name: str, terms: Terms) -> list[Fact]:
    return [
        Fact("apr", rate(terms.apr_bps), unit="percent", account=name),
        money("least_payment", terms.minimum, account=name),
    ]


def _name(debts: Sequence[Owed], key: str) -> str:
    return next(debt.account.name for debt in debts if debt.account.id == key)
