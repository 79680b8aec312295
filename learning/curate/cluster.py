"""Groups of what nobody understood, as proposals of new intents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import HDBSCAN
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer
from sklearn.pipeline import make_union
from sklearn.preprocessing import normalize

from learning.curate.turns import said

_SMALLEST = 4
_DIMENSIONS = 48
_NAME_WORDS = 2
_EMPTY_WORDS = ENGLISH_STOP_WORDS | {"don", "ve", "ll", "want", "like", "need", "tell", "know"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A new intent that people seem to ask for.

    Attributes:
        name: from its most telling words.
        example: the text in its middle.
        members: places of its texts in the batch.
        count: turns of all its texts.
    """

    name: str
    example: str
    members: tuple[int, ...]
    count: int


def proposals(texts: Sequence[str], counts: Sequence[int]) -> list[Proposal]:
    """Clusters of texts, the most frequent first; texts that fit nowhere are in none.

    TF-IDF of words and characters, reduced (LSA), then density-based clusters: their number
    need not be known. The same texts in the same order give the same clusters.
    """
    words = [said(text).casefold() for text in texts]
    if len(set(words)) < 2 * _SMALLEST:
        return []
    points = _points(words)
    # leaves: many small topics, rather than the few broad ones that are densest
    model = HDBSCAN(
        min_cluster_size=_SMALLEST, min_samples=2, cluster_selection_method="leaf", copy=True
    )
    labels = model.fit_predict(points)
    terms = _Terms(words)
    found: dict[str, Proposal] = {}
    for label in sorted(set(labels) - {-1}):
        members = np.flatnonzero(labels == label)
        middle = points[members].mean(axis=0)
        nearest = int(members[np.argmax(np.round(points[members] @ middle, 9))])
        total = sum(counts[int(place)] for place in members)
        name = _free(terms.name(members), found)
        found[name] = Proposal(name, texts[nearest], tuple(map(int, members)), total)
    return sorted(found.values(), key=lambda one: (-one.count, one.name))


def _points(words: Sequence[str]) -> np.ndarray:
    union = make_union(
        TfidfVectorizer(sublinear_tf=True, stop_words=sorted(_EMPTY_WORDS)),
        TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 4)),
    )
    features = union.fit_transform(words)
    dimensions = min(_DIMENSIONS, len(words) - 1, features.shape[1] - 1)
    reduced = TruncatedSVD(dimensions, random_state=0).fit_transform(features)
    return np.asarray(np.round(normalize(reduced), 6))


def _free(name: str, taken: Mapping[str, Proposal]) -> str:
    names = (name, *(f"{name}_{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in names if one not in taken)


class _Terms:
    """Words by how telling they are of a group of texts."""

    def __init__(self, words: Sequence[str]) -> None:
        pattern = r"(?u)\b[^\W\d_]{3,}\b"
        vectorizer = TfidfVectorizer(stop_words=sorted(_EMPTY_WORDS), token_pattern=pattern)
        try:
            self._weights = vectorizer.fit_transform(words)
            self._names = vectorizer.get_feature_names_out()
        except ValueError:  # nothing but stop words
            self._names = np.array([])

    def name(self, members: np.ndarray) -> str:
        if not len(self._names):
            return "unnamed"
        weights = np.round(np.asarray(self._weights[members].mean(axis=0)).ravel(), 9)
        best = np.lexsort((np.arange(len(weights)), -weights))[:_NAME_WORDS]
        return "_".join(self._names[place] for place in best if weights[place] > 0) or "unnamed"
