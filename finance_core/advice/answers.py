"""What a person's earlier answers to suggestions mean for later ones.

The rule. Each kind of suggestion has a weight, twice the mean of a Beta(1 + a, 1 + d)
distribution, where ``a`` counts what was accepted and ``d`` what was turned down: 1 without
any answers, near 2 for what is always taken up, near 0 for what never is. An answer loses half
its say every 180 days. What was offered on three days without an answer counts as half a
refusal.

A single suggestion that was accepted, or is not to be shown again, never comes back. One that
was turned down, or offered on three days in vain, rests for 30 days, and 30 more after each
further time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

REST = timedelta(days=30)
TRIES = 3
_HALF_LIFE_DAYS = 180
_IN_VAIN = 0.5


class Answer(StrEnum):
    """What a person made of a suggestion."""

    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggestion that was put to a person.

    Attributes:
        key: of the suggestion, see ``Insight.key``.
        times: on how many days it was offered, the last time on ``last_on``.
        answer: the last one; None while there is none.
        answered_on: the day of it.
    """

    key: str
    kind: str
    last_on: date
    times: int
    answer: Answer | None = None
    answered_on: date | None = None


def may_offer(offer: Offer | None, today: date) -> bool:
    """Whether a suggestion may be put to the person on ``today``."""
    if offer is None:
        return True
    if offer.answer in (Answer.ACCEPTED, Answer.MUTED):
        return False
    answered = offer.answered_on if offer.answer is Answer.DISMISSED else None
    if answered and answered >= offer.last_on:
        return today - answered >= REST
    if today == offer.last_on:  # told once more on the same day
        return True
    tired = answered is not None or offer.times >= TRIES
    return not tired or today - offer.last_on >= REST


def weight(offers: Iterable[Offer], kind: str, today: date) -> float:
    """The weight of a kind of suggestion: above 0 and below 2, 1 without answers."""
    accepted = refused = 0.0
    for offer in offers:
        if offer.kind != kind:
            continue
        say = _say(offer.answered_on or offer.last_on, today)
        if offer.answer is Answer.ACCEPTED:
            accepted += say
        elif offer.answer is not None:
            refused += say
        elif offer.times >= TRIES:
            refused += _IN_VAIN * say
    return 2 * (1 + accepted) / (2 + accepted + refused)


def _say(day: date, today: date) -> float:
    """How much an answer of ``day`` still says."""
    return float(0.5 ** (max(0, (today - day).days) / _HALF_LIFE_DAYS))
