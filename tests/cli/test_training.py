"""When the Rasa model is trained again, and what a training that fails leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli import training
from cli.training import TrainingFailed
from finance_core.errors import BadInput


@pytest.fixture
def root(tmp_path: Path, monkeypatch) -> Path:
    """A checkout with one file of each source, and a Rasa that writes what it is told to."""
    for source in training._SOURCES:
        path = tmp_path / source
        if not path.suffix and not path.name.endswith(".lock"):
            path = path / "one.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {source}")
    monkeypatch.setattr(training, "ROOT", tmp_path)
    monkeypatch.setattr(training, "MODELS", tmp_path / "models")
    monkeypatch.setattr(training, "_PYTHON", tmp_path / "python")
    monkeypatch.delenv("PENNY_RASA_MODEL", raising=False)
    return tmp_path


def rasa(root: Path, script: str) -> None:
    """A stand-in for Rasa; ``$NAME`` is the model it has to write."""
    program = root / "python"
    find = 'while [ "$1" != --fixed-model-name ]; do shift; done; NAME=models/$2.tar.gz'
    program.write_text(f"#!/bin/sh\n{find}\n{script}\n")
    program.chmod(0o755)


def test_the_fingerprint_follows_every_source(root):
    seen = {training.fingerprint()}
    for file in sorted(root.rglob("*")):
        if file.is_file():
            file.write_text(file.read_text() + " changed")
            seen.add(training.fingerprint())
    (root / "data" / "two.yml").write_text("new")
    seen.add(training.fingerprint())
    (root / "data" / "two.yml").rename(root / "data" / "three.yml")
    seen.add(training.fingerprint())
    assert len(seen) == len(training._SOURCES) + 3


def test_the_fingerprint_ignores_what_python_keeps(root):
    before = training.fingerprint()
    cache = root / "bot" / "components" / "__pycache__"
    cache.mkdir()
    (cache / "one.pyc").write_bytes(b"x")
    assert training.fingerprint() == before


def test_where_examples_came_from_changes_no_training(root):
    (root / "data" / "nlu").mkdir()
    before = training.fingerprint(), training.data_fingerprint()
    (root / "data" / "nlu" / "provenance.jsonl").write_text("{}")
    assert (training.fingerprint(), training.data_fingerprint()) == before


def test_training_happens_once_for_the_same_data(root, capsys):
    rasa(root, "echo model > $NAME")
    assert training.current_model() is None
    model = training.ensure_trained()
    assert model.read_text() == "model\n"
    rasa(root, "exit 1")
    assert training.ensure_trained() == model == training.current_model()
    training.train()
    assert "up to date" in capsys.readouterr().out


def test_new_data_make_a_new_model_and_drop_the_old(root):
    rasa(root, "echo model > $NAME")
    old = training.ensure_trained()
    (root / "config.yml").write_text("another")
    new = training.ensure_trained()
    assert new != old
    assert list((root / "models").glob("*.tar.gz")) == [new]


def test_a_training_that_fails_half_way_leaves_no_model(root):
    rasa(root, "echo half > $NAME; echo because >&2; exit 1")
    with pytest.raises(TrainingFailed, match=r"train\.log"):
        training.ensure_trained()
    assert training.current_model() is None
    assert list((root / "models").glob("*.tar.gz")) == []
    assert (root / "models" / "train.log").read_text() == "because\n"


def test_a_training_that_writes_nothing_has_failed(root):
    rasa(root, "exit 0")
    with pytest.raises(TrainingFailed):
        training.ensure_trained()


def test_without_rasa(root):
    with pytest.raises(TrainingFailed, match="make setup"):
        training.ensure_trained()


def test_another_model_may_be_chosen(root, monkeypatch):
    monkeypatch.setenv("PENNY_RASA_MODEL", str(root / "mine.tar.gz"))
    with pytest.raises(BadInput, match="not there"):
        training.current_model()
    (root / "mine.tar.gz").touch()
    assert training.ensure_trained() == root / "mine.tar.gz"


def test_examples_and_models_may_lie_elsewhere(root, tmp_path, monkeypatch, capsys):
    own = root / "data" / "nlu"
    own.mkdir()
    (own / "talk.yml").write_text("hello")
    before = training.data_fingerprint(), training.code_fingerprint()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "talk.yml").write_text("hello")
    monkeypatch.setenv("PENNY_EXAMPLES", str(elsewhere))
    monkeypatch.setenv("PENNY_MODELS", str(tmp_path / "kept"))
    assert (training.data_fingerprint(), training.code_fingerprint()) == before
    rasa(root, f"NAME={tmp_path}/kept/$2.tar.gz; echo model > $NAME")
    (elsewhere / "talk.yml").write_text("hello again")
    assert training.data_fingerprint() != before[0]
    training.run_training(training.trained_here())
    assert training.trained_here().parent == tmp_path / "kept"
    assert not (root / "models").exists()
    assert training._data() == [str(root / "data" / "one.yml"), str(elsewhere)]
