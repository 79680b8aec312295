"""What simulated people say is new to the model, and what is held back is new to the week."""

from __future__ import annotations

import pytest

from cli import curating, training
from cli.rehearsal.house import PHRASINGS
from cli.rehearsal.phrasings import Phrasing, copies, read, split
from finance_core.errors import BadInput
from learning.curate import examples


@pytest.fixture(scope="module")
def shipped() -> list[Phrasing]:
    return read(PHRASINGS)


@pytest.fixture(scope="module")
def own() -> dict[str, list[str]]:
    return examples.by_intent(examples.load(training.ROOT / "data" / "nlu"))


def test_every_intent_is_said_in_many_ways(shipped, own):
    families = {intent: {one.family for one in shipped if one.intent == intent} for intent in own}
    assert {one.intent for one in shipped} == set(own)
    assert min(map(len, families.values())) >= 6
    assert len(shipped) >= 1_500


def test_none_is_trained_on_or_measured_on(shipped, own):
    known = [text for texts in own.values() for text in texts]
    known += [text for path in curating._measured_files() for text in curating.sentences(path)]
    assert copies(shipped, known) == []


def test_what_is_held_back_is_no_copy_of_what_is_said(shipped):
    said, held = split(shipped)
    assert sorted(map(id, [*said, *held])) == sorted(map(id, shipped))
    assert not {one.family for one in said} & {one.family for one in held}
    assert {one.intent for one in held} == {one.intent for one in said}
    assert 0.2 < len(held) / len(shipped) < 0.4
    assert copies(held, [one.text for one in said], 75.0) == []


def test_a_copy_is_found_whatever_its_case_figures_and_order():
    asked = [Phrasing("Pay DAVE 20!", "transfer_money", "1"), Phrasing("skint", "greet", "2")]
    assert copies(asked, ["dave pay 35", "am I skint today"]) == [(asked[0], "dave pay 35")]


def test_families_much_alike_are_on_the_same_side():
    texts = ["where did my wages go", "where do my wages go", "rent when", "what is due", "owed"]
    for count in range(2, len(texts) + 1):
        some = [Phrasing(text, "spending_report", text) for text in texts[:count]]
        said, held = split(some)
        assert len(said) + len(held) == count
        assert len({text in {one.text for one in held} for text in texts[:2]}) == 1


def test_the_file_is_read_as_text(tmp_path):
    path = tmp_path / "some.yml"
    path.write_text("affirm:\n  - yes | yep\n  - 25\n")
    assert read(path) == [
        Phrasing("yes", "affirm", "affirm 0"),
        Phrasing("yep", "affirm", "affirm 0"),
        Phrasing("25", "affirm", "affirm 1"),
    ]


@pytest.mark.parametrize(
    "text", ["- a\n- b\n", "affirm: [", "affirm:\n  - yes | Yes!\n", "affirm:\n  - yes |\n"]
)
def test_a_file_that_says_nothing_clear_is_refused(tmp_path, text):
    path = tmp_path / "some.yml"
    path.write_text(text)
    with pytest.raises(BadInput):
        read(path)
