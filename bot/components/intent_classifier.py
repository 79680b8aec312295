"""Which intent a message has: TF-IDF of words and characters under logistic regression.

Rasa reaches the same model through a tokenizer, two count-vector featurizers and a
classifier, which build sparse matrices for every token of every message although only
the sentence is used. Here text goes straight to one sparse vector and one product with
the weights, so that training takes seconds and a message well under a millisecond.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, Dict, Iterator, List, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
WORD = re.compile(r"[^\W_]+|[£$€¥%?]")


def normalize(text: str) -> str:
    """Lower case, no apostrophes, every number the same: "What's £12.50" → "whats £0"."""
    text = text.lower().replace("’", "").replace("'", "")
    return NUMBER.sub("0", text)


def terms(text: str, words: int, characters: int) -> Iterator[str]:
    """The n-grams a message is described by.

    Args:
        text: what the person wrote.
        words: longest word n-gram.
        characters: longest character n-gram; they start at two and stay inside a word.

    Yields:
        ``w:…`` for words and ``c:…`` for characters, repeated as often as they occur.
    """
    tokens = WORD.findall(normalize(text))
    for n in range(1, words + 1):
        for i in range(len(tokens) - n + 1):
            yield "w:" + " ".join(tokens[i : i + n])
    for token in tokens:
        padded = f" {token} "
        for n in range(2, characters + 1):
            for i in range(max(len(padded) - n + 1, 0)):
                yield "c:" + padded[i : i + n]


class Vocabulary:
    """The terms known from training and how rare each is.

    Attributes:
        index: column of each term.
        idf: smoothed inverse document frequency per column, float32.
        words: longest word n-gram.
        characters: longest character n-gram.
    """

    def __init__(self, index: Dict[str, int], idf: np.ndarray, words: int, characters: int) -> None:
        self.index = index
        self.idf = idf
        self.words = words
        self.characters = characters
        size = len(index)
        self._is_word = np.fromiter((term[0] == "w" for term in index), dtype=bool, count=size)

    @classmethod
    def learn(cls, texts: List[str], words: int, characters: int) -> "Vocabulary":
        """Collects the terms of ``texts``, in order of appearance."""
        seen: Counter = Counter()
        for text in texts:
            seen.update(dict.fromkeys(terms(text, words, characters), 1))
        counts = np.fromiter(seen.values(), dtype=np.float32, count=len(seen))
        idf = np.log((1 + len(texts)) / (1 + counts)) + 1
        return cls({term: i for i, term in enumerate(seen)}, idf, words, characters)

    def vector(self, text: str) -> "tuple[np.ndarray, np.ndarray]":
        """Columns and weights of one message; words and characters each have length 1."""
        counts = Counter(
            self.index[term]
            for term in terms(text, self.words, self.characters)
            if term in self.index
        )
        columns = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        weights = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        weights = (1 + np.log(weights)) * self.idf[columns]
        is_word = self._is_word[columns]
        for block in (is_word, ~is_word):
            length = np.sqrt((weights[block] ** 2).sum())
            if length > 0:
                weights[block] /= length
        return columns, weights

    def matrix(self, texts: List[str]) -> csr_matrix:
        """One row per text, shape ``(len(texts), len(index))``."""
        rows = [self.vector(text) for text in texts]
        return csr_matrix(
            (
                np.concatenate([weights for _, weights in rows]),
                np.concatenate([columns for columns, _ in rows]),
                np.cumsum([0] + [len(columns) for columns, _ in rows]),
            ),
            shape=(len(texts), len(self.index)),
        )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(GraphComponent, IntentClassifier):
    """One logistic regression per intent; their shares are the confidences."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Defaults, chosen by cross-validation on the training data."""
        return {"word_ngrams": 2, "character_ngrams": 5, "C": 10.0, "ranking_length": 5}

    def __init__(self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._labels: List[str] = []

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LinearIntentClassifier":
        """Makes an untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from all examples that have an intent, and stores what was learnt."""
        examples = [m for m in training_data.intent_examples if m.get(TEXT)]
        texts = [m.get(TEXT) for m in examples]
        self._vocabulary = Vocabulary.learn(
            texts, self._config["word_ngrams"], self._config["character_ngrams"]
        )
        model = LogisticRegression(
            C=self._config["C"], solver="liblinear", class_weight="balanced", random_state=42
        )
        model.fit(self._vocabulary.matrix(texts), [m.get(INTENT) for m in examples])
        self._labels = [str(label) for label in model.classes_]
        # One row per term, so that a message gathers a few contiguous rows.
        self._weights = np.ascontiguousarray(model.coef_.T, dtype=np.float32)
        self._bias = model.intercept_.astype(np.float32)
        self._persist()
        return self._resource

    def confidences(self, text: str) -> np.ndarray:
        """Share of each intent, in the order of the labels; sums to 1."""
        columns, weights = self._vocabulary.vector(text)
        scores = weights @ self._weights[columns] + self._bias
        shares = 1 / (1 + np.exp(-scores))
        return shares / shares.sum()

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets ``intent`` and ``intent_ranking`` on every message."""
        if not self._labels:
            return messages
        for message in messages:
            shares = self.confidences(message.get(TEXT) or "")
            best = np.argsort(-shares)[: self._config["ranking_length"]]
            ranking = [{"name": self._labels[i], "confidence": float(shares[i])} for i in best]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _persist(self) -> None:
        with self._storage.write_to(self._resource) as folder:
            np.savez(
                folder / "weights.npz",
                weights=self._weights,
                bias=self._bias,
                idf=self._vocabulary.idf,
            )
            (folder / "vocabulary.json").write_text(
                json.dumps({"labels": self._labels, "terms": list(self._vocabulary.index)})
            )

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "LinearIntentClassifier":
        """Reads what :meth:`train` stored; plain arrays and JSON, nothing is executed."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            stored = json.loads((folder / "vocabulary.json").read_text())
            arrays = np.load(folder / "weights.npz", allow_pickle=False)
            component._labels = stored["labels"]
            component._weights = arrays["weights"]
            component._bias = arrays["bias"]
            component._vocabulary = Vocabulary(
                {term: i for i, term in enumerate(stored["terms"])},
                arrays["idf"],
                config["word_ngrams"],
                config["character_ngrams"],
            )
        return component
