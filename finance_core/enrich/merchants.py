"""From raw bank text to a name a person recognises."""

from __future__ import annotations


def clean(description: str, hint: str | None = None) -> str:
    """Readable merchant or counterparty of a raw bank description; never empty."""
    return " ".join((hint or description).split()) or "Unknown"
