"""A vector for what a message means: the last layers of all-MiniLM-L6-v2 on onnxruntime.

The encoder (Wang et al. 2020; Reimers & Gurevych 2019) is frozen: it was taught elsewhere on
a billion pairs of sentences, so that paraphrases lie close. Its last layer was made for
comparing topics; those below keep more of how a thing is said ("when" or "how much"), and an
intent is both (Jawahar et al. 2019 on what the layers of BERT hold). Which weights are read is
named in ``config.yml`` together with their hash. The trained model carries the converted file, so
that what serves is what trained. Without weights the pipeline works on words alone.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Dict, List, Optional, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import encoder_weights
from bot.components.wordpiece import VOCABULARY, WordPieces

logger = logging.getLogger(__name__)
VECTOR = "sentence_vector"  # where a message keeps it
_RECENT = 1000  # messages whose vectors are kept in memory
_MODEL, _ABOUT = "encoder.onnx", "encoder.json"


class Encoder:
    """Text to vectors, one thread per text."""

    def __init__(self, model: Path, vocabulary: Path, longest: int) -> None:
        import onnxruntime  # noqa: PLC0415 absent where words alone are enough

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self._wanted = {entry.name for entry in self._session.get_inputs()}
        self._pieces = WordPieces(vocabulary)
        self._longest = longest
        # "yes" and what stands on buttons comes again and again
        self.vector = lru_cache(maxsize=_RECENT)(self._vector)

    def _vector(self, text: str) -> np.ndarray:
        """Means over the words, each of length 1, one layer behind the other.

        Returns:
            Shape ``(layers * 384,)``, the last layer first.
        """
        ids = np.array([self._pieces.ids(text, self._longest)], dtype=np.int64)
        given = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        inputs = {name: value for name, value in given.items() if name in self._wanted}
        means = np.array([layer[0].mean(axis=0) for layer in self._session.run(None, inputs)])
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        return (means / np.maximum(lengths, 1e-9)).astype(np.float32).ravel()

    def vectors(self, texts: List[str]) -> List[np.ndarray]:
        """One vector per text, on all cores."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(self._vector, texts))


class Remembered:
    """Vectors kept on disk between trainings, by the hash of the text."""

    def __init__(self, encoder: Encoder, file: Path) -> None:
        self._encoder = encoder
        self._file = file
        self._known: Dict[str, np.ndarray] = {}
        if file.is_file():
            with np.load(file, allow_pickle=False) as stored:
                self._known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))

    def vectors(self, texts: List[str]) -> List[np.ndarray]:
        """One vector per text; new ones are computed and kept."""
        keys = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if fresh:
            vectors = self._encoder.vectors(list(fresh.values()))
            self._known.update(zip(fresh, vectors, strict=True))
            self._write()
        return [self._known[key] for key in keys]

    def _write(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._file.parent, suffix=".npz")
        with os.fdopen(handle, "wb") as file:
            np.savez(file, keys=list(self._known), vectors=np.array(list(self._known.values())))
        Path(name).replace(self._file)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEncoder(GraphComponent):
    """Puts the vector behind every message that has a text."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """``weights``: path or ``package/file``, or None for words alone; ``sha256``: theirs.

        ``layers``: how many of the last layers are read; ``vocabulary``: word pieces, one a
        line; ``longest``: pieces of a message that are read;
        ``remember``: keep the vectors of the training examples for the next training.
        """
        return {
            "weights": None,
            "sha256": "",
            "layers": 4,
            "vocabulary": str(VOCABULARY),
            "longest": 64,
            "remember": True,
        }

    def __init__(self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._encoder: Optional[Encoder] = None
        self._digest = ""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceEncoder":
        """Makes one that has not looked for its weights yet."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Nothing is learnt: the weights are checked, and stored with the model.

        Raises:
            WrongWeights: the weights found are not those of the configuration.
        """
        source = encoder_weights.find(self._config["weights"])
        if source is None or find_spec("onnxruntime") is None:
            logger.warning("No sentence encoder: understanding goes by words alone.")
            return self._resource
        digest = encoder_weights.checked(source, self._config["sha256"])
        model = encoder_weights.integers(source, digest, self._config["layers"])
        with self._storage.write_to(self._resource) as folder:
            shutil.copyfile(model, folder / _MODEL)
            about = {"source": digest, "sha256": encoder_weights.sha256(model)}
            (folder / _ABOUT).write_text(json.dumps(about))
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SentenceEncoder":
        """Opens the encoder that came with the model, if one did.

        Raises:
            WrongWeights: the stored file is not the one that was trained with.
        """
        component = cls(config, model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                if (folder / _MODEL).is_file():
                    component._open(folder)
        except ValueError:  # Rasa's word for nothing stored
            logger.debug("This model was trained without a sentence encoder.")
        return component

    def _open(self, folder: Path) -> None:
        about = json.loads((folder / _ABOUT).read_text())
        self._digest = encoder_weights.checked(folder / _MODEL, about["sha256"])
        self._encoder = Encoder(
            folder / _MODEL, Path(self._config["vocabulary"]), self._config["longest"]
        )

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Sets the vector of every example, from the cache where it is known."""
        if self._encoder is None:
            return training_data
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        vectors = self._vectors([example.get(TEXT) for example in examples])
        for example, vector in zip(examples, vectors, strict=True):
            example.set(VECTOR, vector)
        return training_data

    def _vectors(self, texts: List[str]) -> List[np.ndarray]:
        if not self._config["remember"]:
            return self._encoder.vectors(texts)
        name = f"{self._digest[:16]}-{self._config['longest']}.npz"
        return Remembered(self._encoder, encoder_weights.CACHE / name).vectors(texts)

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets the vector of every message."""
        for message in messages:
            if self._encoder is not None and message.get(TEXT):
                message.set(VECTOR, self._encoder.vector(message.get(TEXT)))
        return messages
