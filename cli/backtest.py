"""``penny backtest``: forecasts, streams and savings on histories whose end is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, OutFile, existing, show
from finance_core.enrich import recurring_backtest

group = typer.Typer(help="Measure predictions on past accounts.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    app.add_typer(group, name="backtest")


@group.command()
def recurring(
    file: Path,
    gold: Annotated[Path, typer.Option(help="Permanent orders that are known to exist.")],
    out: OutFile = None,
    as_json: AsJson = False,
) -> None:
    """Score the recurring streams that are found against known orders."""
    result = recurring_backtest.backtest(existing(file), existing(gold), out)
    show(result, as_json=as_json)
