from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.events import START, Cursor, after_rotated, locate, read_turns

NEVER = float("-inf")


def event(sender: str, kind: str, at: float, **more) -> dict:
    return {
        "sender_id": sender,
        "event": kind,
        "timestamp": at,
        "metadata": {"model_id": "m1"},
        **more,
    }


def turn_events(sender: str, text: str, reply: str, at: float) -> list[dict]:
    parsed = {"intent": {"name": "greet", "confidence": 0.98765}}
    metadata = {"channel": "web", "message_id": f"{sender}-{at}", "model_id": "m1"}
    return [
        event(sender, "user", at, text=text, parse_data=parsed, input_channel="rest")
        | {"metadata": metadata},
        event(sender, "user_featurization", at + 0.1),
        event(sender, "action", at + 0.2, name="utter_greet"),
        event(sender, "bot", at + 0.3, text=reply),
        event(sender, "action", at + 0.4, name="action_listen"),
    ]


def written(path: Path, events: list[dict], mode: str = "ab") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open(mode) as file:
        file.writelines(json.dumps(one).encode() + b"\n" for one in events)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def test_a_turn_carries_all_that_was_said(log: Path) -> None:
    start = [
        event("p1~main", "action", 0.5, name="action_listen"),
        event("p1~main", "session_started", 0),
    ]
    written(log, [*start, *turn_events("p1~main", "hello", "Hi there", 10.0)])
    batch = read_turns(log, START, settled_before=NEVER)
    (turn,) = batch.turns
    assert (turn.person_id, turn.text, turn.replies) == ("p1", "hello", ["Hi there"])
    assert (turn.intent, turn.confidence, turn.model, turn.channel) == (
        "greet",
        0.9877,
        "m1",
        "web",
    )
    assert batch.cursor.offset == log.stat().st_size
    assert batch.cursor.open_lines == ()


def test_what_was_read_is_not_read_again(log: Path) -> None:
    written(log, turn_events("p1~main", "one", "1", 10.0))
    first = read_turns(log, START, settled_before=NEVER)
    assert read_turns(log, first.cursor, settled_before=NEVER).turns == ()
    written(log, turn_events("p1~main", "two", "2", 20.0))
    again = read_turns(log, first.cursor, settled_before=NEVER)
    assert [turn.text for turn in again.turns] == ["two"]


def test_a_half_written_last_line_waits(log: Path) -> None:
    events = turn_events("p1~main", "one", "1", 10.0)
    written(log, events[:-1])
    last = json.dumps(events[-1]).encode() + b"\n"
    with log.open("ab") as file:
        file.write(last[:25])
    early = read_turns(log, START, settled_before=NEVER)
    assert (early.turns, early.broken) == ((), 0)
    with log.open("ab") as file:
        file.write(last[25:])
    late = read_turns(log, early.cursor, settled_before=NEVER)
    assert [(turn.text, turn.replies) for turn in late.turns] == [("one", ["1"])]


def test_garbage_lines_are_counted_and_passed_over(log: Path) -> None:
    written(log, turn_events("p1~main", "one", "1", 10.0))
    with log.open("ab") as file:
        file.write(
            b'\n{"broken\n[1, 2]\n"text"\n\xff\xfe\x00\n{"event": 3, "sender_id": null}\nnull\n'
        )
        file.write(b'{"sender_id": "p1~main", "event": "user", "timestamp": "soon", "text": "x"}\n')
    written(log, turn_events("p2~main", "two", "2", 11.0))
    batch = read_turns(log, START, settled_before=NEVER)
    assert [turn.text for turn in batch.turns] == ["one", "two"]
    assert batch.broken == 8


def test_an_unfinished_turn_waits_while_others_are_taken(log: Path) -> None:
    slow, quick = (
        turn_events("p1~main", "slow", "at last", 10.0),
        turn_events("p2~main", "q", "r", 11.0),
    )
    written(log, [*slow[:2], *quick])
    first = read_turns(log, START, settled_before=NEVER)
    assert [turn.text for turn in first.turns] == ["q"]
    written(log, slow[2:])
    second = read_turns(log, first.cursor, settled_before=NEVER)
    assert [(turn.text, turn.replies) for turn in second.turns] == [("slow", ["at last"])]
    assert second.cursor.open_lines == ()


