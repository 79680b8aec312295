"""Kernel ridge regression on words and meaning, and what it says of examples left out.

Two messages are alike when their terms and their sentence vectors are:
``k(x, z) = exp(2g(cos_meaning - 1) + 2w(cos_terms - 1))``, a product of two radial kernels. A
score per label is fitted by least squares (Saunders et al. 1998; Rifkin & Klautau 2004),
examples of rare labels counting more. The inverse that the fit needs also gives, without
another fit, the scores of any group of examples had it not been trained on (block form of
Allen's PRESS), which is what calibration and the detector of unknown questions learn from.
"""

from __future__ import annotations

from typing import List, NamedTuple, Optional

import numpy as np
from scipy.linalg import get_lapack_funcs
from scipy.sparse import csr_matrix

from bot.components.terms import Vocabulary

_OFTEN = 64  # a term in more than one of so many rows is kept dense


class Alike(NamedTuple):
    """How much a likeness counts; chosen by cross-validation.

    Attributes:
        meaning: weight of the sentence vectors.
        terms: weight of words and characters beside them.
        terms_alone: the same where there are no sentence vectors.
        noise: ridge; how far a score may stay from its target.
        axes: principal axes that the sentence vectors are compared in.
    """

    meaning: float = 0.8
    terms: float = 0.25
    terms_alone: float = 1.0
    noise: float = 0.1
    axes: int = 192


class Examples:
    """What is known: the training messages, as vectors.

    Attributes:
        vocabulary: the terms known.
        terms: one sparse row of length 1 per example.
        turn: mean of the sentence vectors and their principal axes below it, shape
            ``(1 + d, width)``; None without an encoder.
        meaning: sentence vectors in these axes, of length 1, shape ``(n, d)``, or None.
    """

    def __init__(
        self,
        alike: Alike,
        vocabulary: Vocabulary,
        terms: csr_matrix,
        turn: Optional[np.ndarray],
        meaning: Optional[np.ndarray],
    ) -> None:
        self.alike = alike
        self.vocabulary = vocabulary
        self.terms = terms
        self.turn = turn
        self.meaning = meaning
        self._by_term = terms.T.tocsr()

    @classmethod
    def learn(
        cls, alike: Alike, vocabulary: Vocabulary, texts: List[str], vectors: Optional[np.ndarray]
    ) -> "Examples":
        """Reads the examples; ``vectors`` has one row per text."""
        terms = unit_terms(vocabulary, texts)
        if vectors is None:
            return cls(alike, vocabulary, terms, None, None)
        turn = principal(vectors, alike.axes)
        return cls(alike, vocabulary, terms, turn, _turned(vectors, turn))

    def likeness(self, text: str, vector: Optional[np.ndarray]) -> np.ndarray:
        """Kernel of one message with every example, shape ``(n,)``.

        A message without a vector is taken to be as unlike all of them as the average.
        """
        columns, weights = self.vocabulary.vector(text)
        length = max(float(np.sqrt((weights**2).sum())), 1e-9)
        row = csr_matrix(
            (weights / length, columns, [0, len(columns)]), shape=(1, len(self.vocabulary.index))
        )
        return self._kernel((row @ self._by_term).toarray()[0], self._meant(vector))

    def _meant(self, vector: Optional[np.ndarray]) -> Optional[np.ndarray]:
        if self.meaning is None:
            return None
        if vector is None:
            return np.zeros(len(self.meaning), dtype=np.float32)
        return self.meaning @ _turned(vector[None, :], self.turn)[0]

    def gram(self) -> np.ndarray:
        """Kernel of all examples with each other, float32, shape ``(n, n)``."""
        terms = _products(self.terms)
        return self._kernel(terms, None if self.meaning is None else self.meaning @ self.meaning.T)

    def _kernel(self, terms: np.ndarray, meaning: Optional[np.ndarray]) -> np.ndarray:
        if meaning is None:
            return np.exp(2 * self.alike.terms_alone * (terms - 1))
        likeness = meaning * (2 * self.alike.meaning)
        likeness += terms * (2 * self.alike.terms)
        likeness -= 2 * (self.alike.meaning + self.alike.terms)
        return np.exp(likeness, out=likeness)


