"""The commands of a rollout, and the second Rasa that it needs."""

from __future__ import annotations

import io
import json
import tarfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cli import candidate as candidates
from cli import champion, comparing, rolling, training
from cli.candidate import Candidate
from cli.stack import Ports
from learning.judging import Answer, Measured
from learning.registry import Registry
from learning.rollout import plan, steps
from tests.channels.serving import served
from tests.cli.conftest import Result
from tests.learning.memory_store import MemoryStore


def model(path: Path, model_id: str) -> Path:
    """A file such as Rasa writes, with nothing in it but its id."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = json.dumps({"model_id": model_id}).encode()
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("metadata.json")
        entry.size = len(body)
        archive.addfile(entry, io.BytesIO(body))
    return path


@pytest.fixture
def registry(monkeypatch) -> Registry:
    found = Registry(MemoryStore())
    monkeypatch.setattr(rolling, "registry", lambda: found)
    return found


@pytest.fixture
def trained(tmp_path, monkeypatch) -> Path:
    """A checkout whose trainer writes a new model at once."""
    monkeypatch.setattr(training, "MODELS", tmp_path / "trained")
    runs = iter(range(9))

    def train(wanted: Path) -> float:
        model(wanted, f"id-{next(runs)}")
        return 1.0

    monkeypatch.setattr(training, "run_training", train)
    return tmp_path / "trained"


def told(result: Result) -> dict:
    assert result.code == 0, result.err
    return json.loads(result.out)


def test_the_first_model_is_the_champion_and_new_examples_make_a_candidate(
    penny, registry, trained, monkeypatch
):
    first = model(training.trained_here(), "first")
    again = told(penny("learn", "train", "--json"))
    assert (again["built"], registry.state().champion) == (False, again["version"])
    assert registry.card(again["version"]).model_id == "first"
    monkeypatch.setattr(training, "data_fingerprint", lambda: "other")
    monkeypatch.setattr(training, "fingerprint", lambda: "other")
    new = told(penny("learn", "train", "--json"))
    assert new["built"] and new["card"]["parent"] == again["version"]
    assert registry.state().candidate == new["version"]
    assert not told(penny("learn", "train", "--json"))["built"]
    listed = told(penny("learn", "registry", "--json"))
    assert {card["version"] for card in listed["models"]} == {again["version"], new["version"]}
    assert new["version"] in penny("learn", "registry").out
    assert first.exists()


def test_a_file_that_is_no_model_is_refused(penny, registry, trained, tmp_path):
    (tmp_path / "no.tar.gz").write_bytes(b"no model")
    result = penny("learn", "train", "--model", str(tmp_path / "no.tar.gz"))
    assert (result.code, result.err) == (2, "penny: no.tar.gz is not a model of Rasa's.\n")
    assert penny("learn", "train", "--model", "nothing.tar.gz").code == 2
    assert registry.state().candidate is None


@pytest.fixture
def pair(penny, registry, trained, tmp_path) -> tuple[str, str]:
    """Versions of a champion and a candidate."""
    model(training.trained_here(), "first")
    old = told(penny("learn", "train", "--json"))["version"]
    path = model(tmp_path / "new.tar.gz", "second")
    return old, told(penny("learn", "train", "--model", str(path), "--json"))["version"]


def test_a_rollout_from_the_command_line(penny, registry, pair):
    assert "no rollout yet" in penny("learn", "rollout", "status").out
    refused = penny("learn", "rollout", "start")
    assert refused.code == 2 and "not let through" in refused.err
    assert told(penny("learn", "rollout", "start", "--unjudged", "--json"))["share"] == 0.01
    status = told(penny("learn", "rollout", "status", "--json"))
    assert (status["candidate"], status["next"]) == (pair[1], "hold")
    assert "1% of people" in penny("learn", "rollout", "status").out
    told(penny("learn", "rollout", "stop", "--json"))
    told(penny("learn", "rollout", "start", "--unjudged", "--stage", "3", "--json"))
    assert told(penny("learn", "rollout", "promote", "--json"))["share"] == 1
    assert told(penny("learn", "rollout", "rollback", "--json"))["status"] == plan.ROLLED_BACK
    assert penny("learn", "rollout", "rollback").code == 2


def test_a_model_made_with_other_rules_is_not_rolled_out(penny, registry, pair, monkeypatch):
    monkeypatch.setattr(training, "code_fingerprint", lambda: "changed")
    assert "other rules" in penny("learn", "rollout", "start", "--unjudged").err


def test_judging_keeps_its_verdict_and_writes_a_report(
    penny, registry, pair, monkeypatch, tmp_path
):
    def measure(models, golden, suites, home):
        assert [name for name, _ in models] == list(pair)
        assert all(path.exists() for _, path in models)
        answers = [
            tuple(
                Answer(
                    "golden", False, f"text {n}", "greet", "greet" if n % 9 >= bad else "x", 5 + n
                )
                for n in range(60)
            )
            for bad in (2, 0)
        ]
        return tuple(
            Measured(name, True, found, {"a": True}, 25.0, 200.0)
            for (name, _), found in zip(models, answers, strict=True)
        )

    monkeypatch.setattr(comparing, "measure", measure)
    report, raw = tmp_path / "report.html", tmp_path / "rows.jsonl"
    verdict = told(penny("learn", "judge", "--json", "--report", str(report), "--out", str(raw)))
    assert verdict["promoted"] and registry.state().passed == pair[1]
    page = report.read_text()
    assert (
        "The candidate is let through" in page and "<svg" in page and "golden set" in page.lower()
    )
    assert len(raw.read_text().splitlines()) == 60
    kept = [key for key in registry.store.objects if "verdict" in key]
    assert json.loads(registry.store.objects[kept[0]])["why"] == verdict["why"]
    assert told(penny("learn", "rollout", "start", "--json"))["candidate"] == pair[1]


def test_there_has_to_be_something_to_judge(penny, registry, pair):
    assert "champion already" in penny("learn", "judge", pair[0]).err
    assert "no model 'other'" in penny("learn", "judge", "other").err
    assert "There is no file" in penny("learn", "judge", "--golden", "nothing.jsonl").err


def test_texts_are_changed_as_others_would_write_them():
    found = comparing.changed([comparing.Text("g", "How much is my rent?", "check_balance")])
    by_kind = {text.source: text.text for text in found}
    assert by_kind["polite"] == "hi, How much is my rent please, thanks"
    assert by_kind["no punctuation"] == "how much is my rent"
    assert by_kind["capitals"] == "HOW MUCH IS MY RENT?"
    assert sorted(by_kind["typos"]) == sorted("How much is my rent?")
    assert by_kind["typos"] != "How much is my rent?"
    assert comparing.changed([comparing.Text("g", "A", "greet")])[0].source == "polite"
    assert all(text.changed and text.intent == "check_balance" for text in found)


def test_golden_sets_may_name_the_channel(tmp_path):
    path = tmp_path / "said.jsonl"
    path.write_text(
        '{"text": "a", "intent": "greet", "channel": "voice"}\n\n{"text": "b", "intent": "undo"}\n'
    )
    found = comparing.read_texts(path)
    assert [(one.source, one.text, one.channel) for one in found] == [
        ("said", "a", "voice"),
        ("said", "b", ""),
    ]


class Rasa:
    """Says which model it has, and loads another when told."""

    def __init__(self) -> None:
        self.model_id, self.loaded, self.refuses = "first", [], False
        self.app = Starlette(
            routes=[
                Route("/status", self._status),
                Route("/model", self._load, methods=["PUT"]),
            ]
        )

    async def _status(self, request: Request) -> Response:
        return JSONResponse({"model_id": self.model_id})

    async def _load(self, request: Request) -> Response:
        if self.refuses:
            return JSONResponse({"reason": "LoadingError"}, 500)
        self.loaded.append(Path((await request.json())["model_file"]).name)
        return Response(status_code=204)


@pytest.fixture
def rasa():
    found = Rasa()
    with served(found.app) as url:
        found.url = url
        yield found


@pytest.fixture
def tended(rasa, registry, tmp_path, monkeypatch):
    """Looks after the second Rasa, which is a process that only sleeps."""
    monkeypatch.setattr(
        candidates, "processes", lambda: {"rasa": 'echo "$PENNY_RASA_MODEL"; exec sleep 60'}
    )
    environment = {
        "PATH": "/usr/bin:/bin",
        "PENNY_RASA_URL": rasa.url,
        "PENNY_RASA_TOKEN": "t",
        "PENNY_RASA_PORT": "1",
    }
    home = tmp_path / "home"
    stack = SimpleNamespace(
        home=home, logs=home / "log", environment=environment, ports=Ports.free()
    )
    tended = Candidate(stack, registry)
    yield tended
    tended._end()


def test_a_second_rasa_runs_while_a_rollout_is_on_and_a_while_after(
    tended, registry, pair, penny, tmp_path
):
    tended.tend()
    assert tended._running == {}
    penny("learn", "rollout", "start", "--unjudged")
    tended.tend()
    process = tended._running["candidate"]
    tended.tend()
    assert tended._running["candidate"] is process and process.poll() is None
    penny("learn", "rollout", "rollback")
    tended.tend()
    assert process.poll() is None  # forms that were begun with it may be ended
    rollout = registry.state().rollout
    later = datetime.fromisoformat(rollout.ended_at) + timedelta(minutes=11)
    assert not candidates._needed(rollout, later)


def test_everybody_gets_it_then_the_champion_is_replaced(tended, registry, pair, penny, rasa):
    tended.tend()
    home = tended._stack.home
    assert champion.pinned_version(home) == pair[0]
    assert rasa.loaded == []  # it serves that one already
    penny("learn", "rollout", "start", "--unjudged")
    penny("learn", "rollout", "promote")
    rasa.refuses = True
    tended.tend()
    assert registry.state().champion == pair[0]
    rasa.refuses = False
    tended.tend()
    assert rasa.loaded == [f"{pair[1]}.tar.gz"]
    state = registry.state()
    assert (state.champion, state.rollout.status) == (pair[1], plan.PROMOTED)
    assert champion.pinned(home) == champion.folder(home) / f"{pair[1]}.tar.gz"


def test_a_pinned_champion_serves_only_with_its_own_rules(tmp_path, monkeypatch):
    monkeypatch.delenv("PENNY_RASA_MODEL", raising=False)
    assert champion.pinned(tmp_path) is None
    path = model(champion.folder(tmp_path) / "v1.tar.gz", "x")
    champion.pin(tmp_path, "v1", training.code_fingerprint())
    assert champion.pinned(tmp_path) == path
    champion.pin(tmp_path, "v1", "other rules")
    assert champion.pinned(tmp_path) is None
    champion.pin(tmp_path, "gone", training.code_fingerprint())
    assert champion.pinned(tmp_path) is None
    (champion.folder(tmp_path) / "champion.json").write_text("[")
    assert champion.pinned(tmp_path) is None


def test_a_candidate_that_ends_again_and_again_is_not_started_all_the_time(
    tended, registry, pair, penny, monkeypatch
):
    monkeypatch.setattr(candidates, "processes", lambda: {"rasa": "exit 1"})
    penny("learn", "rollout", "start", "--unjudged")
    tended.tend()
    process = tended._running["candidate"]
    process.wait(10)
    tended.tend()
    assert tended._running["candidate"] is process
    monkeypatch.setattr(candidates, "_RESTARTS_AFTER", 0.0)
    tended.tend()
    assert tended._running["candidate"] is not process
    tended._running["candidate"].wait(10)
    tended.tend()
    assert registry.state().rollout.status == plan.ON
    tended._running["candidate"].wait(10)
    tended.tend()
    rollout = registry.state().rollout
    assert (rollout.status, rollout.why) == (
        plan.ROLLED_BACK,
        "the second Rasa ends again and again",
    )


def test_a_rollout_of_a_new_version_takes_the_old_ones_place(tended, registry, pair, penny):
    penny("learn", "rollout", "start", "--unjudged")
    tended.tend()
    first = tended._running["candidate"]
    penny("learn", "rollout", "rollback")
    card = registry.card(pair[0])
    now = datetime.now(UTC)
    registry.store.objects.pop("registry/state.json")
    registry.store.tags.pop("registry/state.json")
    registry.change(partial(steps.started, card=card, now=now, unjudged=True))
    tended.tend()
    assert first.poll() is not None
    assert tended._version == pair[0]
