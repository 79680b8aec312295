"""Paying debts off: the smallest first (snowball) against the dearest first (avalanche).

Every month each debt bears a twelfth of its yearly rate (the monthly periodic rate of a
nominal APR, as in Regulation Z, 12 CFR 1026.14); then each gets its least payment, and
what is left of the monthly sum goes to one debt after the other. What a cleared debt
no longer needs goes on to the next, so the sum stays the same until the end. The two
orders are those compared by Amar, Ariely, Ayal, Cryder and Rick, "Winning the Battle but
Losing the War: The Psychology of Debt Management", Journal of Marketing Research 48 (2011).

Interest accrues exactly; payments are whole minor units, and the last one of a debt is
rounded up to one. What is paid in all is what was owed and the interest, to the unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from finance_core.errors import BadInput
from finance_core.money import Money, total

Strategy = Literal["avalanche", "snowball"]

LONGEST_MONTHS = 1_200
HIGHEST_BPS = 100_000
_BPS_MONTHS = Decimal(120_000)  # basis points of a year in a month's whole


@dataclass(frozen=True, slots=True)
class Debt:
    """Money owed.

    Attributes:
        key: stable id.
        owed: what is owed now, more than zero.
        apr_bps: nominal yearly rate in basis points (24.9 % is 2490).
        minimum: the least that is paid in a month, more than zero.
    """

    key: str
    owed: Money
    apr_bps: int
    minimum: Money

    @property
    def first_interest(self) -> Money:
        """The interest of the first month, rounded."""
        return Money.rounded(self.owed.amount * self.apr_bps / _BPS_MONTHS, self.owed.currency)

    @property
    def grows(self) -> bool:
        """Whether the least payment does not even cover the interest."""
        return self.minimum.amount <= self.owed.amount * self.apr_bps / _BPS_MONTHS


@dataclass(frozen=True, slots=True)
class PaidOff:
    """When a debt is gone: ``month`` counts from 1. ``interest`` is what it cost till then."""

    key: str
    month: int
    interest: Money


@dataclass(frozen=True, slots=True)
class Payoff:
    """How one order of paying goes.

    Attributes:
        months: until nothing is owed; None when that never happens.
        paid: in all; zero when the debts never clear.
        interest: ``paid`` less what was owed.
        order: the debts as they are cleared.
    """

    strategy: Strategy
    months: int | None
    paid: Money
    interest: Money
    order: tuple[PaidOff, ...]


def payoff(debts: Sequence[Debt], extra: Money, strategy: Strategy) -> Payoff:
    """Pays debts off month by month.

    Args:
        debts: at least one, of one currency.
        extra: what is paid each month on top of all least payments; not negative.
        strategy: whether the dearest or the smallest debt gets what is left over.

    Raises:
        BadInput: no debts; one without anything owed, with a rate or payment that is not
            possible; a negative ``extra``.
        CurrencyMismatch: not all amounts have one currency.
    """
    currency = _checked(debts, extra)
    unit = Money.from_minor(1, currency).amount
    owed = {debt.key: debt.owed.amount for debt in debts}
    paid = dict.fromkeys(owed, Decimal(0))
    ordered = sorted(debts, key=_RANK[strategy])
    sum_a_month = sum((debt.minimum.amount for debt in debts), extra.amount)
    cleared: list[PaidOff] = []
    for month in range(1, LONGEST_MONTHS + 1):
        left = sum_a_month
        for debt in ordered:
            owed[debt.key] += owed[debt.key] * debt.apr_bps / _BPS_MONTHS
            left -= _pay(owed, paid, debt.key, min(debt.minimum.amount, left), unit)
        for debt in ordered:
            left -= _pay(owed, paid, debt.key, left, unit)
        gone = {found.key for found in cleared}
        cleared += [
            PaidOff(debt.key, month, Money(paid[debt.key], currency) - debt.owed)
            for debt in ordered
            if not owed[debt.key] and debt.key not in gone
        ]
        if not any(owed.values()):
            all_paid = Money(sum(paid.values(), Decimal(0)), currency)
            interest = all_paid - total([debt.owed for debt in debts], currency)
            return Payoff(strategy, month, all_paid, interest, tuple(cleared))
    nothing = Money.zero(currency)
    return Payoff(strategy, None, nothing, nothing, tuple(cleared))


def _pay(
    owed: dict[str, Decimal], paid: dict[str, Decimal], key: str, most: Decimal, unit: Decimal
) -> Decimal:
    """Pays up to ``most`` on a debt; the last payment is rounded up to a whole unit."""
    needed = owed[key].quantize(unit, ROUND_CEILING)
    amount = min(most, needed)
    owed[key] = Decimal(0) if amount == needed else owed[key] - amount
    paid[key] += amount
    return amount


_RANK = {
    "avalanche": lambda debt: (-debt.apr_bps, debt.owed.amount, debt.key),
    "snowball": lambda debt: (debt.owed.amount, -debt.apr_bps, debt.key),
}


def _checked(debts: Sequence[Debt], extra: Money) -> str:
    if not debts:
        raise BadInput("There are no debts to plan for.")
    currency = debts[0].owed.currency
    total([extra, *(m for debt in debts for m in (debt.owed, debt.minimum))], currency)
    if extra.minor < 0:
        raise BadInput("What you pay on top can't be less than zero.")
    for debt in debts:
        check_terms(debt.apr_bps, debt.minimum)
        if debt.owed.minor <= 0:
            raise BadInput("A debt has to be more than zero.")
    return currency


def check_terms(apr_bps: int | None, minimum: Money | None) -> None:
    """Refuses terms that no debt has; what is None is not known yet.

    Raises:
        BadInput: a yearly rate outside 0 to 1,000 %, or a payment that is not positive.
    """
    if apr_bps is not None and not 0 <= apr_bps <= HIGHEST_BPS:
        raise BadInput("A yearly interest rate lies between 0% and 1,000%.")
    if minimum is not None and minimum.minor <= 0:
        raise BadInput("A monthly payment has to be more than zero.")
