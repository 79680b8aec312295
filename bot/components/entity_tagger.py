"""Where amounts, periods, merchants, categories and accounts stand in a message.

A conditional random field (Lafferty et al., 2001) over words, like Rasa's own CRF
extractor, with two differences: it reads the text itself, so no tokenizer or featurizer
has to run before it, and the trained field is stored as crfsuite's model file, where Rasa
stores the examples and trains once more at every start.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, Dict, FrozenSet, List, NamedTuple, Optional, Text

import pycrfsuite
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

TOKEN = re.compile(r"[£$€¥]?\d[\d.,/:-]*\w*|[^\W\d_][\w&'’.-]*\w|\w|[^\w\s]")
MODEL = "entities.crfsuite"
WORDS = "common_words.json"
OUTSIDE = "O"
RARE = "<rare>"


class Token(NamedTuple):
    """A word with its place in the text."""

    text: str
    start: int
    end: int


def tokenize(text: str) -> List[Token]:
    """Words, numbers with their currency sign, and single marks."""
    return [Token(m.group(), m.start(), m.end()) for m in TOKEN.finditer(text)]


def shape(word: str) -> str:
    """What the word looks like: "Zara" → "Xx", "£12.50" → "$0.0", "15th" → "0x"."""
    marks = re.sub(r"[^\W\d_]", lambda m: "X" if m.group().isupper() else "x", word)
    marks = re.sub(r"\d", "0", re.sub(r"[£$€¥]", "$", marks))
    return re.sub(r"(.)\1+", r"\1", marks)


def normal(word: str) -> str:
    """Lower case, digits all the same."""
    return re.sub(r"\d", "0", word.lower())


def common_words(messages: List[List[Token]]) -> FrozenSet[str]:
    """Words of at least two messages; all others count as one rare word.

    So the field learns from what surrounds a rare word, and that is all it has when it
    meets a merchant it has never seen.
    """
    seen = Counter(word for tokens in messages for word in {normal(t.text) for t in tokens})
    return frozenset(word for word, messages_with_it in seen.items() if messages_with_it > 1)


def features(tokens: List[Token], common: FrozenSet[str]) -> List[List[str]]:
    """What the field sees at each token: itself and two neighbours on each side.

    Args:
        tokens: the message.
        common: words that are features of their own.

    Returns:
        A list of feature names per token.
    """
    lower = [normal(token.text) for token in tokens]
    lower = [word if word in common else RARE for word in lower]
    shapes = [shape(token.text) for token in tokens]
    last = len(tokens) - 1
    seen = []
    for i, word in enumerate(lower):
        row = ["bias", f"w={word}", f"shape={shapes[i]}"]
        if word != RARE:
            row += [f"pre={word[:n]}" for n in (3, 5)] + [f"suf={word[-n:]}" for n in (2, 3, 5)]
        for step in (-2, -1, 1, 2):
            at = i + step
            row.append(f"{step}={lower[at]}" if 0 <= at <= last else f"{step}=edge")
        if i > 0:
            row += [f"-1shape={shapes[i - 1]}", f"-1w={lower[i - 1]}|{word}"]
        if i > 1:
            row.append(f"-2-1={lower[i - 2]}|{lower[i - 1]}")
        seen.append(row)
    return seen


def labels(tokens: List[Token], entities: List[Dict[Text, Any]]) -> List[str]:
    """BIO labels of annotated entities: ``B-merchant``, ``I-merchant``, ``O``."""
    marked = [OUTSIDE] * len(tokens)
    for entity in entities:
        inside = [i for i, t in enumerate(tokens) if entity["start"] <= t.start < entity["end"]]
        for i in inside:
            marked[i] = ("B-" if i == inside[0] else "I-") + entity["entity"]
    return marked


def annotated(messages: List[Message]) -> List[Message]:
    """The messages of intents in which entities are marked.

    Elsewhere ("what's the weather today") nobody marks them, and an unmarked day would
    teach that days are not periods.
    """
    intents = {message.get(INTENT) for message in messages if message.get(ENTITIES)}
    return [message for message in messages if message.get(INTENT) in intents]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class EntityTagger(GraphComponent, EntityExtractorMixin):
    """Marks entities with a linear-chain conditional random field."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Penalties and rounds of L-BFGS."""
        return {"c1": 0.1, "c2": 0.1, "max_iterations": 80}

    def __init__(self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._common: FrozenSet[str] = frozenset()
        self._model = b""
        self._tagger: Optional[pycrfsuite.Tagger] = None

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "EntityTagger":
        """Makes an untrained tagger."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the examples of every intent in which entities are marked."""
        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        trainer.set_params({**self._config_of_trainer(), "feature.possible_transitions": True})
        messages = annotated(training_data.nlu_examples)
        tokenized = [tokenize(message.get(TEXT) or "") for message in messages]
        self._common = common_words(tokenized)
        for message, tokens in zip(messages, tokenized, strict=True):
            marked = labels(tokens, message.get(ENTITIES, []))
            if tokens:
                trainer.append(features(tokens, self._common), marked)
        with self._storage.write_to(self._resource) as folder:
            (folder / WORDS).write_text(json.dumps(sorted(self._common)))
            trainer.train(str(folder / MODEL))
            self._open((folder / MODEL).read_bytes())
        return self._resource

    def _config_of_trainer(self) -> Dict[Text, Any]:
        return {key: self._config[key] for key in ("c1", "c2", "max_iterations")}

    def entities(self, text: str) -> List[Dict[Text, Any]]:
        """The entities of ``text``: entity, start, end, value and confidence of each."""
        tokens = tokenize(text)
        if self._tagger is None or not tokens:
            return []
        tags = self._tagger.tag(features(tokens, self._common))
        found: List[Dict[Text, Any]] = []
        for i, (token, tag) in enumerate(zip(tokens, tags, strict=True)):
            if tag == OUTSIDE:
                continue
            kind = tag[2:]
            confidence = self._tagger.marginal(tag, i)
            if tag[0] == "I" and found and found[-1]["entity"] == kind and tags[i - 1] != OUTSIDE:
                found[-1]["end"] = token.end
                found[-1]["confidence_entity"] = min(found[-1]["confidence_entity"], confidence)
            else:
                found.append(
                    {
                        "entity": kind,
                        "start": token.start,
                        "end": token.end,
                        "confidence_entity": confidence,
                    }
                )
        for entity in found:
            entity["value"] = text[entity["start"] : entity["end"]]
        return found

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds the entities found to every message."""
        for message in messages:
            found = self.add_extractor_name(self.entities(message.get(TEXT) or ""))
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "EntityTagger":
        """Reads the trained field."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._common = frozenset(json.loads((folder / WORDS).read_text()))
            component._open((folder / MODEL).read_bytes())
        return component

    def _open(self, model: bytes) -> None:
        # crfsuite reads the bytes in place, so they must live as long as the tagger.
        self._model = model
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(self._model)
