"""Whatever has happened to the file, the box starts, and keeps what comes from then on."""

from __future__ import annotations

from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.domain.emotions import Emotion, Reading
from appliance.domain.moods import Correction, Mood
from appliance.domain.reasons import LastMood
from appliance.history import History
from appliance.history.erase import FILE
from appliance.history.errors import HistoryError
from appliance.history.export import pieces
from appliance.history.reading import between
from tests.damage import damaged, each_byte_changed, every_damage

NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)
SAD = Emotion.SAD
PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("whole")
    with closing(History(folder)) as history:
        for number in range(60):
            at = NOW + timedelta(minutes=10 * number)
            history.record_mood(Mood(list(Emotion)[number % 7], 0.5, people=number % 3), at, 300.0)
            history.record_play(f"sad/{number % 9}.flac", SAD, LastMood(emotion=SAD), at)
            history.record_skip(f"sad/{number % 9}.flac", SAD, 0.1, at)
            history.record_correction(Correction(number + 1, at, SAD, Emotion.HAPPY, Reading.of({SAD: 1.0}), "edge"))
        history.record_dislike("sad/1.flac", SAD, NOW)
    return (folder / FILE).read_bytes()


def goes_on(folder: Path, content: bytes) -> None:
    for file in folder.glob(f"{FILE}*"):
        file.unlink()
    (folder / FILE).write_bytes(content)
    read(folder)  # as `moodbox history` does while no box runs
    with closing(History(folder, keep_days=400)) as history:
        history.corrections()
        history.recent(SAD, 5)
        history.record_mood(Mood(SAD), NOW + timedelta(days=1), 300.0)
        history.record_play("sad/new.flac", SAD, LastMood(emotion=SAD), NOW + timedelta(days=1))
        assert history.recent(SAD, 1) == ["sad/new.flac"]
    read(folder)


def read(folder: Path) -> None:
    later = NOW + timedelta(days=2)
    with suppress(HistoryError):
        between(folder, NOW - timedelta(days=1), later, later, UTC)
    for form in ("csv", "json"):
        with suppress(HistoryError):
            b"".join(pieces(folder, form))


def test_one_changed_byte_in_the_first_pages_stops_nothing(whole: bytes, tmp_path: Path) -> None:
    for content in each_byte_changed(whole, 2 * PAGE, 97):
        goes_on(tmp_path, content)


def test_a_name_in_the_schema_that_is_no_utf_8_stops_nothing(whole: bytes, tmp_path: Path) -> None:
    at = whole.index(b"skips_play")
    goes_on(tmp_path, whole[:at] + b"\xbe" + whole[at + 1 :])
    assert list(tmp_path.glob(f"{FILE}.broken-*"))
    with closing(History(tmp_path)) as history:
        assert history.problem == ""


def test_a_header_by_which_nobody_could_write_any_more_is_set_aside(whole: bytes, tmp_path: Path) -> None:
    goes_on(tmp_path, whole[:18] + b"\x73" + whole[19:])
    assert list(tmp_path.glob(f"{FILE}.broken-*"))


def test_a_file_that_was_set_aside_is_told_for_as_long_as_the_box_runs(whole: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(whole[:5000])
    with closing(History(tmp_path)) as history:
        (aside,) = tmp_path.glob(f"{FILE}.broken-*")
        assert history.problem == f"{FILE} was broken and is set aside as {aside.name}; a new one was begun"


@pytest.mark.parametrize("seed", range(60))
def test_no_damage_stops_anything(whole: bytes, tmp_path: Path, seed: int) -> None:
    goes_on(tmp_path, damaged(whole, seed))


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_no_changed_byte_of_the_first_pages_and_no_damage_of_a_thousand_stops_anything(
    whole: bytes, tmp_path: Path
) -> None:
    for content in every_damage(whole, 1000, 2 * PAGE):
        goes_on(tmp_path, content)
