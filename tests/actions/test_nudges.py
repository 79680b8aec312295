"""What people say to something that Penny began."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from finance_core.advice.nudges import Nudge, NudgeKind
from finance_core.model import Fact
from finance_core.services import autosaves, notifications, nudge_queue, nudges, people
from finance_core.services.core import Core
from finance_core.store import ledger
from finance_core.store import nudges as rows
from tests.actions.conversation import Conversation

SETTINGS = "notification_settings"
BILL = ("bills ahead", "what bills are coming up?", "upcoming_bills")


@pytest.fixture
def ada(core: Core, serve) -> str:
    serve(core)
    return people.add(core, "Ada", "UTC", "GBP")[0].id


@pytest.fixture
def talk(ada: str) -> Conversation:
    return Conversation(ada, datetime.now(UTC).date())


def told(
    core: Core,
    person_id: str,
    about: str = "Netflix",
    kind: NudgeKind = NudgeKind.BILLS,
    **changes,
) -> str:
    """Has a nudge sent just now; its id."""
    now = datetime.now(UTC)
    nudge = Nudge(
        **{
            "kind": kind,
            "key": f"{kind} {about} {now.isoformat()}",
            "about": about,
            "due_at": now,
            "not_after": now + timedelta(days=1),
            "text": f"{about} takes £9.99 on Tue 16 June.",
            "why": "you asked me to remind you of bills.",
            "ask": BILL,
            "facts": (Fact("amount", "9.99", "GBP", label=about),),
            "items": (about,) if kind is NudgeKind.BILLS else (),
            **changes,
        }
    )
    with core.writes.begin() as session:
        ledger.lock_person(session, person_id)
        nudge_id = rows.add(
            session,
            person_id,
            now,
            kind=nudge.kind.value,
            key=nudge.key,
            about=about,
            urgency=nudge.urgency,
            payload=nudge.payload(),
            due_at=now,
            not_after=nudge.not_after,
        )
    with core.sessions() as session:
        planned = rows.get(session, nudge_id)
    assert nudge_queue.sent(core, planned, "web", datetime.now(UTC), shown=True)
    return nudge_id


def choices(core, ada):
    return notifications.of_person(core, ada)


@pytest.mark.parametrize(
    "text",
    [
        "why am I seeing this?",
        "why did you tell me about Netflix?",
        "why are you telling me this",
        "why did I get this message",
        "what is this notification about",
        "why do you keep reminding me",
    ],
)
@pytest.mark.parametrize("intent", ["explain", "notification_settings", "nlu_fallback"])
def test_why_whatever_it_was_taken_for(core, ada, talk, text, intent):
    told(core, ada)
    talk.say("hello", "greet")  # something was said since
    said = talk.say(text, "clarify" if intent == "nlu_fallback" else intent)
    assert "Netflix takes £9.99" in said
    assert "because you asked me to remind you of bills." in said
    assert talk.fact("amount") == "9.99"
    assert "stop bill reminders" in talk.buttons


def test_why_means_the_one_that_is_named(core, ada, talk):
    told(core, ada, "Netflix")
    told(core, ada, "Spotify")
    assert "“Netflix" in talk.say("why did you tell me about netflix?", "explain")
    assert "“Spotify" in talk.say("why did you write to me?", "explain")


def test_a_plain_why_is_about_what_was_said_last(core, ada, talk):
    talk.say("what will you tell me?", SETTINGS)
    told(core, ada)
    assert "Netflix" in talk.say("why?", "explain")
    talk.say("what will you tell me?", SETTINGS)
    assert "Netflix" not in talk.say("why?", "explain")


def test_why_with_nothing_ever_told(talk):
    assert "There is no figure to explain yet" in talk.say("why am I seeing this?", "explain")


def test_somebody_elses_nudge_is_never_meant(core, ada, talk):
    other, _ = people.add(core, "Eve", "UTC", "GBP")
    told(core, other.id)
    assert "Netflix" not in talk.say("why did you tell me about netflix?", "explain")


@pytest.mark.parametrize(
    "text",
    [
        "stop telling me about netflix",
        "don't remind me of this again",
        "mute this",
        "never remind me of netflix",
    ],
)
def test_one_thing_is_muted_and_the_way_back(core, ada, talk, text):
    told(core, ada)
    assert "no more bill reminders about Netflix" in talk.say(text, SETTINGS)
    assert choices(core, ada).muted == ("bills_due:netflix",)
    assert "Netflix" in talk.say("what will you tell me?", SETTINGS) or "netflix" in talk.say(
        "what will you tell me?", SETTINGS
    )
    assert "Taken back" in talk.say("undo", "undo")
    assert choices(core, ada).muted == ()


def test_one_bill_of_several_is_muted(core, ada, talk):
    told(core, ada, "your bills", items=("Fonecom Mobile", "City Power", "Rent"))
    assert "about Fonecom Mobile." in talk.say("stop telling me about fonecom", SETTINGS)
    assert choices(core, ada).muted == ("bills_due:fonecom mobile",)


def test_these_are_stopped(core, ada, talk):
    told(core, ada, "Current", NudgeKind.LOW_BALANCE)
    assert "no more low balance warnings" in talk.say("stop these", "cancel")
    assert "low_balance" not in choices(core, ada).on
    talk.say("undo", "undo")
    assert "low_balance" in choices(core, ada).on


@pytest.mark.parametrize(
    ("text", "days"),
    [("remind me tomorrow", 1), ("later", 1), ("snooze", 1), ("snooze it for 3 days", 3)],
)
def test_later_says_the_same_again(core, ada, talk, text, days):
    told(core, ada)
    assert "tell you again" in talk.say(text, "deny")
    again = next(one for one in nudges.listed(core, ada) if one.sent_at is None)
    wanted = talk.today + timedelta(days=days)
    assert again.due_at == datetime(wanted.year, wanted.month, wanted.day, 9, tzinfo=UTC)
    nudges.plan(core, ada, datetime.now(UTC))
    assert any(one.sent_at is None and one.state == "planned" for one in nudges.listed(core, ada))


def test_a_button_that_snoozes_names_what(core, ada, talk):
    told(core, ada)
    talk.say("hello", "greet")
    talk.say("why did you tell me about Netflix?", "explain")
    assert "rest until" in talk.say("snooze bill reminders for a week", SETTINGS)
    assert set(choices(core, ada).rests) == {"bills_due"}


def test_yes_takes_it_up_and_no_leaves_it(core, ada, talk):
    told(core, ada)
    assert "bill" in talk.say("yes please", "affirm").lower()
    told(core, ada)
    assert talk.say("no thanks", "deny") == "All right, I'll leave it."
    assert "nothing waiting" in talk.say("yes", "affirm"), "that was answered"


def test_a_yes_to_an_offer_is_not_one_to_a_newer_nudge(core, ada, talk):
    assert "Shall I" in talk.say("send me a weekly summary", SETTINGS)
    told(core, ada)
    assert "I want to be sure" in talk.say("yes", "affirm")
    assert "weekly_summary" not in choices(core, ada).on
    talk.say("yes", "affirm")
    assert "weekly_summary" in choices(core, ada).on


def test_what_penny_does_by_herself_cannot_be_stopped_that_way(core, ada, talk):
    own = {"about": "saving by myself", "kind": NudgeKind.OWN_MOVES, "ask": None}
    told(core, ada, **own)
    assert "nothing of that may happen untold" in talk.say("stop these", "cancel")
    told(core, ada, **own)
    assert "nothing of that may happen untold" in talk.say("don't tell me this again", "deny")


@pytest.mark.parametrize(
    ("text", "intent"),
    [("skip it", "deny"), ("skip this saving", "pause_savings"), ("no", "deny"),
     ("not this time", "cancel"), ("leave it", "cancel")],
)  # fmt: skip
def test_an_announced_save_is_skipped(core, ada, talk, monkeypatch, text, intent):
    skipped = []
    monkeypatch.setattr(autosaves, "skip", lambda *said: skipped.append(said[1]) or ())
    about = {"about": "saving by myself", "kind": NudgeKind.OWN_MOVES, "ask": None}
    told(core, ada, **about, key="sweep abc announced")
    talk.say(text, intent)
    assert skipped == [ada]


def test_a_yes_to_an_announced_save_lets_it_go_ahead(core, ada, talk):
    about = {"about": "saving by myself", "kind": NudgeKind.OWN_MOVES, "ask": None}
    told(core, ada, **about, key="sweep abc announced")
    assert "£9.99 moves as I said" in talk.say("ok", "affirm")
    assert talk.fact("amount") == "9.99"


def test_ordinary_words_are_left_alone(core, ada, talk):
    told(core, ada)
    assert "Bills" in talk.say("what will you tell me?", SETTINGS)
    assert "Netflix takes" not in talk.say("hello", "greet")
