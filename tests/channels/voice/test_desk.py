"""The desk: the PIN stays with it, whatever is said, repeated or kept waiting."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.app import Door
from channels.intake import Said
from channels.voice import desk as module
from channels.voice.desk import VoiceDesk
from channels.voice.digits import is_bare_number, pin_in, volunteers_pin
from tests.channels.voice.conftest import PIN


@pytest.fixture
async def door(settings, core):
    opened = Door(settings, core)
    yield opened
    await opened.assistant.close()


@pytest.fixture
def talk(door, ada):
    """Says something aloud and gives the words that come back."""
    desk = VoiceDesk(door.house)
    numbers = iter(range(1000))

    async def say(text, message_id=None, **options):
        said = Said(text, "voice", message_id or f"m{next(numbers)}")
        return await desk.answer(ada[0], said, **options)

    return say


async def kept(door, ada):
    turns = await door.conversations.history.turns(ada[0], "main")
    return [(turn.text, turn.message_id) for turn in turns]


ASK = " ".join(module.ASK)
AGAIN = " ".join(module.ASK_AGAIN)


@pytest.mark.parametrize(
    "said",
    [PIN, "four nine two one", "my PIN is 49 21", "forty-nine twenty-one please", "for nine to won",
     "4, 9, 2, 1.", "uh 4921"],
)  # fmt: skip
async def test_the_pin_is_understood_and_goes_nowhere(talk, rasa, pin, door, ada, said, caplog):
    await talk("save")
    asked = await talk("yes")
    assert asked.spoken.text == ASK and asked.wants_pin and asked.spoken.question
    done = await talk(said)
    assert done.spoken.text.startswith("Done") and not done.wants_pin
    assert rasa.texts == ["save", "yes", "yes"]
    assert [text for text, _ in await kept(door, ada)] == ["save", "yes", "yes"]
    assert said not in str(rasa.asked) and said not in caplog.text
    files = list((door.settings.home / "chats").rglob("*.jsonl"))
    assert files and not any(said in file.read_text() for file in files)


async def test_it_may_be_asked_after_a_restart(talk, rasa, pin, settings, core, ada):
    await talk("save")
    await talk("yes")
    fresh = Door(settings, core)
    answer = await VoiceDesk(fresh.house).answer(ada[0], Said(PIN, "voice", "x"))
    assert answer.spoken.text.startswith("Done")
    await fresh.assistant.close()


async def test_a_repeated_message_counts_no_second_try_and_reaches_nobody(talk, rasa, pin):
    await talk("save")
    await talk("yes")
    for _ in range(5):
        assert (await talk("1111", "wrong")).spoken.text == AGAIN
    done = await talk(PIN, "right")
    assert await talk(PIN, "right") == done
    assert (await talk("1111", "wrong")).spoken.text == AGAIN, "the old answer, not Rasa's"
    assert (await talk("yes", "m1")).spoken.text == ASK
    assert rasa.texts == ["save", "yes", "yes"]


async def test_the_pin_said_once_more_or_unasked_goes_nowhere(talk, rasa, pin):
    assert (await talk("my pin is 4921")).spoken.text == " ".join(module.UNASKED)
    await talk("save")
    await talk("yes")
    await talk(PIN)
    assert (await talk(PIN)).spoken.text == " ".join(module.HAVE_IT)
    assert rasa.texts == ["save", "yes", "yes"]


async def test_half_a_pin_costs_no_try(talk, rasa, pin, core, ada):
    await talk("save")
    await talk("yes")
    for _ in range(4):
        assert (await talk("nine two")).wants_pin
    assert (await talk(PIN)).spoken.text.startswith("Done")


async def test_something_else_instead_of_the_pin_is_a_turn(talk, rasa, pin):
    await talk("save")
    await talk("yes")
    assert "1,230" in (await talk("balance")).spoken.text
    assert rasa.texts == ["save", "yes", "balance"]
    await talk("no")
    assert rasa.texts[-1] == "no"


async def test_three_wrong_ones_and_a_pause(talk, rasa, pin):
    await talk("save")
    await talk("yes")
    assert [(await talk(guess)).wants_pin for guess in ("1111", "2222", "3333")] == [
        True, True, False,
    ]  # fmt: skip
    locked = await talk(PIN)
    assert "I take no PIN for about a minute" in locked.spoken.text
    assert rasa.texts == ["save", "yes"]


async def test_a_pin_that_comes_too_late_goes_nowhere(talk, rasa, pin, door):
    await talk("save")
    await talk("yes")
    later = datetime.now(UTC) + module.WAITS_FOR + timedelta(seconds=2)
    desk = VoiceDesk(replace(door.house, core=replace(door.core, clock=lambda: later)))
    person_id = rasa.asked[0]["sender"].partition("~")[0]
    late = await desk.answer(person_id, Said(PIN, "voice", "late"))
    assert late.spoken.text == " ".join(module.TOO_LATE)
    assert rasa.texts == ["save", "yes"]


async def test_without_a_pin_it_is_told_how_to_set_one(talk, rasa):
    await talk("save")
    answer = await talk("yes")
    assert answer.spoken.text == " ".join(module.NO_PIN)
    assert not answer.wants_pin


async def test_who_may_only_ask_is_asked_for_no_pin(talk, rasa, pin):
    await talk("save", may_act=False)
    answer = await talk("yes", may_act=False)
    assert answer.spoken.text == " ".join(module.ONLY_ASK)
    answer = await talk(PIN, may_act=False)
    assert answer.spoken.text == " ".join(module.ONLY_ASK)
    assert not any(body["metadata"].get("verified") for body in rasa.asked)


async def test_only_spoken_channels(talk, door, ada):
    with pytest.raises(ValueError, match="no spoken channel"):
        await VoiceDesk(door.house).answer(ada[0], Said("x", "web", "m"))


async def test_a_title_of_a_button_presses_it(talk, rasa):
    await talk("help me save")
    await talk("Yes, move it")
    assert rasa.texts[-1].startswith("/affirm")


@pytest.mark.parametrize(
    ("heard", "pin"),
    [
        ("zero zero four two", "0042"), ("oh one two three", "0123"), ("double four 2 1", "4421"),
        ("triple nine eight", "9998"), ("nineteen eighty four", "1984"), ("4,921", "4921"),
        ("what's my balance", None), ("is it too late for that", None), ("no", None), ("", None),
        ("cancel", None), ("I want to stop", None), ("nine two", "92"),
    ],
)  # fmt: skip
def test_hearing_digits(heard, pin):
    assert pin_in(heard) == pin


def test_what_is_a_number_and_nothing_else():
    assert is_bare_number("four nine two one") and is_bare_number("it's 49215")
    assert not is_bare_number("save 4921") and not is_bare_number("921")
    assert volunteers_pin("the pin is four nine two one")
    assert not volunteers_pin("what is a pin") and not volunteers_pin("save 4921")
