from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance_core.errors import BadInput, NotEnoughData
from finance_core.forecasting import predict_many, train_many, trust, trust_in
from finance_core.forecasting.features import scales, table
from finance_core.forecasting.lessons import HORIZON, Lessons
from finance_core.forecasting.naive import NAIVE, every, path
from finance_core.forecasting.panel import Origins, Panel
from finance_core.forecasting.recurrence import Movements
from finance_core.forecasting.series import Series, from_transactions
from finance_core.money import Money

AHEAD = np.arange(1, 31)
SIMPLE = len(trust.SIMPLE)


def seen_at(model, series, index):
    """All features of a pooled model at one day of a history that may go on."""
    asked = Lessons.of(Origins(Panel.of([series]), np.array([0]), np.array([index])))
    movements = Movements.of(asked.origins.panel)
    return asked.seen(model.habits.ahead(asked.origins, movements, HORIZON))


def account(seed, days=260, factor=1.0):
    """Every thirty days half of what lies above a level is drawn; salary every month."""
    random = np.random.default_rng(seed)
    first = 8000 + int(random.integers(0, 400))
    rows, balance = [], 3000.0
    for day in range(days):
        if day % 30 == seed % 30:
            rows.append((day, -0.5 * (balance - 1000)))
        if day % 31 == (seed * 7) % 31:
            rows.append((day, 2000.0 + 10 * seed))
        if random.random() < 0.3:
            rows.append((day, -float(random.integers(5, 90))))
        balance += sum(amount for at, amount in rows if at == day)
    days_of = np.array([at for at, _ in rows])
    amounts = np.array([amount for _, amount in rows]) * factor
    flow = np.bincount(days_of, weights=amounts, minlength=days)
    return Series(first, 3000.0 * factor + np.cumsum(flow), days_of, amounts)


@pytest.fixture(scope="module")
def histories():
    return [account(seed) for seed in range(30)]


@pytest.fixture(scope="module")
def model(histories):
    return train_many(histories, step=30)


@pytest.mark.parametrize("index", [20, 130, 229])
def test_a_forecast_does_not_see_what_comes_later(model, index):
    series = account(99)
    changed = replace(
        series,
        balance=np.where(np.arange(260) > index, 5.0 - 3 * series.balance, series.balance),
        amounts=np.where(series.days > index, series.amounts * -9, series.amounts),
    )
    one, other = (
        Panel.of([s, account(3)]).every_last().part(np.array([0])) for s in (series, changed)
    )
    at = np.array([index])
    one, other = replace(one, index=at), replace(other, index=at)
    np.testing.assert_array_equal(table(one, AHEAD), table(other, AHEAD))
    before, after = (seen_at(model, s, index) for s in (series, changed))
    np.testing.assert_array_equal(before, after)
    np.testing.assert_array_equal(before, seen_at(model, series.until(index), index))
    np.testing.assert_array_equal(
        table(one, AHEAD)[0], table(Panel.of([series.until(index)]).every_last(), AHEAD)[0]
    )


def test_others_that_are_asked_for_do_not_change_a_forecast(model, histories):
    alone = [predict_many(model, [series]) for series in histories[:4]]
    together = predict_many(model, histories[:4])
    np.testing.assert_allclose(
        np.concatenate([each.quantiles for each in alone]), together.quantiles
    )
    np.testing.assert_allclose(np.concatenate([a.low_point for a in alone]), together.low_point)


def test_quantiles_never_cross(model, histories):
    found = predict_many(model, [s.until(n) for s in histories for n in (29, 60, 200)], 14)
    assert found.quantiles.shape == (90, 5, 14)
    assert np.isfinite(found.quantiles).all()
    assert (np.diff(found.quantiles, axis=1) >= 0).all()


def test_accounts_that_were_not_learned_from_are_forecast_better_than_by_any_naive_model(model):
    new = [account(seed) for seed in range(40, 60)]
    known = [series.until(229) for series in new]
    actual = np.array([series.balance[230:260] for series in new])
    whom = trust_in(model, [series.until(199) for series in new])
    mine = np.abs(predict_many(model, known, whom=whom).quantiles[:, 2] - actual).mean()
    simple = every(Panel.of(known).every_last(), AHEAD)
    assert mine < np.abs(simple - actual[:, None]).mean(axis=(0, 2)).min()


@settings(max_examples=10, deadline=None)
# Powers of two: amounts that differ by just a tolerance do so after scaling too.
@given(factor=st.sampled_from([2.0**-7, 0.5, 8.0, 1024.0]), seed=st.integers(60, 90))
def test_features_that_are_shares_do_not_know_the_currency(model, factor, seed):
    small, large = account(seed, 200), account(seed, 200, factor)
    one, other = (table(Panel.of([s]).every_last(), AHEAD) for s in (small, large))
    np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", NAIVE)
def test_naive_models_of_many_are_those_of_each(histories, name):
    together = every(Panel.of(histories).every_last(), AHEAD)
    for series, found in zip(histories, together, strict=True):
        np.testing.assert_allclose(found[NAIVE.index(name)], path(name, series, 30))


def test_the_scales_of_many_are_those_of_each(histories):
    found = scales(Panel.of(histories).every_last())
    np.testing.assert_allclose(found, [series.scale() for series in histories])


