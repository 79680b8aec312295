"""One model for everybody's accounts: any currency, nobody's figures, never trusted blindly."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from finance_core.errors import NotEnoughData
from finance_core.forecasting import bootstrap, shared
from finance_core.forecasting.predict import forecast
from finance_core.forecasting.series import from_transactions
from finance_core.money import Money


def account(household, seed, days=240, currency="GBP", factor=1):
    """Movements, balance and daily figures of a made-up household."""
    rows = household.history(days, seed, currency, factor)
    start = Money.of(1500 * factor, currency)
    return rows, start, from_transactions(rows, start, household.TODAY)


@pytest.fixture(scope="module")
def model(household):
    """Learned from forty-two British households and twenty-one Japanese ones."""
    pounds = [("GBP", account(household, seed, 170)[2]) for seed in range(42)]
    yen = [("JPY", account(household, seed, 170, "JPY", 150)[2]) for seed in range(50, 71)]
    return shared.train_shared([*pounds, *yen], household.TODAY, step=30)


def test_a_currency_is_a_matter_of_units(model, household):
    """The same life in another currency is forecast the same."""
    pounds, yen = (
        account(household, 90, 200, code, factor)[2] for code, factor in (("GBP", 1), ("JPY", 150))
    )
    pooled = replace(model.pooled, trust=model.pooled.trust[:1] * 2)
    same = replace(model, units={"GBP": 2000.0, "JPY": 300_000.0}, pooled=pooled)
    one, other = shared.tell(same, [("GBP", pounds), ("JPY", yen)])
    np.testing.assert_allclose(one.quantiles * 150, other.quantiles, rtol=1e-6)
    assert one.error * 150 == pytest.approx(other.error)


def test_a_currency_nobody_taught_is_not_told(model, household):
    series = account(household, 1)[2]
    told = shared.tell(model, [("SEK", series), ("GBP", series), ("SEK", series)])
    assert [found is not None for found in told] == [False, True, False]
    assert shared.tell(model, []) == []


def test_others_that_are_asked_with_do_not_matter(model, household):
    many = [("GBP", account(household, seed, days)[2]) for seed, days in ((1, 40), (2, 300))]
    together = shared.tell(model, many)
    for one, found in zip(many, together, strict=True):
        (alone,) = shared.tell(model, [one])
        np.testing.assert_allclose(found.quantiles, alone.quantiles, rtol=1e-9)
    assert together[0].error is None, "forty days are too few to look back a month"


def test_nobodys_figures_are_in_it(model):
    """Units have one digit, and neither names nor ids were ever given to it."""
    assert all(unit == float(f"{unit:.0e}") for unit in model.units.values())
    content = pickle.dumps(model)
    for word in (b"Salary", b"Rent", b"Shop", b"t100"):
        assert word not in content
    found = model.pooled.habits.surprises
    kinds = (*found.inflows, *found.outflows, found.after_inflow, *found.rhythm)
    largest = max(abs(days.flow).max() for days in kinds)
    assert 0 < largest < 50, "days are in units, not in money"


def test_it_is_kept_whole_and_a_damaged_file_is_none(model, tmp_path):
    assert shared.load(tmp_path) is None
    assert shared.stamp(tmp_path) is None
    (tmp_path / "shared-0.joblib").write_bytes(b"of an earlier Penny")
    path = shared.save(model, tmp_path)
    assert shared.load(tmp_path).mark == model.mark
    assert path.stat().st_mode & 0o077 == 0, "nobody else reads it"
    path.write_bytes(path.read_bytes()[:1000])
    assert shared.load(tmp_path) is None
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_few_accounts_teach_nothing(household):
    few = [("GBP", account(household, seed, 130)[2]) for seed in range(20)]
    with pytest.raises(NotEnoughData, match="60 accounts"):
        shared.train_shared(few, household.TODAY)


def test_a_month_of_history_gets_a_sane_wide_forecast(model, household):
    """What came to accounts it never saw lies in the band, which still says something."""
    inside, widths, scales = [], [], []
    for seed in range(200, 212):
        rows, _, whole = account(household, seed, 60)
        origin = household.TODAY - timedelta(days=30)
        start = Money.rounded(whole.balance[-31], "GBP")
        known = [row for row in rows if row.posted_on <= origin]
        series = from_transactions(known, start, origin)
        assert len(series) == 30
        (told,) = shared.tell(model, [("GBP", series)])
        assert told.error is None
        found = forecast(told, known, start, [], origin, 45)
        band = np.array([[float(q.amount) for q in (d.q10, d.q50, d.q90)] for d in found.days]).T
        assert (np.diff(band, axis=0) >= 0).all()
        low, _, high = band[:, :30]
        came = whole.balance[-30:]
        inside.append((low <= came) & (came <= high))
        widths.append(high[-1] - low[-1])
        scales.append(series.scale())
    assert np.mean(inside) >= 0.8
    assert 0.5 < np.median(np.array(widths) / scales) < 5, "wide, but no shrug"


def test_the_one_that_was_closer_here_weighs_more(model, household):
    """Lies of the shared model are found out by the account's own past month."""
    rows, start, series = account(household, 97, 300)
    streams, today = household.streams(rows), household.TODAY
    (told,) = shared.tell(model, [("GBP", series)])
    own, _ = bootstrap.of_history(rows, start, streams, today, 45)
    wrong = replace(told, quantiles=told.quantiles + 1e6, error=1e6)
    right = replace(told, quantiles=told.quantiles, error=1.0)
    far, near = (forecast(one, rows, start, streams, today, 45) for one in (wrong, right))
    for at in (0, 14, 29):
        assert float(far.days[at].q50.amount) == pytest.approx(own[at], abs=20)
        expected = told.quantiles[2, at]
        assert float(near.days[at].q50.amount) == pytest.approx(expected, abs=20)
    assert far.next_income_on == near.next_income_on


