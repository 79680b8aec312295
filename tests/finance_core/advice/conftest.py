from datetime import date, timedelta

import pytest

from finance_core.model import BalanceForecast, ForecastDay
from finance_core.money import Money

ORIGIN = date(2024, 6, 20)


@pytest.fixture(scope="session")
def make_forecast():
    """Builds a forecast from medians; the other quantiles lie around them."""

    def make(medians, spread=50, income_in=None, start=None, currency="GBP"):
        def money(value):
            return Money.of(value, currency)

        days = tuple(
            ForecastDay(
                ORIGIN + timedelta(days=n),
                *(money(m + part * spread) for part in (-2, -1, 0, 1, 2)),
            )
            for n, m in enumerate(medians, start=1)
        )
        window = days[: income_in or len(days)]
        lowest = min(window, key=lambda d: d.q50.minor)
        return BalanceForecast(
            origin=ORIGIN,
            start=money(medians[0] if start is None else start),
            days=days,
            next_income_on=ORIGIN + timedelta(days=income_in) if income_in else None,
            low_point=lowest.q50,
            low_point_q05=lowest.q05,
            low_point_on=lowest.day,
            model="made up",
        )

    return make
