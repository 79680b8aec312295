"""``penny backtest``: forecasts, streams and savings on histories whose end is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, OutFile, existing, show

group = typer.Typer(help="Measure predictions on past accounts.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    app.add_typer(group, name="backtest")


@group.command()
def recurring(
    file: Path,
    gold: Annotated[Path, typer.Option(help="Recurring payments that are known to exist.")],
    out: OutFile = None,
    as_json: AsJson = False,
) -> None:
    """Score the recurring streams that are found against known ones, and a simple rule too."""
    from finance_core.enrich import categories, recurring_backtest
    from finance_core.settings import CoreSettings

    model = categories.load_or_train(CoreSettings().models_folder)
    result = recurring_backtest.backtest(existing(file), existing(gold), out, model)
    show(result, as_json=as_json)


@group.command()
def forecast(
    file: Path,
    out: OutFile = None,
    forest_rows: Annotated[
        int, typer.Option(help="Rows each random forest is fitted on; 0 leaves it out.")
    ] = 300,
    as_json: AsJson = False,
) -> None:
    """Score 30-day balance forecasts from rolling origins."""
    from finance_core.services import backtests

    result = backtests.forecast(existing(file), out, forest_rows=forest_rows)
    show(result, as_json=as_json)


@group.command()
def savings(
    file: Path,
    out: OutFile = None,
    accounts: Annotated[
        int | None, typer.Option(help="How many accounts to replay, evenly picked; all if unset.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Replay the savings engine day by day, and count what went wrong."""
    from finance_core.services import savings_backtest

    show(savings_backtest.savings(existing(file), out, accounts), as_json=as_json)
