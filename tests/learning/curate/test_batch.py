"""The whole curation: the same set in any order, in two engines, and once."""

import json
import random
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.curate import batch, duplicates, review, source
from learning.curate.batch import known_from

WORDS = ["balance", "food", "please", "spent", "how", "much", "rent", "12", "<PERSON_1>", "Why?"]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
INTENTS = st.sampled_from(["check_balance", "nlu_fallback", "feedback_negative", None])
TURNS = st.lists(st.tuples(TEXTS, INTENTS, st.floats(0, 1)), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(talks=st.lists(TURNS, min_size=1, max_size=4), seed=st.integers(0, 99))
def test_order_does_not_matter(talk, talks, seed):
    rows = [row for n, turns in enumerate(talks) for row in talk(*turns, who=f"p{n % 2}-{n}")]
    mixed = random.Random(seed).sample(rows, len(rows))
    known = known_from({"check_balance": ["how much"]}, {})
    assert batch.curate(rows, known) == batch.curate(mixed, known)


@settings(max_examples=40, deadline=None)
@given(texts=st.sets(TEXTS, max_size=30))
def test_what_is_left_has_no_near_duplicates(texts):
    ordered = sorted(texts)
    keys = dict(zip(ordered, duplicates.bands(ordered), strict=True))
    roots = duplicates.roots(duplicates.links(keys))
    left = {text: own for text, own in keys.items() if roots.get(text, text) == text}
    assert list(duplicates.links(left)) == []


def test_near_duplicates_are_one_and_others_are_not():
    texts = [
        "how much did we spend on the summer holiday in portugal last year",
        "how much did we spend on the summer holiday in portugal last years",
        "how much did we pay for the car insurance",
    ]
    a, b, c = duplicates.bands(texts)
    assert set(a) & set(b) and not set(a) & set(c)


def test_curating_twice_changes_nothing(many, known, tmp_path):
    rows, out = many(30), tmp_path / "review.jsonl"
    review.write(out, review.carried_on(batch.curate(rows, known).rows, [], 50))
    sitting = review.Session(out)
    sitting.decide("drop")
    sitting.decide("relabel", "check_balance")
    before = out.read_bytes()
    fresh = batch.curate(rows, known).rows
    review.write(out, review.carried_on(fresh, review.read(out), 48))
    assert out.read_bytes() == before


def test_what_is_asked_for_and_unknown_becomes_a_proposal(many, known):
    found = batch.curate(many(60), known)
    names = {proposal["name"] for proposal in found.proposals}
    for topic in ("pension", "yen", "chequebook"):
        assert any(topic in p["name"] or topic in p["example"] for p in found.proposals), names
    clustered = [row for row in found.rows if row["cluster"]]
    assert clustered and all(row["intent"] is None for row in clustered)
    assert {row["cluster"] for row in clustered} == names


def test_counts_add_up(many, known):
    rows = many(60)
    summary = batch.curate(rows, known).summary
    about_turns = ("script", "stored_twice", "language", "abuse", "masked_only", "machine_text")
    assert summary.turns == len(rows) - 1
    assert summary.dropped["broken"] == 1 and summary.dropped["stored_twice"] >= 1
    assert summary.kept == summary.turns - sum(summary.dropped[name] for name in about_turns)


def test_rows_tell_nothing_of_whose_they_are(many, known):
    written = json.dumps(batch.curate(many(10), known).rows)
    assert '"p1-1"' not in written and "p1-1:" not in written


def test_training_examples_are_not_asked_again(talk, known):
    rows = talk(("How much money have I got?", "nlu_fallback", 0.2))
    found = batch.curate(rows, known)
    assert found.rows == [] and found.summary.dropped == {"known_example": 1}


@pytest.mark.timeout(240)
@pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java")
def test_spark_gives_the_same_set(many, known, tmp_path):
    from learning.curate import spark

    rows, files = many(45), []
    assert {"script", "near_duplicate", "stored_twice"} <= set(
        batch.curate(rows, known).summary.dropped
    )
    for number in range(3):  # the turns of a person are in several files
        files.append(tmp_path / f"{number}.jsonl")
        lines = (json.dumps(row) + "\n" for row in rows[number::3])
        files[-1].write_text("".join(lines))
    expected = batch.curate(rows, known)
    assert spark.curate(source.files(files), known, "local[2]", parts=2) == expected
