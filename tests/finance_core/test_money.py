from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.errors import BadInput
from finance_core.money import Money, exponent

CURRENCIES = ["EUR", "JPY", "KWD", "CZK"]
LARGEST = 2**63 - 1


@given(minor=st.integers(-LARGEST, LARGEST), currency=st.sampled_from(CURRENCIES))
def test_minor_units_and_decimals_are_the_same_amount(minor, currency):
    built = Money.from_minor(minor, currency)
    assert built.minor == minor
    assert built == Money(Decimal(minor) / 10 ** exponent(currency), currency)
    assert -built.amount.as_tuple().exponent == exponent(currency)


@pytest.mark.parametrize("minor", [LARGEST + 1, -LARGEST - 1])
def test_what_a_database_cannot_hold_is_refused(minor):
    with pytest.raises(BadInput):
        Money.from_minor(minor, "EUR")
