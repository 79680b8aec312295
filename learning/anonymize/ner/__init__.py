"""The trained recognizer: a small convolutional network over words, and its weights.

``make.py`` trains it on generated texts and writes ``weights.msgpack`` and ``card.json``;
what is loaded must have the SHA-256 that the card states.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from learning.anonymize import gazetteer
from learning.errors import BadModel

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

WEIGHTS, CARD = "weights.msgpack", "card.json"
LABELS = ("ADDRESS", "LOCATION", "ORGANIZATION", "PERSON")
_EMBEDDED = {"NORM": 4000, "PREFIX": 500, "SUFFIX": 2500, "SHAPE": 1000, "LEMMA": 300}
_WIDTH, _DEPTH = 64, 3
_CAUTION = 0.75  # how much less sure than trained the network has to be to call a word a name


def build(nlp: Language) -> Any:
    """The network without weights, for the words of ``nlp``."""
    embed = {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": _WIDTH,
        "attrs": list(_EMBEDDED),
        "rows": list(_EMBEDDED.values()),
        "include_static_vectors": False,
    }
    encode = {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": _WIDTH,
        "window_size": 1,
        "maxout_pieces": 2,
        "depth": _DEPTH,
    }
    model = {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode},
    }
    return nlp.create_pipe("ner", config={"model": model})


def load(nlp: Language) -> Any:
    """The trained network, for finding only: it asks for the lists itself, once for each word.

    Raises:
        BadModel: the weights are not those that the card describes.
    """
    folder = files(__package__)
    weights = folder.joinpath(WEIGHTS).read_bytes()
    card = json.loads(folder.joinpath(CARD).read_text(encoding="utf-8"))
    if hashlib.sha256(weights).hexdigest() != card["sha256"]:
        raise BadModel("The name recognizer's weights are not the ones its card describes.")
    ner = build(nlp)
    ner.from_bytes(weights, exclude=["vocab"])
    _lower_threshold(ner)
    _remember_words(ner)
    return ner


def _remember_words(ner: Any) -> None:
    from thinc.api import Model  # noqa: PLC0415 (takes a second to load)

    from learning.anonymize.ner.memory import Memory  # noqa: PLC0415 (the same)

    parts = ner.model.get_ref("tok2vec").layers[0].layers  # embedding, then convolutions
    parts[0] = Model("memory", Memory(parts[0], mark))


def _lower_threshold(ner: Any) -> None:
    """Makes "outside" cost something: a name left readable is worse than a word masked."""
    scores = ner.model.get_ref("upper")
    bias = scores.get_param("b").copy()
    bias[-1] -= _CAUTION  # the last action is "outside"
    scores.set_param("b", bias)


def mark(docs: Iterable[Doc]) -> None:
    """Tells the network, as each token's lemma, which lists know the word."""
    for doc in docs:
        for token in doc:
            token.lemma_ = listed_as(token.text)


@lru_cache(maxsize=131_072)
def listed_as(word: str) -> str:
    """A letter for each list that ``word`` is on, or ``-``."""
    lists = gazetteer.load()
    name = gazetteer.folded(word)
    marks = {
        "F": name in lists.first,
        "f": name in lists.wordy_first,
        "L": name in lists.last,
        "l": name in lists.wordy_last,
        "C": name in lists.countries,
        "P": name in lists.places,
        "p": name in lists.wordy_places,
        "W": lists.is_english(name),
    }
    return "".join(letter for letter, there in marks.items() if there) or "-"
