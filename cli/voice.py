"""``penny oauth`` and ``penny alexa``: what the operator sets up for voice assistants."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from cli.core import open_core
from cli.output import AsJson, show
from finance_core.errors import BadInput
from finance_core.services import links

oauth = typer.Typer(help="Services that people may link with theirs.", no_args_is_help=True)
alexa = typer.Typer(help="The Alexa skill.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    app.add_typer(oauth, name="oauth")
    app.add_typer(alexa, name="alexa")


@oauth.command("add-client")
def add_client(
    name: str,
    redirect: Annotated[list[str], typer.Option(help="Address to send people back to; repeat.")],
    public: Annotated[bool, typer.Option(help="It can keep no secret and uses PKCE.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add a service; its secret is printed once."""
    with open_core() as core:
        client, secret = links.add_client(core, name, redirect, public=public)
    lines = [f"{client.name} may be linked now.", f"Client id: {client.id}"]
    lines += [f"Client secret, shown only this once: {secret}"] if secret else []
    show(
        {"id": client.id, "name": client.name, "secret": secret},
        as_json=as_json,
        text="\n".join(lines),
    )


@oauth.command("clients")
def clients(as_json: AsJson = False) -> None:
    """Show the services that people may link."""
    with open_core() as core:
        found = [
            {"id": one.id, "name": one.name, "redirects": one.redirects,
             "public": one.secret_hash is None}
            for one in links.clients(core)
        ]  # fmt: skip
    lines = [f"{one['id']}  {one['name']}" for one in found] or ["There are none."]
    show({"clients": found}, as_json=as_json, text="\n".join(lines))


@oauth.command("remove-client")
def remove_client(name: str, as_json: AsJson = False) -> None:
    """Remove a service; everybody's links with it end at once."""
    with open_core() as core:
        links.remove_client(core, name)
    show({"removed": name}, as_json=as_json, text=f"{name} is removed.")


@alexa.command("model")
def model(
    invocation: Annotated[str, typer.Option(help="What people call the skill.")] = "penny",
) -> None:
    """Print the skill's interaction model as JSON, for Alexa's developer console."""
    from channels.voice.alexa_model import interaction_model

    if not invocation.replace(" ", "").isalpha():
        raise BadInput("People call a skill by words: letters and blanks.")
    typer.echo(json.dumps(interaction_model(_examples(), invocation.lower()), indent=2))


def _examples() -> dict[str, list[str]]:
    """The training sentences of every intent."""
    import yaml

    from cli.stack import ROOT

    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for entry in yaml.safe_load(path.read_text())["nlu"]:
            if "intent" in entry:
                lines = entry["examples"].splitlines()
                found.setdefault(entry["intent"], []).extend(
                    line.removeprefix("- ").strip() for line in lines
                )
    return found
