"""A week as a picture."""

import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta

from appliance.domain.emotions import PROFILES, Emotion
from appliance.history.week_picture import week_picture
from appliance.words.speaking import speaking

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def found(**more: object) -> dict[str, object]:
    at, until = MONDAY + timedelta(hours=20), MONDAY + timedelta(hours=26)
    return {
        "moods": [{"at": at.isoformat(), "until": until.isoformat(), "mood": "happy"}],
        "plays": [
            {"file": "happy/<Rain> & sun.flac", "heard": None},
            {"file": "happy/<Rain> & sun.flac", "heard": 1.0},
            {"file": "sad/left.flac", "heard": 0.1},
        ],
        **more,
    }


def test_it_is_a_drawing_with_days_hours_colours_and_songs_heard_out() -> None:
    text = week_picture(found(), MONDAY)
    ElementTree.fromstring(text)  # noqa: S314 - made here
    assert all(day in text for day in ("Mon 2", "Sun 8", "18:00"))
    assert text.count(PROFILES[Emotion.HAPPY].dark) == 3, "over midnight there are two stretches; one is the legend's"
    assert "happy 6.0 h" in text
    assert "&lt;Rain&gt; &amp; sun (2)" in text
    assert "left" not in text


def test_it_is_in_the_readers_language() -> None:
    with speaking("de"):
        text = week_picture(found(), MONDAY)
    ElementTree.fromstring(text)  # noqa: S314 - made here
    assert all(words in text for words in ("Eine Woche Stimmungen, 2. Mär – 8. Mär 2026", "Mo 2", "fröhlich 6,0 h"))


def test_an_empty_week_is_a_picture_too() -> None:
    text = week_picture(found(moods=[], plays=[]), MONDAY)
    ElementTree.fromstring(text)  # noqa: S314 - made here
    assert "Heard out" not in text
