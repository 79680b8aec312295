"""Words and weekly rhythms that several households share."""

from __future__ import annotations

from finance_core.sandbox.plans import Shop

WEEKDAYS = (1.0, 1.1, 1.1, 1.1, 1.2, 0.3, 0.15)
MARKET = (0.9, 0.7, 0.8, 1.0, 1.3, 1.9, 1.0)
EVENINGS = (0.4, 0.5, 0.7, 0.9, 1.9, 2.1, 1.0)
SATURDAYS = (0.7, 0.7, 0.8, 0.9, 1.0, 2.2, 1.4)

UK_CARD = (
    "CARD PAYMENT TO {text} {town} GB ON {date}",
    "{text} {town} GB CONTACTLESS",
    "VIS {text} {town}",
)
US_CARD = (
    "POS DEBIT {slash} {text} {town}",
    "DEBIT CARD PURCHASE {slash} {text} {town} CARD 4417",
    "{text} {town}",
)
DE_CARD = ("KARTENZAHLUNG {text}//{town}/DE", "VISA DEBITKARTE {text} {town} {date}")


def bill(name: str, text: str, category: str, mcc: str | None = None) -> Shop:
    """Whom a regular payment goes to or comes from; statements add no town."""
    return Shop(name, text, category, mcc, town=False)
