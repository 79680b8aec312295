"""``penny backtest``: forecasts, streams and savings on histories whose end is known."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import AsJson, OutFile, existing, plain, show
from finance_core.errors import BadInput


def _in_a_folder(path: Path | None) -> Path | None:
    """Refuses a place that is not there before anything is computed for it."""
    if path and not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent}.")
    return path


ReportFile = Annotated[
    Path | None,
    typer.Option(
        "--report",
        help="Write a page with tables and charts here.",
        dir_okay=False,
        callback=_in_a_folder,
    ),
]

group = typer.Typer(help="Measure predictions on past accounts.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    app.add_typer(group, name="backtest")


@group.command()
def recurring(
    file: Path,
    gold: Annotated[Path, typer.Option(help="Recurring payments that are known to exist.")],
    out: OutFile = None,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Score the recurring streams that are found against known ones, and a simple rule too."""
    from finance_core.enrich import categories, recurring_backtest
    from finance_core.settings import CoreSettings

    model = categories.load_or_train(CoreSettings().models_folder)
    result = recurring_backtest.backtest(existing(file), existing(gold), out, model)
    show(result, as_json=as_json)
    _report(report, "Recurring streams", result, file, recurring_backtest.__doc__)


@group.command()
def forecast(
    file: Path,
    out: OutFile = None,
    forest_rows: Annotated[
        int, typer.Option(help="Rows each random forest is fitted on; 0 leaves it out.")
    ] = 300,
    others: Annotated[
        int, typer.Option(help="Folds on which AutoETS and MSTL are measured beside; slow.")
    ] = 0,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Score 30-day balance forecasts from rolling origins."""
    from finance_core.forecasting import backtest
    from finance_core.services import backtests

    result = backtests.forecast(existing(file), out, forest_rows=forest_rows, others=others)
    show(result, as_json=as_json)
    _report(report, "Balance forecasts", result, file, backtest.__doc__)


@group.command()
def savings(
    file: Path,
    out: OutFile = None,
    accounts: Annotated[
        int | None, typer.Option(help="How many accounts to replay, evenly picked; all if unset.")
    ] = None,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Replay the savings engine day by day, and count what went wrong."""
    from finance_core.services import savings_backtest

    result = savings_backtest.savings(existing(file), out, accounts)
    show(result, as_json=as_json)
    _report(report, "Savings moves", result, file, savings_backtest.__doc__)


def _report(path: Path | None, title: str, result: Any, source: Path, protocol: str | None) -> None:
    """Writes the page of a run, where one is wanted."""
    if path is None:
        return
    from cli.report import write

    today = datetime.now(UTC).date()
    write(path, title, plain(result), source=source.name, protocol=protocol or "", today=today)


@group.command()
def unusual(
    file: Path,
    out: OutFile = None,
    accounts: Annotated[
        int | None, typer.Option(help="How many accounts to look at, evenly picked.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of what is drawn at random.")] = 1,
    sweep: Annotated[bool, typer.Option(help="Also score other sensitivities.")] = False,
    as_json: AsJson = False,
) -> None:
    """Count false alarms of unusual spending, and anomalies put in that are found."""
    from finance_core.enrich import unusual_backtest

    found = unusual_backtest.backtest(
        existing(file), out, accounts=accounts, seed=seed, sweep=sweep
    )
    show(found, as_json=as_json)
