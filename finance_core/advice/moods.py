"""How boldly a person wants to save, and what their answers change.

A mood is a point on the frontier between what is saved and how often a save took too much
(``penny backtest savings``, decision 024).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

_AFTER_UNDO = Decimal("0.5")
_AFTER_SKIP = Decimal("0.8")
_LEAST = Decimal("0.1")


class Mood(StrEnum):
    """From careful to bold."""

    CAREFUL = "careful"
    NORMAL = "normal"
    BOLD = "bold"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a mood means.

    Attributes:
        level: quantile of the low point that is planned with, 0.05 to 0.5.
        share: of what is spare, how much one save takes.
        keeps: the part of all there is that stays for sudden expenses (see ``guard.buffer``).
        month_caps: most that is saved in 30 days, as a multiple of the cap of one save.
    """

    level: float
    share: Decimal
    keeps: Decimal
    month_caps: int


TERMS: Mapping[Mood, Terms] = {
    Mood.CAREFUL: Terms(0.05, Decimal("0.5"), Decimal("0.7"), 3),
    Mood.NORMAL: Terms(0.35, Decimal(1), Decimal("0.6"), 5),
    Mood.BOLD: Terms(0.5, Decimal(1), Decimal("0.5"), 5),
}

LEAN = TERMS[Mood.CAREFUL]
"""What holds where nobody's mood is known."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of the saves that were offered or announced in the last 90 days."""

    skipped: int = 0
    undone: int = 0


def share(terms: Terms, answers: Answers) -> Decimal:
    """The share of what is spare that the next save takes, after the person's answers.

    Each save that was undone within 90 days halves it, each one that was skipped takes a
    fifth off, down to a tenth of the mood's own share. Answers are forgotten after 90 days,
    so the share comes back by itself.
    """
    eased = _AFTER_UNDO**answers.undone * _AFTER_SKIP**answers.skipped
    return terms.share * max(eased, _LEAST)
