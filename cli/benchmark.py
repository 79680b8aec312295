"""``penny benchmark``: Penny's understanding on other people's labelled text."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import training, understanding
from cli.output import AsJson, OutFile, existing, show
from finance_core.errors import BadInput

group = typer.Typer(help="Measure on other people's data.", no_args_is_help=True)
_COLUMNS = ("text", "category")


def register(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    app.add_typer(group, name="benchmark")


@group.callback()
def _group() -> None:
    """Measure on other people's data."""


@group.command("nlu")
def benchmark_nlu(
    train: Annotated[Path, typer.Option(help="CSV with the columns text and category.")],
    test: Annotated[Path | None, typer.Option(help="CSV to be scored; like --train.")] = None,
    folds: Annotated[
        int, typer.Option(help="Cross-validate on --train instead of --test.", min=0, max=20)
    ] = 0,
    out: OutFile = None,
    as_json: AsJson = False,
) -> None:
    """Train the intent pipeline of config.yml on labelled text, and score it."""
    if (test is None) == (folds < 2):
        raise BadInput("Give either --test FILE or --folds N with N of at least 2.")
    check(existing(train), folds)
    if test is not None:
        check(existing(test))
    times, rows = run(train, test, folds)
    if out:
        out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    show(score(rows) | times, as_json=as_json)


def check(file: Path, folds: int = 0) -> None:
    """Makes sure that the file can be learnt from.

    Raises:
        BadInput: it is no such table; the message names the line.
    """
    counts: Counter[str] = Counter()
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines)
            if not set(_COLUMNS) <= set(table.fieldnames or ()):
                raise BadInput(f"{file.name} needs a header with the columns text and category.")
            for row in table:
                if not all((row[column] or "").strip() for column in _COLUMNS):
                    raise BadInput(f"{file.name}:{table.line_num}: text or category is empty.")
                counts[row["category"]] += 1
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{file.name} is not a CSV file in UTF-8.") from error
    if not counts:
        raise BadInput(f"{file.name} has no rows.")
    few = [category for category, count in counts.items() if count < folds]
    if few:
        raise BadInput(f"{file.name}: {few[0]} has fewer than {folds} rows, one for each fold.")


def run(
    train: Path, test: Path | None, folds: int
) -> tuple[dict[str, float], list[dict[str, Any]]]:
    """Trains and predicts in Rasa's environment; the times and a row per text scored.

    Raises:
        TrainingFailed: the training did not come to an end; the message says why.
    """
    with tempfile.TemporaryDirectory(prefix="penny-") as folder:
        rows = Path(folder) / "rows.jsonl"
        wanted = ["--test", str(test.resolve())] if test else ["--folds", str(folds)]
        done = subprocess.run(
            [str(training.python()), "-W", "ignore", "-m", "bot.benchmark",
             "--train", str(train.resolve()), *wanted, "--out", str(rows)],
            cwd=training.ROOT,
            env={k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
            | {"PYTHONPATH": str(training.ROOT), "RASA_TELEMETRY_ENABLED": "false"},
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise training.TrainingFailed(f"Training failed: {reason}")
        times = json.loads(done.stdout.strip().splitlines()[-1])
        found = [json.loads(line) for line in rows.read_text("utf-8").splitlines()]
    return {name: round(value, 3) for name, value in times.items()}, found


def score(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """How many texts were scored, how many rightly, and the mean F1 of the categories."""
    scored = understanding.score(
        [{"intent": row["category"], "predicted": row["predicted"]} for row in rows]
    )
    return {name: scored[name] for name in ("rows", "accuracy", "macro_f1")}
