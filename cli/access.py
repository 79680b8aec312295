"""``penny user``: how people sign in, and where they are signed in."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.core import open_core
from cli.output import AsJson, show
from finance_core.errors import BadInput
from finance_core.services import devices, identities, passwords, people

Issuer = Annotated[
    str, typer.Option(envvar="PENNY_HOST_ISSUER", help="What its tokens name as iss.")
]


def add_to(group: typer.Typer) -> None:
    """Adds these commands to ``penny user``."""
    for command in (password, list_devices, end_device, links, unlink, link_host, unlink_host):
        group.command(_NAMES.get(command))(command)


def password(
    name: str,
    generate: Annotated[bool, typer.Option(help="Make one up and print it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give a person a password for the web page; their sessions end."""
    with open_core() as core:
        person = people.by_name(core, name)
        if generate:
            new = passwords.generated()
        else:
            new = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        ended = passwords.assign(core, person.id, new, channel="cli")
    text = f"{person.name} can sign in with it now; {ended} sessions have ended."
    if generate:
        text = f"The password, shown only this once:\n{new}\n{text}"
    shown = {"name": person.name, "password": new if generate else None, "sessions_ended": ended}
    show(shown, as_json=as_json, text=text)


def list_devices(name: str, as_json: AsJson = False) -> None:
    """List what a person is signed in with: tokens and sessions."""
    with open_core() as core:
        found = devices.of_person(core, people.by_name(core, name).id)
    rows = [
        {"id": one.id, "label": one.label, "opened_by": one.opened_by,
         "opened_at": one.opened_at, "last_seen_at": one.last_seen_at,
         "expires_at": one.expires_at}
        for one in found
    ]  # fmt: skip
    lines = [
        f"{one.id}  {one.label} ({one.opened_by}), last seen "
        f"{one.last_seen_at:%Y-%m-%d %H:%M} UTC" if one.last_seen_at
        else f"{one.id}  {one.label} ({one.opened_by}), never seen"
        for one in found
    ]  # fmt: skip
    show({"devices": rows}, as_json=as_json, text="\n".join(lines) or "Nothing.")


def end_device(
    name: str,
    device: Annotated[str, typer.Argument(help="Its id, or “sessions” for all of them.")],
    as_json: AsJson = False,
) -> None:
    """Sign one of a person's devices out, or all their browsers."""
    with open_core() as core:
        person = people.by_name(core, name)
        if device == "sessions":
            ended = devices.end_sessions(core, person.id, channel="cli")
        else:
            devices.end(core, person.id, device, channel="cli")
            ended = 1
    show({"ended": ended}, as_json=as_json, text=f"Signed out: {ended}.")


def links(name: str, as_json: AsJson = False) -> None:
    """List the chats and host applications that are tied to a person."""
    with open_core() as core:
        person = people.by_name(core, name)
        chats = people.chats(core, person.id)
        hosts = identities.of_person(core, person.id)
    lines = [f"{one.channel} {one.chat_id}, since {one.linked_at:%Y-%m-%d}" for one in chats]
    lines += [f"{issuer} {subject}" for issuer, subject in hosts]
    show(
        {"chats": chats, "hosts": [{"issuer": i, "subject": s} for i, s in hosts]},
        as_json=as_json,
        text="\n".join(lines) or "Nothing.",
    )


def unlink(name: str, channel: str, chat: str, as_json: AsJson = False) -> None:
    """Untie a chat from a person."""
    with open_core() as core:
        person = people.by_name(core, name)
        people.untie(core, person.id, channel, chat, channel="cli")
    show({"unlinked": chat}, as_json=as_json, text="Untied.")


def link_host(name: str, subject: str, issuer: Issuer = "", as_json: AsJson = False) -> None:
    """Tie a person to who they are (sub) in the application that embeds Penny."""
    with open_core() as core:
        person = people.by_name(core, name)
        identities.link(core, person.id, _named(issuer), subject, channel="cli")
    shown = {"name": person.name, "issuer": issuer, "subject": subject}
    show(shown, as_json=as_json, text=f"{subject} at {issuer} is {person.name} now.")


def unlink_host(name: str, subject: str, issuer: Issuer = "", as_json: AsJson = False) -> None:
    """Untie it again."""
    with open_core() as core:
        person = people.by_name(core, name)
        identities.unlink(core, person.id, _named(issuer), subject, channel="cli")
    show({"unlinked": subject}, as_json=as_json, text="Untied.")


_NAMES = {
    list_devices: "devices",
    end_device: "sign-out",
    link_host: "link-host",
    unlink_host: "unlink-host",
}


def _named(issuer: str) -> str:
    if not issuer:
        raise BadInput("Say which application with --issuer, or set PENNY_HOST_ISSUER.")
    return issuer
