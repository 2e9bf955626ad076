"""Finished pieces, measured as a listener's meters would."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from appliance.composer import Piece, compose, mix
from appliance.composer.render import title
from appliance.domain.emotions import EMOTIONS, Emotion

FIRST = [(emotion, 1) for emotion in EMOTIONS]
REST = [(emotion, number) for emotion in EMOTIONS for number in range(2, 6)]
every_piece = pytest.mark.parametrize(
    ("emotion", "number"),
    [*FIRST, *(pytest.param(*piece, marks=pytest.mark.slow) for piece in REST)],
    ids=str,
)


@cache
def first(emotion: Emotion) -> Piece:
    return compose(emotion, 1)


def piece_of(emotion: Emotion, number: int) -> Piece:
    return first(emotion) if number == 1 else compose(emotion, number)


def centroid(piece: Piece) -> float:
    """The balance point of the spectrum in hertz."""
    mono = piece.samples.mean(axis=1)
    frames = mono[: len(mono) // 4096 * 4096].reshape(-1, 4096) * np.hanning(4096)
    power = (np.abs(np.fft.rfft(frames, axis=1)) ** 2).sum(axis=0)
    return float((power * np.fft.rfftfreq(4096, 1 / piece.rate)).sum() / power.sum())


@every_piece
def test_a_piece_is_fit_to_be_heard(emotion: Emotion, number: int) -> None:
    piece = piece_of(emotion, number)
    samples = piece.samples
    assert samples.dtype == np.float32
    assert samples.shape[1] == 2
    assert 40 <= piece.seconds <= 90
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() <= mix.CEILING + 1e-6
    assert np.abs(samples.mean(axis=0)).max() < 1e-3
    assert mix.loudness(samples) == pytest.approx(mix.LOUDNESS, abs=0.5)
    assert (np.abs(samples[-10:]) < 1e-3).all(), "it ends in silence"
    both = np.sqrt((samples**2).mean(axis=0))
    assert 0.6 < both[0] / both[1] < 1.6, "neither ear is left out"
    tenths = np.sqrt((samples[: len(samples) // 4410 * 4410].reshape(-1, 4410 * 2) ** 2).mean(axis=1))
    quiet = "".join("." if level < 1e-3 else "x" for level in tenths)
    assert "." * 20 not in quiet.rstrip("."), "no two seconds of silence within a piece"
    assert quiet.startswith("x"), "it begins at once"
    assert len(quiet) - len(quiet.rstrip(".")) < 20, "and does not end in a long silence"


def test_a_piece_is_the_same_whenever_it_is_made() -> None:
    assert np.array_equal(compose(Emotion.FEAR, 1).samples, first(Emotion.FEAR).samples)


def test_pieces_differ_from_each_other() -> None:
    other = compose(Emotion.HAPPY, 2)
    length = min(len(other.samples), len(first(Emotion.HAPPY).samples))
    a, b = (p.samples[:length].ravel() for p in (other, first(Emotion.HAPPY)))
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.2
    assert other.title != first(Emotion.HAPPY).title


def test_happy_and_surprise_sound_bright_and_sad_and_disgust_dark() -> None:
    bright = {emotion: centroid(first(emotion)) for emotion in EMOTIONS}
    dark = max(bright[Emotion.SAD], bright[Emotion.DISGUST])
    assert bright[Emotion.NEUTRAL] > dark
    assert min(bright[Emotion.HAPPY], bright[Emotion.SURPRISE]) > 1.3 * bright[Emotion.NEUTRAL]
    assert bright[Emotion.ANGRY] > 1.3 * dark


def test_angry_is_evenly_loud_and_surprise_is_not() -> None:
    def spread(piece: Piece) -> float:
        mono = piece.samples[: len(piece.samples) // 8820 * 8820].reshape(-1, 8820 * 2)
        levels = 10 * np.log10((mono**2).mean(axis=1) + 1e-7)
        return float(np.std(levels[10:-20]))

    assert spread(first(Emotion.SURPRISE)) > 2 * spread(first(Emotion.ANGRY))


@pytest.mark.parametrize("number", [0, 6, -1])
def test_there_are_five_pieces_for_each_emotion(number: int) -> None:
    with pytest.raises(ValueError, match="pieces 1 to 5"):
        compose(Emotion.HAPPY, number)
    with pytest.raises(ValueError, match="pieces 1 to 5"):
        title(Emotion.HAPPY, number)
