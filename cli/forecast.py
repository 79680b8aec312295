"""``penny forecast``: the forecast of every account, made in advance once a day."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cli.core import open_core
from cli.output import AsJson, show

if TYPE_CHECKING:
    from finance_core.services.forecast_runs import Report

_SHOWN = 20  # failed accounts named for people; ``--json`` names all


class Engine(StrEnum):
    """Who does the work."""

    PROCESS = "process"
    SPARK = "spark"


def register(app: typer.Typer) -> None:
    """Adds this command to ``app``."""
    app.command()(forecast)


def forecast(
    engine: Annotated[
        Engine, typer.Option(help="This machine's processes, or Spark.")
    ] = Engine.PROCESS,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Look ahead from this day; today if unset."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes on this machine; its cores if unset.")
    ] = None,
    master: Annotated[
        str | None, typer.Option(help="Address of a Spark cluster; this machine if unset.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Forecast every account and store the results; exits with 1 if an account failed."""
    from finance_core.services import forecast_runs

    with open_core() as core:
        report = forecast_runs.run(
            core,
            datetime.now(UTC),
            engine=engine.value,
            as_of=as_of.date() if as_of else None,
            workers=workers,
            master=master,
        )
    show(report, as_json=as_json, text=_text(report))
    if report.failed:
        raise typer.Exit(1)


def _text(report: Report) -> str:
    lines = [
        f"{report.done} of {report.accounts} accounts forecast in {report.seconds:.1f} s "
        f"({report.accounts_per_second:.0f} a second)."
    ]
    for reason, accounts in report.skipped.items():
        lines.append(f"{accounts} skipped: {reason.replace('_', ' ')}.")
    for account_id, error in list(report.failed.items())[:_SHOWN]:
        lines.append(f"Account {account_id} failed: {error}.")
    if len(report.failed) > _SHOWN:
        lines.append(f"{len(report.failed) - _SHOWN} more failed.")
    return "\n".join(lines)
