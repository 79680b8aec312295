"""Cash-flow forecasts: where a balance goes in the coming days, as a range with its chance.

``train`` is slow and belongs in the background; ``forecast`` is what a turn waits for.
"""

from finance_core.forecasting.cache import fingerprint, load, prune, save
from finance_core.forecasting.learned import warm_up
from finance_core.forecasting.predict import forecast
from finance_core.forecasting.training import ForecastModel, train

__all__ = ["ForecastModel", "fingerprint", "forecast", "load", "prune", "save", "train", "warm_up"]
