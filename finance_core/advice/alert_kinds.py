"""What an alert is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from finance_core.model import Fact
from finance_core.money import Money


class AlertKind(StrEnum):
    """What has happened, or is about to."""

    PRICE_RISE = "price_rise"
    LATE_INCOME = "late_income"
    DUPLICATE = "duplicate"
    FORGOTTEN_SUBSCRIPTION = "forgotten_subscription"
    TRIAL_ENDING = "trial_ending"


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing worth telling.

    Attributes:
        label: merchant or payer.
        at_stake: positive; for what repeats, the cost of a year (of a rise: the extra cost).
        confidence: 0 to 1, that it is so and that it matters.
        day: the day it happened, was due, or is about to happen.
        reason: one plain sentence.
        evidence: the figures the sentence rests on.
        estimated: ``at_stake`` is a guess from other payments, and not to be told as a figure.
    """

    kind: AlertKind
    label: str
    at_stake: Money
    confidence: float
    day: date
    reason: str
    evidence: tuple[Fact, ...] = ()
    stream_key: str | None = None
    transaction_ids: tuple[str, ...] = ()
    estimated: bool = False
