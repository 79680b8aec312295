"""``penny train``: the Rasa model, trained only when what it is made of has changed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.output import AsJson, show
from finance_core.errors import BadInput, PennyError

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"
_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
_EXAMPLES = "data/nlu"
_PROVENANCE = Path("data/nlu/provenance.jsonl")  # says where examples came from; nothing learns it
_SOURCES = ("config.yml", "data", "bot/domain", "bot/components", "bot/launch.py", "bot/uv.lock")


class TrainingFailed(PennyError):
    """Rasa could not train; the message names the log."""


def register(app: typer.Typer) -> None:
    """Adds this command to ``app``."""
    app.command()(train)


def train(
    force: Annotated[bool, typer.Option(help="Train even when nothing changed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train the Rasa model, unless the newest one is of this very data."""
    wanted = trained_here()
    if wanted.exists() and not force:
        show(
            {"model": wanted.name, "trained": False, "seconds": 0.0},
            as_json=as_json,
            text=f"{wanted.name} is up to date.",
        )
        return
    seconds = run_training(wanted)
    show(
        {"model": wanted.name, "trained": True, "seconds": round(seconds, 1)},
        as_json=as_json,
        text=f"Trained {wanted.name} in {seconds:.0f} s.",
    )


def examples_folder() -> Path:
    """Where the examples are: ``PENNY_EXAMPLES``, else in the checkout."""
    return Path(os.environ.get("PENNY_EXAMPLES") or ROOT / _EXAMPLES).absolute()


def models_folder() -> Path:
    """Where trained models are kept: ``PENNY_MODELS``, else in the checkout."""
    return Path(os.environ.get("PENNY_MODELS") or MODELS).absolute()


def current_model() -> Path | None:
    """The model of exactly the present data, if it has been trained.

    ``PENNY_RASA_MODEL`` names another one to serve instead.

    Raises:
        BadInput: that other one is not there.
    """
    chosen = os.environ.get("PENNY_RASA_MODEL")
    if chosen:
        if not Path(chosen).is_file():
            raise BadInput(f"PENNY_RASA_MODEL names {chosen}, which is not there.")
        return Path(chosen)
    wanted = trained_here()
    return wanted if wanted.exists() else None


def trained_here() -> Path:
    """Where the model of exactly the present data is, once it has been trained."""
    return models_folder() / f"penny-{fingerprint()}.tar.gz"


def ensure_trained() -> Path:
    """The model of the present data, trained first where it is missing.

    Raises:
        TrainingFailed: Rasa could not train.
    """
    found = current_model()
    if found is None:
        found = trained_here()
        run_training(found)
    return found


def fingerprint() -> str:
    """Short hash of everything the model is made of."""
    return _hash(_SOURCES)


def data_fingerprint() -> str:
    """Short hash of the examples that the model learns from."""
    return _hash((_EXAMPLES,))


def code_fingerprint() -> str:
    """Short hash of all the rest: pipeline, rules and domain, which the running code knows."""
    return _hash(_SOURCES, without=_EXAMPLES)


def _hash(sources: Sequence[str], without: str | None = None) -> str:
    left_out = Path(without) if without else None
    digest = hashlib.sha256()
    for source in sources:
        for name, file in sorted(_files(source)):
            unlearned = left_out in name.parents or name == _PROVENANCE
            if unlearned or "__pycache__" in name.parts or not file.is_file():
                continue
            digest.update(str(name).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _files(source: str) -> Iterator[tuple[Path, Path]]:
    """The files of a source by their names in the checkout, the examples wherever they are."""
    path, own, used = ROOT / source, ROOT / _EXAMPLES, examples_folder()
    for file in path.rglob("*") if path.is_dir() else [path]:
        if own not in file.parents:
            yield file.relative_to(ROOT), file
    if path == own or path in own.parents:
        for file in used.rglob("*"):
            yield Path(_EXAMPLES) / file.relative_to(used), file


def origin(model: Path) -> dict[str, str]:
    """The fingerprints ``data`` and ``code`` that a model here was made of; empty if unknown."""
    if model == trained_here():
        return {"data": data_fingerprint(), "code": code_fingerprint()}
    try:
        return {str(k): str(v) for k, v in json.loads(_origin_file(model).read_text()).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _origin_file(model: Path) -> Path:
    return model.with_name(f"{model.name.removesuffix('.tar.gz')}.json")


def python() -> Path:
    """The interpreter of Rasa's environment.

    Raises:
        TrainingFailed: that environment has not been made.
    """
    if not _PYTHON.exists():
        raise TrainingFailed("Rasa is not installed: run `make setup` first.")
    return _PYTHON


def run_training(wanted: Path) -> float:
    """Trains into ``wanted``, drops older models, and returns the seconds it took."""
    interpreter, models = python(), models_folder()
    models.mkdir(parents=True, exist_ok=True)
    origin = {"data": data_fingerprint(), "code": code_fingerprint()}
    # Under another name until it is whole: a killed training leaves no half model behind.
    fresh = models / f"training-{os.getpid()}.tar.gz"
    log = models / "train.log"
    started = time.monotonic()
    command = [
        str(interpreter), "-m", "bot.launch", "train",
        "--config", "config.yml", "--domain", "bot/domain", "--data", *_data(),
        "--out", str(models), "--fixed-model-name", fresh.name.removesuffix(".tar.gz"),
        "--force", "--skip-validation",
    ]  # fmt: skip
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with log.open("wb") as output, Progress(*columns, console=Console(stderr=True)) as progress:
        progress.add_task("Training Penny's language understanding (about a minute)")
        result = subprocess.run(
            command,
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
            | {"PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false"},
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if result.returncode or not fresh.exists():
        fresh.unlink(missing_ok=True)
        raise TrainingFailed(f"Training failed; the reason is at the end of {log}.")
    _origin_file(wanted).write_text(json.dumps(origin))
    fresh.replace(wanted)
    for old in models.glob("penny-*.tar.gz"):
        if old != wanted:
            old.unlink()
            _origin_file(old).unlink(missing_ok=True)
    return time.monotonic() - started


def _data() -> list[str]:
    """What Rasa reads: rules, and the examples from where they are."""
    used = examples_folder()
    if used == ROOT / _EXAMPLES:
        return ["data"]
    rest = (path for path in sorted((ROOT / "data").iterdir()) if path != ROOT / _EXAMPLES)
    return [*map(str, rest), str(used)]
