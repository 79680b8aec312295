"""``penny evaluate``: how well Penny understands, answers and masks."""

from __future__ import annotations

import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import answers, entities, training, understanding
from cli.output import AsJson, OutFile, existing, show
from learning.anonymize import evaluation

group = typer.Typer(help="Measure understanding, answers and privacy.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    app.add_typer(group, name="evaluate")


@group.command("answers")
def evaluate_answers(
    suite: Annotated[list[Path], typer.Argument(help="Suite files, or folders of them.")],
    out: OutFile = None,
    as_json: AsJson = False,
) -> None:
    """Replay conversations against their ledgers, end to end, and check every figure."""
    training.ensure_trained()
    files = [file for path in suite for file in _suite_files(path)]
    with tempfile.TemporaryDirectory(prefix="penny-") as home:
        results = answers.evaluate(files, Path(home))
    _write_lines(out, results)
    summary = answers.summarize(results)
    text = (
        f"{summary['turns_right']} of {summary['turns']} turns right, "
        f"{summary['facts_right']} of {summary['facts']} facts right"
    )
    lines = [text, *(f"  {failure}" for failure in summary["failures"])]
    show(summary, as_json=as_json, text="\n".join(lines))


@group.command("nlu")
def evaluate_nlu(file: Path, out: OutFile = None, as_json: AsJson = False) -> None:
    """Score the trained model on rows of text and intent."""
    training.ensure_trained()
    summary, rows = understanding.evaluate(existing(file))
    _write_lines(out, rows)
    show(summary, as_json=as_json)


@group.command("entities")
def evaluate_entities(
    file: Annotated[Path, typer.Argument(help="NLU++ (JSON) or Schema-Guided Dialogue (lines).")],
    out: OutFile = None,
    as_json: AsJson = False,
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day the texts were said on."),
    ] = None,
    currency: Annotated[str, typer.Option(help="The person's currency.")] = "USD",
) -> None:
    """Score the amounts, days, companies, payees and accounts read out of labelled texts."""
    summary, rows = entities.evaluate(existing(file), today and today.date(), currency)
    _write_lines(out, rows)
    show(summary, as_json=as_json)


@group.command("categories")
def evaluate_categories(file: Path, out: OutFile = None, as_json: AsJson = False) -> None:
    """Score merchants and categories found in labelled bank descriptors."""
    from finance_core.enrich import categories
    from finance_core.enrich import evaluation as descriptors
    from finance_core.settings import CoreSettings

    model = categories.load_or_train(CoreSettings().models_folder)
    show(descriptors.evaluate(existing(file), model, out), as_json=as_json)


@group.command("privacy")
def evaluate_privacy(
    file: Path,
    out: OutFile = None,
    as_json: AsJson = False,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Side by side.")] = 1,
) -> None:
    """Score the anonymizer on texts with gold spans of personal data."""
    show(evaluation.evaluate(existing(file), out, processes=processes), as_json=as_json)


def _suite_files(path: Path) -> list[Path]:
    return sorted(path.glob("*.yml")) if path.is_dir() else [existing(path)]


def _write_lines(out: Path | None, rows: list[dict[str, Any]]) -> None:
    if out:
        out.write_text(
            "".join(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)
        )
