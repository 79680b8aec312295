"""``penny user``: the people Penny talks with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.core import open_core
from cli.output import AsJson, UserName, show
from finance_core.errors import BadInput
from finance_core.services import deletion, people

group = typer.Typer(help="The people Penny talks with.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    from cli import access, people_voice, sharing

    access.add_to(group)
    people_voice.add_to(group)
    sharing.add_to(group)
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
    """Make a one-time code that ties a chat, on Telegram or Slack, to a person."""
    with open_core() as core:
        code = people.link_code(core, people.by_name(core, user).id)
    show(
        {"code": code},
        as_json=as_json,
        text=f"Send this to Penny within 15 minutes:\n"
        f"/start {code} (on Telegram)\nlink {code} (on Slack)",
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


@group.command()
def revoke(
    user: UserName,
    new_token: Annotated[bool, typer.Option(help="Print a new access token.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a person's password, tokens, sessions and tied chats useless at once."""
    with open_core() as core:
        person = people.by_name(core, user)
        revoked = people.revoke_all(core, person.id)
        token = people.issue_token(core, person.id, "after revoking") if new_token else None
    lines = [f"{revoked} tokens of {person.name} are useless now; tied chats are untied."]
    lines += [f"The new access token, shown only this once:\n{token}"] if token else []
    show({"revoked": revoked, "token": token}, as_json=as_json, text="\n".join(lines))


@group.command()
def delete(
    name: str,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase everything Penny keeps of a person; a receipt without their name remains."""
    from cli import erasing

    with open_core() as core:
        person = people.by_name(core, name)
        if not yes:
            rows = sum(deletion.counts(core, person.id).values())
            typer.echo(f"This erases {rows:,} records of {person.name} for good.", err=True)
            typed = typer.prompt(f"Type “{deletion.PHRASE}”", err=True)
            if typed.strip().casefold() != deletion.PHRASE:
                raise BadInput("Nothing was erased.")
        now = datetime.now(UTC)
        erased = deletion.erase(core, person.id, now)
        if not erasing.web_runs():  # else a turn may be under way, and the worker sees to it
            erasing.sweep(core, now + deletion.SETTLED_AFTER)
        left = deletion.receipt(core, erased.receipt.id)
    lines = [f"Erased. Receipt {left.id}."]
    if left.outstanding:
        lines.append(f"Still to be erased by the worker: {', '.join(left.outstanding)}.")
    lines += [f"End the access at {bank} yourself: from here it can't be." for bank in
              erased.kept_by_bank]  # fmt: skip
    show(
        {"receipt": left, "kept_by_bank": erased.kept_by_bank},
        as_json=as_json,
        text="\n".join(lines),
    )


@group.command()
def receipt(number: str, as_json: AsJson = False) -> None:
    """Show what a receipt of a deletion says."""
    with open_core() as core:
        found = deletion.receipt(core, number)
    done = f"complete since {found.completed_at:%Y-%m-%d %H:%M} UTC" if found.completed_at else ""
    left = "; ".join(f"{place}: {why or 'waiting'}" for place, why in found.outstanding.items())
    show(
        found,
        as_json=as_json,
        text=f"{found.id}: erased on {found.at:%Y-%m-%d %H:%M} UTC, {done or 'not yet: ' + left}.",
    )
