"""The Slack channel: the real SDK against a small Slack on a real socket."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import httpx
import pytest
from pydantic import SecretStr

from channels import slack_looks as looks
from channels.app import Door, create_app
from channels.contract import Undelivered
from channels.slack import SlackChannel
from channels.slack_sending import Slack
from channels.turns import Button, Message
from finance_core.errors import BadInput
from finance_core.services import inbox, people
from tests.channels.fake_rasa import NO, YES
from tests.channels.fake_slack import SECRET, TEAM, TOKEN, FakeSlack, buttons, seen, signature
from tests.channels.serving import served

Running = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def slack_settings(settings, slack_url):
    return settings.model_copy(
        update={
            "slack_token": SecretStr(TOKEN),
            "slack_signing_secret": SecretStr(SECRET),
            "slack_base_url": f"{slack_url}/api/",
        }
    )


@pytest.fixture
def slack() -> FakeSlack:
    return FakeSlack()


@pytest.fixture
def slack_url(slack) -> Iterator[str]:
    with served(slack.app) as url:
        yield url


@pytest.fixture
def running(slack, slack_settings, core) -> Running:
    """Runs the app with Slack; may be run again, as after a restart."""

    @contextmanager
    def run() -> Iterator[None]:
        with served(create_app(slack_settings, core)) as url:
            slack.app_url = url
            yield

    return run


@pytest.fixture
def linked(core, ada) -> str:
    """Ada's id; the member U1 is her."""
    people.link_chat(core, people.link_code(core, ada[0]), "slack", f"{TEAM}:U1")
    return ada[0]


def wait(slack, count, user="U1"):
    slack.until(lambda: len(slack.posted(user)) >= count)
    return [seen(message) for message in slack.posted(user)]


def test_a_member_is_tied_with_a_code_once(slack, running, core, ada, rasa):
    code = people.link_code(core, ada[0])
    with running():
        slack.write(f"link {code}")
        assert wait(slack, 1)[0].startswith("Hello Ada, I know you now")
        slack.write("balance")
        assert wait(slack, 2)[1] == "You have $1,234.50 in Checking."
        slack.write(f"Link {code}", user="U2")  # somebody else with the used code
        assert wait(slack, 1, "U2") == ["That code is not valid (any more). Please get a new one."]
        slack.write("unlink")
        assert "won't answer here" in wait(slack, 3)[2]
        slack.write("balance")
        assert "don't know who you are" in wait(slack, 4)[3]
    assert rasa.texts == ["balance"]
    assert rasa.asked[0]["sender"] == f"{ada[0]}~main"
    assert rasa.asked[0]["metadata"]["channel"] == "slack"


def test_the_same_member_id_of_another_workspace_is_somebody_else(slack, running, linked, rasa):
    with running():
        event = {"type": "message", "channel": "D9", "channel_type": "im", "user": "U1",
                 "text": "balance"}  # fmt: skip
        body = {"type": "event_callback", "team_id": "T2", "event_id": "E1", "event": event}
        slack.send("events", json.dumps(body))
        assert "don't know who you are" in wait(slack, 1, "9")[0]
    assert rasa.asked == []


def test_requests_that_slack_did_not_sign(slack, running, linked, rasa):
    body = json.dumps({"type": "url_verification", "challenge": "c"})
    old, now = str(int(time.time()) - 301), str(int(time.time()))
    with running():
        assert slack.send("events", body).json() == {"challenge": "c"}
        for headers in (
            {"X-Slack-Signature": signature(now, body, "guessed")},
            {"X-Slack-Signature": signature(now, body + " ")},
            {"stamp": old},
            {"stamp": "yesterday"},
            {"X-Slack-Request-Timestamp": ""},
        ):
            for address in ("events", "interactions"):
                refused = slack.send(address, body, **headers)
                assert refused.status_code == 401, headers
                assert "challenge" not in refused.text
        odd = httpx.Headers([(b"X-Slack-Signature", "v0=é".encode()),
                             (b"X-Slack-Request-Timestamp", now.encode())])  # fmt: skip
        assert httpx.post(f"{slack.app_url}/slack/events", headers=odd).status_code == 401
        assert slack.send("events", "no json").status_code == 400
        assert slack.send("events", " " * 200_001).status_code == 413
    assert rasa.asked == []


