"""A small text classifier for descriptions that no rule knows.

Words and pieces of words of the raw and the cleaned description, the sign and the
size of the amount, TF-IDF weighted, into a linear model trained by stochastic
gradient descent. It learns from what this package itself carries: the merchants
known by name, the words of the rules, and self-written descriptors
(``descriptors.csv``). Importing this module loads scikit-learn.
"""

from __future__ import annotations

import csv
import hashlib
import math
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import sklearn
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier

from finance_core.enrich import merchants, wrapping
from finance_core.enrich.phrases import fold, packaged

_DATA = ("merchants.yml", "rules.yml", "descriptors.csv", "noise.yml", "brands.csv", "places.txt")
_RECIPE = "4"  # raise when features or model change
_PIECES = range(2, 6)


@dataclass(frozen=True, slots=True)
class CategoryModel:
    """A trained category classifier.

    Attributes:
        fingerprint: of the data and recipe it was trained with.
        vectorizer: from documents to TF-IDF rows of n features.
        categories: the c category codes it tells apart.
        weights: shape (n, c), float32; one column for each category.
        intercepts: shape (c,).
    """

    fingerprint: str
    vectorizer: Any
    categories: tuple[str, ...]
    weights: Any
    intercepts: Any

    def predict(self, rows: Sequence[tuple[str, str, float]]) -> list[tuple[str, float]]:
        """Likeliest category of each row.

        Args:
            rows: (description, merchant, signed amount in the account's currency).

        Returns:
            (category code, probability between 0 and 1) for each row.
        """
        if not rows:
            return []
        features = self.vectorizer.transform([_document(*row) for row in rows])
        chances = expit(features @ self.weights + self.intercepts)
        best = chances.argmax(axis=1)
        shares = chances.max(axis=1) / chances.sum(axis=1)
        return [(self.categories[i], float(p)) for i, p in zip(best, shares, strict=True)]


def load_or_train(folder: Path) -> CategoryModel:
    """The classifier cached in ``folder``; trained and cached first when its data changed."""
    fingerprint = _fingerprint()
    path = folder / f"categories-{fingerprint}.joblib"
    try:
        model = joblib.load(path)
        if isinstance(model, CategoryModel) and model.fingerprint == fingerprint:
            return model
    except Exception:  # noqa: S110 - absent or damaged: unpickling may raise anything
        pass
    model = train()
    folder.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(handle, "wb") as stream:
        joblib.dump(model, stream)
    Path(part).replace(path)
    return model


def train(descriptors: Sequence[tuple[str, str, float]] | None = None) -> CategoryModel:
    """Trains on the packaged data.

    Args:
        descriptors: (category, description, amount) in place of the packaged
            descriptors; for measuring on held-out ones.
    """
    examples = [*_vocabulary(), *(own_descriptors() if descriptors is None else descriptors)]
    documents = [
        _document(description, merchants.clean(description), amount)
        for _, description, amount in examples
    ]
    vectorizer = TfidfVectorizer(analyzer=_pieces, sublinear_tf=True, dtype=np.float32)
    classifier = SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=12, tol=None, random_state=0)
    classifier.fit(vectorizer.fit_transform(documents), [category for category, *_ in examples])
    # Row after row in memory: what one description needs is then read in one go.
    weights = np.ascontiguousarray(classifier.coef_.T, dtype=np.float32)
    categories = tuple(map(str, classifier.classes_))
    intercepts = classifier.intercept_.astype(np.float32)
    return CategoryModel(_fingerprint(), vectorizer, categories, weights, intercepts)


def own_descriptors() -> list[tuple[str, str, float]]:
    """The self-written descriptors, as (category, description, amount)."""
    lines = _read("descriptors.csv").decode("utf-8").splitlines()
    return [
        (row["category"], row["description"], float(row["amount"])) for row in csv.DictReader(lines)
    ]


def _vocabulary() -> list[tuple[str, str, float]]:
    """Names and words of the rules as examples; the amount carries only a sign."""
    rows: list[tuple[str, str, float]] = []
    for category, names in packaged("merchants.yml").items():
        sign = 1.0 if category.startswith("income") else -1.0
        rows += [
            (category, text, sign)
            for name, spellings in names.items()
            for text in (name, *spellings)
        ]
    for rule in packaged("rules.yml"):
        if rule["category"] == "none":
            continue
        sign = 1.0 if rule["way"] == "in" else -1.0
        rows += [(rule["category"], text, sign) for text in rule["words"] + rule.get("parts", [])]
    return rows


def _document(description: str, merchant: str, amount: float) -> str:
    way = "in" if amount > 0 else "out"
    size = f" ={way}{int(2 * math.log10(abs(amount)))}" if abs(amount) > 1 else ""
    raw = fold(wrapping.without_card_words(description)).split()
    words = [word for word in raw if not any(map(str.isdigit, word))]
    return f"{fold(merchant)} {' '.join(words)} ={way}{size}"


def _pieces(document: str) -> list[str]:
    pieces: list[str] = []
    words = document.split()
    pieces += words
    pieces += [f"{one} {two}" for one, two in pairwise(words)]
    for word in set(words):
        if word[0] == "=" or word.isdigit():
            continue
        padded = f"<{word}>"
        for length in _PIECES:
            pieces += [padded[i : i + length] for i in range(len(padded) - length + 1)]
    return pieces


def _read(name: str) -> bytes:
    return resources.files(__package__ or "").joinpath(name).read_bytes()


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{_RECIPE} {sklearn.__version__}".encode())
    for name in _DATA:
        digest.update(_read(name))
    return digest.hexdigest()[:16]
