"""``penny learn train|judge|registry|rollout``: a new model, from training to everybody."""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import champion, training
from cli.output import AsJson, OutFile, show
from cli.transcripts import learning_settings, registry
from finance_core.errors import BadInput
from learning.errors import BadModel, RolloutRefused
from learning.registry import Card, Registry, State
from learning.rollout import plan, steps
from learning.rollout.following import Following

_METADATA = "metadata.json"
rollout = typer.Typer(help="Give a new model to a few people first.", no_args_is_help=True)


def register(group: typer.Typer) -> None:
    """Adds these commands to ``penny learn``."""
    group.command()(train)
    group.command()(judge)
    group.command("registry")(show_registry)
    group.add_typer(rollout, name="rollout")


def train(
    model: Annotated[
        Path | None, typer.Option(help="Register this model file instead.", dir_okay=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Build a candidate of the present examples and register it, if anything changed.

    The model that serves so far is registered first, as the first champion.
    """
    models, seconds = registry(), 0.0
    _found(models)
    made_of = (training.data_fingerprint(), training.code_fingerprint())
    known = next((c for c in models.cards() if (c.data, c.code) == made_of), None)
    if known and model is None:
        _shown(known, False, seconds, as_json, f"{known.version} is of these examples already.")
        return
    path = model or training.trained_here()
    if not path.exists():
        if model:
            raise BadInput(f"There is no file {model}.")
        seconds = training.run_training(path)
    card = add(models, path, {"train_seconds": round(seconds, 1)})
    _shown(card, True, seconds, as_json, f"{card.version} is the candidate now.")


def add(models: Registry, path: Path, metrics: dict[str, Any]) -> Card:
    """Registers a model file of the present checkout and makes it the candidate.

    Raises:
        BadModel: it is no model of Rasa's.
    """
    origin = {"data": training.data_fingerprint(), "code": training.code_fingerprint()}
    card = _add(models, path, origin, metrics)
    models.change(partial(steps.built, version=card.version, now=datetime.now(UTC)))
    return card


def _found(models: Registry) -> None:
    """Makes the model trained here last the champion, if there never was one."""
    latest = max(training.models_folder().glob("penny-*.tar.gz"), key=_age, default=None)
    if models.state().champion is None and latest:
        card = _add(models, latest, training.origin(latest), {})
        models.change(partial(steps.founded, version=card.version, now=datetime.now(UTC)))


def _age(path: Path) -> float:
    return path.stat().st_mtime


def _add(models: Registry, path: Path, origin: dict[str, str], metrics: dict[str, Any]) -> Card:
    return models.add(
        path,
        model_id=model_id(path),
        data=origin.get("data", ""),
        code=origin.get("code", ""),
        revision=_revision(),
        parent=models.state().champion,
        metrics=metrics,
        now=datetime.now(UTC),
    )


def model_id(path: Path) -> str:
    """The id that Rasa gave a model when it was trained.

    Raises:
        BadModel: the file is no model of Rasa's.
    """
    try:
        with tarfile.open(path) as archive:
            names = (name for name in archive.getnames() if Path(name).name == _METADATA)
            found = archive.extractfile(next(names))
            return str(json.loads(found.read())["model_id"]) if found else ""
    except (tarfile.TarError, StopIteration, ValueError, KeyError, TypeError, EOFError) as error:
        raise BadModel(f"{path.name} is not a model of Rasa's.") from error


def judge(
    candidate: Annotated[str | None, typer.Argument(help="Version; else the latest.")] = None,
    golden: Annotated[list[Path] | None, typer.Option(help="A further golden set.")] = None,
    suite: Annotated[
        list[Path] | None, typer.Option(help="Suites to hold instead of talk and amelia.")
    ] = None,
    conversations: Annotated[bool, typer.Option(help="Hold conversations too.")] = True,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report here.")] = None,
    out: OutFile = None,
    as_json: AsJson = False,
) -> None:
    """Compare a candidate with the champion; only what is better and nowhere worse passes."""
    from cli import comparing
    from learning import judging

    models = registry()
    state = models.state()
    version = candidate or state.candidate
    if version is None:
        raise BadInput("There is no candidate yet: run `penny learn train` first.")
    if state.champion is None:
        raise BadInput("There is no champion to compare with: run `penny learn train` first.")
    if version == state.champion:
        raise BadInput(f"{version} is the champion already.")
    sets = [comparing.GOLDEN, *(golden or ())]
    suites = (suite or list(comparing.SUITES)) if conversations else []
    comparing.check_files(sets, suites)
    files = champion.folder(learning_settings().home)
    pair = (
        (state.champion, models.fetch(state.champion, files)),
        (version, models.fetch(version, files)),
    )
    with tempfile.TemporaryDirectory(prefix="penny-") as folder:
        old, new = comparing.measure(pair, sets, suites, Path(folder))
    verdict = judging.judge(old, new)
    result, now = judging.as_json(verdict, old, new), datetime.now(UTC)
    models.judged(version, result)
    models.change(
        partial(steps.judged, version=version, promoted=verdict.promoted, why=verdict.why, now=now)
    )
    if out:
        rows = [_row(*answers) for answers in zip(old.answers, new.answers, strict=False)]
        out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    if report:
        write_report(report, result, [path.name for path in sets], now)
    passed = "let through" if verdict.promoted else "turned down"
    show(result, as_json=as_json, text=f"{version} is {passed}. {verdict.why}")


def write_report(path: Path, result: dict[str, Any], sources: list[str], now: datetime) -> None:
    """The judgement as a page with tables and charts."""
    from cli import report as pages
    from learning import judging

    passed = "let through" if result["promoted"] else "turned down"
    shown = {key: value for key, value in result.items() if key not in ("checks", "figures")}
    kinds: dict[str, list[dict[str, Any]]] = {}
    for check in result["checks"]:
        kind, _, name = check["check"].partition(": ")
        kinds.setdefault(kind, []).append({"name": name, **check})
    rows = {
        kind: [{k: v for k, v in row.items() if k != "check"} for row in found]
        for kind, found in kinds.items()
    }
    pages.write(
        path,
        f"The candidate is {passed}",
        {**shown, **rows, "figures": result["figures"]},
        source=", ".join(sources),
        protocol=judging.__doc__ or "",
        today=now.date(),
    )


def show_registry(as_json: AsJson = False) -> None:
    """List the models, who is champion and candidate, and the latest steps."""
    models = registry()
    state, cards = models.state(), models.cards()
    roles = {state.candidate: "candidate", state.champion: "champion"}
    lines = [
        f"{card.version}  {card.made_at}  {card.bytes / 1e6:6.1f} MB  data {card.data}  "
        f"code {card.code}  {roles.get(card.version, '')}".rstrip()
        for card in cards
    ]
    steps_taken = [
        f"{step['at']}  {step['what']}  {step['version'] or ''}  {step['why']}".rstrip()
        for step in state.history[-10:]
    ]
    value = {
        "champion": state.champion,
        "candidate": state.candidate,
        "passed": state.passed,
        "models": cards,
        "history": state.history,
    }
    text = "\n".join([*lines, *steps_taken]) or "No model is registered."
    show(value, as_json=as_json, text=text)


@rollout.command()
def status(as_json: AsJson = False) -> None:
    """How the rollout goes."""
    following = Following(registry, "command")
    following.look()
    found = following.status()
    show(found or {"status": "none"}, as_json=as_json, text=_told(found))


@rollout.command()
def start(
    version: Annotated[str | None, typer.Argument(help="Version; else the candidate.")] = None,
    stage: Annotated[int, typer.Option(help="Stage to begin with: 1, 5, 25 or 100 %.")] = 1,
    unjudged: Annotated[bool, typer.Option(help="Although the judge has not passed it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give the candidate to the first people."""
    models = registry()
    chosen = version or models.state().candidate
    if chosen is None:
        raise BadInput("There is no candidate yet: run `penny learn train` first.")
    card = models.card(chosen)
    if card.code != training.code_fingerprint():
        raise RolloutRefused(f"{chosen} was made with other rules than those of this checkout.")
    step = partial(steps.started, card=card, stage=stage - 1, unjudged=unjudged)
    _take(models, step, as_json)


@rollout.command("stop")
def stop_rollout(as_json: AsJson = False) -> None:
    """End the rollout without a verdict; everybody has the champion again."""
    _take(registry(), partial(steps.stopped, back=False, why="stopped by hand"), as_json)


@rollout.command()
def promote(as_json: AsJson = False) -> None:
    """Give the candidate to everybody now, and let it take the champion's place."""
    _take(registry(), partial(steps.promoting, why="promoted by hand"), as_json)


@rollout.command()
def rollback(as_json: AsJson = False) -> None:
    """Take the candidate back now."""
    _take(registry(), partial(steps.stopped, back=True, why="rolled back by hand"), as_json)


def _take(models: Registry, step: Callable[..., State], as_json: bool) -> None:
    on = models.change(partial(step, now=datetime.now(UTC))).rollout
    assert on is not None  # noqa: S101 every step of these leaves one
    text = f"{on.candidate}: {on.status}, {on.share:.0%} of people."
    show({"status": on.status, "candidate": on.candidate, "share": on.share}, as_json=as_json,
         text=text)  # fmt: skip


def _told(found: dict[str, Any] | None) -> str:
    if found is None:
        return "There has been no rollout yet."
    turns = {group: tally["turns"] for group, tally in found["groups"].items()}
    lines = [
        f"{found['candidate']}: {found['status']}, stage {found['stage'] + 1} of "
        f"{len(plan.SHARES)}, {found['share']:.0%} of people",
        f"turns: {turns['candidate']} of the candidate, {turns['champion']} of the champion",
        *(
            f"  {one['kind']:<12} {_rate(one['candidate'])} against {_rate(one['champion'])}, "
            f"evidence {one['evidence']:.2g} of {one['wanted']:.0f}"
            for one in found["findings"]
        ),
        found["next_why"] or found["why"],
    ]
    return "\n".join(lines)


def _rate(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.1%}"


def _revision() -> str:
    """The checkout's revision, where it is known."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            cwd=training.ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return found.stdout.strip()


def _shown(card: Card, built: bool, seconds: float, as_json: bool, text: str) -> None:
    value = {"version": card.version, "built": built, "seconds": round(seconds, 1), "card": card}
    show(value, as_json=as_json, text=text)


def _row(old: Any, new: Any) -> dict[str, Any]:
    return {
        "source": new.source,
        "text": new.text,
        "intent": new.intent,
        "champion": old.predicted,
        "candidate": new.predicted,
        "champion_ms": round(old.ms, 1),
        "candidate_ms": round(new.ms, 1),
    }
