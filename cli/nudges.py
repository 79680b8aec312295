"""``penny nudges``: what Penny begins, for whoever runs her."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from cli.core import open_core
from cli.output import AsJson, UserName, show
from finance_core.services import nudges, people
from finance_core.services.nudges import StoredNudge


def register(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    group = typer.Typer(help="Messages that Penny begins.", no_args_is_help=True)
    group.command("list")(list_nudges)
    group.command()(plan)
    group.command("send-test")(send_test)
    app.add_typer(group, name="nudges")


def list_nudges(
    user: UserName,
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=1000)] = 50,
) -> None:
    """List a person's nudges, planned, sent and left out, those planned last first."""
    with open_core() as core:
        found = nudges.listed(core, people.by_name(core, user).id, limit)
    show(
        {"nudges": [_row(one) for one in found]},
        as_json=as_json,
        text="\n".join(map(_line, found)) or "Nothing was ever planned.",
    )


def plan(user: UserName, as_json: AsJson = False) -> None:
    """Plan a person's nudges now, as the worker does every few minutes."""
    with open_core() as core:
        person = people.by_name(core, user)
        done = nudges.plan(core, person.id, datetime.now(UTC))
    show(done, as_json=as_json)


def send_test(user: UserName, as_json: AsJson = False) -> None:
    """Have the running Penny send a person a test message, once quiet hours allow it."""
    with open_core() as core:
        person = people.by_name(core, user)
        planned = nudges.send_test(core, person.id, datetime.now(UTC), "cli")
    show(_row(planned), as_json=as_json, text="Planned; “penny nudges list” tells when it is sent.")


def _row(one: StoredNudge) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "about": one.about,
        "state": one.state,
        "due_at": one.due_at,
        "not_after": one.not_after,
        "sent_at": one.sent_at,
        "seen_at": one.seen_at,
        "channel": one.channel,
        "attempts": one.attempts,
        "last_error": one.last_error,
        "text": one.payload["text"],
        "why": one.payload["why"],
    }


def _line(one: StoredNudge) -> str:
    when = one.sent_at or one.due_at
    note = f" ({one.last_error})" if one.last_error else ""
    return f"{when:%Y-%m-%d %H:%M}Z  {one.state:8}  {one.kind:15}  {one.payload['text']}{note}"
