import numpy as np
import pytest

from channels.sound.audio import RATE
from channels.sound.utterances import LONGEST, Utterances
from tests.channels.sound.sounds import noise, silence


def cut(sound, piece):
    cutter = Utterances()
    pieces = (sound[start : start + piece] for start in range(0, len(sound), piece))
    return [found for part in pieces for found in cutter.feed(part)], cutter.rest()


@pytest.mark.parametrize("piece", [1_600, 10_007, 10**9])
def test_utterances_end_with_a_pause(question, piece):
    sound = np.concatenate([silence(2), question, silence(1.5), question, silence(1.5), question])
    found, last = cut(sound, piece)
    assert len(found) == 2 and last is not None
    for utterance in (*found, last):
        assert len(utterance) / RATE == pytest.approx(len(question) / RATE, abs=0.8)


def test_a_short_pause_within_is_no_end(question):
    found, last = cut(np.concatenate([question, silence(0.3), question, silence(2)]), 1_600)
    assert len(found) == 1 and last is None
    assert len(found[0]) > 2 * len(question)


def test_silence_and_noise_are_nothing():
    for sound in (silence(0), silence(60), noise(10)):
        assert cut(sound, 1_600) == ([], None)


def test_who_never_stops_is_cut(question):
    found, _ = cut(np.tile(question, int(60 * RATE / len(question))), RATE)
    assert found and all(len(part) / RATE < LONGEST + 2 for part in found)
