"""What a forecast is made of: the balance now, what is known to come, and everyday life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from finance_core.forecasting.schedule import occurrences
from finance_core.model import BalanceForecast
from finance_core.money import Money, total
from finance_core.services import forecasts
from finance_core.services.core import Core

_HORIZON = 45


@dataclass(frozen=True, slots=True)
class Expected:
    """One payment or income that a forecast counts on; ``amount`` is signed."""

    label: str
    day: date
    amount: Money


@dataclass(frozen=True, slots=True)
class ForecastParts:
    """What the balance of a day to come is made of.

    ``start + income + bills + everyday`` is ``expected`` to the minor unit.

    Attributes:
        name: the accounts, as a reply names them.
        income: what is expected to come in, positive; ``incomes`` one by one.
        bills: what is expected to go out regularly, negative; ``payments`` one by one.
        everyday: what is usually spent (or comes in) besides, signed.
    """

    name: str
    day: date
    start: Money
    expected: Money
    income: Money
    bills: Money
    everyday: Money
    incomes: tuple[Expected, ...]
    payments: tuple[Expected, ...]
    forecast: BalanceForecast


def forecast_parts(
    core: Core, person_id: str, day: date, today: date, account_id: str | None = None
) -> ForecastParts:
    """Takes the expected balance of a coming day apart.

    Raises:
        BadInput: the day is not ahead, or too far.
        NotEnoughData: the history is too short.
        NotFound: no such account.
    """
    pool = forecasts.pool_of(core, person_id, today, account_id)
    found = forecasts.forecast(core, person_id, pool, today, max((day - today).days, _HORIZON))
    expected = found.on(day).q50
    scheduled = [
        Expected(stream.label, on, stream.amount)
        for stream in pool.streams
        for on in occurrences(stream, today, day)
    ]
    scheduled.sort(key=lambda one: (-abs(one.amount.minor), one.day, one.label))
    currency = pool.start.currency
    incomes = tuple(one for one in scheduled if one.amount.amount > 0)
    payments = tuple(one for one in scheduled if one.amount.amount < 0)
    income = total([one.amount for one in incomes], currency)
    bills = total([one.amount for one in payments], currency)
    return ForecastParts(
        name=pool.name,
        day=day,
        start=pool.start,
        expected=expected,
        income=income,
        bills=bills,
        everyday=expected - pool.start - income - bills,
        incomes=incomes,
        payments=payments,
        forecast=found,
    )
