"""The review file, by hand and in a sitting."""

import json

import pytest

from learning.curate import review
from learning.errors import BadTranscripts


def row(number: int, **more):
    return {"id": str(number), "text": f"text {number}", "intent": "greet", "decision": None} | more


@pytest.fixture
def path(tmp_path):
    review.write(tmp_path / "review.jsonl", [row(1), row(2, intent=None), row(3)])
    return tmp_path / "review.jsonl"


def test_a_sitting_saves_undoes_and_goes_on(path):
    sitting = review.Session(path)
    sitting.decide("accept")
    with pytest.raises(ValueError, match="suggested"):
        sitting.decide("accept")
    sitting.decide("relabel", "thank")
    sitting.skip()
    assert sitting.place is None
    again = review.Session(path)
    assert again.place == 2 and again.progress == {"accept": 1, "relabel": 1, "open": 1}
    assert sitting.undo() and sitting.undo()
    assert sitting.place == 1
    assert review.Session(path).progress == {"accept": 1, "open": 2}
    sitting.edit("[two](amount)  texts")
    assert review.read(path)[1]["text"] == "[two](amount) texts"
    assert [sitting.undo() for _ in range(3)] == [True, True, False]
    assert review.read(path) == [row(1), row(2, intent=None), row(3)]


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        json.dumps(row(4, decision="maybe")),
        json.dumps(row(4, decision="relabel")),
        json.dumps(row(4, decision="accept", intent=None)),
        json.dumps(row(4, text=" ")),
        json.dumps(row(1)),
        json.dumps(row(4, label=7)),
    ],
)
def test_a_slip_of_the_hand_is_found_with_its_line(path, line):
    with path.open("a") as file:
        file.write(line + "\n")
    with pytest.raises(BadTranscripts, match=r"review\.jsonl:4"):
        review.read(path)


def test_what_was_decided_is_kept_and_not_asked_again():
    earlier = [row(1, decision="drop"), row(2), row(9, decision="accept")]
    fresh = [row(1, count=5), row(2, count=7), row(3), row(4)]
    assert review.carried_on(fresh, earlier, 2) == [earlier[0], earlier[2], fresh[1], fresh[2]]
