"""How likely a message is one of the questions Penny answers at all.

A logistic regression (a handful of weights) on what the kernel model says of a message: how
high its best label scores, by how much it leads, how the background label scores, and how
close the nearest known messages of either kind are. It learns from Penny's own examples
alone: those in scope scored without their near repetitions, against the background examples
scored likewise and against every label's examples scored as if that label did not exist.
"""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Tuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.components.kernel_ridge import Fit


class Scope(NamedTuple):
    """The fitted detector.

    Attributes:
        mean: mean of each sign over the examples.
        spread: its standard deviation.
        weights: weight of each standardized sign.
        bias: added to their sum; 0 after it is where a message is refused.
    """

    mean: np.ndarray
    spread: np.ndarray
    weights: np.ndarray
    bias: float

    def probability(self, signs: np.ndarray) -> np.ndarray:
        """Chance of being in scope; ``signs`` as :func:`signs` gives them."""
        return 1 / (1 + np.exp(-(((signs - self.mean) / self.spread) @ self.weights + self.bias)))

    def arrays(self) -> Dict[str, np.ndarray]:
        """What is stored."""
        return {f"scope_{name}": np.asarray(value) for name, value in self._asdict().items()}

    @classmethod
    def read(cls, arrays: Dict[str, np.ndarray]) -> "Scope":
        """From what :meth:`arrays` gave."""
        read = {name: np.asarray(arrays[f"scope_{name}"]) for name in cls._fields}
        return cls(read["mean"], read["spread"], read["weights"], float(read["bias"]))


def signs(
    scores: np.ndarray, likeness: np.ndarray, labels: np.ndarray, background: int
) -> np.ndarray:
    """What speaks for and against a message being in scope.

    Args:
        scores: of the messages for every label, shape ``(m, labels)``.
        likeness: of the messages with the examples, shape ``(m, n)``; 0 for those left out.
        labels: number of each example's label, shape ``(n,)``.
        background: the label of what is out of scope.

    Returns:
        Shape ``(m, 5)``.
    """
    known = np.delete(scores, background, axis=1)
    best = np.sort(known, axis=1)[:, -2:]
    outside = np.flatnonzero(labels == background)
    inside = np.flatnonzero(labels != background)
    return np.stack(
        [
            best[:, 1],
            best[:, 1] - best[:, 0],
            scores[:, background],
            likeness[:, inside].max(axis=1),
            likeness[:, outside].max(axis=1),
        ],
        axis=1,
    )


def learn(
    fit: Fit,
    gram: np.ndarray,
    labels: np.ndarray,
    groups: List[np.ndarray],
    background: int,
    kept: float,
) -> Scope:
    """Fits the detector on examples left out of the model.

    Args:
        fit: the kernel model.
        gram: kernel of all examples with each other.
        labels: number of each example's label.
        groups: examples that nearly repeat each other; left out together.
        background: the label of what is out of scope.
        kept: share of the examples in scope that are to be kept.
    """
    described, inside, weight = _left_out(fit, gram, labels, groups, background)
    mean, spread = described.mean(axis=0), described.std(axis=0) + 1e-6
    model = LogisticRegression(C=1.0).fit((described - mean) / spread, inside, sample_weight=weight)
    scope = Scope(mean, spread, model.coef_[0], 0.0)
    chances = scope.probability(described[inside])
    lowest = np.quantile(chances, 1 - kept)
    return scope._replace(bias=float(np.log((1 - lowest) / lowest)))


def _left_out(
    fit: Fit, gram: np.ndarray, labels: np.ndarray, groups: List[np.ndarray], background: int
) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Signs of examples left out, whether they are in scope, and how much each counts."""
    repeated = [(group, labels[group[0]] != background) for group in groups]
    unknown = [
        (np.flatnonzero(labels == label), False)
        for label in np.unique(labels)
        if label != background
    ]
    described, inside = [], []
    for group, in_scope in repeated + unknown:
        likeness = gram[group].copy()
        likeness[:, group] = 0
        scores = fit.without(group)
        described.append(signs(scores, likeness, labels, background))
        inside.append(np.full(len(group), in_scope))
    flags = np.concatenate(inside)
    pretended = np.arange(len(flags)) >= len(labels)
    parts = ((2.0, flags), (1.0, ~flags & ~pretended), (1.0, pretended))
    weight = sum(share * part / max(part.sum(), 1) for share, part in parts)
    return np.concatenate(described), flags, weight * len(flags) / 4
