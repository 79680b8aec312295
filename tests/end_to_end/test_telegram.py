"""The savings conversation on Telegram, with the real client library and the real stack."""

import pytest

from finance_core.services import people

pytestmark = pytest.mark.stack


def test_link_ask_save_and_undo(telegram, person, core):
    fake, _ = telegram
    talker, chat = person("amelia"), 4711

    def say(text):
        seen = len(fake.sent(chat))
        fake.write(text, chat=chat)
        fake.until(lambda: len(fake.sent(chat)) > seen, seconds=20)
        return fake.sent(chat)[-1]

    stranger = say("what's my balance?")
    assert "£" not in stranger["text"]
    say(f"/start {people.link_code(core, talker.id)}")
    assert "£" in say("what's my balance?")["text"]
    offer = say("help me save")
    assert "Shall I move it?" in offer["text"]
    done = say("yes")
    assert "Done" in done["text"]
    assert "Undone" in say("undo")["text"]
    assert "nothing waiting" in talker.text("yes"), "one conversation, whatever the channel"
