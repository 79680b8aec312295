"""The training examples in ``data/nlu/``: read, marked alike, and added to in place."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from learning.errors import BadTranscripts

MARK = re.compile(r"\[([^\]\[]+)\]\(([a-z_]+)\)")
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")
_TOKEN = re.compile(r"\S+")
_EDGE = ".,!?;:"
_LONGEST = 4  # tokens of an entity
_LEAST, _SHARE = 3, 0.8
_INTENT = re.compile(r"  - intent: (\S+)\s*$")


@dataclass(frozen=True, slots=True)
class File:
    """One file of examples: its text, and the marked examples of each intent."""

    path: Path
    text: str
    intents: dict[str, list[str]]


def load(folder: Path) -> list[File]:
    """The files of a folder, by name.

    Raises:
        BadTranscripts: one is not what it should be.
    """
    return [_file(path, path.read_text("utf-8")) for path in sorted(folder.glob("*.yml"))]


def _file(path: Path, text: str) -> File:
    try:
        blocks = yaml.safe_load(text)["nlu"]
        intents = {
            block["intent"]: [line[2:].strip() for line in block["examples"].splitlines()]
            for block in blocks
        }
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as err:
        raise BadTranscripts(f"{path.name} is not a file of training examples.") from err
    return File(path, text, intents)


def unmarked(text: str) -> str:
    """An example without its marks."""
    return MARK.sub(r"\1", text)


def by_intent(files: Iterable[File]) -> dict[str, list[str]]:
    """The examples of each intent, unmarked."""
    return {
        intent: list(map(unmarked, examples))
        for file in files
        for intent, examples in file.intents.items()
    }


def with_added(file: File, added: Mapping[str, Sequence[str]]) -> str:
    """The file's text with examples added at the end of their intents; the rest as it was.

    Raises:
        BadTranscripts: the file has another form than its examples on lines of their own.
    """
    lines, out = file.text.splitlines(keepends=True), []
    waiting: list[str] = []
    for line in lines:
        inside = line.startswith("      ") or line.startswith("    examples:")
        if waiting and not inside:
            out += waiting
            waiting = []
        intent = _INTENT.match(line)
        if intent:
            waiting = [f"      - {text}\n" for text in added.get(intent[1], ())]
        out.append(line if line.endswith("\n") else line + "\n")
    written = "".join(out + waiting)
    wanted = {name: [*own, *added.get(name, ())] for name, own in file.intents.items()}
    if _file(file.path, written).intents != wanted:
        raise BadTranscripts(f"{file.path.name} has a form that cannot be added to.")
    return written


def replace_text(path: Path, text: str) -> None:
    """Writes a file whole; a crash leaves the old one or the new one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


class Marker:
    """Marks in new texts what the examples mark: the same words, whatever their figures."""

    def __init__(self, files: Iterable[File]) -> None:
        marked: Counter[tuple[str, str]] = Counter()
        seen: Counter[str] = Counter()
        for text in (text for file in files for own in file.intents.values() for text in own):
            marked.update((_shape(value), entity) for value, entity in MARK.findall(text))
            seen.update(shape for *_, shape in _stretches(unmarked(text)))
        self._entity = {
            shape: entity
            for (shape, entity), count in sorted(marked.items())
            if count >= _LEAST and count >= _SHARE * max(seen[shape], count)
        }
        self.entities = frozenset(entity for _, entity in marked)

    def mark(self, text: str) -> str:
        """``text`` with its entities marked, the longest first; as it is where some are."""
        if MARK.search(text):
            return text
        out, done = [], 0
        for start, end, shape in sorted(
            _stretches(text), key=lambda one: (one[0], -one[1])
        ):  # from left to right
            if start >= done and shape in self._entity:
                out += [text[done:start], f"[{text[start:end]}]({self._entity[shape]})"]
                done = end
        return "".join([*out, text[done:]])


def _shape(value: str) -> str:
    return _FIGURES.sub("0", value.casefold())


def _stretches(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and shape of every stretch of a few words."""
    words = [match.span() for match in _TOKEN.finditer(text)]
    for place, (start, _) in enumerate(words):
        for _, end in words[place : place + _LONGEST]:
            bare = len(text[start:end].rstrip(_EDGE))
            if bare:
                yield start, start + bare, _shape(text[start : start + bare])
