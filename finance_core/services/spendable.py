"""What is safe to spend until the next income, and whether something can be afforded."""

from __future__ import annotations

from datetime import date, timedelta

from finance_core.advice import spendable
from finance_core.advice.affordability import Affordability, Delayed, delayed
from finance_core.advice.spendable import Deduction, SafeToSpend
from finance_core.errors import NotEnoughData
from finance_core.model import Period
from finance_core.money import Money
from finance_core.services import bills, forecasts, goals
from finance_core.services.core import Core
from finance_core.services.forecasts import Pool

__all__ = ["Delayed", "SafeToSpend", "can_afford", "safe_to_spend"]

_LOOK_AHEAD_DAYS = 45
_NO_INCOME_DAYS = 30


def safe_to_spend(core: Core, person_id: str, today: date) -> tuple[Pool, SafeToSpend]:
    """What is safe to spend until the next income, with the accounts it is about.

    Raises:
        NotFound: the person has no accounts.
    """
    pool = forecasts.pool_of(core, person_id, today)
    until = _next_income(core, person_id, pool, today)
    due = _bills(core, person_id, pool, today, until - timedelta(days=1))
    currency = pool.start.currency
    aside = [
        Deduction(name, amount)
        for name, amount in goals.due_before(core, person_id, today, until, currency)
    ]
    floor = forecasts.floor_of(core, currency)
    return pool, spendable.safe_to_spend(pool.start, due, floor, today, until, aside)


def can_afford(
    core: Core,
    person_id: str,
    amount: Money,
    on: date,
    today: date,
    account_id: str | None = None,
) -> tuple[Pool, Affordability, Delayed]:
    """Whether ``amount`` can be spent on a day, and what it would delay.

    Raises:
        BadInput: the day has passed or is too far, or the currency is another one.
        NotEnoughData: the history is too short.
        NotFound: no such account.
    """
    pool, found = forecasts.can_afford(core, person_id, amount, on, today, account_id)
    days = max((on - today).days, _LOOK_AHEAD_DAYS)
    forecast = forecasts.forecast(core, person_id, pool, today, days)
    due = _bills(core, person_id, pool, today, max(found.before, on))
    aside = goals.due_before(core, person_id, today, found.before, amount.currency)
    wanted = [Deduction(name, money) for name, money in aside]
    return pool, found, delayed(forecast, found, due, wanted)


def _bills(core: Core, person_id: str, pool: Pool, today: date, last: date) -> list[Deduction]:
    """The bills of a pool's accounts from ``today`` to ``last``."""
    ids = {account.id for account in pool.accounts}
    found = bills.upcoming(core, person_id, today, Period(today, max(today, last))).bills
    return [Deduction(b.label, b.amount, b.due_on) for b in found if b.account_id in ids]


def _next_income(core: Core, person_id: str, pool: Pool, today: date) -> date:
    try:
        found = forecasts.forecast(core, person_id, pool, today, _LOOK_AHEAD_DAYS)
    except NotEnoughData:
        return today + timedelta(days=_NO_INCOME_DAYS)
    return found.next_income_on or today + timedelta(days=_NO_INCOME_DAYS)
