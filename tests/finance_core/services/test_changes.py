"""Changes of Penny's own records: made once on a yes, taken back to what was before."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance_core.errors import NotFound, Refused
from finance_core.model import ProposalStatus
from finance_core.services import changes, people
from finance_core.store import audit, budgets

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def person(core):
    return people.add(core, "Ada", "UTC", "GBP")[0].id


def offer(core, person_id, minor, category="dining", now=NOW):
    return changes.propose(
        core,
        person_id,
        "budget.set",
        {"category": category, "minor": minor, "currency": "GBP"},
        summary="set a budget",
        done_text="It is set.",
        now=now,
        channel="web",
    )


def stored(core, person_id):
    with core.sessions() as session:
        return {code: money.minor for code, money in budgets.of_person(session, person_id).items()}


def test_nothing_changes_before_the_yes(core, person):
    change = offer(core, person, 5000)
    assert stored(core, person) == {}
    assert changes.pending(core, person, NOW) == change


def test_a_yes_makes_it_once_however_often_it_is_said(core, person):
    change = offer(core, person, 5000)
    first = changes.confirm(core, person, change.id, NOW, "web")
    offered = offer(core, person, 7000)
    changes.confirm(core, person, offered.id, NOW + timedelta(seconds=1), "web")
    again = changes.confirm(core, person, change.id, NOW + timedelta(seconds=2), "web")
    assert first.status is again.status is ProposalStatus.DONE
    assert stored(core, person) == {"dining": 7000}, "the second yes to the first did nothing"


def test_undo_brings_back_what_was_there(core, person):
    for minor in (5000, 7000):
        change = offer(core, person, minor)
        changes.confirm(core, person, change.id, NOW, "web")
    changes.undo(core, person, change.id, NOW, "web")
    assert stored(core, person) == {"dining": 5000}
    with pytest.raises(Refused):
        changes.undo(core, person, change.id, NOW, "web")


def test_a_newer_offer_takes_the_place_of_an_older_one(core, person):
    older, newer = offer(core, person, 5000), offer(core, person, 6000)
    with pytest.raises(Refused, match="cancelled"):
        changes.confirm(core, person, older.id, NOW, "web")
    assert changes.pending(core, person, NOW) == newer


def test_a_late_yes_changes_nothing(core, person):
    change = offer(core, person, 5000)
    with pytest.raises(Refused, match="expired"):
        changes.confirm(core, person, change.id, NOW + timedelta(days=1), "web")
    assert stored(core, person) == {}


def test_a_no_drops_it_and_what_is_done_is_not_dropped(core, person):
    change = offer(core, person, 5000)
    assert changes.cancel(core, person, change.id, NOW, "web").status is ProposalStatus.CANCELLED
    with pytest.raises(Refused):
        changes.confirm(core, person, change.id, NOW, "web")
    done = changes.confirm(core, person, offer(core, person, 100).id, NOW, "web")
    with pytest.raises(Refused, match="undo"):
        changes.cancel(core, person, done.id, NOW, "web")


def test_nobody_else_can_touch_it(core, person):
    stranger = people.add(core, "Eve", "UTC", "GBP")[0].id
    change = offer(core, person, 5000)
    for act in (changes.confirm, changes.cancel, changes.undo):
        with pytest.raises(NotFound):
            act(core, stranger, change.id, NOW, "web")
    assert changes.pending(core, stranger, NOW) is None


def test_every_step_is_in_the_audit_log(core, person):
    change = offer(core, person, 5000)
    changes.confirm(core, person, change.id, NOW, "telegram")
    changes.undo(core, person, change.id, NOW, "web")
    with core.sessions() as session:
        found = [e for e in audit.entries(session, person) if e.subject == change.id]
    assert [(entry.action, entry.channel) for entry in found] == [
        ("budget.set.proposed", "web"),
        ("budget.set.done", "telegram"),
        ("budget.set.undone", "web"),
    ]


steps = st.lists(
    st.tuples(st.sampled_from(["dining", "fuel"]), st.one_of(st.none(), st.integers(1, 10**12))),
    max_size=6,
)


@given(steps)
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_undoing_everything_leads_back_to_nothing(core, script):
    person_id = people.add(core, f"Ada {datetime.now(UTC).timestamp()}", "UTC", "GBP")[0].id
    states = [stored(core, person_id)]
    for place, (category, minor) in enumerate(script):
        now = NOW + timedelta(minutes=place)
        change = offer(core, person_id, minor, category, now)
        changes.confirm(core, person_id, change.id, now, "web")
        states.append(stored(core, person_id))
    for before in reversed(states[:-1]):
        change = changes.last_done(core, person_id)
        changes.undo(core, person_id, change.id, NOW, "web")
        assert stored(core, person_id) == before
    assert changes.last_done(core, person_id) is None
