"""How two sums of spending differ: exactly, by part, and by number against price.

The change of a sum ``count x average`` is shared between the two by Bennet's indicator
(T. L. Bennet, "The Theory of Measurement of Changes in Cost of Living", JRSS 83, 1920):
the change of the number at the mean of both averages, and the change of the average at the
mean of both numbers. Neither period is preferred, and nothing is left over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from finance_core.errors import BadInput
from finance_core.money import Money, total

type Kind = Literal["new", "gone", "more", "less"]


@dataclass(frozen=True, slots=True)
class Tally:
    """What was spent on one thing in one period.

    Attributes:
        gross: what was paid, not negative.
        refunds: what came back, not negative.
        count: number of payments.
    """

    gross: Money
    refunds: Money
    count: int

    @property
    def net(self) -> Money:
        """What was paid less what came back."""
        return self.gross - self.refunds

    @property
    def average(self) -> Money | None:
        """What one payment came to; None without any."""
        if not self.count:
            return None
        return Money.rounded(self.gross.amount / self.count, self.gross.currency)


@dataclass(frozen=True, slots=True)
class Part:
    """One merchant's (or category's) share in the difference.

    Attributes:
        change: ``after`` less ``before``, net; positive means more was spent.
        kind: ``new`` and ``gone``: there was nothing at all of it in the other period.
    """

    key: str
    before: Tally
    after: Tally
    change: Money
    kind: Kind


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two periods of spending side by side.

    ``by_count + by_price + by_refunds`` is ``difference`` to the minor unit, and so is the
    sum of the ``parts``' changes.

    Attributes:
        difference: ``after`` less ``before``, net; positive means more was spent.
        share: ``difference`` as a share of ``before``; None when nothing was spent before.
        by_count: what more or fewer payments account for.
        by_price: what dearer or cheaper payments account for.
        by_refunds: what a change of refunds accounts for; negative when more came back.
        parts: largest change first, without those that did not change.
    """

    before: Tally
    after: Tally
    difference: Money
    share: float | None
    by_count: Money
    by_price: Money
    by_refunds: Money
    parts: tuple[Part, ...]


def compare(before: Mapping[str, Tally], after: Mapping[str, Tally], currency: str) -> Comparison:
    """Compares two periods, each given by its parts.

    Args:
        before: the earlier period, by merchant or category.
        after: the later one.
        currency: of all amounts.

    Raises:
        BadInput: a tally is negative, or has an amount without a payment.
        CurrencyMismatch: an amount is of another currency.
    """
    first, second = _together(before, currency), _together(after, currency)
    difference = second.net - first.net
    by_count = _by_count(first, second)
    return Comparison(
        before=first,
        after=second,
        difference=difference,
        share=float(difference.amount / first.net.amount) if first.net.amount > 0 else None,
        by_count=by_count,
        by_price=second.gross - first.gross - by_count,
        by_refunds=first.refunds - second.refunds,
        parts=_parts(before, after, currency),
    )


def _together(tallies: Mapping[str, Tally], currency: str) -> Tally:
    for tally in tallies.values():
        if min(tally.gross.minor, tally.refunds.minor, tally.count) < 0:
            raise BadInput("What was paid and what came back are given as positive amounts.")
        if tally.gross and not tally.count:
            raise BadInput("An amount was paid without a payment.")
    return Tally(
        total([tally.gross for tally in tallies.values()], currency),
        total([tally.refunds for tally in tallies.values()], currency),
        sum(tally.count for tally in tallies.values()),
    )


def _by_count(before: Tally, after: Tally) -> Money:
    """The change of the number at the mean of both averages, in whole minor units."""
    if not (before.count and after.count):
        return after.gross - before.gross  # there is no price to compare
    averages = Fraction(before.gross.minor, before.count) + Fraction(after.gross.minor, after.count)
    share = (after.count - before.count) * averages / 2
    return Money.from_minor(round(share), before.gross.currency)


def _parts(
    before: Mapping[str, Tally], after: Mapping[str, Tally], currency: str
) -> tuple[Part, ...]:
    nothing = Tally(Money.zero(currency), Money.zero(currency), 0)
    found = []
    for key in {**before, **after}:
        first, second = before.get(key, nothing), after.get(key, nothing)
        change = second.net - first.net
        if change:
            found.append(Part(key, first, second, change, _kind(first, second, change)))
    return tuple(sorted(found, key=lambda part: (-abs(part.change.minor), part.key)))


def _kind(before: Tally, after: Tally, change: Money) -> Kind:
    if not (before.count or before.refunds):
        return "new"
    if not (after.count or after.refunds):
        return "gone"
    return "more" if change.amount > 0 else "less"
