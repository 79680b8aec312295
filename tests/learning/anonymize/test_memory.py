"""The network's first layer is asked once for each word, and answers as it would without memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from learning.anonymize import language, ner
from learning.anonymize.ner import memory


@pytest.fixture(scope="module")
def nlp() -> Any:
    return language.blank()


class Embedding:
    """Gives a word's length and the length of its lemma; counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get_dim(self, name: str) -> int:
        assert name == "nO"
        return 2

    def predict(self, docs: Any) -> list[np.ndarray]:
        self.asked += [token.text for doc in docs for token in doc]
        return [
            np.array([[len(token), len(token.lemma_)] for token in doc], dtype="float32")
            for doc in docs
        ]


def test_each_word_is_asked_for_once_and_every_row_is_its_words(nlp: Any) -> None:
    embedding = Embedding()
    remembering = memory.Memory(embedding, ner.mark)
    texts = ["pay Tamara", "", "Tamara pays, pay Tamara", "won't pay"]
    for _ in range(2):
        docs = [nlp.make_doc(text) for text in texts]
        found, _ = remembering(None, docs, False)
        ner.mark(docs)
        for rows, doc in zip(found, docs, strict=True):
            wanted = [[len(token), len(token.lemma_)] for token in doc]
            assert rows.tolist() == wanted
    assert sorted(embedding.asked) == sorted({token.text for doc in docs for token in doc})


def test_a_full_memory_starts_again(nlp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MOST", 1)
    embedding = Embedding()
    remembering = memory.Memory(embedding, ner.mark)
    for _ in range(2):
        found, _ = remembering(None, [nlp.make_doc("pay Tamara")], False)
        assert [row[0] for row in found[0]] == [3, 6]
    assert embedding.asked.count("pay") == 2


def test_the_network_finds_the_same_without_memory(
    nlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["my landlord is Qwyxin Zorblatt of Brno", "i won't pay khadzhiyev, he owes me"]
    remembering = ner.load(nlp)
    monkeypatch.setattr(ner, "_remember_words", lambda network: None)
    plain, docs = ner.load(nlp), [nlp.make_doc(text) for text in texts]
    ner.mark(docs)
    wanted = [[(e.start, e.end, e.label_) for e in doc.ents] for doc in plain.pipe(docs)]
    fresh = [nlp.make_doc(text) for text in texts]
    assert any(wanted)
    assert [
        [(e.start, e.end, e.label_) for e in doc.ents] for doc in remembering.pipe(fresh)
    ] == wanted
