"""Blanking a person's events without losing or doubling anybody's turns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from learning import checkpoint, forgetting
from learning.checkpoint import Checkpoint, Plan
from learning.errors import AlreadyCollecting
from learning.events import START, locate, read_turns
from learning.settings import LearningSettings

NEVER = float("-inf")


def said(sender: str, text: str, at: float) -> list[dict]:
    base = {"sender_id": f"{sender}~main", "metadata": {}}
    return [
        {**base, "event": "user", "timestamp": at, "text": text},
        {**base, "event": "bot", "timestamp": at + 0.1, "text": f"about {text}"},
        {**base, "event": "action", "timestamp": at + 0.2, "name": "action_listen"},
    ]


def write(path: Path, *turns: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.writelines(json.dumps(one) + "\n" for turn in turns for one in turn)


@pytest.fixture
def settings(tmp_path: Path) -> LearningSettings:
    return LearningSettings(home=tmp_path, events_file=None)


def read_on(settings: LearningSettings) -> list[str]:
    """Reads what is new, as a collection does, and remembers how far."""
    saved = checkpoint.load(settings.state)
    path, cursor = locate(settings.events, saved.cursor)
    batch = read_turns(path, cursor, settled_before=NEVER)
    checkpoint.save(settings.state, Checkpoint(batch.cursor))
    assert batch.broken == 0
    return [turn.text for turn in batch.turns]


def test_only_that_persons_lines_go(settings):
    write(settings.events, said("ann", "secret one", 1), said("bob", "hers: ann", 2))
    write(settings.events, said("ann", "secret two", 3), said("annabel", "mine", 4))
    size = settings.events.stat().st_size
    assert forgetting.forget_events(settings, "ann") == 6
    text = settings.events.read_text()
    assert "secret" not in text
    assert "ann~main" not in text
    assert settings.events.stat().st_size == size
    assert read_on(settings) == ["hers: ann", "mine"]
    assert forgetting.forget_events(settings, "ann") == 0


def test_reading_goes_on_where_it_was(settings):
    write(settings.events, said("ann", "first", 1), said("bob", "second", 2))
    assert read_on(settings) == ["first", "second"]
    forgetting.forget_events(settings, "ann")
    assert read_on(settings) == []
    write(settings.events, said("bob", "third", 3))
    assert read_on(settings) == ["third"]


def test_turns_still_going_on_are_forgotten_too(settings):
    write(settings.events, said("ann", "half", 1)[:2], said("bob", "whole", 2))
    assert read_on(settings) == ["whole"]
    forgetting.forget_events(settings, "ann")
    write(settings.events, said("bob", "more", 3))
    assert read_on(settings) == ["more"]


def test_rotated_files_are_blanked_as_well(settings):
    write(settings.events, said("ann", "old", 1), said("bob", "kept", 2))
    read_on(settings)
    settings.events.rename(settings.events.with_name("conversations.jsonl.1"))
    write(settings.events, said("ann", "new", 3), said("bob", "fresh", 4))
    assert forgetting.forget_events(settings, "ann") == 6
    path, _ = locate(settings.events, checkpoint.load(settings.state).cursor)
    assert path.name == "conversations.jsonl.1"


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_crash_while_blanking_loses_and_doubles_nothing(settings, monkeypatch, where):
    write(settings.events, said("ann", "first", 1), said("bob", "second", 2))
    read_on(settings)
    blank = forgetting._blank

    def crash(file, lines):
        if where == "after":
            blank(file, lines)
        raise KeyboardInterrupt

    monkeypatch.setattr(forgetting, "_blank", crash)
    with pytest.raises(KeyboardInterrupt):
        forgetting.forget_events(settings, "ann")
    assert read_on(settings) == []
    monkeypatch.setattr(forgetting, "_blank", blank)
    forgetting.forget_events(settings, "ann")
    assert "first" not in settings.events.read_text()
    write(settings.events, said("bob", "third", 3))
    assert read_on(settings) == ["third"]


def test_a_collection_broken_off_is_finished_first(settings):
    write(settings.events, said("ann", "first", 1))
    checkpoint.save(settings.state, Checkpoint(START, Plan(10, 0.0)))
    with pytest.raises(AlreadyCollecting):
        forgetting.forget_events(settings, "ann")


def test_a_torn_line_that_names_the_person_goes(settings):
    settings.events.parent.mkdir(parents=True)
    settings.events.write_text(
        '{"sender_id": "ann~main", "event": "us\n{"sender_id": "bob~main"}\n'
    )
    assert forgetting.forget_events(settings, "ann") == 1
    assert "ann" not in settings.events.read_text()


def test_no_file_is_no_trouble(settings):
    assert forgetting.forget_events(settings, "ann") == 0


@profile(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
@given(
    st.lists(st.sampled_from(["ann", "bob", "cleo"]), min_size=1, max_size=12),
    st.integers(0, 12),
    st.sampled_from(["ann", "bob"]),
)
def test_what_others_said_is_read_once_whenever_somebody_is_forgotten(
    tmp_path_factory, people, stop, gone
):
    settings = LearningSettings(home=tmp_path_factory.mktemp("home"), events_file=None)
    turns = [(who, f"{who} {place}") for place, who in enumerate(people)]
    for place, (who, text) in enumerate(turns[:stop]):
        write(settings.events, said(who, text, place))
    read = read_on(settings)
    forgetting.forget_events(settings, gone)
    for place, (who, text) in enumerate(turns[stop:], stop):
        write(settings.events, said(who, text, place))
    read += read_on(settings)
    assert read == [text for who, text in turns]
    text = settings.events.read_text()
    assert [f'"{said}"' in text for _, said in turns] == [
        who != gone or place >= stop for place, (who, _) in enumerate(turns)
    ]
