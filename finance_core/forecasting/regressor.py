"""What all models fitted here have in common."""

from __future__ import annotations

from typing import Protocol

from finance_core.forecasting.series import Floats

SEED = 42


class Regressor(Protocol):
    """The part of scikit-learn's interface that is used."""

    def predict(self, features: Floats) -> Floats:
        """One value for each row."""
