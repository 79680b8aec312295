"""The forecast backtest with streams: it needs several rooms."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from pathlib import Path

from finance_core.enrich.recurring_files import by_account, read_movements
from finance_core.forecasting import backtest, bootstrap
from finance_core.forecasting.series import Floats, Series, from_transactions
from finance_core.money import Money
from finance_core.services.streams import active_in


def forecast(
    path: Path | str,
    out: Path | str | None = None,
    forest_rows: int = 300,
    with_streams: bool = True,
    jobs: int = 2,
    others: int = 0,
) -> dict[str, object]:
    """The forecast backtest, with recurring streams found anew at every origin.

    Args:
        path: CSV with ``account_id,date,amount,balance`` and, where known, the columns
            that describe a movement.
        out: where to write the chosen model's forecasts.
        forest_rows: rows each random forest is fitted on; 0 leaves it out.
        with_streams: whether ``streams_bootstrap`` is measured too.
        jobs: processes.
        others: folds on which statistical models are measured beside.

    Returns:
        See ``finance_core.forecasting.backtest.forecast``.
    """
    if not with_streams:
        return backtest.forecast(path, out, None, forest_rows, jobs=jobs, others=others)
    history = by_account(read_movements(Path(path)))

    def paths(account: str, known: Series, origin: date, horizon: int) -> tuple[Floats, Floats]:
        seen = history[account]
        past = seen[: bisect_right(seen, origin, key=lambda t: t.posted_on)]
        now = float(known.balance[-1])
        streams = active_in(past, origin)
        used = {i for s in streams for i in s.transaction_ids}
        rest = from_transactions(past, Money.rounded(now, past[0].amount.currency), origin, used)
        return bootstrap.paths(rest, now, streams, horizon)

    return backtest.forecast(path, out, paths, forest_rows, jobs=jobs, others=others)