def test_a_long_forecast_goes_on_where_the_shared_one_ends(model, household):
    rows, start, series = account(household, 98, 300)
    (told,) = shared.tell(model, [("GBP", series)])
    found = forecast(told, rows, start, household.streams(rows), household.TODAY, 180)
    assert len(found.days) == 180
    assert found.days[-1].day == household.TODAY + timedelta(days=180)
    middle = np.array([float(day.q50.amount) for day in found.days])
    assert np.abs(np.diff(middle)[28:32]).max() < 2500, "no jump but a salary"
    chances = [found.chance_above(Money.of(0, "GBP"), day.day) for day in found.days[::30]]
    assert chances == sorted(chances, reverse=True)


def kept_apart(household, seed, **changed):
    """An account kept apart, with what its streams said of its last month."""
    rows, _, series = account(household, seed, 300)
    then = household.TODAY - timedelta(days=shared.BACK)
    past = [row for row in rows if row.posted_on <= then]
    start = Money.rounded(series.balance[-1 - shared.BACK], "GBP")
    streams = household.streams(past)
    found = shared.Apart.of(series, past, start, streams, then)
    return replace(found, **changed)


def test_what_streams_did_on_accounts_kept_apart_decides_how_much_they_count(household):
    learned = [("GBP", account(household, seed, 170)[2]) for seed in range(60)]

    def streams_of(seeds, own=None):
        apart = [kept_apart(household, seed) for seed in seeds]
        if own:
            apart = [replace(one, own=own(one)) for one in apart]
        return shared.train_shared(learned, household.TODAY, 30, apart).streams["GBP"]

    def knew(one):
        return one.series.balance[-shared.BACK :] + np.array([[-2e3], [-1e3], [1], [1e3], [2e3]])

    def had_no_idea(one):
        return knew(one) * [[1], [1], [0], [1], [1]] + 1e5

    right, wrong = streams_of(range(100, 112), knew), streams_of(range(100, 112), had_no_idea)
    assert right.benefit < 0.5
    assert right.narrow < 0.5, "their bands were never left"
    assert wrong.benefit > 2
    assert streams_of([]) == shared.Streams()
    few = streams_of(range(100, 102), knew)
    assert right.benefit < few.benefit < shared.Streams().benefit, "two accounts tell little"


def test_streams_that_do_better_on_others_are_followed(model, household):
    rows, start, series = account(household, 99, 300)
    (told,) = shared.tell(model, [("GBP", series)])
    streams, today = household.streams(rows), household.TODAY
    own, sampled = bootstrap.of_history(rows, start, streams, today, 45)
    told = replace(told, error=500.0)
    near, far = (
        forecast(replace(told, streams=s), rows, start, streams, today, 45)
        for s in (shared.Streams(0.01, 0.5), shared.Streams(100.0, 0.5))
    )
    for at in (0, 14, 29):
        assert float(near.days[at].q50.amount) == pytest.approx(own[at], abs=1)
        assert float(far.days[at].q50.amount) == pytest.approx(told.quantiles[2, at], abs=1)
    width = float((near.days[29].q90 - near.days[29].q10).amount)
    low, high = np.quantile(sampled[:, 29], [0.1, 0.9])
    assert width == pytest.approx((high - low) / 2, rel=0.01)
