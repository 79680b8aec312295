"""Measuring two models side by side for the judge: the same texts, the same conversations.

Texts go to both models in turn, so that whatever else the machine does slows both alike.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from cli import answers
from cli.stack import ROOT, NotStarted, Stack, running_stack
from cli.understanding import read_rows
from finance_core.errors import BadInput
from learning.judging import Answer, Measured

GOLDEN = ROOT / "tests" / "bot" / "golden.jsonl"
# Manners and refusals; figures, follow-ups and forms of a household.
SUITES = tuple(ROOT / "tests" / "conversations" / f"{name}.yml" for name in ("talk", "amelia"))
_OTHERS = ("bank", "objects", "actions", "channels", "worker")
_SECONDS = 10.0
_MOST_CHANGED = 300


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be understood; see :class:`learning.judging.Answer`."""

    source: str
    text: str
    intent: str
    channel: str = ""
    changed: bool = False


def measure(
    models: tuple[tuple[str, Path], tuple[str, Path]],
    golden: Sequence[Path],
    suites: Sequence[Path],
    home: Path,
) -> tuple[Measured, Measured]:
    """Measures two models, each given by name and file.

    Raises:
        BadInput: a golden set or a suite cannot be used.
        NotStarted: the first model could not be started.
    """
    texts = [text for path in golden for text in read_texts(path)]
    texts += changed(texts)
    with ExitStack() as running:
        stacks = [running.enter_context(_alone(models[0][1], home / "0"))]
        try:
            stacks.append(running.enter_context(_alone(models[1][1], home / "1")))
        except NotStarted:
            return Measured(models[0][0], True), Measured(models[1][0], False)
        found = _understood(stacks, texts)
        memory = [_memory(stack) for stack in stacks]
    measured = []
    for number, (name, path) in enumerate(models):
        turns = _held(path, suites, home / f"held{number}") if suites else {}
        measured.append(
            Measured(name, True, found[number], turns, path.stat().st_size / 1e6, memory[number])
        )
    return measured[0], measured[1]


def read_texts(path: Path) -> list[Text]:
    """The rows of a golden set; ``channel`` may be given beside ``text`` and ``intent``."""
    rows = read_rows(path)
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    channels = [str(json.loads(line).get("channel") or "") for line in lines]
    return [
        Text(path.stem, row["text"], row["intent"], channel)
        for row, channel in zip(rows, channels, strict=True)
    ]


def changed(texts: Sequence[Text]) -> list[Text]:
    """The same texts as others would write them: politely, with slips, plainly, shouting."""
    chosen = sorted(texts, key=lambda one: _number(one.text))[:_MOST_CHANGED]
    return [
        Text(name, said, one.intent, changed=True)
        for name, change in _CHANGES.items()
        for one in chosen
        if (said := change(one.text)) != one.text
    ]


def _politely(text: str) -> str:
    return f"hi, {text.rstrip(' .!?')} please, thanks"


def _slipped(text: str) -> str:
    """Two letters inside the longest word change places."""
    longest = max(re.findall(r"[A-Za-z]{4,}", text), key=len, default="")
    at = 1 + _number(text) % max(len(longest) - 2, 1)
    slip = longest[:at] + longest[at : at + 2][::-1] + longest[at + 2 :]
    return text.replace(longest, slip, 1) if longest else text


def _plainly(text: str) -> str:
    return re.sub(r"[^\w\s£$€%.,'-]|[.,](?!\d)", "", text.lower()).strip()


_CHANGES = {
    "polite": _politely,
    "typos": _slipped,
    "no punctuation": _plainly,
    "capitals": str.upper,
}


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _alone(model: Path, home: Path) -> AbstractContextManager[Stack]:
    """A Rasa with this model and nothing beside it."""
    return running_stack(home, without=_OTHERS, extra={"PENNY_RASA_MODEL": str(model)})


def _understood(stacks: Sequence[Stack], texts: Sequence[Text]) -> list[tuple[Answer, ...]]:
    found: list[list[Answer]] = [[] for _ in stacks]
    with ExitStack() as opened:
        clients = [
            opened.enter_context(
                httpx.Client(
                    base_url=stack.environment["PENNY_RASA_URL"],
                    params={"token": stack.environment["PENNY_RASA_TOKEN"]},
                    timeout=_SECONDS,
                    trust_env=False,
                )
            )
            for stack in stacks
        ]
        for client in clients:
            _parse(client, "hello")  # what is loaded with the first text is no answer's time
        for text in texts:
            for number, client in enumerate(clients):
                predicted, ms = _parse(client, text.text)
                found[number].append(
                    Answer(text.source, text.changed, text.text, text.intent, predicted, ms,
                           text.channel)
                )  # fmt: skip
    return [tuple(answers) for answers in found]


def _parse(client: httpx.Client, text: str) -> tuple[str | None, float]:
    started = time.perf_counter()
    try:
        answer = client.post("/model/parse", json={"text": text}).raise_for_status().json()
        predicted = str(answer["intent"]["name"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        predicted = None
    return predicted, 1000 * (time.perf_counter() - started)


def _held(model: Path, suites: Sequence[Path], home: Path) -> dict[str, bool]:
    with _served(model):
        results = answers.evaluate(suites, home)
    return {f"{row['conversation']}, {row['turn']}": bool(row["right"]) for row in results}


@contextmanager
def _served(model: Path) -> Iterator[None]:
    before = os.environ.get("PENNY_RASA_MODEL")
    os.environ["PENNY_RASA_MODEL"] = str(model)
    try:
        yield
    finally:
        if before is None:
            del os.environ["PENNY_RASA_MODEL"]
        else:
            os.environ["PENNY_RASA_MODEL"] = before


def _memory(stack: Stack) -> float | None:
    """Megabytes that Rasa holds; None where the system does not say."""
    status = Path(f"/proc/{stack.running['rasa'].pid}/status")
    try:
        found = re.search(r"^VmRSS:\s+(\d+) kB", status.read_text(), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) / 1024 if found else None


def check_files(golden: Sequence[Path], suites: Sequence[Path]) -> None:
    """Reads all files once, before anything is started for them.

    Raises:
        BadInput: one of them cannot be used.
    """
    for path in golden:
        if not path.is_file():
            raise BadInput(f"There is no file {path}.")
        read_texts(path)
    for path in suites:
        answers.read_suite(path)
