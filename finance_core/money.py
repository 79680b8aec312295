"""Exact amounts of one currency.

Amounts are decimals with exactly as many places as the currency has (ISO 4217);
the database keeps whole minor units. Two currencies never add.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision, get_currency_symbol
from babel.numbers import list_currencies as _list_currencies

from finance_core.errors import BadInput, CurrencyMismatch

_FORMAT_LOCALE = "en_US"
_LARGEST_MINOR = 2**63 - 1  # what a database integer holds


@lru_cache(maxsize=1)
def _known_currencies() -> frozenset[str]:
    return frozenset(_list_currencies()) - {"XXX", "XTS"}  # codes for "none" and for tests


@lru_cache(maxsize=256)
def exponent(currency: str) -> int:
    """Number of decimal places of ``currency``: 2 for EUR, 0 for JPY, 3 for KWD."""
    if currency not in _known_currencies():
        raise BadInput(f"{currency!r} is not a currency code I know (like EUR or USD).")
    return get_currency_precision(currency)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: inflow positive, outflow negative.

    Attributes:
        amount: decimal with exactly the currency's number of places.
        currency: ISO 4217 code.

    Raises:
        BadInput: unknown currency, not a finite number, more places than the
            currency has, or too large to be stored.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        places = exponent(self.currency)
        try:
            fitted = self.amount.quantize(Decimal(1).scaleb(-places))
        except InvalidOperation:
            raise BadInput(f"{self.amount} is not an amount I can keep.") from None
        if fitted != self.amount:
            raise BadInput(f"{self.amount} has more decimals than {self.currency} allows.")
        if abs(int(fitted.scaleb(places))) > _LARGEST_MINOR:
            raise BadInput(f"{self.amount} is too large.")
        object.__setattr__(self, "amount", fitted)

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Money:
        """Builds an exact amount; never from a float."""
        try:
            return cls(Decimal(amount), currency)
        except InvalidOperation:
            raise BadInput(f"{amount!r} is not an amount.") from None

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Money:
        """Builds from whole minor units (cents, pence, haléře)."""
        if abs(minor) > _LARGEST_MINOR:
            raise BadInput("That amount is too large.")
        return _fitting(Decimal(minor).scaleb(-exponent(currency)), currency)

    @classmethod
    def rounded(cls, amount: Decimal | float, currency: str) -> Money:
        """Rounds half to even to the currency's places: for forecasts and shares only."""
        places = Decimal(1).scaleb(-exponent(currency))
        try:
            return cls(Decimal(str(amount)).quantize(places, ROUND_HALF_EVEN), currency)
        except InvalidOperation:
            raise BadInput(f"{amount} is not an amount I can keep.") from None

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in ``currency``."""
        return _zero(currency)

    @property
    def minor(self) -> int:
        """Whole minor units."""
        return int(self.amount.scaleb(exponent(self.currency)))

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(
                f"I can't put {self.currency} and {other.currency} together in one sum."
            )

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> Money:
        return _fitting(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return self if self.amount >= 0 else -self

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def __str__(self) -> str:
        """As people read it: ``£1,234.50``, ``-$3.00``, ``CZK 1,234.50``."""
        if get_currency_symbol(self.currency, _FORMAT_LOCALE).isalpha():
            sign = "-" if self.amount < 0 else ""
            return f"{sign}{self.currency} {abs(self.amount):,}"
        return format_currency(self.amount, self.currency, locale=_FORMAT_LOCALE)


def _fitting(amount: Decimal, currency: str) -> Money:
    """An amount known to fit its currency: no checks, because ledgers have many rows."""
    money = object.__new__(Money)
    object.__setattr__(money, "amount", amount)
    object.__setattr__(money, "currency", currency)
    return money


@lru_cache(maxsize=256)
def _zero(currency: str) -> Money:
    return Money(Decimal(0), currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Sum of amounts of one currency; zero of ``currency`` when there are none.

    Raises:
        CurrencyMismatch: an amount is of another currency.
    """
    sum_ = Decimal(0)
    for money in amounts:
        if money.currency != currency:
            Money.zero(currency)._same(money)
        sum_ += money.amount
    return Money(sum_, currency)


def totals_by_currency(amounts: Iterable[Money]) -> dict[str, Money]:
    """One sum for each currency that occurs, in order of first appearance."""
    sums: dict[str, Decimal] = {}
    for money in amounts:
        sums[money.currency] = sums.get(money.currency, Decimal(0)) + money.amount
    return {currency: Money(sum_, currency) for currency, sum_ in sums.items()}
