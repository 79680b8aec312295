"""Penny's language understanding beside Rasa's default pipeline, on the same data, in one run.

    make bench-rasa

Both learn the same four fifths of Penny's examples and are asked the rest over Rasa's own
HTTP interface, one message at a time. Rasa's default wants 100 epochs, which takes hours; it
gets 15, and a limit in minutes. Penny's vectors are not read from the cache. TED has nothing to
learn where there are rules and no stories; it is loaded and asked all the same.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / "bot/.venv/bin/python"
PIPELINES = {
    "penny": (ROOT / "config.yml", "bot.launch"),
    "rasa_default": (ROOT / "benchmarks/rasa_default.yml", "rasa"),
}
FALLBACK = "nlu_fallback"
START_SECONDS = 300


class Unready(Exception):
    """A trained model that cannot be asked."""


def main() -> None:
    """Prints one JSON object: the same figures of both pipelines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=15, help="of the default's models")
    parser.add_argument("--minutes", type=float, default=25, help="limit of each training")
    parser.add_argument("--only", choices=sorted(PIPELINES))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="penny-") as folder:
        home = Path(folder)
        shutil.copytree(ROOT / "bot/domain", home / "domain")
        held_out = split(home / "data")
        figures: dict[str, Any] = {
            "cores": os.cpu_count(),
            "held_out": len(held_out),
            "epochs": options.epochs,
        }
        for name in PIPELINES if options.only is None else (options.only,):
            config, module = PIPELINES[name]
            used = settled(config, home / f"{name}.yml", options.epochs)
            try:
                found = measure(used, module, home, name, held_out, 60 * options.minutes)
            except (subprocess.SubprocessError, httpx.HTTPError, Unready) as error:
                print(tail(home / f"{name}.log"), file=sys.stderr)  # noqa: T201
                found = {"failed": str(error).replace(str(home), "")[-300:]}
            figures[name] = found
    print(json.dumps(figures, indent=2))  # noqa: T201 this is a script


def split(folder: Path) -> list[tuple[str, str]]:
    """Puts data with a fifth of the examples left out into ``folder``; gives those."""
    shutil.copytree(ROOT / "data", folder)
    held_out: list[tuple[str, str]] = []
    for file in sorted((folder / "nlu").glob("*.yml")):
        content = yaml.safe_load(file.read_text("utf-8"))
        for entry in content["nlu"]:
            if "intent" in entry:
                kept, asked = halves(entry["examples"].splitlines(), entry["intent"])
                entry["examples"] = "\n".join(kept) + "\n"
                held_out += asked
        file.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return held_out


def halves(lines: Sequence[str], intent: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Four fifths to learn from, and a fifth to ask, without its marks."""
    shuffled = random.Random(intent).sample(list(lines), len(lines))  # noqa: S311 repeatable
    asked = shuffled[: len(lines) // 5]
    return shuffled[len(asked) :], [(plain(line), intent) for line in asked]


def plain(line: str) -> str:
    """An example as it is said, without the marks of its entities."""
    text = line.removeprefix("- ").strip()
    while "](" in text or "]{" in text:
        start, middle = text.index("["), text.index("]")
        end = text.index(")" if text[middle + 1] == "(" else "}", middle)
        text = text[:start] + text[start + 1 : middle] + text[end + 1 :]
    return text


def settled(config: Path, changed: Path, epochs: int) -> Path:
    """A copy of ``config`` whose models train for ``epochs`` and remember no vectors."""
    content = yaml.safe_load(config.read_text("utf-8"))
    for part in (*content["pipeline"], *content["policies"]):
        if "epochs" in part:
            part["epochs"] = epochs
        if part["name"].endswith(".SentenceEncoder"):
            part["remember"] = False
    changed.write_text(yaml.safe_dump(content), "utf-8")
    return changed


def measure(
    config: Path,
    module: str,
    home: Path,
    name: str,
    held_out: Sequence[tuple[str, str]],
    limit: float,
) -> dict[str, Any]:
    """Trains, starts and asks one pipeline.

    Raises:
        subprocess.SubprocessError: the training failed, or took longer than ``limit`` seconds.
        Unready: the trained model did not start.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false"}
    started, spent = time.monotonic(), cpu_seconds()
    train = [
        "train", "--config", str(config), "--domain", str(home / "domain"),
        "--data", str(home / "data"),
        "--out", str(home), "--fixed-model-name", name, "--force", "--skip-validation",
    ]  # fmt: skip
    with (home / f"{name}.log").open("wb") as log:
        subprocess.run(
            [str(PYTHON), "-W", "ignore", "-m", module, *train],
            cwd=ROOT, env=environment, stdout=log, stderr=log, check=True, timeout=limit,
        )  # fmt: skip
        trained, spent = time.monotonic(), cpu_seconds() - spent
        with serving(module, home / f"{name}.tar.gz", environment, log) as (url, process):
            ready = time.monotonic()
            answers, times = ask(url, [text for text, _ in held_out])
            megabytes = psutil.Process(process.pid).memory_info().rss / 2**20
    right = sum(answer == intent for answer, (_, intent) in zip(answers, held_out, strict=True))
    return {
        "train_seconds": round(trained - started, 1),
        "train_cpu_seconds": round(spent, 1),
        "start_seconds": round(ready - trained, 1),
        "understanding_p50_ms": round(statistics.median(times), 1),
        "understanding_p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
        "intents_right": round(right / len(held_out), 4),
        "memory_mb": round(megabytes),
    }


def cpu_seconds() -> float:
    """What the processes that this one started and that have ended computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tail(log: Path) -> str:
    """The end of a log, where the reason of a failure stands."""
    return log.read_text("utf-8", errors="replace")[-2000:] if log.is_file() else ""


@contextmanager
def serving(
    module: str, model: Path, environment: dict[str, str], log: Any
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Rasa's HTTP interface with a model, on loopback, once it answers."""
    port = free_port()
    process = subprocess.Popen(
        [str(PYTHON), "-W", "ignore", "-m", module, "run", "--enable-api",
         "--interface", "127.0.0.1", "--port", str(port), "--model", str(model),
         "--endpoints", os.devnull, "--credentials", os.devnull],
        cwd=ROOT, env=environment, stdout=log, stderr=log,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    late = time.monotonic() + START_SECONDS
    try:
        while not answers_at(url):
            if process.poll() is not None:
                raise Unready("Rasa ended before it answered.")
            if time.monotonic() > late:
                raise Unready(f"Rasa did not answer within {START_SECONDS} s.")
            time.sleep(0.2)
        yield url, process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def answers_at(url: str) -> bool:
    """Whether a model is loaded and understands."""
    try:
        return httpx.post(f"{url}/model/parse", json={"text": "hi"}, timeout=30).is_success
    except httpx.TransportError:
        return False


def ask(url: str, texts: Sequence[str]) -> tuple[list[str], list[float]]:
    """Intents of the texts, the best one behind a fallback, and milliseconds of each."""
    answers, times = [], []
    with httpx.Client(base_url=url, timeout=60) as client:
        for text in texts:
            started = time.perf_counter()
            found = client.post("/model/parse", json={"text": text}).raise_for_status().json()
            times.append(1000 * (time.perf_counter() - started))
            ranking = (entry["name"] for entry in found.get("intent_ranking", ()))
            names = (found["intent"]["name"], *ranking)
            answers.append(next((name for name in names if name != FALLBACK), FALLBACK))
    return answers, times


if __name__ == "__main__":
    main()
