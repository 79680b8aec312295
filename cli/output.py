"""How commands print: people get text, ``--json`` gets one JSON value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from finance_core.errors import BadInput
from finance_core.money import Money

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
UserName = Annotated[str, typer.Option("--user", help="The person's name.")]
OwnName = Annotated[
    str | None, typer.Option("--user", help="Your name; not needed while nobody else is here.")
]
OutFile = Annotated[
    Path | None, typer.Option("--out", help="Write the raw results here.", dir_okay=False)
]


def show(value: Any, *, as_json: bool, text: str | None = None) -> None:
    """Prints ``value`` as JSON, or ``text`` (else ``name: value`` lines) for people."""
    if as_json:
        typer.echo(json.dumps(plain(value), ensure_ascii=False))
    elif text is not None:
        typer.echo(text)
    else:
        for name, entry in plain(value).items():
            typer.echo(f"{name}: {entry}")


def plain(value: Any) -> Any:
    """``value`` in JSON's own types; money as ``{"value", "currency"}``."""
    if isinstance(value, Money):
        return {"value": str(value.amount), "currency": value.currency}
    if is_dataclass(value) and not isinstance(value, type):
        value = {name: getattr(value, name) for name in value.__dataclass_fields__}
    if isinstance(value, Mapping):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(entry) for entry in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else _text(value)


def _text(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def existing(path: Path) -> Path:
    """``path`` if it is a readable file; BadInput with a plain sentence otherwise."""
    if not path.is_file():
        raise BadInput(f"There is no file {path}.")
    return path
