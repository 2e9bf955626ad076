"""The socket between the box and the analyser: newline-delimited JSON, songs one way, what was heard the other.

The box names one song at a time. The analyser answers with its content, the box says `GoOn` unless it knows it, and the
analyser answers with what it heard. What is lost on the way is heard again.
"""

from __future__ import annotations

import math
from typing import Annotated

import msgspec
from msgspec import Meta

from appliance.catalogue.songs import SongSound
from appliance.errors import MoodboxError
from appliance.lib.text import printable
from appliance.sound.index import SOUND_SIZE

LINE_LIMIT = 64 * 1024
"""Longest message in bytes, its newline included."""
_PROBLEM = 200  # characters of a problem that are kept
_RAW = 100.0  # no honest place on the plane is further out


class AnalyserError(MoodboxError, ValueError):
    """A message that is not part of the protocol, or a socket that cannot be used."""


class ListenTo(msgspec.Struct, frozen=True, tag="listen-to", forbid_unknown_fields=True):
    """Box → analyser: read this file and say what its content is."""

    number: int
    path: str


class GoOn(msgspec.Struct, frozen=True, tag="go-on", forbid_unknown_fields=True):
    """Box → analyser: nobody knows this content yet, so listen to it."""


class Leave(msgspec.Struct, frozen=True, tag="leave", forbid_unknown_fields=True):
    """Box → analyser: this content is known."""


class Rest(msgspec.Struct, frozen=True, tag="rest", forbid_unknown_fields=True):
    """Box → analyser: hold everything, or go on with it."""

    on: bool


class Ready(msgspec.Struct, frozen=True, tag="ready", forbid_unknown_fields=True):
    """Analyser → box: it is there, and hears as this version does."""

    version: int


class Content(msgspec.Struct, frozen=True, tag="content", forbid_unknown_fields=True):
    """Analyser → box: a hash of the file's size, beginning and middle."""

    number: int
    content: Annotated[bytes, Meta(min_length=1, max_length=64)]


class HeardSong(msgspec.Struct, frozen=True, tag="heard", forbid_unknown_fields=True):
    """Analyser → box: what was heard; the fields are those of `SongSound`."""

    number: int
    version: int
    valence: float
    arousal: float
    tempo: float | None
    mode: Annotated[int, Meta(ge=-1, le=1)]
    traits: Annotated[bytes, Meta(max_length=64)]
    sound: Annotated[bytes, Meta(min_length=SOUND_SIZE, max_length=SOUND_SIZE)]
    features: Annotated[bytes, Meta(max_length=8192)]

    def as_sound(self) -> SongSound:
        """As the catalogue keeps it."""
        return SongSound(
            version=self.version, valence=self.valence, arousal=self.arousal, tempo=self.tempo, mode=self.mode,
            traits=self.traits, sound=self.sound, features=self.features,
        )  # fmt: skip


class Failed(msgspec.Struct, frozen=True, tag="failed", forbid_unknown_fields=True):
    """Analyser → box: why nothing was heard, in words that follow the file's name."""

    number: int
    problem: str
    passing: bool = False
    """The file may be well: its disk did not answer, or it was not there."""


Order = ListenTo | GoOn | Leave | Rest
Report = Ready | Content | HeardSong | Failed
_orders: msgspec.json.Decoder[Order] = msgspec.json.Decoder(Order)
_reports: msgspec.json.Decoder[Report] = msgspec.json.Decoder(Report)


def encode(message: Order | Report) -> bytes:
    """One line."""
    return msgspec.json.encode(message) + b"\n"


def decode_order(line: bytes) -> Order:
    """What the box wants. Raises AnalyserError for anything else."""
    try:
        return _orders.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise AnalyserError(f"not an order from the box: {error}") from error


def decode_report(line: bytes) -> Report:
    """What the analyser says. Raises AnalyserError for anything else."""
    try:
        report = _reports.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise AnalyserError(f"not a report from the analyser: {error}") from error
    if isinstance(report, Failed):
        return msgspec.structs.replace(report, problem=printable(report.problem)[:_PROBLEM])
    if isinstance(report, HeardSong):
        place = (report.valence, report.arousal, report.tempo or 0.0)
        if not all(math.isfinite(value) for value in place) or max(map(abs, place[:2])) > _RAW:
            raise AnalyserError(f"not a song: its place and tempo are {place}")
    return report
