"""``penny listen``: talking with the running Penny aloud, on this machine alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import httpx
import typer

from channels.settings import ChannelSettings
from channels.sound import audio, devices
from channels.sound.recognizer import Recognizer, open_recognizer
from channels.sound.utterances import Utterances
from channels.sound.voices import open_voice
from cli.core import open_core, speaking
from cli.output import OwnName, existing
from cli.stack import Ports
from cli.talk import NotRunning
from finance_core.errors import BadInput
from finance_core.services import people, vocabulary

if TYPE_CHECKING:
    from channels.sound.audio import Samples

_TOKEN_LIFE = timedelta(hours=12)
_TIMEOUT = 60.0
_LONGEST_FILE = 15 * 60.0  # seconds
_LARGEST_FILE = 200_000_000  # bytes


def register(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    app.command()(listen)


def listen(
    user: OwnName = None,
    wav: Annotated[Path | None, typer.Option("--wav", help="Hear this file instead.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Speak into this WAV file.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Stop after one question.")] = False,
    thread: Annotated[str, typer.Option("--thread", help="Which conversation.")] = "main",
) -> None:
    """Talk with the running Penny aloud; Ctrl-C ends it.

    She hears the microphone and answers by the loudspeaker; with --out into a WAV file. What
    she hears from a file she answers in writing, or with --out aloud as well.
    """
    settings = ChannelSettings()
    utterances = of_file(existing(wav)) if wav else devices.utterances()
    voice = open_voice(settings.speech_voice) if out or not wav else None
    recognizer = open_recognizer(settings.speech_model, settings.home / "speech")
    talk, heard, answers = Aloud(user, thread), "", []
    for heard in words(recognizer, utterances, talk.names):
        typer.echo(f"you: {heard}")
        answer = talk.say(heard)
        typer.echo(f"Penny: {answer}")
        if out and voice:
            answers.append(voice.wav(answer))
            out.write_bytes(audio.joined(answers))
        elif voice:
            devices.play(voice.wav(answer))
        if once:
            return
    if not heard:
        typer.echo("I heard nobody speak.")


def words(
    recognizer: Recognizer, utterances: Iterator[Samples], names: tuple[str, ...]
) -> Iterator[str]:
    """What is said in each utterance that has words."""
    heard = (recognizer.words(utterance, names) for utterance in utterances)
    return (said for said in heard if said)


def of_file(path: Path) -> Iterator[Samples]:
    """The utterances of a sound file.

    Raises:
        BadInput: it is no sound, or too long.
    """
    if path.stat().st_size > _LARGEST_FILE:
        raise BadInput(f"{path} is too large for me.")
    cutter = Utterances()
    yield from cutter.feed(audio.decode(path.read_bytes(), _LONGEST_FILE))
    if (last := cutter.rest()) is not None:
        yield last


class Aloud:
    """A spoken conversation with the running Penny over HTTP, as one person.

    Attributes:
        names: of the person's accounts and merchants, for who listens to them.
    """

    def __init__(self, name: str | None, thread: str, url: str | None = None) -> None:
        with open_core() as core:
            person = speaking(core, name)
            token = people.issue_token(core, person.id, "voice", _TOKEN_LIFE)
            known = vocabulary.vocabulary(core, person.id)
        self.names = (*(account.name for account in known.accounts), *known.merchants)
        self._client = httpx.Client(
            base_url=url or f"http://127.0.0.1:{Ports.from_environment().web}",
            headers={"Authorization": f"Bearer {token}", "X-Penny-Thread": thread},
            timeout=_TIMEOUT,
        )

    def say(self, text: str) -> str:
        """One turn: what Penny says aloud, be it that something is wrong.

        Raises:
            NotRunning: Penny is not there.
        """
        body = {"model": "penny-voice", "messages": [{"role": "user", "content": text}]}
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        try:
            response = self._client.post("/v1/chat/completions", json=body, headers=headers)
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise NotRunning("Penny is not running; `make run` starts her.") from error
        if response.is_error:
            return str(answer["error"]["message"])
        return str(answer["choices"][0]["message"]["content"])
