"""Which intent a message has, and whether it is one of Penny's questions at all.

Kernel ridge regression on the words and the meaning of a message
(:mod:`bot.components.kernel_ridge`); a softmax, calibrated on examples left out, turns scores
into shares. Where the training data has a background intent (``out_of_scope``), a detector
(:mod:`bot.components.scope`) decides first whether the message is in scope; a message that
is not gets the background intent, and Rasa's fallback asks back when it is a close thing.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix

from bot.components import kernel_ridge, scope
from bot.components.kernel_ridge import Alike, Examples
from bot.components.sentence_encoder import VECTOR
from bot.components.terms import Vocabulary


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KernelIntentClassifier(GraphComponent, IntentClassifier):
    """Intents by likeness to the examples, with calibrated confidences."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Defaults, chosen by leaving examples out of the training data.

        ``meaning``, ``terms``, ``terms_alone``, ``noise`` and ``axes``: see :class:`Alike`;
        ``repeats``: kernel above which two examples of an intent are left out together;
        ``kept``: share of left-out examples in scope that the detector keeps; ``careful``:
        intents that need at least the chance ``careful_scope`` of being in scope.
        """
        return {
            "word_ngrams": 2,
            "character_ngrams": 5,
            **Alike()._asdict(),
            "repeats": 0.5,
            "background": "out_of_scope",
            "kept": 0.99,
            "careful": [],
            "careful_scope": 0.8,
            "ranking_length": 5,
        }

    def __init__(self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._labels: List[str] = []
        self._scope: Optional[scope.Scope] = None

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "KernelIntentClassifier":
        """Makes an untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from all examples that have an intent, and stores what was learnt."""
        messages = [m for m in training_data.intent_examples if m.get(TEXT)]
        if not messages:
            return self._resource
        names, numbers = np.unique([m.get(INTENT) for m in messages], return_inverse=True)
        self._labels = [str(name) for name in names]
        self._numbers = numbers
        self._examples = self._read(messages)
        gram = self._examples.gram()
        fit = kernel_ridge.fit(gram.copy(), numbers, len(names), self._config["noise"])
        groups = kernel_ridge.alike_groups(gram, numbers, self._config["repeats"])
        self._dual = fit.dual
        self._sharpness = sharpness(fit, numbers, groups)
        if self._background is not None and len(names) > 2:
            self._scope = scope.learn(
                fit, gram, numbers, groups, self._background, self._config["kept"]
            )
        self._persist()
        return self._resource

    def _read(self, messages: List[Message]) -> Examples:
        texts = [m.get(TEXT) for m in messages]
        vectors = [m.get(VECTOR) for m in messages]
        vocabulary = Vocabulary.learn(
            texts, self._config["word_ngrams"], self._config["character_ngrams"]
        )
        meant = None if any(vector is None for vector in vectors) else np.array(vectors)
        return Examples.learn(self._alike, vocabulary, texts, meant)

    @property
    def _alike(self) -> Alike:
        return Alike(**{name: self._config[name] for name in Alike._fields})

    @property
    def _background(self) -> Optional[int]:
        name = self._config["background"]
        return self._labels.index(name) if name in self._labels else None

    def confidences(self, text: str, vector: Optional[np.ndarray] = None) -> np.ndarray:
        """Share of each intent, in the order of the labels; sums to 1."""
        likeness = self._examples.likeness(text, vector)
        scores = likeness @ self._dual
        if self._scope is None:
            return shares(scores, self._sharpness)
        background = self._background
        signs = scope.signs(scores[None], likeness[None], self._numbers, background)
        inside = float(self._scope.probability(signs)[0])
        scores[background] = -np.inf
        found = inside * shares(scores, self._sharpness)
        found[background] = 1 - inside
        return found

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets ``intent`` and ``intent_ranking`` on every message."""
        if not self._labels:
            return messages
        for message in messages:
            found = self.confidences(message.get(TEXT) or "", message.get(VECTOR))
            order = self._order(found)
            ranking = [{"name": self._labels[i], "confidence": float(found[i])} for i in order]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _order(self, found: np.ndarray) -> List[int]:
        """Likeliest first; in scope means before the background, whatever the shares."""
        order = list(np.argsort(-found))
        background = self._background if self._scope else None
        if background is not None and found[background] < 0.5:
            best = next(i for i in order if i != background)
            order.remove(best)
            sure = 1 - found[background] >= self._config["careful_scope"]
            if sure or self._labels[best] not in self._config["careful"]:
                order.insert(0, best)
            else:
                order.insert(order.index(background) + 1, best)
        return order[: self._config["ranking_length"]]

    def _persist(self) -> None:
        arrays = {
            "dual": self._dual,
            "numbers": self._numbers.astype(np.int32),
            "idf": self._examples.vocabulary.idf,
            "sharpness": np.asarray(self._sharpness),
            "terms_data": self._examples.terms.data,
            "terms_indices": self._examples.terms.indices.astype(np.int32),
            "terms_indptr": self._examples.terms.indptr.astype(np.int32),
        }
        if self._examples.meaning is not None:
            arrays["turn"] = self._examples.turn
            arrays["meaning"] = self._examples.meaning.astype(np.float16)
        if self._scope is not None:
            arrays.update(self._scope.arrays())
        terms = list(self._examples.vocabulary.index)
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / "weights.npz", **arrays)
            (folder / "vocabulary.json").write_text(
                json.dumps({"labels": self._labels, "terms": terms})
            )

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "KernelIntentClassifier":
        """Reads what :meth:`train` stored; plain arrays and JSON, nothing is executed."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            stored = json.loads((folder / "vocabulary.json").read_text())
            with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
                component._restore(stored, dict(arrays))
        return component

    def _restore(self, stored: Dict[str, Any], arrays: Dict[str, np.ndarray]) -> None:
        self._labels = stored["labels"]
        self._numbers, self._dual = arrays["numbers"], arrays["dual"]
        self._sharpness = float(arrays["sharpness"])
        vocabulary = Vocabulary(
            {term: i for i, term in enumerate(stored["terms"])},
            arrays["idf"],
            self._config["word_ngrams"],
            self._config["character_ngrams"],
        )
        terms = csr_matrix(
            (arrays["terms_data"], arrays["terms_indices"], arrays["terms_indptr"]),
            shape=(len(self._numbers), len(vocabulary.index)),
        )
        meaning = arrays.get("meaning")
        if meaning is not None:
            meaning = meaning.astype(np.float32)
        self._examples = Examples(self._alike, vocabulary, terms, arrays.get("turn"), meaning)
        if "scope_bias" in arrays:
            self._scope = scope.Scope.read(arrays)


def shares(scores: np.ndarray, sharpness: float) -> np.ndarray:
    """Softmax of the scores along the last axis."""
    raised = np.exp(sharpness * (scores - scores.max(axis=-1, keepdims=True)))
    return raised / raised.sum(axis=-1, keepdims=True)


def sharpness(fit: kernel_ridge.Fit, numbers: np.ndarray, groups: List[np.ndarray]) -> float:
    """The softmax factor that suits examples left out best, by their log-likelihood."""
    order = np.concatenate(groups)
    scores = np.concatenate([fit.without(group) for group in groups])
    rows = np.arange(len(order))

    def surprise(factor: float) -> float:
        likely = shares(scores, factor)[rows, numbers[order]]
        return -float(np.log(np.maximum(likely, 1e-9)).mean())

    return float(minimize_scalar(surprise, bounds=(1.0, 60.0), method="bounded").x)
