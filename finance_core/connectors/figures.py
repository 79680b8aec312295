"""Amounts of bank APIs, exact."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from finance_core.errors import BadInput
from finance_core.money import Money, exponent


def is_currency(code: str) -> bool:
    """Whether ``code`` is money (ISO 4217), not points or a coin of its own."""
    try:
        exponent(code)
    except BadInput:
        return False
    return True


def bank_money(value: str | int | Decimal, currency: str) -> Money:
    """An amount as a bank's API states it, rounded half to even where it has too many places.

    Some banks compute amounts in floating point and send 4.1999999.

    Raises:
        ValueError: not a finite amount.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("an amount is a text or a number")
    try:
        return Money.rounded(Decimal(value), currency)
    except InvalidOperation as err:
        raise ValueError("not an amount") from err
