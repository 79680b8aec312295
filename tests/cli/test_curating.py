"""``penny learn curate``, ``review`` and ``merge``, from stored turns to examples."""

import io
import json

import pytest
from rich.console import Console

from cli import curating, reviewing
from cli.main import run
from learning.curate import review

TURNS = [
    ("wots the dosh innit", "nlu_fallback", 0.3),
    ("open a pension for <PERSON_1>", "nlu_fallback", 0.3),
    ("how much money have I got", "check_balance", 0.97),
    ("no I meant until payday", "safe_to_spend", 0.97),
]


@pytest.fixture
def turns(tmp_path):
    file = tmp_path / "turns.jsonl"
    rows = [
        {"conversation": f"p{place // 2}-1", "turn": f"t{place}", "text": text, "intent": intent,
         "at": f"2026-06-01T12:0{place}:00+00:00", "confidence": confidence, "model": "m",
         "channel": "web", "replies": []}
        for place, (text, intent, confidence) in enumerate(TURNS)
    ]  # fmt: skip
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


@pytest.fixture
def nlu(tmp_path, monkeypatch):
    folder = tmp_path / "nlu"
    folder.mkdir()
    block = "  - intent: {}\n    examples: |\n      - {}\n"
    blocks = [("check_balance", "what is left"), ("safe_to_spend", "what can I spend")]
    text = 'version: "3.1"\n\nnlu:\n' + "\n".join(block.format(*one) for one in blocks)
    (folder / "talk.yml").write_text(text)
    monkeypatch.setenv("PENNY_EXAMPLES", str(folder))
    return folder


def test_from_turns_to_examples(turns, nlu, tmp_path, capsys):
    out, page = tmp_path / "review.jsonl", tmp_path / "report.html"
    command = ["learn", "curate", "--file", str(turns), "--out", str(out), "--report", str(page)]
    assert run([*command, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["turns"], figures["to_review"]) == (4, 3)
    assert figures["groups"]["channel"]["web"]["errors"] == 3
    assert "lower case only" in page.read_text().lower()
    top = review.read(out)[0]
    assert (top["reason"], top["intent"]) == ("corrected", "safe_to_spend")

    keys, typed = iter("suaxard"), iter(["check_b"])
    console = Console(file=io.StringIO(), width=100)
    reviewing.sit(
        review.Session(out),
        ["check_balance", "safe_to_spend"],
        key=lambda: next(keys),
        ask=lambda _: next(typed),
        console=console,
    )
    said = console.file.getvalue()
    assert "Press one of the keys" in said and "nothing is suggested" in said
    assert [row["decision"] for row in review.read(out)] == ["accept", "relabel", "drop"]

    assert run(["learn", "merge", str(out), "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert sum(done["added"].values()) + len(done["refused"]) == 2
    assert "how much money have I got" in (nlu / "talk.yml").read_text()


def test_sentences_that_are_measured_on_are_found():
    held_out = [text for path in curating._measured_files() for text in curating.sentences(path)]
    assert "tell me the balance please" in held_out  # a golden one
    assert "just the current account" in held_out  # of a conversation
    assert len(held_out) > 600


def test_a_file_that_is_none_is_refused(tmp_path, nlu, capsys):
    file = tmp_path / "odd.jsonl"
    file.write_text("hello\n")
    assert run(["learn", "merge", str(file)]) == 2
    assert "odd.jsonl:1" in capsys.readouterr().err