def test_an_event_that_slack_repeats_is_answered_once(slack, running, linked, rasa):
    with running():
        number = slack.write("balance")
        wait(slack, 1)
        slack.write("balance", event_id=number)
    with running():  # the memory of events is gone, that of turns is not
        slack.write("balance", event_id=number)
        slack.write("spending")
        assert len(wait(slack, 2)) == 2
    assert rasa.texts == ["balance", "spending"]


def test_what_is_no_message_of_a_person_is_left_alone(slack, running, linked, rasa):
    with running():
        slack.write("balance", bot_id="B1")
        slack.write("balance", channel_type="channel")
        slack.write("balance", subtype="message_changed")
        slack.write("balance", type="reaction_added")
        slack.write("balance", user=["U1"])
        slack.write("a picture", subtype="file_share")
        assert wait(slack, 1) == [looks.TEXT_ONLY]
    assert rasa.asked == []


def test_a_button_becomes_what_was_pressed(slack, running, linked, rasa):
    with running():
        slack.write("help me save")
        wait(slack, 1)
        offer = slack.posted()[0]
        yes, no = (button["value"] for button in buttons(offer))
        for value in (yes, yes, no):
            slack.press(offer, value)
        assert wait(slack, 2)[1].startswith("Done: $150.00")
        slack.until(lambda: len(slack.called("chat.update")) == 3)
    updated = slack.called("chat.update")[0]
    assert updated["ts"] == offer["ts"] and not buttons(updated)
    assert seen(updated).endswith("✓ Yes, move it")
    assert rasa.texts == ["help me save", YES]
    assert len(slack.posted()) == 2 and NO not in rasa.texts


def test_buttons_that_are_nobodys(slack, running, linked, core, bob, rasa):
    people.link_chat(core, people.link_code(core, bob[0]), "slack", f"{TEAM}:U2")
    with running():
        slack.write("help me save")
        wait(slack, 1)
        offer = slack.posted()[0]
        yes = buttons(offer)[0]["value"]
        slack.press(offer, yes, user="U2")  # another person's button
        slack.press(offer, "nonsense")
        slack.press(offer, yes.replace("|0", "|7"))
        slack.press(offer, yes, user="U3")  # a stranger
        slack.press(offer, yes, channel={"id": "C1", "name": "general"})
        assert wait(slack, 1, "U2") == [looks.OLD_BUTTON]
        assert wait(slack, 3)[1:] == [looks.OLD_BUTTON] * 2
    assert rasa.texts == ["help me save"]


def test_a_slack_that_is_slow_or_refuses(slack, running, linked, caplog):
    with running():
        slack.refuses = [(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "0"})]
        slack.write("balance")
        assert wait(slack, 1) == ["You have $1,234.50 in Checking."]
        slack.refuses = [(200, {"ok": False, "error": "is_archived"}, {})]
        slack.write("balance")
        slack.until(lambda: not slack.refuses)
        slack.write("spending")
        wait(slack, 2)
    assert "is_archived" in caplog.text and "1,234" not in caplog.text
    assert TOKEN not in caplog.text and "Traceback" not in caplog.text


def dies(*_: object) -> None:
    raise asyncio.CancelledError  # as when the process is killed just there


def test_a_crash_before_the_answer_was_posted_leaves_it_to_the_next_start(
    slack, running, linked, rasa, core, monkeypatch
):
    monkeypatch.setattr(Slack, "post", dies)
    with running():
        slack.write("balance")
        slack.until(lambda: rasa.texts == ["balance"])
    monkeypatch.undo()
    assert not slack.posted() and len(inbox.waiting(core, "slack")) == 1
    with running():
        assert wait(slack, 1) == ["You have $1,234.50 in Checking."]
        slack.until(lambda: not inbox.waiting(core, "slack"))
    with running():
        slack.write("spending")
        assert len(wait(slack, 2)) == 2
    assert rasa.texts == ["balance", "spending"]


def test_a_crash_before_a_request_is_served_leaves_it_to_the_next_start(
    slack, running, linked, rasa, core, monkeypatch
):
    with running():
        slack.write("help me save")
        wait(slack, 1)
        offer = slack.posted()[0]
    monkeypatch.setattr(SlackChannel, "_serve", dies)
    with running():
        slack.press(offer, buttons(offer)[0]["value"])
    monkeypatch.undo()
    assert rasa.texts == ["help me save"]
    with running():
        assert wait(slack, 2)[1].startswith("Done: $150.00")
    assert rasa.texts == ["help me save", YES]


