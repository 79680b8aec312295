"""What is planned to be told: from a whole ledger, once each, as the person chose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from finance_core.errors import NotFound
from finance_core.money import Money
from finance_core.services import (
    changes,
    deletion,
    export,
    imports,
    insights,
    notifications,
    nudge_queue,
    nudges,
    people,
    sync,
)
from finance_core.services.notifications import Choices
from finance_core.services.nudges import NudgeState
from finance_core.store import audit, connections, personal
from tests.finance_core.services.fake_bank import at_bank
from tests.finance_core.services.test_insights import ledger

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
EVERYTHING = Choices(on=frozenset(notifications.NUDGES), quiet=None)


@pytest.fixture
def eve(core) -> str:
    person, _ = people.add(core, "Eve", "Europe/London", "GBP")
    imports.import_content(core, person.id, ledger().encode(), name="ledger.csv")
    return person.id


def choose(core, person_id, choices, now=NOW):
    payload = notifications.payload(core, person_id, choices)
    change = changes.propose(
        core,
        person_id,
        notifications.KIND,
        payload,
        summary="choose",
        done_text="Chosen.",
        now=now,
        channel="web",
    )
    changes.confirm(core, person_id, change.id, now, "web")


def planned(core, person_id):
    found = nudges.listed(core, person_id)
    return {one.key: one for one in found if one.state is NudgeState.PLANNED}


def of_kind(core, person_id, kind):
    return [one for one in nudges.listed(core, person_id) if one.kind == kind]


def send_all(core, now):
    """Sends whatever is due; the texts, in order."""
    texts = []
    while True:
        claimed, _ = nudge_queue.claim(core, now)
        if not claimed:
            return texts
        for one in claimed:
            texts.append(one.payload["text"])
            assert nudge_queue.sent(core, one, "telegram", now, shown=True)


def test_who_never_chose_is_told_what_may_cost_them_money(core, eve):
    nudges.plan(core, eve, NOW)
    assert {one.kind for one in planned(core, eve).values()} == {"double_charge"}
    one = of_kind(core, eve, "double_charge")[0]
    assert "£61.75" in one.payload["text"]
    assert {fact["value"] for fact in one.payload["facts"] if fact.get("currency")} == {"61.75"}
    assert "unless they turn it off" in one.payload["why"]


def test_everything_that_is_wanted_is_found(core, eve):
    choose(core, eve, replace(EVERYTHING, large_payment=Money.of("60", "GBP")))
    nudges.plan(core, eve, NOW)
    kinds = {one.kind for one in planned(core, eve).values()}
    assert {"double_charge", "large_payment", "weekly_summary"} <= kinds
    large = [one.payload["text"] for one in of_kind(core, eve, "large_payment")]
    assert len(large) == 1
    assert large[0].endswith("took £80.50 on Fri 12 June.")


def test_planning_again_changes_nothing(core, eve):
    choose(core, eve, EVERYTHING)
    first = nudges.plan(core, eve, NOW)
    again = nudges.plan(core, eve, NOW + timedelta(minutes=10))
    assert first.new == first.waiting > 0
    assert again == nudges.Planned(waiting=first.waiting)


def test_what_was_sent_is_never_planned_again(core, eve):
    nudges.plan(core, eve, NOW)
    assert len(send_all(core, NOW)) == 1
    for days in range(8):
        nudges.plan(core, eve, NOW + days * DAY)
        assert send_all(core, NOW + days * DAY) == []


def test_what_was_told_with_a_greeting_is_not_told_again_and_the_other_way_round(core, eve):
    said = insights.news(core, eve, NOW.date())
    nudges.plan(core, eve, NOW)
    insights.offered(core, eve, [said], NOW.date())
    claimed, dropped = nudge_queue.claim(core, NOW)
    assert (claimed, dropped) == ([], [("double_charge", "overtaken")])
    other, _ = people.add(core, "Another", "UTC", "GBP")
    imports.import_content(core, other.id, ledger().encode(), name="ledger.csv")
    nudges.plan(core, other.id, NOW)
    send_all(core, NOW)
    assert insights.news(core, other.id, NOW.date()) is None


def test_what_is_no_longer_wanted_or_so_is_dropped_and_may_come_back(core, eve):
    nudges.plan(core, eve, NOW)
    choose(core, eve, Choices(on=frozenset()))
    assert nudges.plan(core, eve, NOW).gone == 1
    assert planned(core, eve) == {}
    choose(core, eve, Choices())
    assert nudges.plan(core, eve, NOW).new == 1
    assert len(planned(core, eve)) == 1


def test_what_was_turned_off_after_planning_is_left_out(core, eve):
    nudges.plan(core, eve, NOW)
    choose(core, eve, Choices(on=frozenset()))
    claimed, dropped = nudge_queue.claim(core, NOW)
    assert (claimed, dropped) == ([], [("double_charge", "off")])


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_bills_are_told_once_at_nine_the_day_before(core, zone):
    person, _ = people.add(core, f"Bill of {zone}", zone, "GBP")
    imports.import_content(core, person.id, ledger().encode(), name="ledger.csv")
    choose(core, person.id, Choices(on=frozenset({"bills_due"})))
    told = []
    for hours in range(0, 60, 3):
        now = datetime(2026, 7, 1, 12, tzinfo=UTC) + timedelta(hours=hours)
        nudges.plan(core, person.id, now)
        told += [(now, text) for text in send_all(core, now)]
    rents = [(now, text) for now, text in told if "Homes Rent" in text or "HOMES RENT" in text]
    assert len(rents) == 1, told
    local = rents[0][0].astimezone(ZoneInfo(zone))
    assert local.date() == date(2026, 7, 2)
    assert local.hour in (9, 10, 11)
    assert "Fri 3 July" in rents[0][1] and "1,100.00" in rents[0][1]


def test_one_muted_bill_is_left_out_of_those_of_its_day(core, eve):
    now = datetime(2026, 7, 1, 8, tzinfo=UTC)
    choose(core, eve, Choices(on=frozenset({"bills_due"})))
    nudges.plan(core, eve, now)
    (bill,) = of_kind(core, eve, "bills_due")
    label = bill.payload["items"][0]
    muted = Choices(on=frozenset({"bills_due"})).muting([notifications.thing("bills_due", label)])
    choose(core, eve, muted)
    nudges.plan(core, eve, now)
    assert all(label not in one.payload["items"] for one in planned(core, eve).values())


def test_the_weekly_summary_comes_at_its_hour_with_figures_and_a_chart(core, eve):
    choose(core, eve, Choices(on=frozenset({"weekly_summary"}), weekly=(2, time(18, 30))))
    texts = {}
    hours = [7 * 24 * week + hour for week in (0, 1) for hour in (1, 40, 41, 42, 60)]
    for passed in hours:
        now = datetime(2026, 6, 9, 0, 30, tzinfo=UTC) + timedelta(hours=passed)
        nudges.plan(core, eve, now)
        texts |= dict.fromkeys(send_all(core, now), now)
    assert list(texts.values()) == [
        datetime(2026, 6, 10, 17, 30, tzinfo=UTC),  # half past six in London
        datetime(2026, 6, 17, 17, 30, tzinfo=UTC),
    ]
    first = of_kind(core, eve, "weekly_summary")[-1]
    facts = {fact["name"]: fact["value"] for fact in first.payload["facts"]}
    assert facts["spent"] in first.payload["text"].replace(",", "")
    chart = first.payload["chart"]
    assert chart["rows"][-1][1] == facts["spent"]
    assert len(chart["rows"]) == 6


def test_a_balance_below_the_bound_once_a_week(core, eve):
    bound = Choices(on=frozenset({"low_balance"}), low_balance=Money.of("100000", "GBP"))
    choose(core, eve, bound)
    sent = []
    for days in range(0, 14, 2):
        now = NOW + days * DAY
        nudges.plan(core, eve, now)
        sent += [text for text in send_all(core, now) if "less than £100,000.00" in text]
    assert len(sent) == 2


def test_a_bank_that_cannot_be_read(core, household):
    penny = at_bank(core, fake=household)
    person, _ = people.add(penny, "Ada", "UTC", "GBP")
    sync.connect(penny, person.id, "fake", "token", NOW.date())
    with penny.writes.begin() as session:
        (one,) = connections.of_person(session, person.id)
        connections.note_failure(session, one.id, "It wants you to sign in again.")
    later = one.last_synced_at + timedelta(days=3)
    nudges.plan(penny, person.id, later - timedelta(days=2))
    assert of_kind(penny, person.id, "connection") == []
    nudges.plan(penny, person.id, later)
    nudges.plan(penny, person.id, later + DAY)
    (told,) = of_kind(penny, person.id, "connection")
    assert "sign in again" in told.payload["text"]


def test_a_test_message_is_sent_whatever_is_off_and_survives_planning(core, eve):
    choose(core, eve, Choices(on=frozenset(), quiet=None))
    nudges.send_test(core, eve, NOW, "cli")
    nudges.plan(core, eve, NOW)
    assert send_all(core, NOW) == ["This is a test: messages that I begin reach you here."]
    with pytest.raises(NotFound):
        nudges.send_test(core, "nobody", NOW, "cli")


def test_nudges_are_exported_logged_and_erased(core, eve):
    nudges.plan(core, eve, NOW)
    send_all(core, NOW)
    with core.sessions() as session:
        entries = audit.entries(session, eve)
    assert [one.channel for one in entries if one.action == "nudge.sent"] == ["telegram"]
    _, counts = export.build(core, eve, NOW)
    assert counts["nudges"] == 1
    deletion.erase(core, eve, NOW)
    with core.sessions() as session:
        assert personal.counts(session, eve) == {}


def test_a_mark_changes_with_what_nudges_follow_from(core, eve):
    mark = nudges.mark(core, eve, NOW)
    assert nudges.mark(core, eve, NOW + timedelta(hours=1)) == mark
    assert nudges.mark(core, eve, NOW + DAY) != mark
    choose(core, eve, EVERYTHING)
    chosen = nudges.mark(core, eve, NOW)
    assert chosen != mark
    row = b"account,date,amount,currency,description\nCurrent,2026-06-15,-1,GBP,X\n"
    imports.import_content(core, eve, row, name="more.csv")
    assert nudges.mark(core, eve, NOW) != chosen


def test_what_was_over_long_ago_is_pruned(core, eve):
    nudges.plan(core, eve, NOW)
    send_all(core, NOW)
    assert nudges.prune(core, NOW + timedelta(days=300)) == 0
    assert nudges.prune(core, NOW + timedelta(days=500)) == 1
