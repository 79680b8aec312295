from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance_core.model import BalanceForecast, ForecastDay
from finance_core.money import Money
from finance_core.store import forecasts, queries
from finance_core.store.forecasts import KEPT, AccountForecast
from tests.finance_core.store.test_queries import DAY, NOW, account, person, save

AMOUNTS = st.integers(-(2**62), 2**62)
INFLUENCES = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)


@pytest.fixture
def owned(core) -> tuple[str, str]:
    """Somebody, and their account."""
    ada = person(core, "Ada")
    save(core, ada, [account("Main")], [])
    with core.sessions() as session:
        return ada, queries.accounts(session, ada)[0].id


@st.composite
def made(draw) -> BalanceForecast:
    currency = draw(st.sampled_from(["EUR", "JPY", "KWD"]))

    def money() -> Money:
        return Money.from_minor(draw(AMOUNTS), currency)

    origin = draw(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
    days = tuple(
        ForecastDay(origin + timedelta(days=n), *(money() for _ in range(5)))
        for n in range(1, draw(st.integers(1, 6)) + 1)
    )
    income = draw(st.none() | st.just(days[-1].day))
    return BalanceForecast(origin, money(), days, income, money(), money(), days[0].day, "any")


@given(forecast=made())
@INFLUENCES
def test_what_was_written_is_read_again(core, owned, forecast):
    ada, main = owned
    one = AccountForecast(main, "f" * 32, forecast)
    with core.writes.begin() as session:
        assert forecasts.replace(session, [one], NOW) == {main}
        assert forecasts.replace(session, [one], NOW) == {main}
        assert forecasts.of_day(session, ada, main, forecast.origin) == one


def test_an_old_day_done_again_leaves_newer_ones_alone(core, owned):
    ada, main = owned
    nothing = Money.zero("EUR")

    def at(day: date) -> AccountForecast:
        days = (ForecastDay(day + timedelta(days=1), *[nothing] * 5),)
        return AccountForecast(
            main, "f", BalanceForecast(day, nothing, days, None, *[nothing] * 2, day, "m")
        )

    ago = [DAY - KEPT - timedelta(days=1), DAY - KEPT, DAY]
    for day in (*ago, ago[1]):
        with core.writes.begin() as session:
            forecasts.replace(session, [at(day)], NOW)
    with core.sessions() as session:
        found = [forecasts.of_day(session, ada, main, day) for day in ago]
        assert forecasts.of_day(session, person(core, "Bob"), main, DAY) is None
    assert found == [None, at(ago[1]), at(ago[2])]
