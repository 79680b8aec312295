"""``penny learn curate`` and ``merge``: from transcripts to reviewed training examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from cli.output import AsJson, existing, show
from cli.training import examples_folder
from cli.transcripts import group, learning_settings
from finance_core.errors import BadInput

ROOT = Path(__file__).resolve().parents[1]
_MEASURED_ON = ROOT / "tests"
_SHOWN = 10
_GROUP = ("rate", "low", "high", "others", "turns", "errors", "worse", "weight")
_BALANCE = ("examples", "turns", "failed", "advice", "by")

_PROTOCOL = """\
Read are the stored, masked turns of people who agreed. Scripts are dropped by their pace and
sameness, texts for their language, abuse, or for having nothing left after masking.

A turn went wrong when the person corrected it, complained, said it again in other words within
a minute, or was not understood; where a review says what was meant, that decides. Intervals are
Wilson's at 95 %. A group is served worse when its interval lies above that of all other turns;
the weight is how much more its examples should count in training, three times at most.
These rates follow from what happened in the talk. A group that complains more readily looks
worse than it is: review some of its turns before acting on it."""


class Engine(StrEnum):
    """What does the work."""

    PROCESS = "process"
    SPARK = "spark"


@group.command()
def curate(
    out: Annotated[Path, typer.Option("--out", help="The review file.", dir_okay=False)] = Path(
        "review.jsonl"
    ),
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    engine: Annotated[Engine, typer.Option(help="What does the work.")] = Engine.PROCESS,
    master: Annotated[str, typer.Option(help="Spark's master.")] = "local[2]",
    file: Annotated[
        list[Path] | None, typer.Option(help="Read this file, not the object store.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Most rows to be decided.", min=1)] = 500,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report here.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find the turns that are worth a label, and who is served worse."""
    from learning.curate import batch, examples, review, source

    from_files = source.files([existing(one) for one in file or ()])
    turns = from_files if file else source.stored(learning_settings(), since and since.date())
    earlier = review.read(out) if out.exists() else []
    labels = {row["text"]: label for row in earlier if (label := review.label_of(row))}
    known = batch.known_from(examples.by_intent(examples.load(examples_folder())), labels)
    if engine is Engine.SPARK:
        from learning.curate import spark

        found = spark.curate(turns, known, master)
    else:
        found = batch.curate(turns.rows(), known)
    rows = review.carried_on(found.rows, earlier, limit)
    review.write(out, rows)
    figures = _figures(found)
    figures["to_review"] = sum(not row.get("decision") for row in rows)
    if report:
        from cli.report import write

        write(
            report,
            "What to learn from the talks",
            figures,
            source=f"{found.summary.turns:,} turns",
            protocol=_PROTOCOL,
            today=datetime.now(UTC).date(),
        )
    show(figures | {"out": out}, as_json=as_json, text=_told(figures, out))


def _figures(found: Any) -> dict[str, Any]:
    """What a curation found, without the candidates, in JSON's own types."""
    summary, groups, worse = found.summary, dict[str, Any](), {}
    for one in found.groups:
        row = {name: getattr(one, name) for name in _GROUP}
        groups.setdefault(one.looked_at, {})[one.group] = row
        if one.worse:
            worse[f"{one.group} ({one.looked_at})"] = row
    return {
        "turns": summary.turns,
        "kept": summary.kept,
        "candidates": len(found.rows),
        "dropped": dict(sorted(summary.dropped.items())),
        "served_worse": worse,
        "groups": groups,
        "proposed_intents": {
            one["name"]: {name: one[name] for name in ("turns", "texts", "example")}
            for one in found.proposals
        },
        "balance": {
            one.intent: {name: getattr(one, name) for name in _BALANCE} for one in found.balance
        },
    }


def _told(figures: dict[str, Any], out: Path) -> str:
    dropped = ", ".join(f"{count} {name}" for name, count in figures["dropped"].items())
    lines = [
        f"{figures['to_review']} sentences to review in {out}, from {figures['turns']} turns.",
        f"Left out: {dropped.replace('_', ' ') or 'nothing'}.",
    ]
    lines += [
        f"Served worse: {name}, {one['rate']:.1%} go wrong, {one['others']:.1%} of all others; "
        f"weigh its examples {one['weight']:g} times."
        for name, one in figures["served_worse"].items()
    ]
    lines += [
        f"New intent? {name}: {one['turns']} turns such as “{one['example']}”"
        for name, one in islice(figures["proposed_intents"].items(), _SHOWN)
    ]
    lines += [
        f"{name} lacks examples: add {one['by']}."
        for name, one in islice(figures["balance"].items(), _SHOWN)
        if one["advice"] == "add"
    ]
    return "\n".join(lines)


@group.command()
def review(file: Annotated[Path, typer.Argument(help="A review file.")]) -> None:
    """Decide on each sentence of a review file, here in the terminal."""
    from cli.reviewing import sit
    from learning.curate import examples
    from learning.curate.review import Session

    intents = sorted(examples.by_intent(examples.load(examples_folder())))
    sit(Session(existing(file)), intents)


@group.command()
def merge(
    file: Annotated[Path, typer.Argument(help="A reviewed file.")],
    held_out: Annotated[
        list[Path] | None,
        typer.Option(help="JSON lines or YAML with sentences the model is measured on."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add what was accepted and relabelled to the training examples."""
    from learning.curate import review
    from learning.curate.merge import merge as merge_rows

    measured = [
        sentence
        for path in [*_measured_files(), *map(existing, held_out or ())]
        for sentence in sentences(path)
    ]
    rows = review.read(existing(file))
    done = merge_rows(examples_folder(), rows, measured, now=datetime.now(UTC))
    lines = [f"{count} added to {intent}" for intent, count in done.added.items()]
    lines += [f"Refused “{one.text}”: {one.why}." for one in done.refused]
    lines.append(
        f"{done.already} were there already, {done.dropped} dropped, "
        f"{done.unreviewed} not reviewed yet."
    )
    show(done, as_json=as_json, text="\n".join(lines))


def _measured_files() -> list[Path]:
    suites = (ROOT / "tests" / "conversations").glob("*.yml")
    return sorted([*_MEASURED_ON.rglob("*.jsonl"), *suites])


def sentences(path: Path) -> Iterator[str]:
    """The sentences of a file that a model is measured on.

    Raises:
        BadInput: it is neither JSON lines with ``text`` nor a suite of conversations.
    """
    try:
        text = path.read_text("utf-8")
        if path.suffix == ".jsonl":
            rows = map(json.loads, text.splitlines())
            yield from (row["text"] for row in rows if isinstance(row.get("text"), str))
        else:
            # BaseLoader makes nothing but text: what is said may be "yes" or "50"
            for talk in yaml.load(text, yaml.BaseLoader)["conversations"]:  # noqa: S506
                yield from (turn["say"] for turn in talk["turns"] if "say" in turn)
    except (ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as err:
        raise BadInput(f"{path.name} is no file of sentences to measure on.") from err
