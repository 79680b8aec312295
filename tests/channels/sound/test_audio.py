import numpy as np
import pytest

from channels.sound.audio import RATE, NotSound, TooLong, decode, joined
from tests.channels.sound.sounds import encoded, silence, wav

TONE = (0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)).astype(np.float32)


@pytest.mark.parametrize(
    "data",
    [
        wav(TONE),
        wav(TONE, channels=2),
        wav(TONE, width=1),
        wav(np.interp(np.arange(44_100) / 44_100, np.arange(RATE) / RATE, TONE), rate=44_100),
        encoded(TONE, "ogg", "libopus"),
        encoded(TONE, "webm", "libopus"),
        encoded(TONE, "mp4", "aac"),
        encoded(TONE, "mp3", "libmp3lame"),
        encoded(TONE, "flac", "flac"),
    ],
    ids=["wav", "stereo", "8 bit", "44.1 kHz", "ogg opus", "webm", "mp4", "mp3", "flac"],
)
def test_a_tone_stays_a_tone(data):
    samples = decode(data, 5)
    assert len(samples) == pytest.approx(RATE, rel=0.1)
    assert samples.dtype == np.float32 and np.abs(samples).max() == pytest.approx(0.5, abs=0.15)
    spectrum = np.abs(np.fft.rfft(samples))
    assert spectrum.argmax() * RATE / len(samples) == pytest.approx(440, abs=5)


@pytest.mark.parametrize(
    "data",
    [b"", b"RIFF", b"hello, this is a text", b"\x89PNG\r\n\x1a\n" + bytes(500), wav(TONE)[:30]],
)
def test_what_is_no_sound(data):
    with pytest.raises(NotSound, match="cannot hear"):
        decode(data, 5)


def test_a_playlist_opens_no_other_file(tmp_path):
    secret = tmp_path / "secret.wav"
    secret.write_bytes(wav(TONE))
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n"
    for text in (playlist, f"ffconcat version 1.0\nfile '{secret}'\n"):
        with pytest.raises(NotSound):
            decode(text.encode(), 5)


def test_too_long_is_found_before_all_is_read():
    hour = encoded(silence(600), "flac", "flac", RATE)
    with pytest.raises(TooLong, match="at most 60 seconds"):
        decode(hour, 60)
    with pytest.raises(TooLong, match="5 minutes"):
        decode(hour, 300)
    assert len(decode(hour, 601)) == pytest.approx(600 * RATE, rel=0.01)


def test_a_wav_without_samples_is_silence():
    assert len(decode(wav(silence(0)), 5)) == 0


def test_sounds_one_after_the_other():
    whole = joined([wav(TONE), wav(silence(0.5)), wav(TONE)])
    assert len(decode(whole, 5)) == int(2.5 * RATE)
    for wrong in ([], [b"no"], [wav(TONE), wav(TONE, rate=8_000)]):
        with pytest.raises(NotSound):
            joined(wrong)