def test_a_turn_without_its_end_settles(log: Path) -> None:
    written(log, turn_events("p1~main", "one", "1", 10.0)[:4])
    first = read_turns(log, START, settled_before=10.3)
    assert first.turns == ()
    assert [turn.replies for turn in read_turns(log, first.cursor, settled_before=10.4).turns] == [
        ["1"]
    ]


def test_a_new_message_ends_the_turn_before_it(log: Path) -> None:
    one, two = turn_events("p1~main", "one", "1", 10.0), turn_events("p1~main", "two", "2", 20.0)
    written(log, [*one[:4], *two])
    batch = read_turns(log, START, settled_before=NEVER)
    assert [(turn.text, turn.replies) for turn in batch.turns] == [("one", ["1"]), ("two", ["2"])]


def test_a_rotated_file_is_read_to_its_end_first(log: Path) -> None:
    written(log, turn_events("p1~main", "one", "1", 10.0))
    cursor = read_turns(log, START, settled_before=NEVER).cursor
    written(log, turn_events("p1~main", "two", "2", 20.0))
    old, middle = log.with_name("events.jsonl.2"), log.with_name("events.jsonl.1")
    log.rename(old)
    os.utime(old, (1, 1))
    written(middle, turn_events("p1~main", "three", "3", 30.0))
    os.utime(middle, (2, 2))
    written(log, turn_events("p1~main", "four", "4", 40.0))
    path, cursor = locate(log, cursor)
    assert path == old
    assert [turn.text for turn in read_turns(path, cursor, settled_before=NEVER).turns] == ["two"]
    path, cursor = locate(log, after_rotated(log, path))
    assert path == middle
    assert [turn.text for turn in read_turns(path, cursor, settled_before=NEVER).turns] == ["three"]
    assert locate(log, after_rotated(log, path)) == (log, START)


def test_a_replaced_file_is_read_from_its_beginning(log: Path) -> None:
    written(log, turn_events("p1~main", "a long first sentence", "1", 10.0))
    cursor = read_turns(log, START, settled_before=NEVER).cursor
    written(log, turn_events("p1~main", "b", "2", 20.0) * 2, mode="wb")
    assert locate(log, cursor) == (log, START)


def test_a_missing_file_has_no_turns(log: Path) -> None:
    cursor = Cursor(5, "f", 5)
    assert read_turns(log, cursor, settled_before=NEVER).cursor == cursor
    assert locate(log, cursor) == (log, START)


@given(
    order=st.lists(st.integers(0, 3), min_size=1, max_size=40),
    cuts=st.lists(st.integers(0, 20_000), max_size=6),
)
def test_any_interleaving_read_in_any_pieces_gives_every_turn_once(
    tmp_path_factory, order, cuts
) -> None:
    log = tmp_path_factory.mktemp("log") / "events.jsonl"
    queues = {person: [] for person in range(4)}
    for number, person in enumerate(order):
        queues[person] += turn_events(
            f"p{person}~main", f"say {number}", f"re {number}", float(number)
        )
    mixed = []
    turn = 0
    while any(queues.values()):
        person = order[turn % len(order)]
        mixed += queues[person][:3]
        queues[person] = queues[person][3:]
        turn += 1
    content = b"".join(json.dumps(one).encode() + b"\n" for one in mixed)
    cursor, said = START, []
    for cut in [*sorted(cuts), len(content)]:
        log.write_bytes(content[:cut])
        batch = read_turns(log, cursor, settled_before=NEVER)
        said += [(turn.text, tuple(turn.replies)) for turn in batch.turns]
        cursor = batch.cursor
    assert sorted(said) == sorted((f"say {n}", (f"re {n}",)) for n in range(len(order)))
