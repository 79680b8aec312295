"""Forecasts made in advance are those of a turn, one a day, and one failure stops no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from finance_core.money import Money
from finance_core.services import (
    daily_forecasts,
    deletion,
    export,
    forecast_runs,
    forecasts,
    imports,
    people,
    stored_forecasts,
    sync,
)
from finance_core.services.core import Core
from finance_core.store import corrections, personal
from finance_core.store import forecasts as rows
from finance_core.store.forecast_tables import AccountForecastRow
from tests.finance_core.services.fake_bank import FakeBank, at_bank
from tests.finance_core.services.household import NOW, TODAY, lived_in


def run(core: Core, **how) -> forecast_runs.Report:
    return forecast_runs.run(core, how.pop("now", NOW), workers=1, **how)


def current(core: Core, person_id: str) -> str:
    return forecasts.pool_of(core, person_id, TODAY).accounts[0].id


def written(core: Core) -> dict[tuple, dict]:
    """All stored forecasts as plain rows, without the instant they were made."""
    with core.sessions() as session:
        found = session.execute(select(AccountForecastRow.__table__)).mappings()
        return {
            (row["account_id"], row["origin"]): {k: v for k, v in row.items() if k != "made_at"}
            for row in found
        }


def figures(core: Core) -> dict[tuple, dict]:
    """The same without the mark of the ledger they are of."""
    return {
        key: {name: value for name, value in row.items() if name != "fingerprint"}
        for key, row in written(core).items()
    }


@pytest.fixture
def bo(penny: Core) -> str:
    """Somebody else, at a bank of their own."""
    other = at_bank(penny, fake=lived_in(FakeBank(prefix="bo "), minor=55_000))
    person, _ = people.add(penny, "Bo", "Pacific/Auckland", "GBP")
    sync.connect(other, person.id, "fake", "token", TODAY)
    return person.id


def test_what_is_stored_is_what_a_turn_says(penny, ada):
    report = run(penny)
    account = current(penny, ada)
    found = stored_forecasts.stored(penny, ada, account, TODAY)
    pool = forecasts.pool_of(penny, ada, TODAY, account)
    assert found.forecast == forecasts.forecast(penny, ada, pool, TODAY, stored_forecasts.HORIZON)
    assert report.done == 1
    assert report.skipped == {daily_forecasts.TOO_SHORT: 1}, "the savings account"
    assert report.failed == {}


def test_the_persons_own_categories_count(penny, ada):
    """Cash never recurs: calling the wages cash takes the income away."""
    run(penny)
    account = current(penny, ada)
    before = stored_forecasts.stored(penny, ada, account, TODAY).forecast
    merchant = next(
        m.merchant for m in forecasts.pool_of(penny, ada, TODAY).movements if m.amount.amount > 1000
    )
    with penny.writes.begin() as session:
        corrections.correct(session, ada, merchant, "cash", NOW)
    run(penny)
    after = stored_forecasts.stored(penny, ada, account, TODAY).forecast
    assert before.next_income_on is not None
    assert after.next_income_on is None


def test_running_a_day_again_replaces_its_rows(penny, ada):
    run(penny)
    first = written(penny)
    run(penny, now=NOW + timedelta(hours=3))
    assert written(penny) == first
    with penny.sessions() as session:
        (made,) = session.scalars(select(AccountForecastRow.made_at))
    assert made == NOW + timedelta(hours=3)


def test_each_day_has_its_row_for_a_week(penny, ada):
    account = current(penny, ada)
    for day in range(10):
        run(penny, as_of=TODAY + timedelta(days=day))
    assert sorted(origin for _, origin in written(penny)) == [
        TODAY + timedelta(days=day) for day in range(2, 10)
    ]
    assert stored_forecasts.stored(penny, ada, account, TODAY) is None


def test_everybodys_day_is_their_own(penny, ada, bo):
    run(penny, now=NOW.replace(hour=20))
    days = dict(written(penny).keys())
    assert days[current(penny, ada)] == TODAY
    assert days[current(penny, bo)] == TODAY + timedelta(days=1)


def test_nothing_later_than_the_day_is_seen(penny, ada, household):
    early = TODAY - timedelta(days=40)
    run(penny, as_of=early)
    before = figures(penny)
    household.book("windfall", 9_000_000, early + timedelta(days=1), "LOTTERY")
    household.book("wages again", 260_000, TODAY, "ACME LTD SALARY")
    household.balances[household.current] += 9_260_000
    sync.refresh(penny, ada, TODAY)
    run(penny, as_of=early)
    assert figures(penny) == before
    assert before, "there was something to compare"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE accounts SET currency = 'QQQ' WHERE id = '{account}'",
        "UPDATE accounts SET kind = 'piggybank' WHERE id = '{account}'",
        "UPDATE people SET timezone = 'Mars/Base' WHERE id = '{person}'",
    ],
)
def test_an_account_that_makes_no_sense_stops_no_other(penny, ada, bo, damage):
    broken, whole = current(penny, ada), current(penny, bo)
    with penny.writes.begin() as session:
        session.execute(text(damage.format(account=broken, person=ada)))
    report = run(penny)
    assert broken in report.failed
    assert "QQQ" not in report.failed[broken]
    assert {account for account, _ in written(penny)} == {whole}
    assert report.accounts == 4
    assert report.done + sum(report.skipped.values()) + len(report.failed) == 4


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)  # PostgreSQL would not take it
def test_a_value_that_no_column_can_hold_stops_its_account_only(penny, ada, bo):
    broken, whole = current(penny, ada), current(penny, bo)
    with penny.writes.begin() as session:
        session.execute(
            text("UPDATE transactions SET posted_on = 'soon' WHERE account_id = :id"),
            {"id": broken},
        )
    report = run(penny)
    assert report.failed == {broken: "ValueError"}
    assert {account for account, _ in written(penny)} == {whole}


def test_an_account_nobody_has_reported_lately_is_left_out(penny, ada):
    late = NOW + daily_forecasts.STALE_AFTER + timedelta(days=1)
    report = run(penny, now=late)
    assert report.done == 0
    assert report.skipped == {daily_forecasts.STALE: 2}


def test_nothing_to_do(core):
    report = run(core)
    assert (report.accounts, report.done) == (0, 0)


def test_parts_hold_every_account_once(penny, ada, bo, monkeypatch):
    run(penny)
    whole = written(penny)
    monkeypatch.setattr(forecast_runs, "PART_SIZE", 1)
    with penny.writes.begin() as session:
        session.execute(AccountForecastRow.__table__.delete())
    report = run(penny)
    assert report.accounts == 4
    assert written(penny) == whole


def test_an_account_deleted_meanwhile_does_not_come_back(penny, ada, bo):
    run(penny)
    account = current(penny, ada)
    made = stored_forecasts.stored(penny, ada, account, TODAY)
    other = stored_forecasts.stored(penny, bo, current(penny, bo), TODAY)
    deletion.erase(penny, ada, NOW)
    with penny.writes.begin() as session:
        alive = rows.replace(session, [made, other], NOW)
    assert alive == {other.account_id}
    assert {account for account, _ in written(penny)} == alive


def test_they_are_erased_and_exported_with_the_person(penny, ada, bo):
    run(penny)
    with penny.sessions() as session:
        (row,) = personal.rows(session, ada)["account_forecasts"]
    assert row["start"] == "3000.00"
    _, counts = export.build(penny, ada, NOW)
    assert counts["account_forecasts"] == 1
    assert deletion.erase(penny, ada, NOW).receipt.counts["account_forecasts"] == 1
    assert {account for account, _ in written(penny)} == {current(penny, bo)}


def test_nobody_reads_somebody_elses(penny, ada, bo):
    run(penny)
    assert stored_forecasts.stored(penny, bo, current(penny, ada), TODAY) is None


def test_currencies_without_cents_and_with_three_places(core):
    person, _ = people.add(core, "Kei", "UTC", "JPY")
    for name, currency, amount in (("Yen", "JPY", "-1200"), ("Dinar", "KWD", "-1.234")):
        lines = ["account,date,amount,currency,description,balance"]
        for week in range(20, 0, -1):
            day = TODAY - timedelta(days=7 * week)
            lines.append(f"{name},{day},{amount},{currency},SHOP {week % 3},{5000 + week}")
        imports.import_content(core, person.id, "\n".join(lines).encode(), name=f"{name}.csv")
    report = run(core)
    assert report.done == 2, report
    for row in written(core).values():
        found = stored_forecasts.stored(core, person.id, row["account_id"], TODAY).forecast
        assert found.start == Money.of("5001", row["currency"])
        assert all(day.q05 <= day.q50 <= day.q95 for day in found.days)
