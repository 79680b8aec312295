"""Debts: what is owed on cards and loans, what it costs, and how to be rid of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any

from dateutil.relativedelta import relativedelta

from finance_core.advice import debts as advice
from finance_core.advice.debts import Debt, PaidOff, Payoff
from finance_core.model import Account, AccountKind
from finance_core.money import Money, exponent, total
from finance_core.services import balances
from finance_core.services.core import Core
from finance_core.store import debts as stored

__all__ = [
    "Debt",
    "DebtPlan",
    "Owed",
    "PaidOff",
    "Payoff",
    "Terms",
    "assumed",
    "check_terms",
    "owed",
    "plan",
    "terms_payload",
]

check_terms = advice.check_terms

_KINDS = (AccountKind.CREDIT, AccountKind.LOAN)
# taken where nobody said: a usual yearly rate, and the share of the debt paid in a month
_ASSUMED = {AccountKind.CREDIT: (2_200, Decimal("0.03")), AccountKind.LOAN: (800, Decimal("0.02"))}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a debt costs: ``apr_bps`` a year in basis points, at least ``minimum`` a month.

    ``assumed`` when nobody said so.
    """

    apr_bps: int
    minimum: Money
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """One card or loan with money owed (``amount`` is positive), and its terms if known."""

    account: Account
    amount: Money
    terms: Terms | None


@dataclass(frozen=True, slots=True)
class DebtPlan:
    """Both orders of paying the debts of one currency off.

    Attributes:
        debts: as they went in, the assumed terms marked.
        a_month: what is paid each month: all least payments and ``extra``.
        interest_now: what the debts cost in the first month.
        free_on: the day of the last payment, the first one being a month from today; by
            strategy, without those that never end.
    """

    debts: tuple[Owed, ...]
    total: Money
    extra: Money
    a_month: Money
    interest_now: Money
    avalanche: Payoff
    snowball: Payoff
    free_on: Mapping[str, date]


def owed(
    core: Core, person_id: str, today: date, said: Mapping[str, Terms] | None = None
) -> tuple[Owed, ...]:
    """Cards and loans with money owed at the end of ``today``, the largest first.

    Args:
        core: the finance core.
        person_id: whose.
        today: the day looked at.
        said: terms by account id that go before the stored ones.

    Raises:
        NotFound: the person has no accounts.
    """
    with core.sessions() as session:
        known = stored.of_person(session, person_id)
    found = [
        Owed(
            entry.account,
            -entry.balance,
            (said or {}).get(entry.account.id)
            or _terms(known.get(entry.account.id), entry.account.currency),
        )
        for entry in balances.balances(core, person_id, today).accounts
        if entry.account.kind in _KINDS and entry.balance.minor < 0
    ]
    return tuple(sorted(found, key=lambda debt: (-debt.amount.minor, debt.account.name)))


def plan(
    debts: Sequence[Owed], today: date, extra: Money | None = None, a_month: Money | None = None
) -> DebtPlan:
    """Compares the two orders for debts of one currency.

    Where terms are not known, usual ones are assumed and marked so.

    Args:
        debts: at least one.
        today: the first payment is a month from it.
        extra: what is paid on top of all least payments, each month.
        a_month: what is paid in all instead; least payments that come to more are paid.

    Raises:
        BadInput: terms that are not possible, or no debts.
        CurrencyMismatch: the debts are of several currencies.
    """
    complete = tuple(
        debt if debt.terms else Owed(debt.account, debt.amount, assumed(debt)) for debt in debts
    )
    inputs = [_debt(debt) for debt in complete]
    currency = complete[0].amount.currency if complete else ""
    least = total([debt.minimum for debt in inputs], currency)
    nothing = Money.zero(currency)
    if a_month:
        extra = max(a_month - least, nothing)
    extra = extra or nothing
    avalanche = advice.payoff(inputs, extra, "avalanche")
    snowball = advice.payoff(inputs, extra, "snowball")
    return DebtPlan(
        debts=complete,
        total=total([debt.owed for debt in inputs], currency),
        extra=extra,
        a_month=least + extra,
        interest_now=total([debt.first_interest for debt in inputs], currency),
        avalanche=avalanche,
        snowball=snowball,
        free_on={
            way.strategy: today + relativedelta(months=way.months)
            for way in (avalanche, snowball)
            if way.months
        },
    )


def assumed(debt: Owed) -> Terms:
    """The terms taken for a debt that nobody told any of: usual for its kind."""
    bps, share = _ASSUMED[debt.account.kind]
    step = Decimal(1).scaleb(-exponent(debt.amount.currency))
    minimum = (debt.amount.amount * share).quantize(step, ROUND_CEILING)
    return Terms(bps, Money(minimum, debt.amount.currency), assumed=True)


def terms_payload(said: Mapping[str, Terms]) -> dict[str, Any]:
    """The payload that stores terms by account id."""
    return {
        "terms": [
            {"account_id": account_id, "bps": terms.apr_bps, "minor": terms.minimum.minor}
            for account_id, terms in said.items()
        ]
    }


def _debt(debt: Owed) -> Debt:
    terms = debt.terms or assumed(debt)
    return Debt(debt.account.id, debt.amount, terms.apr_bps, terms.minimum)


def _terms(stored: tuple[int, int] | None, currency: str) -> Terms | None:
    return Terms(stored[0], Money.from_minor(stored[1], currency)) if stored else None
