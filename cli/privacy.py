"""``penny learn privacy-report``: how well people hide in what is stored."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import AsJson, show
from cli.transcripts import learning_settings
from learning import privacy_report as privacy


def privacy_report(
    k: Annotated[int, typer.Option(min=2, help="People a group should have at least.")] = 5,
    by: Annotated[
        str, typer.Option(help="Quasi-identifiers, of model, channel, intent and hour.")
    ] = "model,channel,intent,hour",
    suppress: Annotated[
        bool, typer.Option("--suppress", help="Take hour and channel out of rare turns for good.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before changing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Report how many people share each combination of what is stored beside the texts."""
    names = [name.strip() for name in by.split(",") if name.strip()]
    if not names or set(names) - set(privacy.QUASI_IDENTIFIERS):
        raise typer.BadParameter(f"Choose from {', '.join(privacy.QUASI_IDENTIFIERS)}.")
    if suppress and not yes:
        typer.confirm("Take hour and channel out of rare turns for good?", abort=True, err=True)
    found = privacy.report(learning_settings(), k, names, suppress=suppress)
    lines = [
        f"{found.rows} turns of {found.people} people in {found.groups} groups by "
        f"{', '.join(names)}; the smallest has {found.smallest_group}.",
        f"{found.rows_below} turns are in groups of fewer than {k} people.",
        *(f"  by {name} alone: {count}" for name, count in found.alone.items()),
    ]
    if suppress:
        lines.append(f"Hour or channel were taken out of {found.suppressed} turns.")
    show(found, as_json=as_json, text="\n".join(lines))
