"""The shared model serves everybody's turns and rows alike, once it has people to learn from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import insert

from finance_core.errors import BadInput, NotEnoughData
from finance_core.forecasting import shared
from finance_core.services import (
    daily_forecasts,
    forecast_runs,
    forecasts,
    pools,
    shared_models,
    stored_forecasts,
    sync,
)
from finance_core.services.core import Core
from finance_core.services.leases import holding
from finance_core.store.tables import AccountRow, PersonRow, TransactionRow
from tests.finance_core.services.household import NOW, TODAY

DAY = timedelta(days=1)


def movements(number: int, currency: str = "GBP") -> Iterator[dict]:
    """Five months of wages, rent and shopping of one account."""
    dice = np.random.default_rng(number)
    for back in range(150, 0, -1):
        day = TODAY - timedelta(days=back)
        found = []
        if day.day == 1 + number % 5:
            found.append(("Acme Ltd", "income_salary", 210_000 + 1_000 * number))
        if day.day == 7:
            found.append(("Homes Letting", "rent", -80_000))
        if dice.random() < 0.5:
            found.append(("Grocer", "groceries", -int(dice.gamma(2, 2_500)) - 100))
        for at, (merchant, category, minor) in enumerate(found):
            yield {
                "id": f"{number:016x}{back:08x}{at:08x}",
                "account_id": f"{number:032x}",
                "external_id": f"{back} {at}",
                "posted_on": day,
                "amount_minor": minor,
                "description": merchant,
                "merchant": merchant,
                "category": category,
                "sequence": 1000 - back,
            }


def settle(core: Core, numbers: range, people: int) -> None:
    """Adds accounts, numbered, of ``people`` people."""
    with core.writes.begin() as session:
        for number in range(numbers.start, numbers.start + people):
            key = f"{number:032x}"
            session.execute(
                insert(PersonRow).values(
                    **{"id": key, "name": key, "name_key": key, "currency": "GBP"},
                    **{"timezone": "UTC", "ledger_version": 1, "created_at": NOW},
                )
            )
        for number in numbers:
            owner = numbers.start + (number - numbers.start) % people
            session.execute(
                insert(AccountRow).values(
                    **{"id": f"{number:032x}", "person_id": f"{owner:032x}", "name": "Main"},
                    **{"external_id": str(number), "kind": "checking", "currency": "GBP"},
                    **{"current_minor": 150_000 + 500 * number, "as_of": NOW},
                )
            )
        session.execute(insert(TransactionRow), [r for n in numbers for r in movements(n)])


@pytest.fixture(scope="module")
def model() -> shared.SharedModel:
    """Learned from accounts that are not in any test's store."""
    rng = np.random.default_rng(3)
    histories = []
    for _ in range(60):
        days = np.arange(150)
        amounts = np.where(days % 30 == 1, 2_000.0, -rng.gamma(2, 30, 150))
        balance = 1_500 + np.cumsum(amounts)
        histories.append(("GBP", shared.Series(20_000, balance, days, amounts)))
    return shared.train_shared(histories, TODAY, step=30)


@pytest.fixture
def taught(penny: Core, model: shared.SharedModel) -> Core:
    """A Penny with a shared model."""
    shared.save(model, penny.settings.models_folder)
    return penny


def pool(core: Core, person_id: str, day=TODAY) -> pools.Pool:
    return forecasts.pool_of(core, person_id, day)


def ahead(core: Core, person_id: str, day=TODAY, days: int = 30):
    return forecasts.forecast(core, person_id, pool(core, person_id, day), day, days)


def test_turn_and_row_say_the_same_by_the_shared_model(taught, ada):
    worked_out = ahead(taught, ada)
    assert worked_out.model == "shared"
    report = forecast_runs.run(taught, NOW, workers=1)
    row = stored_forecasts.stored(taught, ada, pool(taught, ada).accounts[0].id, TODAY)
    assert report.done == 1
    assert row.forecast == worked_out


def test_a_turn_with_a_row_neither_reads_movements_nor_finds_streams(taught, ada, monkeypatch):
    worked_out = ahead(taught, ada)
    daily_forecasts.catch_up(taught, NOW)
    taught.forget_results()
    for name in ("history", "active"):
        monkeypatch.setattr(pools, name, None)  # to be called would fail
    assert ahead(taught, ada) == worked_out
    with pytest.raises(TypeError):
        ahead(taught, ada, days=60)


@pytest.mark.parametrize("change", ["movement", "balance", "model", "lows"])
def test_a_row_of_something_else_does_not_answer(taught, ada, household, model, change):
    daily_forecasts.catch_up(taught, NOW)
    row = ahead(taught, ada)
    assert not row.lows, "it came from the store"
    if change == "movement":
        household.book("dear", -50_000, TODAY, "GARAGE")
        sync.refresh(taught, ada, TODAY)
    elif change == "balance":
        with taught.writes.begin() as session:
            session.query(AccountRow).update({"current_minor": AccountRow.current_minor - 10_000})
    elif change == "model":
        other = shared.SharedModel("other", TODAY, 60, model.units, model.pooled)
        shared.save(other, taught.settings.models_folder)
    known = pool(taught, ada)
    found = forecasts.forecast(taught, ada, known, TODAY, 30, with_lows=change == "lows")
    assert found.lows, "it was worked out"
    assert (found == row) is (change in ("model", "lows"))


