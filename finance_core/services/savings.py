"""Putting money aside: what is safe to spend, and a move that waits for a yes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from finance_core.advice import spendable, sweeps
from finance_core.advice.spendable import Deduction, SafeToSpend
from finance_core.errors import BadInput, NotEnoughData, Refused
from finance_core.model import Account, AccountKind, BalanceForecast, Period, Proposal, Sweep
from finance_core.money import Money
from finance_core.services import balances, bills, forecasts, goals, people, transfers
from finance_core.services.balances import AccountBalance
from finance_core.services.core import Core
from finance_core.services.forecasts import Pool
from finance_core.services.vocabulary import accounts

__all__ = ["SafeToSpend", "SavingsAdvice", "balances_after", "propose", "safe_to_spend"]

_LOOK_AHEAD_DAYS = 45
_NO_INCOME_DAYS = 30


@dataclass(frozen=True, slots=True)
class SavingsAdvice:
    """What the savings engine found.

    Attributes:
        sweep: the amount it finds safe, with the figures behind it.
        source: the account the money would come from.
        target: the account it would go to; None when there is none.
        proposal: the transfer that waits for a yes; None when nothing is proposed.
        refusal: why nothing is proposed, in words for the person.
    """

    sweep: Sweep
    source: Account
    target: Account | None = None
    proposal: Proposal | None = None
    refusal: str | None = None


def propose(
    core: Core,
    person_id: str,
    today: date,
    now: datetime,
    channel: str,
    wanted: Money | None = None,
) -> SavingsAdvice:
    """Looks for a safe amount and writes the move down; nothing moves yet.

    ``wanted`` is an amount the person named: taken when it is within what is safe.

    Raises:
        BadInput: ``wanted`` is in another currency.
        NotFound: the person has no accounts.
    """
    source, pool = _source(core, person_id, today)
    if wanted and wanted.currency != source.currency:
        raise BadInput(
            f"{source.name} is in {source.currency}; I have no exchange rate for {wanted.currency}."
        )
    floor = forecasts.floor_of(core, source.currency)
    cap = sweeps.scaled(core.settings.sweep_cap_minor, source.currency)
    try:
        forecast = forecasts.forecast(core, person_id, pool, today, _LOOK_AHEAD_DAYS)
    except NotEnoughData as error:
        nothing = Money.zero(source.currency)
        empty = Sweep(nothing, nothing, floor, today, "unknown")
        return SavingsAdvice(empty, source, refusal=str(error))
    known_on = balances.reported_on(people.get(core, person_id), source)
    sweep = sweeps.propose_sweep(_with_holds(forecast, source), floor, cap, known_on, today)
    target = _target(core, person_id, source)
    advice = SavingsAdvice(sweep, source, target)
    amount = wanted or sweep.amount
    if not sweep.amount or (wanted and wanted > sweep.amount):
        return advice
    if target is None:
        return _refused(advice, f"You have no savings account in {source.currency} I could use.")
    why = f"low point {sweep.low_point} (5 %) before {sweep.before}, floor {sweep.floor}"
    try:
        waiting = transfers.propose(
            core, person_id, source.id, target.id, amount, why, now, channel
        )
    except Refused as error:
        return _refused(advice, str(error))
    return SavingsAdvice(sweep, source, target, waiting)


def safe_to_spend(core: Core, person_id: str, today: date) -> tuple[Pool, SafeToSpend]:
    """What is safe to spend until the next income, with the accounts it is about.

    Raises:
        NotFound: the person has no accounts.
    """
    pool = forecasts.pool_of(core, person_id, today)
    until = _next_income(core, person_id, pool, today)
    period = Period(today, max(today, until - timedelta(days=1)))
    ids = {account.id for account in pool.accounts}
    due = [
        Deduction(bill.label, bill.amount, bill.due_on)
        for bill in bills.upcoming(core, person_id, today, period).bills
        if bill.account_id in ids
    ]
    currency = pool.start.currency
    aside = [
        Deduction(name, amount)
        for name, amount in goals.due_before(core, person_id, today, until, currency)
    ]
    floor = forecasts.floor_of(core, currency)
    return pool, spendable.safe_to_spend(pool.start, due, floor, today, until, aside)


def balances_after(
    core: Core, person_id: str, proposal: Proposal, today: date
) -> tuple[AccountBalance, ...]:
    """The person's own accounts of a transfer as they are now, source first."""
    ends = (proposal.from_account, proposal.to_account)
    wanted: Collection[str] = [account.id for account in ends if account]
    found = balances.balances(core, person_id, today).only(wanted).accounts
    return tuple(sorted(found, key=lambda entry: entry.account.id != proposal.from_account.id))


def _source(core: Core, person_id: str, today: date) -> tuple[Account, Pool]:
    """The everyday account with the most money, and what is known of it alone."""
    pool = forecasts.pool_of(core, person_id, today)
    source = max(pool.accounts, key=lambda account: account.current.amount)
    if len(pool.accounts) > 1:
        pool = forecasts.pool_of(core, person_id, today, source.id)
    return source, pool


def _with_holds(forecast: BalanceForecast, source: Account) -> BalanceForecast:
    """The forecast with a low point no higher than what the bank says may be spent now."""
    if source.available is None or source.available >= forecast.low_point_q05:
        return forecast
    return replace(forecast, low_point_q05=source.available)


def _target(core: Core, person_id: str, source: Account) -> Account | None:
    """A savings account of the same currency, rather at the same bank."""
    known = accounts(core, person_id)
    fitting = [a for a in known if a.kind is AccountKind.SAVINGS and a.currency == source.currency]
    fitting.sort(key=lambda account: account.connection_id != source.connection_id)
    return fitting[0] if fitting else None


def _next_income(core: Core, person_id: str, pool: Pool, today: date) -> date:
    try:
        found = forecasts.forecast(core, person_id, pool, today, _LOOK_AHEAD_DAYS)
    except NotEnoughData:
        return today + timedelta(days=_NO_INCOME_DAYS)
    return found.next_income_on or today + timedelta(days=_NO_INCOME_DAYS)


def _refused(advice: SavingsAdvice, why: str) -> SavingsAdvice:
    return SavingsAdvice(advice.sweep, advice.source, advice.target, refusal=why)
