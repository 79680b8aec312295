"""``penny import``, ``connect``, ``sync``: how account data gets in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.core import open_core
from cli.output import AsJson, UserName, existing, show
from finance_core.services import imports, people, sync


def register(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    app.command("import")(import_file)
    app.command()(connect)
    app.command("sync")(fetch)


def import_file(
    file: Path,
    user: UserName,
    account: Annotated[str | None, typer.Option(help="Account the rows belong to.")] = None,
    format_: Annotated[
        str | None, typer.Option("--format", help="csv, ofx, qif or camt; told from the file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read a bank export; reading it again adds nothing twice."""
    with open_core() as core:
        person = people.by_name(core, user)
        report = imports.import_file(
            core, person.id, existing(file), account=account, format=format_
        )
    lines = [f"{report.new} new, {report.duplicate} duplicate, {len(report.rejected)} rejected"]
    lines += [f"{file.name}:{row.line}: {row.reason}" for row in report.rejected]
    show(report, as_json=as_json, text="\n".join(lines))


def connect(
    protocol: Annotated[str, typer.Argument(help="simplefin or plaid")],
    secret: Annotated[str, typer.Argument(help="Setup token or public token of the bank.")],
    user: UserName,
    url: Annotated[str | None, typer.Option(help="The bank's address (plaid).")] = None,
    as_json: AsJson = False,
) -> None:
    """Connect a bank with the token it gave."""
    with open_core() as core:
        person = people.by_name(core, user)
        today = person.today(datetime.now(UTC))
        info = sync.connect(core, person.id, protocol, secret, today, url=url)
    show(info, as_json=as_json, text=f"Connected by {protocol}. `penny sync` fetches what is new.")


def fetch(user: UserName, as_json: AsJson = False) -> None:
    """Fetch what is new at a person's banks."""
    with open_core() as core:
        person = people.by_name(core, user)
        report = sync.refresh(core, person.id, person.today(datetime.now(UTC)))
    lines = [
        f"{c.institution or c.protocol}: "
        + (c.error or f"{c.new} new, {c.changed} changed, {c.removed} removed")
        for c in report.connections
    ]
    show(report, as_json=as_json, text="\n".join(lines) or "No bank is connected.")
    if any(connection.error for connection in report.connections):
        raise typer.Exit(1)