def test_it_is_in_force_for_two_weeks_and_never_for_days_before_it(taught, ada):
    folder = taught.settings.models_folder
    for day, there in ((-30, False), (-2, False), (0, True), (14, True), (15, False)):
        assert (shared_models.in_force(folder, TODAY + day * DAY) is not None) is there
    early = TODAY - 10 * DAY
    assert ahead(taught, ada, early).model != "shared"


def test_a_household_alone_has_none_and_goes_on_without(penny, ada):
    folder = penny.settings.models_folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "forecast-0.joblib").write_bytes(b"one person's own model, of an earlier Penny")
    with pytest.raises(NotEnoughData, match="25 people"):
        shared_models.train(penny, NOW)
    assert ahead(penny, ada).model == "streams_bootstrap"
    assert list(folder.glob("forecast-*")) == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_it_learns_from_the_everyday_accounts_of_many_people_once_a_week(core, monkeypatch):
    monkeypatch.setattr(shared_models, "_ALL_LEARNED", 60)
    settle(core, range(1, 31), 24)
    with pytest.raises(NotEnoughData, match="25 people"):
        shared_models.train(core, NOW)
    settle(core, range(101, 136), 30)
    assert shared_models.train(core, NOW)
    model = shared_models.in_force(core.settings.models_folder, TODAY)
    assert model.accounts == 63, "two of sixty-five are kept apart"
    assert model.streams["GBP"] != shared.Streams(), "to compare streams on"
    assert list(model.units) == ["GBP"]
    assert not shared_models.train(core, NOW + 6 * DAY)
    assert shared_models.is_due(core, NOW + 7 * DAY)
    with holding(core, shared_models.LEASE, NOW, 30 * DAY):
        assert not shared_models.train(core, NOW + 7 * DAY), "somebody else is at it"


def test_only_what_is_due_is_looked_at(penny, ada, household):
    assert daily_forecasts.catch_up(penny, NOW) == 2
    assert daily_forecasts.catch_up(penny, NOW) == 0
    assert daily_forecasts.catch_up(penny, NOW + timedelta(hours=14)) == 0
    household.book("late", -1_000, TODAY, "CORNER")
    sync.refresh(penny, ada, TODAY)
    assert daily_forecasts.catch_up(penny, NOW) == 2, "the ledger has changed"
    assert daily_forecasts.catch_up(penny, NOW + timedelta(hours=15)) == 2, "midnight has passed"
    assert stored_forecasts.stored(penny, ada, pool(penny, ada).accounts[0].id, TODAY + DAY)


def test_a_new_model_makes_everybody_due(penny, ada, model):
    daily_forecasts.catch_up(penny, NOW)
    shared.save(model, penny.settings.models_folder)
    assert daily_forecasts.catch_up(penny, NOW) == 2
    assert ahead(penny, ada).model == "shared"
    assert daily_forecasts.catch_up(penny, NOW) == 0


def test_one_worker_at_a_time(penny, ada, reopen):
    other = reopen()
    with holding(other, daily_forecasts.LEASE, NOW, timedelta(minutes=5)) as mine:
        assert mine
        assert daily_forecasts.catch_up(penny, NOW) == 0
        assert daily_forecasts.catch_up(penny, NOW + timedelta(minutes=6)) == 2, "it died"
    with holding(penny, daily_forecasts.LEASE, NOW, timedelta(minutes=5)) as mine:
        assert mine, "it was given back"


def test_a_batch_ends_when_its_time_is_up(penny, ada, monkeypatch):
    monkeypatch.setattr(daily_forecasts, "PART_SIZE", 1)
    assert daily_forecasts.catch_up(penny, NOW, seconds=0) == 0
    assert daily_forecasts.catch_up(penny, NOW, seconds=60) == 2


def test_a_broken_account_is_not_tried_again_all_day(penny, ada):
    with penny.writes.begin() as session:
        session.query(AccountRow).update({"currency": "QQQ"})
    assert daily_forecasts.catch_up(penny, NOW) == 2
    assert daily_forecasts.catch_up(penny, NOW) == 0
    assert daily_forecasts.catch_up(penny, NOW + DAY) == 2


def test_whoever_cannot_read_the_model_says_so(penny, ada, tmp_path):
    job = daily_forecasts.Job(penny.settings.database, tmp_path / "elsewhere", NOW, None, "mark")
    with pytest.raises(BadInput, match="cannot be read here"):
        daily_forecasts.run_part(job, daily_forecasts.Part("0", "g"))
