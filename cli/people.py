"""``penny user``: the people Penny talks with."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.core import open_core
from cli.output import AsJson, UserName, show
from finance_core.services import people

group = typer.Typer(help="The people Penny talks with.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    app.add_typer(group, name="user")


@group.command()
def add(
    name: str,
    timezone: Annotated[str, typer.Option(help="Time zone, like Europe/London.")] = "UTC",
    currency: Annotated[str, typer.Option(help="Main currency, like GBP.")] = "USD",
    as_json: AsJson = False,
) -> None:
    """Create a person; their access token is printed once."""
    with open_core() as core:
        person, token = people.add(core, name, timezone, currency)
    show(
        {"id": person.id, "name": person.name, "token": token},
        as_json=as_json,
        text=f"{person.name} is known now. The access token, shown only this once:\n{token}",
    )


@group.command()
def link(user: UserName, as_json: AsJson = False) -> None:
    """Make a one-time code that ties a Telegram chat to a person."""
    with open_core() as core:
        code = people.link_code(core, people.by_name(core, user).id)
    show(
        {"code": code},
        as_json=as_json,
        text=f"Send this to Penny's Telegram bot within 15 minutes:\n/start {code}",
    )


@group.command()
def consent(
    user: UserName,
    transcripts: Annotated[bool, typer.Option("--transcripts/--no-transcripts")],
    as_json: AsJson = False,
) -> None:
    """Say whether a person's talks may be kept, anonymized, to improve Penny."""
    with open_core() as core:
        person = people.by_name(core, user)
        people.set_consent(core, person.id, transcripts)
    may = "may" if transcripts else "may not"
    show(
        {"name": user, "transcripts": transcripts},
        as_json=as_json,
        text=f"{user}'s talks {may} be kept, anonymized.",
    )
