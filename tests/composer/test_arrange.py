"""Scores: what the literature says about each emotion can be read off the notes."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from statistics import fmean, median, pstdev

import pytest

from appliance.composer import arrange, performance
from appliance.composer.instruments import INSTRUMENTS
from appliance.composer.moods import STYLES
from appliance.composer.performance import Event
from appliance.composer.score import Score
from appliance.composer.sketches import SKETCHES, sketched
from appliance.composer.theory import MODES
from appliance.domain.emotions import EMOTIONS, Emotion

NUMBERS = range(1, 6)
PIECES = [(emotion, number) for emotion in EMOTIONS for number in NUMBERS]
every_piece = pytest.mark.parametrize(("emotion", "number"), PIECES, ids=str)


@cache
def score(emotion: Emotion, number: int) -> Score:
    return arrange.write(emotion, number)


@cache
def played(emotion: Emotion, number: int) -> tuple[list[list[Event]], performance.BeatClock]:
    return performance.perform(score(emotion, number), STYLES[emotion], "test")


def notes_per_second(emotion: Emotion) -> float:
    """How fast both melodies run, over the emotion's five pieces."""
    rates = []
    for number in NUMBERS:
        parts, clock = played(emotion, number)
        rates.append((len(parts[0]) + len(parts[1])) / clock.end)
    return fmean(rates)


def melody_pitch(emotion: Emotion) -> float:
    return median(note.pitch for number in NUMBERS for note in score(emotion, number).parts[0].notes)


def has_minor_third(emotion: Emotion) -> list[bool]:
    return [3 in MODES[s.mode] and 4 not in MODES[s.mode] for s in SKETCHES[emotion]]


@every_piece
def test_every_note_lies_within_the_piece_and_can_be_played(emotion: Emotion, number: int) -> None:
    piece = score(emotion, number)
    end = piece.bars * piece.metre
    for part in piece.parts:
        assert part.instrument in INSTRUMENTS
        assert part.notes
        for note in part.notes:
            assert 0 <= note.start < end
            assert note.beats > 0
            assert 24 <= note.pitch <= 108
            assert 0 < note.velocity <= 1


@every_piece
def test_the_melody_ends_on_the_tonic(emotion: Emotion, number: int) -> None:
    piece, sketch = score(emotion, number), SKETCHES[emotion][number - 1]
    last = max(piece.parts[0].notes, key=lambda note: note.start)
    tonic = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[sketch.key[0]]
    tonic += {"": 0, "#": 1, "b": -1}[sketch.key[1:]]
    assert last.pitch % 12 == tonic % 12
    assert last.start == (piece.bars - 1) * piece.metre


@every_piece
def test_the_same_piece_is_written_the_same_way_twice(emotion: Emotion, number: int) -> None:
    assert arrange.write(emotion, number) == score(emotion, number)


@every_piece
def test_events_come_in_time_and_end_with_the_piece(emotion: Emotion, number: int) -> None:
    parts, clock = played(emotion, number)
    end = clock.end
    assert 36 < end < 86
    for part in parts:
        for event in part:
            assert 0 <= event.start < end + 0.1
            assert event.held > 0


def test_happy_and_angry_run_faster_than_neutral_sad_and_disgust_slower() -> None:
    neutral = notes_per_second(Emotion.NEUTRAL)
    for lively in (Emotion.HAPPY, Emotion.ANGRY):
        assert notes_per_second(lively) > 1.3 * neutral
    for heavy in (Emotion.SAD, Emotion.DISGUST):
        assert notes_per_second(heavy) < 0.85 * neutral


def test_sad_and_disgusted_melodies_lie_low_happy_and_surprised_ones_high() -> None:
    pitch = {emotion: melody_pitch(emotion) for emotion in EMOTIONS}
    assert pitch[Emotion.DISGUST] < pitch[Emotion.SAD] < pitch[Emotion.NEUTRAL] < pitch[Emotion.HAPPY]
    assert pitch[Emotion.SURPRISE] >= pitch[Emotion.HAPPY]
    assert pitch[Emotion.ANGRY] < pitch[Emotion.HAPPY]


def test_happy_is_major_and_sad_angry_and_afraid_are_minor() -> None:
    assert not any(has_minor_third(Emotion.HAPPY))
    assert all(has_minor_third(Emotion.SAD))
    assert all(has_minor_third(Emotion.ANGRY))
    assert all(3 in MODES[sketch.mode] for sketch in SKETCHES[Emotion.FEAR])


def test_happy_is_staccato_and_sad_legato() -> None:
    share = {}
    for emotion in (Emotion.HAPPY, Emotion.SAD):
        piece, (parts, _) = score(emotion, 1), played(emotion, 1)
        beat = 60 / piece.bpm
        notes = zip(piece.parts[0].notes, parts[0], strict=True)
        share[emotion] = median(event.held / (note.beats * beat) for note, event in notes)
    assert share[Emotion.HAPPY] < 0.7
    assert share[Emotion.SAD] >= 1.0


def test_surprise_leaps_further_than_neutral_walks() -> None:
    def leap(emotion: Emotion) -> float:
        lines = [[note.pitch for note in score(emotion, number).parts[0].notes] for number in NUMBERS]
        return fmean(abs(b - a) for line in lines for a, b in pairwise(line))

    assert leap(Emotion.SURPRISE) > 1.8 * leap(Emotion.NEUTRAL)


def test_fear_and_surprise_are_uneven_in_loudness_neutral_is_even() -> None:
    def spread(emotion: Emotion) -> float:
        return fmean(pstdev(n.velocity for n in score(emotion, number).parts[0].notes) for number in NUMBERS)

    assert spread(Emotion.SURPRISE) > 2 * spread(Emotion.NEUTRAL)
    assert spread(Emotion.FEAR) > 1.5 * spread(Emotion.NEUTRAL)


def test_fear_is_irregular_in_time() -> None:
    assert STYLES[Emotion.FEAR].jitter == max(style.jitter for style in STYLES.values())


def test_the_last_bars_slow_down() -> None:
    piece = score(Emotion.SAD, 1)
    clock = performance.BeatClock(piece, STYLES[Emotion.SAD])
    end = piece.bars * piece.metre
    assert clock.at(end) - clock.at(end - 1) > 1.2 * (clock.at(3) - clock.at(2))


def test_an_emotion_without_sketches_sounds_like_its_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(SKETCHES, Emotion.FEAR)  # type: ignore[arg-type]
    assert sketched(Emotion.FEAR) is Emotion.ANGRY
    assert sketched(Emotion.HAPPY) is Emotion.HAPPY
    assert arrange.write(Emotion.FEAR, 1).title == SKETCHES[Emotion.ANGRY][0].title
