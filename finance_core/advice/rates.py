"""Exchange rates that somebody states, with their day; Penny knows none herself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finance_core.errors import BadInput
from finance_core.money import Money, exponent

_RATE = re.compile(
    r"(?P<base>[A-Z]{3})/(?P<quote>[A-Z]{3})=(?P<value>\d+(?:\.\d+)?)@(?P<on>\d{4}-\d\d-\d\d)"
)


@dataclass(frozen=True, slots=True)
class Rate:
    """One ``base`` is ``value`` of ``quote``, on a day."""

    base: str
    quote: str
    value: Decimal
    on: date


def parse_rates(text: str) -> tuple[Rate, ...]:
    """Rates written as ``EUR/GBP=0.85@2026-06-01, USD/GBP=0.79@2026-06-01``.

    Raises:
        BadInput: the text is not of that form, a currency or day does not exist, or a rate
            is zero.
    """
    return tuple(_rate(part.strip()) for part in text.split(",") if part.strip())


def _rate(text: str) -> Rate:
    match = _RATE.fullmatch(text)
    if match is None:
        raise BadInput(f"An exchange rate is written as EUR/GBP=0.85@2026-06-01, not {text!r}.")
    for currency in (match["base"], match["quote"]):
        exponent(currency)
    value = Decimal(match["value"])
    if not value:
        raise BadInput("An exchange rate has to be more than nothing.")
    try:
        day = date.fromisoformat(match["on"])
    except ValueError:
        raise BadInput(f"{match['on']} is not a day I know.") from None
    return Rate(match["base"], match["quote"], value, day)


def convert(money: Money, currency: str, rates: Sequence[Rate]) -> tuple[Money, Rate] | None:
    """``money`` in ``currency``, rounded to its minor unit, with the rate that was used.

    A rate serves both ways; of several the newest counts, and of two of one day the one that
    is stated in the direction asked for. None when no rate is known for the two.
    """
    known = [rate for rate in rates if {rate.base, rate.quote} == {money.currency, currency}]
    if not known:
        return None
    rate = max(known, key=lambda rate: (rate.on, rate.base == money.currency))
    straight = rate.base == money.currency
    amount = money.amount * rate.value if straight else money.amount / rate.value
    return Money.rounded(amount, currency), rate
