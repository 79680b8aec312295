"""Savings goals against a real ledger, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from finance_core.errors import BadInput, CurrencyMismatch, NotFound, Refused
from finance_core.money import Money
from finance_core.services import changes, goals, people, spendable, sync
from tests.finance_core.services.household import NOW, TODAY

DECEMBER = date(2026, 12, 31)


def gbp(amount):
    return Money.of(amount, "GBP")


def make(core, person_id, kind, payload):
    change = changes.propose(
        core, person_id, kind, payload,
        summary="do it", done_text="Done.", now=NOW, channel="web",
    )  # fmt: skip
    return changes.confirm(core, person_id, change.id, NOW, "web")


def undo(core, person_id, change):
    return changes.undo(core, person_id, change.id, NOW, "web")


def set_up(core, person_id, name, target, due=None, account=None, saved=None, today=TODAY):
    draft = goals.draft(core, person_id, today, name, gbp(target), due, account, saved)
    return make(core, person_id, "goal.create", draft.payload)


def only(core, person_id, today=TODAY):
    [report] = goals.check(core, person_id, today)
    return report


def test_a_goal_is_kept_and_taken_back(penny, ada):
    change = set_up(penny, ada, "Holiday", 1000, DECEMBER)
    report = only(penny, ada)
    assert (report.goal.name, report.goal.target) == ("Holiday", gbp(1000))
    assert report.status.monthly_need == gbp(100), "ten month ends from March on"
    assert report.account is None
    undo(penny, ada, change)
    assert goals.of_person(penny, ada) == ()


def test_goals_are_a_persons_own(penny, ada):
    set_up(penny, ada, "Holiday", 1000)
    other, _ = people.add(penny, "Bob", "UTC", "GBP")
    assert goals.check(penny, other.id, TODAY) == ()
    [goal] = goals.of_person(penny, ada)
    with pytest.raises(NotFound):
        make(penny, other.id, "goal.drop", {"id": goal.id})
    assert len(goals.of_person(penny, ada)) == 1


def test_changed_and_dropped_and_both_taken_back(penny, ada):
    set_up(penny, ada, "Holiday", 1000, DECEMBER, saved=gbp(50))
    [goal] = goals.of_person(penny, ada)
    payload = goals.changing(goal, TODAY, gbp(2000), date(2027, 6, 30))
    changed = make(penny, ada, "goal.change", payload)
    [now] = goals.of_person(penny, ada)
    assert (now.target, now.due_on, now.contributions) == (
        gbp(2000), date(2027, 6, 30), goal.contributions
    )  # fmt: skip
    undo(penny, ada, changed)
    assert goals.of_person(penny, ada) == (goal,)
    dropped = make(penny, ada, "goal.drop", {"id": goal.id})
    assert goals.of_person(penny, ada) == ()
    undo(penny, ada, dropped)
    assert goals.of_person(penny, ada) == (goal,)


def test_a_goal_that_is_gone_cannot_be_changed(penny, ada):
    set_up(penny, ada, "Holiday", 1000)
    [goal] = goals.of_person(penny, ada)
    make(penny, ada, "goal.drop", {"id": goal.id})
    with pytest.raises(NotFound, match="any more"):
        make(penny, ada, "goal.change", goals.changing(goal, TODAY, gbp(5)))


def test_what_is_put_aside_by_hand_counts_from_its_day(penny, ada):
    set_up(penny, ada, "Bike", 500, saved=gbp(100))
    [goal] = goals.of_person(penny, ada)
    later = TODAY + timedelta(days=61)
    added = make(penny, ada, "goal.change", goals.adding(goal, gbp(80), later))
    assert only(penny, ada).status.saved == gbp(100)
    report = only(penny, ada, later)
    assert report.status.saved == gbp(180)
    assert report.status.pace == Money.from_minor(round(8000 / 61 * 30.436875), "GBP")
    undo(penny, ada, added)
    assert only(penny, ada, later).status.saved == gbp(100)
    assert only(penny, ada, later).status.pace is None
    with pytest.raises(CurrencyMismatch):
        goals.adding(goal, Money.of(5, "EUR"), TODAY)


def grow(core, person_id, bank, minor, day):
    """The savings account gets money, and Penny hears of it."""
    bank.balances[bank.savings] += minor
    bank.book(f"saved {day} {minor}", minor, day, "FROM CURRENT", account_external_id=bank.savings)
    sync.refresh(core, person_id, day)


def test_growth_of_the_account_counts_from_the_beginning_on(penny, ada, household):
    grow(penny, ada, household, 40_000, TODAY - timedelta(days=20))
    account = goals.savings_account(penny, ada, "GBP")
    set_up(penny, ada, "Car", 1000, DECEMBER, account)
    assert only(penny, ada).status.saved == gbp(0)
    grow(penny, ada, household, 15_000, TODAY + timedelta(days=3))
    report = only(penny, ada, TODAY + timedelta(days=3))
    assert report.status.saved == gbp(150)
    assert (report.status.monthly_need, report.status.still_this_month) == (gbp(100), gbp(0))
    april = only(penny, ada, date(2026, 4, 2)).status
    assert april.monthly_need == Money.of("94.45", "GBP"), "850 over nine months, rounded up"
    assert april.still_this_month == april.monthly_need


def test_growth_is_shared_out_once_to_the_soonest_first(penny, ada, household):
    grow(penny, ada, household, 100, TODAY - timedelta(days=5))
    account = goals.savings_account(penny, ada, "GBP")
    set_up(penny, ada, "Late", 1000, DECEMBER, account)
    set_up(penny, ada, "Soon", 100, date(2026, 6, 30), account)
    grow(penny, ada, household, 17_500, TODAY + timedelta(days=2))
    soon, late = goals.check(penny, ada, TODAY + timedelta(days=2))
    assert (soon.goal.name, soon.status.saved, soon.status.standing) == (
        "Soon",
        gbp(100),
        "reached",
    )
    assert (late.goal.name, late.status.saved) == ("Late", gbp(75))


def test_the_pace_is_that_of_the_last_three_months(penny, ada, household):
    grow(penny, ada, household, 1_000, TODAY - timedelta(days=170))
    grow(penny, ada, household, 30_000, TODAY - timedelta(days=40))
    account = goals.savings_account(penny, ada, "GBP")
    draft = goals.draft(penny, ada, TODAY, "Car", gbp(1000), DECEMBER, account)
    assert draft.status.pace == Money.from_minor(round(30_000 / 90 * 30.436875), "GBP")
    assert draft.payload["start_minor"] == 31_000
    set_up(penny, ada, "Car", 1000, DECEMBER, account)
    assert only(penny, ada).status.pace == draft.status.pace
    assert only(penny, ada).status.reached_on == draft.status.reached_on


def test_what_no_goal_can_be(penny, ada):
    set_up(penny, ada, "Holiday", 1000)
    with pytest.raises(Refused, match="already have a goal"):
        goals.draft(penny, ada, TODAY, " holiday ", gbp(5))
    with pytest.raises(BadInput, match="already passed"):
        goals.draft(penny, ada, TODAY, "Car", gbp(5), TODAY)
    with pytest.raises(BadInput, match="letters"):
        goals.draft(penny, ada, TODAY, " ", gbp(5))
    with pytest.raises(BadInput, match="letters"):
        goals.draft(penny, ada, TODAY, "x" * 61, gbp(5))
    with pytest.raises(BadInput, match="more than zero"):
        goals.draft(penny, ada, TODAY, "Car", gbp(0))
    account = goals.savings_account(penny, ada, "GBP")
    with pytest.raises(BadInput, match="no exchange rate for EUR"):
        goals.draft(penny, ada, TODAY, "Car", Money.of(5, "EUR"), None, account)
    assert goals.savings_account(penny, ada, "EUR") is None


def test_goals_count_in_what_is_safe_to_spend_when_due_before_the_next_income(
    penny, ada, household
):
    household.book("wages", 260_000, date(2026, 3, 1), "ACME LTD SALARY")
    sync.refresh(penny, ada, TODAY)
    _, before = spendable.safe_to_spend(penny, ada, TODAY)
    assert before.goal_items == ()
    set_up(penny, ada, "Holiday", 1000, DECEMBER)
    set_up(penny, ada, "Some day", 9000)
    _, after = spendable.safe_to_spend(penny, ada, TODAY)
    assert after.until > date(2026, 3, 31), "so the month's end lies before the next income"
    assert [(item.label, item.amount) for item in after.goal_items] == [("Holiday", gbp(100))]
    assert after.total == before.total - gbp(100)
    assert after.total == after.balance - after.bills - after.goals - after.buffer


def test_erasing_a_person_erases_their_goals(penny, ada):
    set_up(penny, ada, "Holiday", 1000)
    with penny.writes.begin() as session:
        session.execute(text("DELETE FROM people"))
    with penny.sessions() as session:
        assert session.execute(text("SELECT count(*) FROM goals")).scalar() == 0
