"""Cash-flow forecasts: where a balance goes in the coming days, as a range with its chance.

``train`` is slow and belongs in the background; ``forecast`` is what a turn waits for.
``train_many`` learns from many accounts at once, ``predict_many`` forecasts many.
``train_shared`` makes that an installation's own model, and what it ``tell``s of an account is
weighed against the account's own streams.
"""

from finance_core.forecasting.cache import fingerprint, load, prune, save
from finance_core.forecasting.learned import warm_up
from finance_core.forecasting.pooled import PooledModel, predict_many, train_many, trust_in
from finance_core.forecasting.predict import forecast
from finance_core.forecasting.shared import SharedModel, Told, tell, train_shared
from finance_core.forecasting.training import ForecastModel, train

__all__ = [
    "ForecastModel",
    "PooledModel",
    "SharedModel",
    "Told",
    "fingerprint",
    "forecast",
    "load",
    "predict_many",
    "prune",
    "save",
    "tell",
    "train",
    "train_many",
    "train_shared",
    "trust_in",
    "warm_up",
]