class Fit(NamedTuple):
    """The fitted weights and what leaving examples out needs.

    Attributes:
        dual: weight of each example for each label, float32, shape ``(n, labels)``.
        inverse: inverse of the regularized kernel matrix, shape ``(n, n)``.
        targets: 1 where an example has the label, shape ``(n, labels)``.
    """

    dual: np.ndarray
    inverse: np.ndarray
    targets: np.ndarray

    def without(self, group: np.ndarray) -> np.ndarray:
        """Scores of the examples of ``group`` by a fit that has not seen the group."""
        block = self.inverse[np.ix_(group, group)]
        return self.targets[group] - np.linalg.solve(block, self.dual[group])


def fit(gram: np.ndarray, labels: np.ndarray, number: int, noise: float) -> Fit:
    """Fits one score per label to 0 and 1.

    Args:
        gram: kernel matrix; overwritten.
        labels: number of each example's label.
        number: how many labels there are.
        noise: ridge for a label of average size; rarer labels get less.
    """
    targets = np.eye(number, dtype=np.float32)[labels]
    counts = targets.sum(axis=0)
    share = np.sqrt(counts / counts[counts > 0].mean())
    regular = gram
    regular[np.diag_indices_from(regular)] += (noise * share)[labels]
    potrf, potri = get_lapack_funcs(("potrf", "potri"), (regular,))
    factor, failed = potrf(regular.T, lower=True, overwrite_a=True)
    if failed:
        raise np.linalg.LinAlgError("The examples cannot be told apart; raise the noise.")
    half, _ = potri(factor, lower=True, overwrite_c=True)
    inverse = np.ascontiguousarray(half)
    for row in range(1, len(inverse)):
        inverse[:row, row] = inverse[row, :row]
    return Fit(inverse @ targets, inverse, targets)


def alike_groups(gram: np.ndarray, labels: np.ndarray, close: float) -> List[np.ndarray]:
    """Examples of one label that nearly repeat each other, put together.

    Each example joins the first leader of its label that it is closer to than ``close``.
    """
    groups: List[np.ndarray] = []
    for label in np.unique(labels):
        rest = np.flatnonzero(labels == label)
        while len(rest):
            near = gram[rest[0], rest] > close
            near[0] = True
            groups.append(rest[near])
            rest = rest[~near]
    return groups


def unit_terms(vocabulary: Vocabulary, texts: List[str]) -> csr_matrix:
    """TF-IDF rows of length 1, float32."""
    matrix = vocabulary.matrix(texts).astype(np.float32)
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(matrix.indptr))
    return matrix


def principal(vectors: np.ndarray, axes: int) -> np.ndarray:
    """Mean of ``vectors`` and, below it, the axes in which they differ most (PCA)."""
    center = vectors.mean(axis=0)
    apart = _unit(vectors - center)
    _, found = np.linalg.eigh(apart.T @ apart)
    return np.vstack([center, found[:, ::-1].T[:axes]]).astype(np.float32)


def _turned(vectors: np.ndarray, turn: np.ndarray) -> np.ndarray:
    return _unit((vectors - turn[0]) @ turn[1:].T)


def _products(rows: csr_matrix) -> np.ndarray:
    """Every row times every row; the few terms that are in many rows as a dense matrix."""
    often = np.bincount(rows.indices, minlength=rows.shape[1]) > rows.shape[0] / _OFTEN
    dense = rows[:, often].toarray()
    rare = rows[:, ~often]
    products = dense @ dense.T
    found = (rare @ rare.T).tocoo()
    products[found.row, found.col] += found.data
    return products


def _unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
