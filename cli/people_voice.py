"""``penny user pin``, ``voice``, ``voice-links`` and ``voice-unlink``: talking aloud."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.core import open_core
from cli.output import AsJson, show
from finance_core.services import links, people, pins, voice

_CHANNEL = "cli"


def add_to(group: typer.Typer) -> None:
    """Adds these commands to ``penny user``."""
    group.command()(pin)
    group.command("voice")(voice_settings)
    group.command("voice-links")(links_of)
    group.command("voice-unlink")(unlink)


def pin(
    name: str,
    drop: Annotated[bool, typer.Option("--drop", help="Take the PIN away.")] = False,
    as_json: AsJson = False,
) -> None:
    """Set the PIN that a person says before money moves by voice; it is asked for, or read."""
    with open_core() as core:
        person = people.by_name(core, name)
        if drop:
            pins.drop(core, person.id, channel=_CHANNEL)
        else:
            pins.put(core, person.id, _typed(), channel=_CHANNEL)
    done = f"{person.name} has no PIN now." if drop else f"{person.name}'s PIN is set."
    show({"name": person.name, "pin": not drop}, as_json=as_json, text=done)


def voice_settings(
    name: str,
    private: Annotated[
        bool | None, typer.Option("--private/--open", help="No figures aloud, or figures.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show or say whether a person wants no figures aloud."""
    with open_core() as core:
        person = people.by_name(core, name)
        if private is not None:
            voice.set_private(core, person.id, private, channel=_CHANNEL)
        state = {
            "name": person.name,
            "private": voice.is_private(core, person.id),
            "pin": pins.is_set(core, person.id),
        }
    show(state, as_json=as_json)


def links_of(name: str, as_json: AsJson = False) -> None:
    """Show the voice services and telephones that are linked with a person."""
    with open_core() as core:
        person = people.by_name(core, name)
        found = [
            {"id": one.id, "name": one.service, "scope": one.scope, "since": one.created_at}
            for one in links.of_person(core, person.id)
        ]
        found += [{"id": number, "name": "telephone"} for number in voice.phones(core, person.id)]
    lines = [f"{one['id']}  {one['name']}" for one in found] or ["Nothing is linked."]
    show({"links": found}, as_json=as_json, text="\n".join(lines))


def unlink(name: str, link: str, as_json: AsJson = False) -> None:
    """Unlink a voice service or a telephone by its id, as ``voice-links`` shows it."""
    with open_core() as core:
        person = people.by_name(core, name)
        if link.startswith("+"):
            voice.untie_phone(core, person.id, link, channel=_CHANNEL)
        else:
            links.unlink(core, link, channel=_CHANNEL, person_id=person.id)
    show({"unlinked": link}, as_json=as_json, text="It is unlinked.")


def _typed() -> str:
    """The PIN from the terminal, unseen and twice, or from a pipe; never from an argument."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(typer.prompt("PIN (4 to 8 digits)", hide_input=True, confirmation_prompt=True))
