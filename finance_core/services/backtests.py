"""The forecast backtest with streams: it needs several rooms."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from finance_core.enrich.recurring import find_streams
from finance_core.enrich.recurring_files import read_movements
from finance_core.forecasting import backtest, bootstrap
from finance_core.forecasting.series import Floats, Series, from_transactions
from finance_core.model import RecurringStream, StreamStatus, Transaction
from finance_core.money import Money


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
    history = _by_account(Path(path))

    def paths(account: str, known: Series, origin: date, horizon: int) -> tuple[Floats, Floats]:
        seen = history[account]
        past = seen[: bisect_right(seen, origin, key=lambda t: t.posted_on)]
        now = float(known.balance[-1])
        streams = _going_on(find_streams(past, origin))
        used = {i for s in streams for i in s.transaction_ids}
        rest = from_transactions(past, Money.rounded(now, past[0].amount.currency), origin, used)
        return bootstrap.paths(rest, now, streams, horizon)

    return backtest.forecast(path, out, paths, forest_rows, jobs=jobs, others=others)


def _by_account(path: Path) -> dict[str, list[Transaction]]:
    found: dict[str, list[Transaction]] = {}
    for movement in read_movements(path):
        found.setdefault(movement.account_id, []).append(movement)
    for movements in found.values():
        movements.sort(key=lambda t: (t.posted_on, t.sequence))
    return found


def _going_on(streams: Sequence[RecurringStream]) -> list[RecurringStream]:
    return [s for s in streams if s.status is not StreamStatus.ENDED]
