"""The terminal page on which a person decides on one sentence after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import typer
from rapidfuzz import process
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from learning.curate.review import Session

_KEYS = "[b]a[/]ccept  [b]r[/]elabel  [b]d[/]rop  [b]s[/]kip  [b]e[/]dit  [b]u[/]ndo  [b]q[/]uit"
_SHOWN = 6


def sit(
    session: Session,
    intents: Sequence[str],
    *,
    key: Callable[[], str] = typer.getchar,
    ask: Callable[..., Any] = typer.prompt,
    console: Console | None = None,
) -> None:
    """Goes through the undecided rows until all are decided or the person leaves.

    Every decision is saved at once; the next sitting goes on from there.

    Args:
        intents: that a row may be relabelled as.
        key: reads one key.
        ask: reads a line.
    """
    console = console or Console()
    while (place := session.place) is not None:
        _draw(console, session, session.rows[place])
        pressed = key().lower()
        if pressed in ("q", "\x1b", "\x03", "\x04"):
            break
        said = _press(pressed, session, intents, ask)
        if said:
            console.print(f"[yellow]{said}[/]")
    counts = session.progress
    console.print(", ".join(f"{count} {name}" for name, count in sorted(counts.items())))


def _press(
    pressed: str, session: Session, intents: Sequence[str], ask: Callable[..., Any]
) -> str | None:
    """Does what a key says; a sentence where it cannot."""
    try:
        match pressed:
            case "a":
                session.decide("accept")
            case "d":
                session.decide("drop")
            case "s":
                session.skip()
            case "e":
                session.edit(ask("Text, entities as [value](entity)"))
            case "r":
                return _relabel(session, intents, ask("Intent"))
            case "u" if not session.undo():
                return "There is nothing to take back."
            case "u":
                pass
            case _:
                return "Press one of the keys above."
    except ValueError as err:
        return f"That does not go: {err}."
    return None


def _relabel(session: Session, intents: Sequence[str], said: str) -> str | None:
    """Relabels as what was typed, or as the only intent that begins like it."""
    typed = said.strip().lower().replace(" ", "_")
    begun = [typed] if typed in intents else [one for one in intents if one.startswith(typed)]
    if len(begun) == 1:
        session.decide("relabel", begun[0])
        return None
    near = begun or [name for name, *_ in process.extract(typed, intents, limit=_SHOWN)]
    return f"Which of these? {', '.join(near[:_SHOWN])}"


def _draw(console: Console, session: Session, row: dict[str, Any]) -> None:
    counts = session.progress
    facts = Table.grid(padding=(0, 2))
    for name in ("intent", "cluster", "reason", "confidence", "count", "channel"):
        value = row.get(name)
        facts.add_row(f"[dim]{name}[/]", "–" if value is None else _escaped(value))
    done = len(session.rows) - counts["open"]
    console.print(
        Panel(f"[b]{_escaped(row['text'])}[/]", title=f"{done + 1} of {len(session.rows)}"),
        facts,
        _KEYS,
    )


def _escaped(value: Any) -> str:
    from rich.markup import escape

    return escape(str(value))