def test_a_longer_horizon_than_was_learned_is_refused(model, histories):
    with pytest.raises(BadInput, match="30 days"):
        predict_many(model, histories, 31)


def test_too_few_accounts_teach_nothing():
    with pytest.raises(NotEnoughData, match="12 accounts"):
        train_many([account(seed, 150) for seed in range(5)])


@pytest.fixture(scope="module")
def foreign(household):
    """Accounts of other habits in another currency: what is known, and what came."""
    kept = [
        from_transactions(household.history(300, seed), Money.of(1500, "GBP"), household.TODAY)
        for seed in range(12)
    ]
    return [s.until(269) for s in kept], np.array([s.balance[270:300] for s in kept])


@pytest.fixture(scope="module", params=["household", "weekly pay", "only receives", "dormant"])
def elsewhere(request, foreign):
    """Sets of accounts that the model knows nothing about."""
    if request.param == "household":
        return foreign
    made = []
    for seed in range(12):
        random = np.random.default_rng(seed)
        days = np.arange(300)
        amounts = {
            "weekly pay": np.where(days % 7 == 2, 600.0, -random.gamma(2, 40, 300).round(2)),
            "only receives": np.where(days % 31 == seed, 250.0, 0.0),
            "dormant": np.where(random.random(300) < 0.005, -40.0, 0.0),
        }[request.param]
        moved = np.flatnonzero(amounts)
        made.append(Series(9000, 900.0 + np.cumsum(amounts), moved, amounts[moved]))
    return [s.until(269) for s in made], np.array([s.balance[270:300] for s in made])


def test_no_set_of_accounts_is_served_worse_than_by_the_best_naive_model(model, elsewhere):
    known, actual = elsewhere
    before = [series.until(239) for series in known]
    found = predict_many(model, known, whom=trust_in(model, before)).quantiles[:, 2]
    simple = every(Panel.of(known).every_last(), AHEAD)
    least = np.abs(simple - actual[:, None]).mean(axis=(0, 2)).min()
    assert np.abs(found - actual).mean() <= 1.1 * least


def test_a_model_of_other_habits_is_not_trusted_where_a_naive_one_was_closer(model, foreign):
    known, actual = foreign
    origins = Panel.of(known).every_last()
    bare = model.bare(Lessons.of(origins), Movements.of(origins.panel)).quantiles[:, 2]
    error, untested = (
        np.abs(middle - actual).mean()
        for middle in (predict_many(model, known).quantiles[:, 2], bare)
    )
    simple = np.abs(every(origins, AHEAD) - actual[:, None]).mean(axis=(0, 2))
    assert error <= untested
    assert error < np.median(simple)


def test_a_new_account_gets_a_wide_forecast_that_begins_where_it_stands(model, foreign):
    known, _ = foreign
    young = [series.until(29) for series in known]
    found = predict_many(model, young).quantiles
    now = np.array([series.balance[-1] for series in young])
    turnover = np.array([np.abs(series.amounts[1:]).sum() for series in young])
    assert (np.abs(found[:, 2, 0] - now) < turnover).all()
    assert (found[:, 3, -1] - found[:, 1, -1] > 0.1 * turnover).all()


def test_a_lone_new_account_is_taken_to_go_on_as_last_month(model, foreign):
    young = [series.until(39) for series in foreign[0]]  # the first salary came on the 31st day
    found = predict_many(model, young).quantiles[:, 2]
    origins = Panel.of(young).every_last()
    np.testing.assert_allclose(found, every(origins, AHEAD)[:, NAIVE.index("same_day_last_month")])


def test_where_a_model_does_well_on_a_set_a_few_bad_windows_do_not_count():
    """Two accounts: one forecast fairly well, one where the simple forecasts were never wrong."""
    good = trust.judged(np.full(40, 50.0), np.full((40, SIMPLE), 100.0), 40)
    bad = trust.judged(np.full(40, 200.0), np.full((40, SIMPLE), 100.0), 40)
    assert good.pardon > 0 == bad.pardon
    assert good.lenient > 1 > trust.CAREFUL.lenient > bad.lenient
    pooled = np.array([[60.0] * 10, [60.0] * 10])
    simple = np.stack([np.full((10, SIMPLE), 100.0), np.zeros((10, SIMPLE))])
    tested = trust.Tested(pooled, simple, 0 * simple, np.zeros((2, SIMPLE)))
    scale = np.array([1000.0, 1000.0])
    assert (trust.weights(tested, good, scale)[1] == 1).all()
    assert trust.weights(tested, trust.CAREFUL, scale)[1].tolist() == [1, 0]
    assert trust.weights(tested, bad, scale)[1].max() < 0.1


def test_trust_is_learned_from_models_that_had_not_seen_the_account(histories):
    """Sets are judged apart; where nothing repeats the model is not believed."""
    random = np.random.default_rng(5)
    noise = []
    for _ in range(20):
        amounts = random.normal(0, 300, 200).round(2)
        noise.append(Series(9000, 5000 + np.cumsum(amounts), np.arange(200), amounts))
    sets = np.repeat([0, 1], [len(histories), len(noise)])
    known, unknown = train_many([*histories, *noise], step=30, sets=sets).trust
    assert unknown.lenient < 1.3 < known.lenient
    assert unknown.pardon == 0 < known.pardon
