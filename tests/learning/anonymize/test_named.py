"""The trained recognizer: its weights, what it adds to the lists, and the texts it learned from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from learning.anonymize import Anonymizer, ner
from learning.anonymize.evaluation import read
from learning.anonymize.ner import second_split, sentences
from learning.anonymize.pipeline import default
from learning.errors import BadModel

HERE = Path(ner.__file__).parent
ORDINARY = Path(__file__).parents[2] / "bot" / "golden.jsonl"


@pytest.fixture(scope="module")
def anonymizer() -> Anonymizer:
    return default()  # the one that all tests share, loaded once


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("please transfer 20 to Khadzhiyev tonight", "Khadzhiyev"),
        ("my landlord is Qwyxin Zorblatt", "Qwyxin Zorblatt"),
        ("i am moving from 12 vorblingatan 7, kvarnby to 4 Rue des Grizeaux", "vorblingatan"),
        ("I work for Brightzen Logistics Ltd.", "Brightzen Logistics"),
        ("the train from Vorblinghem was late", "Vorblinghem"),
    ],
)
def test_words_of_no_list_are_found_by_their_sentence(
    anonymizer: Anonymizer, text: str, value: str
) -> None:
    assert value not in anonymizer.anonymize(text).text


def test_the_title_and_the_house_number_go_with_it(anonymizer: Anonymizer) -> None:
    masked = anonymizer.anonymize("Dr. Khadzhiyeva MD lives at 37 margrethes plads 17").text
    assert not re.search(r"Dr|MD|37|17", masked)


def test_ordinary_money_talk_is_hardly_masked(anonymizer: Anonymizer) -> None:
    rows = [json.loads(line)["text"] for line in ORDINARY.read_text().splitlines()]
    touched = [one.text for one in anonymizer.anonymize_all(rows) if one.spans]
    assert len(touched) <= 0.04 * len(rows), touched


def test_a_letter_alone_is_nobody(anonymizer: Anonymizer) -> None:
    for text in ("x", "thanks x"):
        assert not anonymizer.anonymize_all([text])[0].spans


def test_many_texts_are_masked_like_each_alone(anonymizer: Anonymizer) -> None:
    texts = ["I am Tamara Jones", "", "what did I spend", "card 4111 1111 1111 1111", "Judy?"]
    alone = [anonymizer.anonymize(text) for text in texts]
    assert anonymizer.anonymize_all(texts) == alone


def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from learning.anonymize import language

    (tmp_path / ner.CARD).write_bytes((HERE / ner.CARD).read_bytes())
    (tmp_path / ner.WEIGHTS).write_bytes((HERE / ner.WEIGHTS).read_bytes()[:-1] + b"\0")
    monkeypatch.setattr(ner, "files", lambda package: tmp_path)
    with pytest.raises(BadModel):
        ner.load(language.blank())


def test_training_and_measuring_share_no_sentence() -> None:
    sets = [set(sentences.LEARN), set(sentences.HELD_OUT), set(second_split.SHAPES)]
    assert all(sets)
    assert sum(map(len, sets)) == len(set.union(*sets))


def test_the_second_set_is_labelled_and_a_fifth_of_it_holds_nothing(tmp_path: Path) -> None:
    second_split.main(tmp_path / "second.json")
    made = read(tmp_path / "second.json")
    assert len(made) == second_split.COUNT
    assert sum(not spans for _, spans in made) >= second_split.COUNT // 5
    assert all(text[s.start : s.end].strip() for text, spans in made for s in spans)


def test_generated_texts_carry_their_values_where_they_say() -> None:
    pytest.importorskip("faker", reason="a development dependency that makes values")
    from learning.anonymize.ner import words
    from learning.anonymize.ner.texts import texts
    from learning.anonymize.ner.values import Values

    values = Values(5, words.LOCALES[::6])
    made = list(texts(sentences.HELD_OUT, values, 60, numbers=True))
    spans = [(text[s.start : s.end], s.label) for text, found in made for s in found]
    assert {label for _, label in spans} >= {*ner.LABELS, "PHONE_NUMBER", "CREDIT_CARD"}
    assert all(value and value == value.strip() for value, _ in spans)
    assert all("{" not in text and "|" not in text for text, _ in made)
