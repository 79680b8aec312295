"""Saves by themselves: told first, refused in time, made once, and back when money is short."""

from __future__ import annotations

from datetime import timedelta

import pytest

from finance_core.money import Money
from finance_core.services import autosaves, changes, people, savings, sync, transfers
from finance_core.services.autosaves import SweepKind, SweepStatus
from finance_core.services.core import Core
from finance_core.services.savings import STYLE, Mood, Style
from finance_core.store import audit, sweeps
from tests.finance_core.services.fake_bank import FakeBank, at_bank
from tests.finance_core.services.household import NOW, TODAY, lived_in

DAY = timedelta(days=1)


@pytest.fixture
def bank() -> FakeBank:
    bank = lived_in(FakeBank())
    bank.book("wages march", 260_000, TODAY - DAY, "ACME LTD SALARY")
    bank.book("rent march", -90_000, TODAY, "HOMES RENT")
    return bank


@pytest.fixture
def penny(core: Core, bank: FakeBank) -> Core:
    return at_bank(core, fake=bank)


@pytest.fixture
def ada(penny: Core) -> str:
    person, _ = people.add(penny, "Ada", "UTC", "GBP")
    sync.connect(penny, person.id, "fake", "token", TODAY)
    set_style(penny, person.id, Style(Mood.NORMAL, automatic=True))
    return person.id


def set_style(core: Core, person_id: str, style: Style) -> str:
    made = changes.propose(
        core,
        person_id,
        STYLE,
        style.payload(),
        summary="style",
        done_text="Done.",
        now=NOW,
        channel="web",
    )
    return changes.confirm(core, person_id, made.id, NOW, "web").id


def run(core: Core, person_id: str, after: timedelta = timedelta()) -> list:
    now = NOW + after
    sync.refresh(core, person_id, now.date())
    return list(autosaves.run(core, person_id, now))


def test_a_style_is_kept_and_taken_back(penny, ada):
    assert savings.style_of(penny, ada) == Style(Mood.NORMAL, automatic=True)
    change = set_style(penny, ada, Style(Mood.CAREFUL))
    assert savings.style_of(penny, ada) == Style(Mood.CAREFUL)
    changes.undo(penny, ada, change, NOW, "web")
    assert savings.style_of(penny, ada) == Style(Mood.NORMAL, automatic=True)


def test_nobody_saves_by_themselves_who_did_not_ask_for_it(penny, bank, ada):
    set_style(penny, ada, Style())
    assert run(penny, ada) == []
    assert not bank.paid


def test_a_save_is_told_first_and_made_a_day_later_once(penny, bank, ada):
    (one,) = run(penny, ada)
    assert (one.kind, one.status) == (SweepKind.SAVE, SweepStatus.ANNOUNCED)
    assert len(run(penny, ada, DAY)) == 1
    assert not bank.paid, "nobody has been told yet"
    told = autosaves.news(penny, ada, NOW + DAY)
    assert [t.id for t in told] == [one.id]
    assert autosaves.news(penny, ada, NOW + DAY) == ()
    run(penny, ada, DAY + timedelta(hours=23))
    assert not bank.paid, "there is still time to say no"
    run(penny, ada, 2 * DAY)
    run(penny, ada, 2 * DAY)
    assert len(bank.paid) == 1
    assert 0 < bank.balances["savings"] <= one.amount.minor
    (made,) = autosaves.news(penny, ada, NOW + 2 * DAY)
    assert made.status is SweepStatus.DONE


def test_a_no_in_time_leaves_it_out_and_the_next_is_smaller(penny, bank, ada):
    (one,) = run(penny, ada)
    autosaves.news(penny, ada, NOW)
    assert [s.id for s in autosaves.skip(penny, ada, NOW, "web")] == [one.id]
    assert autosaves.skip(penny, ada, NOW, "web") == ()
    assert run(penny, ada, 2 * DAY) == []
    assert not bank.paid
    with penny.sessions() as session:
        assert sweeps.answers_since(session, ada, TODAY) == (1, 0)
        assert "sweep.skipped" in [entry.action for entry in audit.entries(session, ada)]


def test_turned_off_in_between_nothing_moves(penny, bank, ada):
    run(penny, ada)
    autosaves.news(penny, ada, NOW)
    set_style(penny, ada, Style())
    assert run(penny, ada, 2 * DAY) == []
    assert not bank.paid


def saved(penny: Core, bank: FakeBank, ada: str) -> int:
    run(penny, ada)
    autosaves.news(penny, ada, NOW)
    run(penny, ada, DAY)
    return bank.balances["savings"]


def test_money_comes_back_when_the_balance_is_near_the_floor(penny, bank, ada):
    put_aside = saved(penny, bank, ada)
    assert put_aside > 0
    bank.book("car", -(bank.balances["current"] - 15_000), TODAY + 2 * DAY, "GARAGE")
    bank.balances["current"] = 15_000
    run(penny, ada, 2 * DAY)
    run(penny, ada, 2 * DAY)
    assert bank.balances["savings"] == 0, "all of it, for the account needs more than it"
    assert bank.balances["current"] == 15_000 + put_aside
    assert len(bank.paid) == 2
    run(penny, ada, 3 * DAY)
    assert len(bank.paid) == 2, "nothing is left that could come back"


def test_without_automatic_saving_the_way_back_is_offered(penny, bank, ada):
    put_aside = saved(penny, bank, ada)
    set_style(penny, ada, Style())
    bank.balances["current"] = -15_000
    later = NOW + 2 * DAY
    sync.refresh(penny, ada, later.date())
    advice = savings.propose(penny, ada, later.date(), later, "web")
    assert advice.back == Money.from_minor(put_aside, "GBP") == advice.proposal.amount
    assert advice.proposal.to_account.name == "Current"
    transfers.confirm(penny, ada, advice.proposal.id, later, "web")
    assert bank.balances["savings"] == 0


def test_an_undone_save_makes_the_next_one_smaller(penny, ada):
    first = savings.propose(penny, ada, TODAY, NOW, "web").proposal
    transfers.confirm(penny, ada, first.id, NOW, "web")
    transfers.undo(penny, ada, NOW, "web")
    with penny.sessions() as session:
        assert sweeps.answers_since(session, ada, TODAY) == (0, 1)
    sync.refresh(penny, ada, TODAY)
    again = savings.propose(penny, ada, TODAY, NOW, "web")
    assert again.sweep.amount <= first.amount


def test_a_save_is_not_taken_for_leaving_the_usual_course(penny, bank, ada):
    put_aside = saved(penny, bank, ada)
    bank.book("save", -put_aside, TODAY + DAY, "TRANSFER TO SAVINGS")
    bank.book("boiler", -70_000, TODAY + 3 * DAY, "BOILER REPAIR")
    bank.balances["current"] -= 70_000  # within the band of a week ago; with the save, below it
    later = TODAY + 7 * DAY
    sync.refresh(penny, ada, later)
    advice = savings.decide(penny, ada, later)
    assert advice.back is None
    assert savings.spare(penny, ada, advice.source, later)[1] is None
