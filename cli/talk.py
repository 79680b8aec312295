"""``penny ask`` and ``penny chat``: talking with the running Penny from a terminal."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.markup import escape
from rich.prompt import Prompt

from cli.core import open_core, speaking
from cli.output import AsJson, OwnName, show
from cli.stack import Ports
from finance_core.errors import BadInput, PennyError
from finance_core.services import people

_TOKEN_LIFE = timedelta(hours=12)
_TIMEOUT = 60.0


class NotRunning(PennyError):
    """Penny cannot be reached, or did not answer."""


def register(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    app.command()(ask)
    app.command()(chat)


def ask(
    text: str,
    user: OwnName = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Answer for this day.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say one thing to the running Penny and print her answer."""
    answer = Talk(user).say(text, as_of=as_of)
    facts = [fact for message in answer["messages"] for fact in message.get("facts") or ()]
    value = {
        "messages": answer["messages"],
        "intent": answer.get("intent"),
        "entities": answer.get("entities", []),
        "facts": facts,
    }
    lines = [line for message in answer["messages"] for line in _lines(message)]
    show(value, as_json=as_json, text="\n".join(lines))


def chat(user: OwnName = None) -> None:
    """Talk with Penny in the terminal; Ctrl-D ends it."""
    console, talk = Console(highlight=False), Talk(user)
    console.print("You are talking with Penny. Ctrl-D ends it.\n")
    while True:
        try:
            text = Prompt.ask("[bold]you[/]").strip()
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if not text:
            continue
        try:
            answer = talk.say(text)
        except NotRunning as error:
            console.print(f"[red]{escape(str(error))}[/]")
            continue
        for message in answer["messages"]:
            if message.get("text"):
                console.print(f"[bold green]Penny[/] {escape(message['text'])}")
            if chart := message.get("chart"):
                console.print(f"[dim]      {escape(chart['title'])}: a chart in the web chat[/]")
            if choices := _choices(message):
                console.print(f"[dim]      {escape(choices)}[/]")


def _lines(message: Mapping[str, Any]) -> list[str]:
    """A message as plain text: the words, and what can be chosen."""
    choices = _choices(message)
    text = message.get("text") or ""
    return [line for line in (text, f"[{choices}]" if choices else "") if line]


def _choices(message: Mapping[str, Any]) -> str:
    return " · ".join(button["title"] for button in message.get("buttons") or ())


class Talk:
    """A conversation with the running Penny over HTTP, as one person."""

    def __init__(self, name: str | None, url: str | None = None) -> None:
        with open_core() as core:
            person = speaking(core, name)
            token = people.issue_token(core, person.id, "terminal", _TOKEN_LIFE)
        self._client = httpx.Client(
            base_url=url or f"http://127.0.0.1:{Ports.from_environment().web}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=_TIMEOUT,
        )

    def say(self, text: str, *, as_of: str | None = None, thread: str | None = None) -> Any:
        """One turn: ``messages``, ``intent`` and ``entities``.

        Raises:
            NotRunning: Penny is not there or not well.
            BadInput: Penny refused the request, with her reason.
        """
        body: dict[str, Any] = {
            "text": text,
            "message_id": uuid.uuid4().hex,
            "understanding": True,
            "channel": "cli",
        }
        body |= {"as_of": as_of} if as_of else {}
        body |= {"thread": thread} if thread else {}
        try:
            response = self._client.post("/api/messages", json=body)
        except httpx.HTTPError as error:
            raise NotRunning("Penny is not running; `make run` starts her.") from error
        if response.is_server_error:
            raise NotRunning(_reason(response))
        if response.is_error:
            raise BadInput(_reason(response))
        return response.json()


def _reason(response: httpx.Response) -> str:
    try:
        return str(response.json()["error"])
    except (ValueError, KeyError, TypeError):
        return f"Penny answered with status {response.status_code}."
