"""The registry of models, on the real local object store."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from learning.errors import BadModel, StoreConflict
from learning.objects import ObjectStore
from learning.registry import Card, Registry, State
from learning.settings import LearningSettings

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def registry(settings: LearningSettings) -> Registry:
    return Registry(ObjectStore(settings))


def added(registry: Registry, folder: Path, content: bytes, **more: Any) -> Card:
    path = folder / "model.tar.gz"
    path.write_bytes(content)
    facts = {"model_id": "id", "data": "d", "code": "c", "revision": "r", "parent": None}
    return registry.add(path, metrics={"rows": 3}, now=NOW, **facts | more)


def test_a_model_comes_back_as_it_was_with_its_card(registry, tmp_path):
    card = added(registry, tmp_path, b"first", parent="older")
    assert Registry(registry.store).card(card.version) == card
    assert card.parent == "older" and card.bytes == 5
    path = registry.fetch(card.version, tmp_path / "models")
    assert path.read_bytes() == b"first"
    path.write_bytes(b"broken off")
    assert registry.fetch(card.version, tmp_path / "models").read_bytes() == b"first"
    other = added(registry, tmp_path, b"second")
    assert {one.version for one in registry.cards()} == {card.version, other.version}


def test_a_version_never_changes(registry, tmp_path):
    card = added(registry, tmp_path, b"first")
    again = added(registry, tmp_path, b"first", data="other", parent="x")
    assert again == card
    registry.store.put(f"models/{card.version}/model.tar.gz", b"tampered with")
    with pytest.raises(BadModel, match="not what its card says"):
        registry.fetch(card.version, tmp_path / "models")
    with pytest.raises(BadModel, match="not what its card says"):
        added(registry, tmp_path, b"first")


def test_an_upload_that_broke_off_is_completed(registry, tmp_path):
    card = added(registry, tmp_path, b"first")
    registry.store.delete(f"models/{card.version}/card.json")
    fresh = Registry(registry.store)
    assert fresh.cards() == []
    assert added(fresh, tmp_path, b"first") == card
    assert fresh.cards() == [card]


def test_unknown_and_damaged_models_are_plain_errors(registry, tmp_path):
    card = added(registry, tmp_path, b"first")
    with pytest.raises(BadModel, match="no model 'nothing'"):
        registry.fetch("nothing", tmp_path)
    fresh = Registry(registry.store)
    registry.store.put(f"models/{card.version}/card.json", b"{}")
    with pytest.raises(BadModel, match="damaged"):
        fresh.card(card.version)
    registry.store.put("registry/state.json", b"[]")
    with pytest.raises(BadModel, match="state is damaged"):
        registry.state()


def test_steps_of_many_at_once_are_all_kept(registry):
    registry.store.ensure_bucket()
    assert registry.state() == State()

    def step(number: int) -> State:
        own = Registry(registry.store)
        return own.change(lambda state: state.noted(NOW, "step", str(number)))

    with ThreadPoolExecutor(4) as together:
        list(together.map(step, range(8)))
    taken = sorted(step["version"] for step in registry.state().history)
    assert taken == sorted(map(str, range(8)))


def test_a_step_that_changes_nothing_writes_nothing(registry):
    registry.store.ensure_bucket()
    registry.change(lambda state: state)
    assert list(registry.store.list("registry/")) == []
    registry.change(lambda state: replace(state, champion="a"))
    assert registry.state().champion == "a"


def test_a_conditional_write_is_refused_after_somebody_elses(registry):
    store = registry.store
    store.ensure_bucket()
    first = store.put_if("key", b"1", None)
    with pytest.raises(StoreConflict):
        store.put_if("key", b"2", None)
    assert store.get_tagged("key") == (b"1", first)
    second = store.put_if("key", b"2", first)
    with pytest.raises(StoreConflict):
        store.put_if("key", b"3", first)
    assert store.get_tagged("key") == (b"2", second)


def test_judgements_stand_beside_each_other(registry, tmp_path):
    card = added(registry, tmp_path, b"first")
    keys = [registry.judged(card.version, {"promoted": passed}) for passed in (False, True)]
    assert len(set(keys)) == 2
    assert [json.loads(registry.store.get(key))["promoted"] for key in keys] == [False, True]
