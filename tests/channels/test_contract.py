"""What every channel does, whichever it is; `DRIVERS` names those there are."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from channels.app import Door
from tests.channels.drivers import DRIVERS
from tests.channels.driving import Driver
from tests.channels.fake_rasa import XSS

FIGURES = ("1,234", "1,230", "1,200")  # the balance, to the cent or about

HOSTILE = (
    "ما هو رصيدي؟",
    "bal\u200bance \u202erav\u202c",  # invisible, and turned round
    "🏳️‍🌈 ﷽ Ａ́",
    "<b>&amp;</b> {{7*7}} %s",
)


@pytest.fixture(params=DRIVERS, ids=lambda made: made.name)
def opened(request, core, settings, rasa, monkeypatch) -> Iterator[Callable[..., Driver]]:
    """Opens the channel; settings may be changed by keyword."""
    monkeypatch.setattr("channels.auth._REMEMBERED_SECONDS", 0.0)  # nobody waits for that
    with ExitStack() as running:

        def make(**changes: object) -> Driver:
            changed = settings.model_copy(update=changes)
            return running.enter_context(request.param(core, changed))

        yield make


@pytest.fixture
def linked(opened, ada) -> Callable[..., Driver]:
    """Opens the channel with Ada at its other end."""

    def make(**changes: object) -> Driver:
        driver = opened(**changes)
        driver.link(*ada)
        return driver

    return make


def tells(shown: str) -> bool:
    return any(figure in shown for figure in FIGURES)


def test_a_person_gets_their_figures_under_the_channels_name(linked, rasa, ada):
    driver = linked()
    shown = driver.say("balance")
    assert tells(shown)
    if driver.reads:
        assert shown == "You have $1,234.50 in Checking."
    assert rasa.asked[-1]["sender"] == f"{ada[0]}~main"
    assert rasa.asked[-1]["metadata"]["channel"] == driver.name


def test_a_message_that_comes_twice_is_answered_once(linked, rasa):
    driver = linked()
    assert tells(driver.say("balance", "again-1"))
    again = driver.say("balance", "again-1")
    assert again == "" or tells(again)
    assert driver.say("anything else") != ""
    assert rasa.texts == ["balance", "anything else"]


def test_a_stranger_learns_nothing(opened, rasa, ada):
    driver = opened()
    for text in ("balance", "Ada", '/affirm{"proposal": "p-1"}', "link AAAAAAAA"):
        shown = driver.say(text)
        assert shown and not tells(shown) and "Ada" not in shown
    assert rasa.asked == []


def test_who_leaves_is_a_stranger(linked, rasa):
    driver = linked()
    driver.say("balance")
    driver.unlink()
    shown = driver.say("balance")
    assert not tells(shown)
    assert rasa.texts == ["balance"]


def test_too_much_is_refused_with_a_sentence(linked, rasa):
    driver = linked(turn_burst=2, turns_per_minute=1)
    driver.say("balance")
    driver.say("balance")
    assert "quicker than I am" in driver.say("balance")
    assert len(rasa.asked) == 2


def test_an_assistant_that_is_down_is_said_to_be(linked, rasa):
    driver = linked()
    rasa.broken = "500"
    shown = driver.say("balance")
    assert "something on my side isn't working" in shown
    assert "Traceback" not in shown and not tells(shown)
    rasa.broken = None
    assert tells(driver.say("balance"))


def test_hostile_words_are_words(linked, rasa):
    driver = linked()
    assert driver.too_long in driver.say("x" * 10_000)
    assert rasa.asked == []
    shown = driver.say("xss")
    assert shown == XSS if driver.reads else "script" in shown
    for text in HOSTILE:
        assert driver.say(text)
    assert rasa.texts[1:] == list(HOSTILE)
    for order in ("/restart now", "/back", "/session_start"):
        driver.say(order)
    assert not [text for text in rasa.texts if text.startswith(("/restart", "/back", "/session"))]


def test_every_channel_is_tested(core, settings):
    """Those that need no setting are here; one that needs some is seen by its own driver.

    Two add addresses to the voice channels and take no turns: linking, and settings of voice.
    """
    always = {channel.name for channel in Door(settings, core).channels}
    assert always - {"oauth", "voice-account"} <= {made.name for made in DRIVERS}
