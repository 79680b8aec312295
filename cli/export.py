"""``penny export``: a person's data as a file, and the parts other rooms add to one."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from channels.history import lines_of
from cli.core import open_core
from cli.output import AsJson, UserName, show
from cli.transcripts import learning_settings
from finance_core.errors import BadInput
from finance_core.services import export as exports
from finance_core.services import people
from finance_core.services.core import Core
from learning import copies
from learning.errors import LearningError


def register(app: typer.Typer) -> None:
    """Adds this command to ``app``."""
    app.command()(export)


def export(
    user: UserName,
    to: Annotated[
        Path | None, typer.Option(help="File to write; penny-NAME-DATE.zip here unless given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write everything Penny keeps of a person into a zip file."""
    now = datetime.now(UTC)
    with open_core() as core:
        person = people.by_name(core, user)
        parts, trouble = _talks(core, person.id), None
        try:
            parts |= _transcripts(person.id)
        except LearningError as error:
            trouble = str(error)
        content, counts = exports.build(core, person.id, now, extra=parts)
    path = to or Path(f"penny-{_plain(person.name)}-{now:%Y-%m-%d}.zip")
    _write(path, content)
    lines = [f"{path}: {counts['transactions']:,} transactions and everything else."]
    lines += [f"Stored transcripts are missing: {trouble}"] if trouble else []
    show(
        {"file": str(path), "counts": counts, "missing": trouble},
        as_json=as_json,
        text="\n".join(lines),
    )


def complete_waiting(core: Core) -> None:
    """Adds to each export what was said and what is stored of it.

    Raises:
        LearningError: the object store does not answer; the exports wait.
    """
    now = datetime.now(UTC)
    for one in exports.waiting(core, now):
        parts = _talks(core, one.person_id) | _transcripts(one.person_id)
        exports.add(core, one.id, parts, now)


def _talks(core: Core, person_id: str) -> dict[str, bytes]:
    rows = lines_of(core.settings.home / "chats", person_id)
    return {"conversations.jsonl": exports.lines(rows)} if rows else {}


def _transcripts(person_id: str) -> dict[str, bytes]:
    rows = copies.stored_turns(learning_settings(), person_id)
    return {"transcripts.jsonl": exports.lines(rows)} if rows else {}


def _plain(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower())


def _write(path: Path, content: bytes) -> None:
    """Writes a new file that only its owner can read."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as err:
        raise BadInput(f"{path} is there already; choose another name with --to.") from err
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
