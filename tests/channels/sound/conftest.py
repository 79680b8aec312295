"""Real sound: espeak-ng speaks, and the recognizer of the extra hears it."""

import shutil
from collections.abc import Callable

import numpy as np
import pytest

from channels.sound.audio import decode
from channels.sound.recognizer import Recognizer, open_recognizer
from channels.sound.voices import open_voice


@pytest.fixture(scope="session")
def say() -> Callable[[str], bytes]:
    """Says words with espeak-ng: a WAV file."""
    assert shutil.which("espeak-ng"), "these tests need espeak-ng (apt install espeak-ng)"
    return open_voice("espeak-ng").wav


@pytest.fixture(scope="session")
def recognizer(tmp_path_factory: pytest.TempPathFactory) -> Recognizer:
    """The recognizer that the extra brings, loaded once."""
    return open_recognizer("", tmp_path_factory.mktemp("downloads"))


@pytest.fixture(scope="session")
def question(say: Callable[[str], bytes]) -> np.ndarray:
    """The samples of "what is my balance"."""
    return decode(say("what is my balance"), 10)
