"""Cash-flow forecasts: where a balance goes in the coming days, as a range with its chance.

``forecast`` is what a turn waits for; it learns from the account alone.
``train_many`` learns from many accounts at once, ``predict_many`` forecasts many.
``train_shared`` makes that an installation's own model, and what it ``tell``s of an account is
weighed against the account's own streams.
"""

from finance_core.forecasting.pooled import (
    PooledModel,
    predict_alone,
    predict_many,
    train_many,
    trust_in,
)
from finance_core.forecasting.predict import forecast
from finance_core.forecasting.shared import SharedModel, Told, tell, train_shared

__all__ = [
    "PooledModel",
    "SharedModel",
    "Told",
    "forecast",
    "predict_alone",
    "predict_many",
    "tell",
    "train_many",
    "train_shared",
    "trust_in",
]