def test_a_crash_in_the_middle_of_an_answer_repeats_no_part(
    slack, running, linked, rasa, core, monkeypatch
):
    show = inbox.show

    def shows(*progress):
        show(*progress)
        dies()

    monkeypatch.setattr(inbox, "show", shows)
    with running():
        slack.write("picture")
        wait(slack, 1)
    monkeypatch.undo()
    assert len(slack.posted()) == 1
    with running():
        assert wait(slack, 2) == ["Here it is.", "https://elsewhere.example/chart.png"]
        slack.until(lambda: not inbox.waiting(core, "slack"))
    assert len(slack.posted()) == 2 and rasa.texts == ["picture"]


def test_an_answer_waits_for_a_slack_that_is_down(
    slack, running, linked, rasa, core, monkeypatch, caplog
):
    monkeypatch.setattr("channels.patience.FIRST_PAUSE", 0.05)
    down = (503, {"ok": False, "error": "service_unavailable"}, {})
    slack.refuses = [down, down]
    with running():
        slack.write("balance, and my secret is xyzzy")
        wait(slack, 1)
        slack.until(lambda: not inbox.waiting(core, "slack"))
    assert len(rasa.asked) == 1 and "xyzzy" not in caplog.text
    with core.database.engine.connect() as connection:
        kept = connection.exec_driver_sql("select body from inbound").all()
    assert kept == [(None,)], "the words are erased once they are answered"


async def test_what_penny_begins(slack, slack_settings, core, linked, bob):
    door = Door(slack_settings, core)
    channel = next(channel for channel in door.channels if channel.name == "slack")
    nudge = Message("Rent is due on Friday.", (Button("Why?", "why"),))
    assert channel.pushes
    assert await channel.deliver(linked, nudge, "n-1")
    assert seen(slack.posted()[0]) == "Rent is due on Friday."
    assert buttons(slack.posted()[0])[0]["value"] == "n-1|0"
    assert not await channel.deliver(bob[0], nudge, "n-2")
    slack.refuses = [(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "7"})]
    with pytest.raises(Undelivered) as later:
        await channel.deliver(linked, nudge, "n-3")
    assert later.value.seconds == 7
    slack.refuses = [(200, {"ok": False, "error": "user_not_found"}, {})]
    assert not await channel.deliver(linked, nudge, "n-4")
    assert people.chats(core, linked, "slack") == []


def test_it_is_off_until_it_is_set_up(settings, slack_settings, core, monkeypatch):
    half = settings.model_copy(update={"slack_token": SecretStr(TOKEN)})
    assert "slack" not in [channel.name for channel in Door(half, core).channels]
    monkeypatch.setitem(__import__("sys").modules, "channels.slack_sending", None)
    with pytest.raises(BadInput, match="uv sync --extra slack"):
        create_app(slack_settings, core)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("see <https://a.b/c|a.b/c> and <https://d.e>", "see a.b/c and https://d.e"),
        ("<@U1> pay <!here>", "@U1 pay !here"),
    ],
)
def test_what_slack_marks_is_read_as_words(written, read):
    assert looks.read(written) == read


def test_nobody_is_called_by_a_merchants_name():
    posting = looks.posting(Message("Paid <!channel> & <@U1|x> **$5**"), "m", 0)
    assert posting["blocks"][0]["text"]["text"] == (
        "Paid &lt;!channel&gt; &amp; &lt;@U1|x&gt; *$5*"
    )


@pytest.mark.parametrize("text", ["<" * 10_000, "word " * 2_000, "line\n" * 2_000, "x" * 500_000])
def test_long_messages_keep_slacks_bounds(text):
    posting = looks.posting(Message(text, (Button("b" * 100, "p"),) * 30), "m" * 64, 0)
    sections = [b["text"]["text"] for b in posting["blocks"] if b["type"] == "section"]
    assert len(posting["blocks"]) <= 50 and all(len(part) <= 3_000 for part in sections)
    if len(text) <= 10_000:
        shown = "".join(sections).replace("&lt;", "<")
        assert shown.replace(" ", "").replace("\n", "") == text.replace(" ", "").replace("\n", "")
    assert len(buttons(posting)) == 25
