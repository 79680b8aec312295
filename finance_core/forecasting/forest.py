"""The blueprint's random forest, in a form that is quick for few rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from finance_core.forecasting.series import Floats, Ints

if TYPE_CHECKING:
    from sklearn.ensemble import RandomForestRegressor


def forest(trees: int = 1000) -> Any:
    """The blueprint's random forest, on both cores."""
    from sklearn.ensemble import RandomForestRegressor  # noqa: PLC0415 - slow to import

    return RandomForestRegressor(n_estimators=trees, random_state=42, n_jobs=2)


@dataclass(frozen=True)
class Flat:
    """A random forest as flat arrays, so that a few rows are predicted in milliseconds.

    Walking all trees at once replaces one library call per tree. Arrays of shape
    (nodes,): ``feature`` (of leaves 0), ``threshold``, ``left``/``right`` (of
    leaves the node itself), ``value``; ``roots`` has shape (trees,).
    """

    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    value: Floats
    roots: Ints

    @classmethod
    def of(cls, forest: RandomForestRegressor) -> Flat:
        """Copies a fitted forest's trees."""
        trees = [estimator.tree_ for estimator in forest.estimators_]
        roots = np.cumsum([0] + [t.node_count for t in trees[:-1]])
        own = [np.arange(t.node_count) + r for t, r in zip(trees, roots, strict=True)]
        leaf = np.concatenate([t.children_left == -1 for t in trees])
        here = np.concatenate(own)
        left, right = (
            np.concatenate([getattr(t, side) + r for t, r in zip(trees, roots, strict=True)])
            for side in ("children_left", "children_right")
        )
        return cls(
            np.where(leaf, 0, np.concatenate([t.feature for t in trees])).astype(np.int32),
            np.concatenate([t.threshold for t in trees]),
            np.where(leaf, here, left).astype(np.int32),
            np.where(leaf, here, right).astype(np.int32),
            np.concatenate([t.value[:, 0, 0] for t in trees]),
            roots.astype(np.int32),
        )

    def predict(self, features: Floats) -> Floats:
        """Mean of the trees' leaves, shape (rows,)."""
        dense = np.nan_to_num(features).astype(np.float32)
        row = np.repeat(np.arange(len(dense)), len(self.roots))
        node = np.tile(self.roots, len(dense))
        active = np.arange(len(node))
        while len(active):
            here = node[active]
            goes_left = dense[row[active], self.feature[here]] <= self.threshold[here]
            there = np.where(goes_left, self.left[here], self.right[here])
            node[active] = there
            active = active[self.left[there] != there]
        return np.asarray(self.value[node].reshape(len(dense), -1).mean(axis=1))
