"""What the web process keeps of somebody whose data is erased."""

import time
from datetime import timedelta

import httpx

from channels.forgetting import Forgetting
from channels.history import History, erase, lines_of
from channels.turns import Message, Turn
from finance_core.services import deletion
from finance_core.services.core import Core


def turn(text: str) -> Turn:
    return Turn("m1", "2026-03-02T09:00:00+00:00", "web", text, text, (Message(f"on {text}"),))


async def test_talks_go_from_memory_and_disk(core: Core, ada, bob, tmp_path):
    history = History(tmp_path / "chats")
    for person_id, _ in (ada, bob):
        for thread in ("main", "s2"):
            await history.append(person_id, thread, turn("hello"))
    deletion.erase(core, ada[0], core.clock())
    watching = Forgetting(core, history)
    assert await watching.sweep() == 0, "the turn that asked for it may still be written"
    later = core.clock() + deletion.SETTLED_AFTER
    core.clock = lambda: later
    assert await watching.sweep() == 1
    assert await watching.sweep() == 0
    assert await history.turns(ada[0], "main") == []
    assert lines_of(tmp_path / "chats", ada[0]) == []
    assert len(lines_of(tmp_path / "chats", bob[0])) == 2
    assert await history.turns(bob[0], "s2") == [turn("hello")]


async def test_the_running_web_does_it_by_itself(core: Core, settings, ada, rasa):
    from channels.app import create_app
    from tests.channels.serving import served

    with served(create_app(settings, core)) as url:
        headers = {"Authorization": f"Bearer {ada[1]}"}
        async with httpx.AsyncClient(base_url=url, headers=headers) as client:
            assert (await client.post("/api/messages", json={"text": "balance"})).is_success
        folder = settings.home / "chats"
        assert lines_of(folder, ada[0])
    deletion.erase(core, ada[0], core.clock() - timedelta(minutes=5))
    with served(create_app(settings, core)):
        until = time.monotonic() + 8
        while lines_of(folder, ada[0]) and time.monotonic() < until:
            time.sleep(0.02)
    assert not (folder / ada[0]).exists()
    with core.sessions() as session:
        from finance_core.store import deletions

        assert deletions.waiting(session, deletion.CHATS) == []


def test_nothing_to_erase_is_no_trouble(tmp_path):
    erase(tmp_path / "chats", "nobody")
    assert lines_of(tmp_path / "chats", "nobody") == []
