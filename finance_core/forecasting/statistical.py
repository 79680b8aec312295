"""Statistical models of other people, to be measured against: AutoETS and MSTL.

They are statsforecast's (Nixtla; AutoETS after Hyndman & Khandakar 2008, MSTL after Bandara
et al. 2021), each fitted on the one account's balances alone, with a week as season, and for
MSTL a month of 30 days as well. They take a third of a second an origin and only measure, so
the package comes with the developers' tools and is loaded when asked for.
"""

from __future__ import annotations

from typing import Any

import joblib
import numpy as np

from finance_core.errors import BadInput
from finance_core.forecasting.panel import Origins
from finance_core.forecasting.series import Floats

NAMES = ("auto_ets", "mstl")


def paths(origins: Origins, horizon: int, jobs: int = 2) -> dict[str, Floats]:
    """Forecasts of the balance from each origin.

    Returns:
        Name → array of shape (origins, horizon).

    Raises:
        BadInput: statsforecast is not installed.
    """
    try:
        import statsforecast.models  # noqa: F401, PLC0415
    except ImportError as err:
        raise BadInput("statsforecast is not installed: `make tools` brings it.") from err
    starts = origins.panel.start[origins.series]
    histories = [
        origins.panel.balance[start : start + index + 1]
        for start, index in zip(starts, origins.index, strict=True)
    ]
    found = joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(_both)(history, horizon) for history in histories
    )
    return {name: np.array([both[at] for both in found]) for at, name in enumerate(NAMES)}


def _both(history: Floats, horizon: int) -> tuple[Floats, Floats]:
    from statsforecast.models import MSTL, AutoETS  # noqa: PLC0415

    models: tuple[Any, Any] = (AutoETS(season_length=7), MSTL(season_length=[7, 30]))
    first, second = (model.forecast(y=history, h=horizon)["mean"] for model in models)
    return np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
