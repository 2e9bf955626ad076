import csv
import io
import json
import os
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.domain.emotions import Emotion, Reading
from appliance.domain.moods import Correction, Mood
from appliance.domain.reasons import InWords
from appliance.history import History
from appliance.history.erase import FILE
from appliance.history.errors import HistoryError
from appliance.history.export import PIECE, pieces
from appliance.history.reading import between

NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)
SAD, HAPPY = Emotion.SAD, Emotion.HAPPY


def as_json(folder: Path) -> dict[str, list[dict[str, object]]]:
    return json.loads(b"".join(pieces(folder, "json")))  # type: ignore[no-any-return]


def as_csv(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(pieces(folder, "csv")).decode(), newline="")))


def test_everything_that_is_kept_is_exported(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        history.record_mood(Mood(SAD, 0.6, -0.4, -0.3, 2), NOW, 300.0)
        history.record_play("sad/a.flac", SAD, InWords(text="you looked sad"), NOW)
        history.record_skip("sad/a.flac", SAD, 0.25, NOW)
        reading = Reading.of({SAD: 0.75, HAPPY: 0.25})
        history.record_correction(Correction(5, NOW, SAD, HAPPY, reading, "edge 1.0.0"))
        history.record_dislike("sad/a.flac", SAD, NOW)
    at = "2026-03-01T20:00:00Z"
    seven = {"angry": 0, "disgust": 0, "fear": 0, "happy": 0.25, "neutral": 0, "sad": 0.75, "surprise": 0}
    assert as_json(tmp_path) == {
        "moods": [
            {"at": at, "mood": "sad", "confidence": 0.6, "valence": -0.4, "arousal": -0.3, "people": 2, "lasts": 300}
        ],
        "plays": [{"at": at, "emotion": "sad", "file": "sad/a.flac", "why": "you looked sad", "heard": 0.25}],
        "corrections": [{"at": at, "was": "sad", "mood": "happy", "model": "edge 1.0.0", **seven}],
        "dislikes": [{"at": at, "emotion": "sad", "file": "sad/a.flac"}],
    }
    assert [row["kind"] for row in as_csv(tmp_path)] == ["mood", "play", "correction", "dislike"]
    assert as_csv(tmp_path)[0]["valence"] == "-0.4"


def test_a_history_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    assert as_json(tmp_path) == {"moods": [], "plays": [], "corrections": [], "dislikes": []}
    assert as_csv(tmp_path) == []
    assert between(tmp_path, NOW, NOW + timedelta(days=1), NOW)["plays"] == []
    assert list(tmp_path.iterdir()) == []


def test_a_long_history_comes_in_pieces(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        for number in range(PIECE * 2 + 1):
            history.record_play(str(number), SAD, InWords(text="why"), NOW)
        for form in ("csv", "json"):
            assert max(map(len, pieces(tmp_path, form))) < 100_000  # type: ignore[arg-type]
        assert len(as_json(tmp_path)["plays"]) == len(as_csv(tmp_path)) == PIECE * 2 + 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", "＝"])
def test_no_file_name_is_run_by_a_spreadsheet(tmp_path: Path, start: str) -> None:
    with closing(History(tmp_path)) as history:
        history.record_play(f'{start}HYPERLINK("http://evil.example")', SAD, InWords(text=f"{start}1"), NOW)
    (row,) = as_csv(tmp_path)
    assert row["file"].startswith("'")
    assert row["why"].startswith("'")


names = st.text(st.characters(codec=None), min_size=1, max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.lists(names, min_size=1, max_size=5))
def test_whatever_songs_are_called_both_files_can_be_read_again(tmp_path: Path, files: list[str]) -> None:
    with closing(History(tmp_path)) as history:
        history.erase()
        for file in files:
            history.record_play(file, SAD, InWords(text="why"), NOW)
        shown = [file.encode("utf-8", "backslashreplace").decode() for file in files]
        assert [row["file"] for row in as_json(tmp_path)["plays"]] == shown
        assert [row["file"].removeprefix("'") for row in as_csv(tmp_path)] == [name.removeprefix("'") for name in shown]
        day = between(tmp_path, NOW, NOW + timedelta(days=1), NOW)
        assert [row["file"] for row in day["plays"]] == shown


def test_a_file_that_is_no_history_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"nothing of the sort" * 100)
    with pytest.raises(HistoryError, match="cannot be read"):
        as_json(tmp_path)


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_a_history_of_somebody_elses_is_not_read(tmp_path: Path) -> None:
    History(tmp_path).close()
    (tmp_path / FILE).chmod(0)
    with pytest.raises(HistoryError, match="cannot be read"):
        as_json(tmp_path)
