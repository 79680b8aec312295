"""One list of what a person might do about their money, most worth doing first.

Each candidate says how much money is at stake, how sure it is and what may go wrong. Its
worth is ``at_stake × confidence × (1 − risk)``, times the weight that the person's earlier
answers give its kind (``advice/answers.py``). Two currencies cannot be compared, so what is at
stake counts as a share of what a usual month costs in its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from finance_core.advice import answers
from finance_core.advice.alerts import Alert
from finance_core.advice.answers import Offer
from finance_core.model import Fact
from finance_core.money import Money

MOST = 3
"""At most so many are put to a person at once."""

MOST_RISK = 0.1
"""What may do harm more often than this is not suggested."""

_SOON = timedelta(days=14)
_JUST = timedelta(days=7)


class InsightKind(StrEnum):
    """What a suggestion is about. The first five are alerts on single payments and streams."""

    DUPLICATE = "duplicate"
    PRICE_RISE = "price_rise"
    LATE_INCOME = "late_income"
    FORGOTTEN_SUBSCRIPTION = "forgotten_subscription"
    TRIAL_ENDING = "trial_ending"
    UNUSUAL_PAYMENT = "unusual_payment"
    LARGER_BILL = "larger_bill"
    FEE = "fee"
    BUDGET_DRIFT = "budget_drift"
    SPENDING_UP = "spending_up"
    LOW_POINT = "low_point"
    IDLE_CASH = "idle_cash"
    SAVINGS_MOVE = "savings_move"
    DEBT_OVERPAYMENT = "debt_overpayment"


URGENT: Mapping[InsightKind, float] = {
    InsightKind.LOW_POINT: 0.25,  # a warning is worth more than a false alarm costs
    InsightKind.LATE_INCOME: 0.5,
    InsightKind.DUPLICATE: 0.5,
}
"""What should be told before it is asked for, while it is new, and how sure it has to be."""


@dataclass(frozen=True, slots=True)
class Insight:
    """One thing worth knowing, with what can be done about it.

    Attributes:
        key: stable while it is about the same thing, so that an answer can be kept with it.
        label: merchant, category or account.
        at_stake: positive; for what repeats, the cost (or gain) of a year.
        confidence: 0 to 1, that it is so and that it matters.
        risk: 0 to 1, the chance that acting on it leaves the person worse off.
        day: the day it happened, or will.
        reason: what is the case, in plain sentences.
        step: what can be done, as one sentence.
        evidence: every figure in ``reason`` and ``step``.
        transaction_ids: the payments it rests on.
        estimated: ``at_stake`` only serves the order, and is not to be told as a figure.
    """

    key: str
    kind: InsightKind
    label: str
    at_stake: Money
    confidence: float
    risk: float
    day: date
    reason: str
    step: str
    evidence: tuple[Fact, ...] = ()
    transaction_ids: tuple[str, ...] = ()
    stream_key: str | None = None
    estimated: bool = False

    @property
    def expected(self) -> Money:
        """What acting on it is worth on average."""
        factor = self.confidence * (1 - self.risk)
        return Money.rounded(float(self.at_stake.amount) * factor, self.at_stake.currency)


@dataclass(frozen=True, slots=True)
class Ranked:
    """An insight with its place in the list.

    Attributes:
        weight: of its kind, from earlier answers; 1 without any.
        worth: what the list is ordered by: months of usual spending, weighted.
    """

    insight: Insight
    weight: float
    worth: float


_STEPS: Mapping[InsightKind, str] = {
    InsightKind.DUPLICATE: "If it is one too many, ask there for it back.",
    InsightKind.PRICE_RISE: "You could ask for the old price, or look for another offer.",
    InsightKind.LATE_INCOME: "It may be worth asking where it is.",
    InsightKind.FORGOTTEN_SUBSCRIPTION: "If you don't use it any more, you could cancel it.",
    InsightKind.TRIAL_ENDING: "If you don't want to keep it, cancel before then.",
}


def of_alert(alert: Alert) -> Insight:
    """An alert as a candidate; asking or cancelling puts no money at risk."""
    kind = InsightKind(alert.kind.value)
    about = f"{alert.label} {alert.day}"
    if kind is InsightKind.FORGOTTEN_SUBSCRIPTION:  # the same next month, with another payment
        about = alert.label
    elif kind is InsightKind.DUPLICATE and alert.transaction_ids:
        about = alert.transaction_ids[-1]
    return Insight(
        f"{kind.value} {about}",
        kind,
        alert.label,
        alert.at_stake,
        alert.confidence,
        0.0,
        alert.day,
        alert.reason,
        _STEPS[kind],
        alert.evidence,
        alert.transaction_ids,
        alert.stream_key,
        alert.estimated,
    )


def rank(
    found: Iterable[Insight],
    offers: Sequence[Offer],
    month: Mapping[str, Money],
    today: date,
) -> list[Ranked]:
    """All candidates, those most worth acting on first.

    Args:
        found: candidates in any order; of two with one key the surer one stays.
        offers: what was put to the person before.
        month: currency → what a usual month costs in it, the yardstick of what is at stake.
        today: the day it is.
    """
    by_key: dict[str, Insight] = {}
    for one in found:
        kept = by_key.get(one.key)
        if kept is None or kept.confidence < one.confidence:
            by_key[one.key] = one
    yardstick = _yardstick(by_key.values(), month)
    ranked = []
    for one in by_key.values():
        weight = answers.weight(offers, one.kind.value, today)
        share = float(one.at_stake.amount / yardstick[one.at_stake.currency].amount)
        ranked.append(Ranked(one, weight, share * one.confidence * (1 - one.risk) * weight))
    return sorted(ranked, key=lambda entry: (-entry.worth, entry.insight.key))


def best(
    ranked: Iterable[Ranked],
    offers: Sequence[Offer],
    today: date,
    *,
    most: int = MOST,
    without: Collection[str] = (),
) -> list[Ranked]:
    """The few to put to the person now, in their order.

    At most one of a kind, so that one sort of thing does not crowd out the rest; nothing that
    is too risky, that rests because of an earlier answer, or that is about payments shown
    already (``without``, their ids).
    """
    known = {offer.key: offer for offer in offers}
    chosen: list[Ranked] = []
    kinds: set[InsightKind] = set()
    told = set(without)
    for entry in ranked:
        one = entry.insight
        if len(chosen) == most:
            break
        if one.kind in kinds or one.risk > MOST_RISK or entry.worth <= 0:
            continue
        if told.intersection(one.transaction_ids) or not answers.may_offer(
            known.get(one.key), today
        ):
            continue
        kinds.add(one.kind)
        told.update(one.transaction_ids)
        chosen.append(entry)
    return chosen


def is_urgent(one: Insight, today: date) -> bool:
    """Whether it should be told unasked: it is pressing, sure enough, and near."""
    near = -_SOON <= today - one.day <= _JUST
    return near and one.confidence >= URGENT.get(one.kind, 1.1)


def _yardstick(found: Iterable[Insight], month: Mapping[str, Money]) -> dict[str, Money]:
    """What a usual month costs by currency; where nothing was spent, the most at stake there."""
    yardstick = {code: amount for code, amount in month.items() if amount.amount > 0}
    most: dict[str, Money] = {}
    for one in found:
        code = one.at_stake.currency
        floor = Money.from_minor(1, code)
        most[code] = max(most.get(code, floor), one.at_stake)
    return {**most, **yardstick}
