"""What Penny begins in a conversation: once for each id, and where its charts are."""

from __future__ import annotations

from channels.app import Door
from channels.turns import Message, Turn


async def test_a_message_is_begun_once_and_told_to_open_screens(core, settings, ada):
    door = Door(settings, core)
    turn = Turn("nudge-1", "2026-06-15T12:00:00+00:00", "nudge", "", "", (Message("Psst."),))
    assert await door.conversations.begin(ada[0], turn, "so") is False, "no screen is open"
    with door.hub.listen(ada[0]) as queue:
        assert await door.conversations.begin(ada[0], turn, "so") is True
        assert queue.empty(), "it stood there already"
        other = Turn("nudge-2", turn.at, "nudge", "", "", (Message("Hey."),))
        await door.conversations.begin(ada[0], other, "because")
        event = queue.get_nowait()
    assert (event.name, event.data["id"], event.data["why"], event.data["text"]) == (
        "nudge",
        "nudge-2",
        "because",
        "Hey.",
    )
    kept = await door.conversations.history.turns(ada[0], "main")
    assert [one.message_id for one in kept] == ["nudge-1", "nudge-2"]
    await door.assistant.close()
