"""``penny learn rehearse``: a week of simulated people, through the whole loop, by one command."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import AsJson, existing, show
from cli.rehearsal.kinds import Sabotage


def rehearse(
    home: Annotated[
        Path | None, typer.Option(help="An empty folder for all of it; else a temporary one.")
    ] = None,
    phrasings: Annotated[
        Path | None, typer.Option(help="What people say, instead of the file that comes along.")
    ] = None,
    sabotage: Annotated[
        Sabotage | None, typer.Option(help="Instead: a candidate that is bad on purpose.")
    ] = None,
    conversations: Annotated[bool, typer.Option(help="The judge holds conversations too.")] = True,
    as_json: AsJson = False,
) -> None:
    """Rehearse the whole loop with simulated people: talk, learn, judge, roll out, measure.

    Nothing of the checkout or of a running Penny is touched. Ends with 1 when an aim is missed.
    """
    from cli.rehearsal import house, spoiled, week
    from cli.rehearsal.phrasings import read, split

    said, held = split(read(existing(phrasings or house.PHRASINGS)))
    with (
        tempfile.TemporaryDirectory(prefix="penny-") as folder,
        house.opened(home or Path(folder) / "home") as opened,
    ):
        if sabotage:
            figures = spoiled.rehearse(opened, sabotage, [*said, *held])
        else:
            figures = week.rehearse(opened, said, held, conversations=conversations)
    show(figures, as_json=as_json, text=_told(figures))
    if not all(figures["reached"].values()):
        raise typer.Exit(1)


def _told(figures: dict[str, Any]) -> str:
    """The figures as lines for people."""
    parts = [_week(figures)] if "week" in figures else []
    judge = "let through" if figures["judge"]["promoted"] else "turned down"
    parts += [f"judge: {judge}. {figures['judge']['why']}"]
    if rollout := figures.get("rollout"):
        parts.append(_rollout(rollout))
    parts.append("seconds: " + ", ".join(f"{k} {v:g}" for k, v in figures["seconds"].items()))
    parts += [
        f"{'reached' if done else 'MISSED'}: {aim}" for aim, done in figures["reached"].items()
    ]
    return "\n".join(parts)


def _week(figures: dict[str, Any]) -> str:
    week, merged, curated = figures["week"], figures["merged"], figures["curated"]
    lines = [
        f"{week['talks']} talks, {week['turns']} turns, {week['understood']} talks understood at "
        f"once; {figures['collected']['stored']} turns stored",
        f"{curated['to_review']} sentences to review: "
        + ", ".join(f"{count} {name}" for name, count in sorted(figures["reviewed"].items()))
        + f"; {merged['added']} examples added",
        f"{'errors':<12}{'rows':>6}{'before':>9}{'after':>9}",
    ]
    for name, before in figures["before"].items():
        after = figures["after"][name]
        lines.append(f"{name:<12}{before['rows']:>6}{before['rate']:>9.1%}{after['rate']:>9.1%}")
    return "\n".join(lines)


def _rollout(rollout: dict[str, Any]) -> str:
    turns, heard = rollout["turns"], rollout["heard"]
    stages = ", ".join(f"{one['share']:.0%} {one['seconds']:g} s" for one in rollout["stages"])
    return (
        f"rollout: {rollout['status']} after {turns['candidate']} turns of the candidate and "
        f"{turns['champion']} of the champion ({stages}); {heard['unanswered']} of "
        f"{heard['turns']} turns unanswered\n  {rollout['why']}"
    )
