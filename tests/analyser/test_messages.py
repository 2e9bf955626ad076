"""What box and analyser take from each other."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.analyser.messages import (
    AnalyserError,
    Content,
    Failed,
    HeardSong,
    ListenTo,
    decode_order,
    decode_report,
    encode,
)

HEARD = HeardSong(
    number=1, version=1, valence=0.1, arousal=-0.2, tempo=None, mode=1, traits=b"abc", sound=bytes(32), features=b"1234"
)


def test_what_was_heard_arrives_as_it_was_sent() -> None:
    assert decode_report(encode(HEARD)) == HEARD
    assert HEARD.as_sound().sound == bytes(32)


@pytest.mark.parametrize(
    "change",
    [{"valence": 1e9}, {"arousal": float("nan")}, {"mode": 2}, {"sound": b"short"}],
)  # fmt: skip
def test_what_no_song_sounds_like_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(AnalyserError):
        decode_report(encode(msgspec.structs.replace(HEARD, **change)))


def test_a_problem_is_cut_and_made_printable() -> None:
    report = decode_report(encode(Failed(1, "\x1b" + "x" * 1000)))
    assert isinstance(report, Failed)
    assert report.problem.startswith("\\x1b")
    assert len(report.problem) == 200


@given(st.binary(max_size=200))
def test_any_other_bytes_are_an_error(line: bytes) -> None:
    for decode in (decode_report, decode_order):
        try:
            decode(line)
        except AnalyserError:
            continue
        raise AssertionError("took it")


def test_neither_side_takes_what_the_other_should_say() -> None:
    with pytest.raises(AnalyserError):
        decode_report(encode(ListenTo(1, "/a")))
    with pytest.raises(AnalyserError):
        decode_order(encode(Content(1, b"c")))
