"""What the API can do with the history and with what the owner teaches."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from appliance.emotion import Emotion
from appliance.web.history_api import Asking, Correcting, Disliked, Disliking
from appliance.web.openapi import Operation


class Stretch(Struct):
    """A time in which the mood and the number of people stayed what they were; the numbers are means."""

    at: str
    until: str
    mood: str
    confidence: float
    valence: float
    arousal: float
    people: int


class Played(Struct):
    """A track that began; `heard` is the share of it after which it was skipped."""

    at: str
    file: str
    emotion: str | None
    why: str | None
    heard: float | None


class Corrected(Struct):
    """What the judge said, what it really was, and the seven numbers that were judged."""

    id: int
    at: str
    was: str
    mood: Emotion
    probabilities: dict[str, float]


class Past(Struct, rename={"since": "from"}):
    """A day, a week or a month, in the box's time zone."""

    since: str
    to: str
    moods: list[Stretch]
    plays: list[Played]
    corrections: list[Corrected]


class Taught(Struct):
    """How strongly the corrections act (0..1 of the limit), and the shift of each emotion's log-odds."""

    strength: float
    limit: float
    corrections: int
    shift: dict[str, float]


class DislikedSong(Struct):
    """A song that the owner does not want in a mood, and how much, 0..1."""

    emotion: Emotion
    file: str
    dislike: float


Object = dict[str, Any]

HISTORY = (
    Operation(
        does="What was in a day, a week or a month", method="GET", path="/api/history", query=Asking, answer=Past
    ),
    Operation(
        does="Erase the history, and all that was taught",
        method="DELETE",
        path="/api/history",
        status=204,
        errors=(409,),
    ),
    Operation(
        does="The whole history for a spreadsheet",
        method="GET",
        path="/api/history.csv",
        answer="text/csv",
        errors=(409, 503),
    ),
    Operation(
        does="The whole history for a program", method="GET", path="/api/history.json", answer=Object, errors=(409, 503)
    ),
    Operation(does="What was corrected", method="GET", path="/api/corrections", answer=list[Corrected]),
    Operation(
        does="Say what the mood really is",
        method="POST",
        path="/api/corrections",
        body=Correcting,
        status=201,
        answer=Corrected,
        errors=(409,),
    ),
    Operation(does="Take a correction back", method="DELETE", path="/api/corrections/{id}", status=204, errors=(404,)),
    Operation(does="What the corrections have taught", method="GET", path="/api/calibration", answer=Taught),
    Operation(does="Forget all corrections", method="DELETE", path="/api/calibration", status=204),
    Operation(
        does="What was taught, with every correction, as a file",
        method="GET",
        path="/api/calibration.json",
        answer=Object,
    ),
    Operation(
        does="The songs that you do not want in a mood, by skips and words",
        method="GET",
        path="/api/dislikes",
        answer=list[DislikedSong],
    ),
    Operation(
        does="Say that a song does not fit its mood; if it plays, another one follows at once",
        method="POST",
        path="/api/dislikes",
        body=Disliking,
        status=204,
        errors=(404, 409),
    ),
    Operation(
        does="Forget what is held against a song in a mood",
        method="DELETE",
        path="/api/dislikes",
        query=Disliked,
        status=204,
        errors=(404,),
    ),
)
