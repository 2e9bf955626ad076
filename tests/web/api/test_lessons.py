"""Where songs lie, as the owner teaches it over the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from appliance.domain import commands
from appliance.domain.emotions import Emotion
from appliance.domain.lessons import Lesson, LessonKind
from tests.web.running_page import KNOWN, Browser, RunningPage

LESSON = Lesson(KNOWN, LessonKind.PLACED, 0.5, -0.25, datetime(2026, 3, 1, tzinfo=UTC), Emotion.SAD, id=7)


@pytest.mark.parametrize(
    ("body", "command"),
    [
        ({"emotion": "sad"}, commands.PlaceSong(KNOWN, Emotion.SAD, None, "page")),
        ({"valence": 0.5, "arousal": -1}, commands.PlaceSong(KNOWN, None, (0.5, -1.0), "page")),
    ],
)
async def test_a_song_is_placed(
    running: RunningPage, owner: Browser, body: dict[str, Any], command: commands.PlaceSong
) -> None:
    assert (await owner.ask("POST", "/api/lessons", {"file": KNOWN, **body})).status == 204
    assert running.emitted == [command]


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        ({"file": "library/none.ogg", "emotion": "sad"}, 404, "library/none.ogg"),
        ({"file": KNOWN}, 409, "emotion"),
        ({"file": KNOWN, "valence": 0.5}, 409, "arousal"),
        ({"file": KNOWN, "emotion": "sad", "valence": 0, "arousal": 0}, 409, "emotion"),
        ({"file": KNOWN, "valence": 2, "arousal": 0}, 400, "valence"),
        ({"file": KNOWN, "emotion": "calm"}, 400, "calm"),
    ],
)
async def test_a_place_that_makes_no_sense_is_told(
    running: RunningPage, owner: Browser, body: dict[str, Any], status: int, named: str
) -> None:
    answer = await owner.ask("POST", "/api/lessons", body)
    assert answer.status == status
    assert named in answer.json["error"]
    assert running.emitted == []


async def test_lessons_are_shown_and_taken_back(running: RunningPage, owner: Browser) -> None:
    running.lessons.append(LESSON)
    shown = (await owner.ask("GET", "/api/lessons")).json
    assert shown == [
        {"id": 7, "at": "2026-03-01T00:00:00+00:00", "file": KNOWN, "kind": "placed", "emotion": "sad",
         "valence": 0.5, "arousal": -0.25}
    ]  # fmt: skip
    assert (await owner.ask("DELETE", "/api/lessons/8")).status == 404
    assert (await owner.ask("DELETE", "/api/lessons/7")).status == 204
    assert (await owner.ask("DELETE", "/api/lessons")).status == 204
    assert running.emitted == [commands.TakeBackLesson(7, "page"), commands.ForgetLessons("page")]


async def test_what_was_said_of_songs_is_in_the_export(running: RunningPage, owner: Browser) -> None:
    running.lessons += [LESSON, Lesson(KNOWN, LessonKind.HEARD, 0.1, 0.1, LESSON.at)]
    exported = (await owner.ask("GET", "/api/calibration.json")).json
    assert [song["id"] for song in exported["songs"]] == [7]
