"""What an account's own past says, where no model has learned from others."""

from __future__ import annotations

import numpy as np

from finance_core.forecasting.lessons import HORIZON
from finance_core.forecasting.pooled import predict_alone
from finance_core.forecasting.series import Series
from finance_core.forecasting.shared import YOUNGEST, Streams, Told

_BACK = (30, 60, 90)  # days since the past days on which it is put to the test
_STREAMS = 1.0  # how many times the error of the account's streams counts beside it


def tell(series: Series) -> Told:
    """The forecast of ``timetable`` and naive ones mixed, each as good as it was here."""
    tested = tuple(back for back in _BACK if series.last - back >= YOUNGEST)
    past = [series.until(series.last - back) for back in tested]
    found = predict_alone([series, *past]).quantiles
    missed = [
        np.abs(one[2] - series.balance[-back:][:HORIZON]).mean()
        for one, back in zip(found[1:], tested, strict=True)
    ]
    error = float(np.mean(missed)) if missed else None
    return Told(found[0], error, Streams(_STREAMS), tested)
