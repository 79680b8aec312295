"""The small parts: limits, locks, kept history, events, long messages."""

import asyncio
import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from channels.events import READY, Event, Hub
from channels.history import History
from channels.limits import RateLimiter
from channels.locks import KeyedLocks
from channels.telegram.looks import LONGEST_MESSAGE, split, units
from channels.turns import Button, Message, Turn, from_json, to_json


def turn(number: int, words: str = "hello") -> Turn:
    message = Message(words, (Button("Yes", "/affirm"),), None, ({"name": "total"},))
    return Turn(f"m-{number}", "2024-01-01T00:00:00+00:00", "web", words, words, (message,))


@given(st.lists(st.floats(0, 30), max_size=200), st.integers(1, 20), st.integers(1, 600))
def test_a_limiter_never_lets_more_through_than_burst_and_rate(pauses, burst, per_minute):
    now = 0.0
    limiter = RateLimiter(per_minute, burst, clock=lambda: now)
    passed = 0
    for pause in pauses:
        now += pause
        wait = limiter.wait("ada")
        assert wait >= 0
        passed += wait == 0
        assert passed <= burst + now * per_minute / 60 + 1e-6


def test_waiting_as_told_is_enough():
    now = 0.0
    limiter = RateLimiter(30, 1, clock=lambda: now)
    assert limiter.wait("ada") == 0
    now += limiter.wait("ada") + 1e-9
    assert limiter.wait("ada") == 0
    assert limiter.wait("bob") == 0


def test_a_limiter_forgets_those_who_are_quiet():
    now = 0.0
    limiter = RateLimiter(60, 1, clock=lambda: now)
    for key in range(10_000):
        limiter.wait(key)
    now = 100.0
    limiter.wait("another")
    assert len(limiter._buckets) == 1


async def test_locks_keep_order_and_leave_nothing_behind():
    locks, done = KeyedLocks(), []

    async def work(key: str, number: int) -> None:
        async with locks.hold(key):
            await asyncio.sleep(0)
            done.append((key, number))

    async def cancelled() -> None:
        async with locks.hold("a"):
            await asyncio.sleep(10)

    stuck = asyncio.create_task(cancelled())
    await asyncio.sleep(0)
    tasks = [asyncio.create_task(work(key, n)) for n in range(5) for key in "ab"]
    await asyncio.sleep(0.01)
    stuck.cancel()
    await asyncio.gather(*tasks)
    assert [n for key, n in done if key == "a"] == list(range(5))
    assert locks._locks == {}


@given(st.text(), st.text())
def test_turns_survive_json(words, title):
    kept = Turn("m", "t", "web", words, title, (Message(words, (Button(title, words),)),))
    assert from_json(json.loads(json.dumps(to_json(kept)))) == kept


async def test_history_survives_a_torn_line(tmp_path: Path):
    history = History(tmp_path)
    await history.append("ada", "main", turn(1))
    file = next(tmp_path.rglob("*.jsonl"))
    with file.open("ab") as torn:
        torn.write(b'{"message_id": "m-2", "at"')
    again = History(tmp_path)
    await again.append("ada", "main", turn(3))
    kept = await History(tmp_path).turns("ada", "main")
    assert [row.message_id for row in kept] == ["m-1", "m-3"]
    assert await again.find("ada", "main", "m-3") == turn(3)
    assert await again.find("ada", "other", "m-3") is None
    assert await again.find("bob", "main", "m-3") is None


async def test_history_keeps_the_latest_turns_and_a_small_file(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("channels.history._LARGEST_FILE", 5_000)
    history = History(tmp_path, keep=5)
    for number in range(60):
        await history.append("ada", "main", turn(number))
    assert next(tmp_path.rglob("*.jsonl")).stat().st_size < 6_000
    for seen in (history, History(tmp_path, keep=5)):
        kept = await seen.turns("ada", "main")
        assert [row.message_id for row in kept] == [f"m-{n}" for n in range(55, 60)]


async def test_a_disk_that_refuses_costs_no_answer(tmp_path: Path, caplog):
    (tmp_path / "ada").write_text("a file where a folder belongs")
    history = History(tmp_path)
    await history.append("ada", "main", turn(1))
    assert await history.turns("ada", "main") == [turn(1)]
    assert "could not be kept" in caplog.text


async def test_person_ids_cannot_leave_the_folder(tmp_path: Path):
    await History(tmp_path / "chats").append("../../ada", "main", turn(1))
    assert [path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*.jsonl")] == ["chats"]


def test_a_stream_that_falls_behind_starts_over():
    hub = Hub()
    with hub.listen("ada") as queue, hub.listen("bob") as other:
        for number in range(101):
            hub.publish("ada", Event("turn", {"n": number}))
        assert queue.get_nowait() == READY
        assert queue.empty() and other.empty()
        hub.publish("ada", Event("turn", {"n": 101}))
        assert queue.get_nowait().data == {"n": 101}
    assert hub.streams("ada") == 0


@given(st.text(alphabet=st.sampled_from("ab \n😀é"), max_size=200), st.integers(2, 40))
def test_long_messages_lose_nothing_but_blanks(text, limit):
    parts = split(text, limit)
    assert all(0 < units(part) <= limit for part in parts) or not text
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_long_messages_break_at_lines():
    lines = "\n".join(f"line {number}" for number in range(1000))
    parts = split(lines)
    assert len(parts) > 1
    assert all(units(part) <= LONGEST_MESSAGE for part in parts)
    assert "\n".join(parts) == lines
