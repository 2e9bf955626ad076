import logging
import os
import resource
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from appliance.domain.emotions import Emotion
from appliance.domain.moods import Mood, Policy, Verdict
from appliance.domain.reasons import MoodSeen
from appliance.history import History
from appliance.history.history import FILE
from tests.killed_writer import kill_while_writing

NOW = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
HAPPY, SAD = Emotion.HAPPY, Emotion.SAD
WHY = MoodSeen(emotion=Emotion.HAPPY, policy=Policy.MATCH)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def rows(folder: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / FILE)) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()  # noqa: S608


def fill(folder: Path, tracks: int = 300) -> None:
    with closing(History(folder)) as history:
        for number in range(tracks):
            history.record_play(f"happy/{number % 50}.flac", HAPPY, WHY, NOW + timedelta(minutes=3 * number))


def aside(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob("*.broken-*"))


def test_a_first_start_makes_the_folder_and_remembers_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with closing(History(tmp_path / "not" / "yet")) as history:
        assert history.recent(HAPPY, 9) == []
        assert history.dislike(HAPPY, "a") == 0
    assert warnings(caplog) == []


def test_moods_plays_and_skips_are_kept_with_their_times_in_utc(tmp_path: Path) -> None:
    berlin = timezone(timedelta(hours=2))
    with closing(History(tmp_path)) as history:
        history.record_mood(Mood(SAD, 0.6, -0.4, -0.3, 2), NOW.astimezone(berlin), 600.0)
        history.record_mood(Mood(Verdict.NOBODY), NOW)
        history.record_play("sad/a.flac", SAD, WHY, NOW)
        history.record_skip("sad/a.flac", SAD, 0.25, NOW + timedelta(seconds=30))
    assert rows(tmp_path, "moods") == [
        (1, "2026-03-01T20:00:00Z", "sad", 0.6, -0.4, -0.3, 2, 600),
        (2, "2026-03-01T20:00:00Z", "nobody", 0.0, 0.0, 0.0, 0, None),
    ]
    assert rows(tmp_path, "plays") == [
        (1, "2026-03-01T20:00:00Z", "sad", "sad/a.flac", None, msgspec.json.encode(WHY).decode())
    ]
    assert rows(tmp_path, "skips") == [(1, "2026-03-01T20:00:30Z", 1, "sad", "sad/a.flac", 0.25)]


def test_the_pickers_memory_outlasts_a_restart(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        for file in ("a", "b", "c", "a"):
            history.record_play(file, HAPPY, WHY, NOW)
        history.record_skip("b", HAPPY, 0.1, NOW)
        history.record_skip("a", HAPPY, 0.1, NOW)
        history.record_play("b", HAPPY, WHY, NOW)
        history.record_play("theirs", None, None, NOW)
        before = [history.dislike(HAPPY, file) for file in "abc"]
    with closing(History(tmp_path)) as history:
        assert history.recent(HAPPY, 9) == ["b", "a", "c"]
        assert [history.dislike(HAPPY, file) for file in "abc"] == before == [0.5, 0.25, 0]


def test_the_order_is_that_of_the_plays_even_if_the_clock_jumped_back_a_day(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        history.record_play("first", HAPPY, WHY, NOW)
        history.record_play("second", HAPPY, WHY, NOW - timedelta(days=1))
    with closing(History(tmp_path)) as history:
        assert history.recent(HAPPY, 9) == ["second", "first"]


@pytest.mark.parametrize("file", ['it\'s "quoted"', "back\\slash", "new\nline", "byte\udcff", "\ud800", "nul\0", "雪"])
def test_odd_file_names_come_back_as_they_were(tmp_path: Path, file: str) -> None:
    with closing(History(tmp_path)) as history:
        history.record_play(file, HAPPY, WHY, NOW)
        history.record_skip(file, HAPPY, 0.1, NOW)
    with closing(History(tmp_path)) as history:
        assert history.recent(HAPPY, 9) == [file]
        assert history.dislike(HAPPY, file) == 0.5


def test_another_program_may_read_while_the_box_writes(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        history.record_play("a", HAPPY, WHY, NOW)
        with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM plays").fetchone() == (1,)
            history.record_play("b", HAPPY, WHY, NOW)
            assert reader.execute("SELECT count(*) FROM plays").fetchone() == (1,)
            reader.execute("COMMIT")
            assert reader.execute("SELECT count(*) FROM plays").fetchone() == (2,)


def test_nothing_is_written_while_nothing_happens(tmp_path: Path) -> None:
    fill(tmp_path)
    content = (tmp_path / FILE).read_bytes()
    with closing(History(tmp_path)) as history:
        history.recent(HAPPY, 9)
        history.dislike(HAPPY, "a")
    assert (tmp_path / FILE).read_bytes() == content


# Broken files


@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.1, 0.5, 0.9])
def test_a_truncated_file_is_set_aside_with_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, share: float
) -> None:
    fill(tmp_path)
    size = (tmp_path / FILE).stat().st_size
    os.truncate(tmp_path / FILE, int(size * share))
    with closing(History(tmp_path)) as history:
        assert history.recent(HAPPY, 9) == []
        history.record_play("a", HAPPY, WHY, NOW)
    assert len(warnings(caplog)) == 1
    assert FILE in warnings(caplog)[0]
    assert "\n" not in warnings(caplog)[0]
    assert len(aside(tmp_path)) == 1
    assert aside(tmp_path)[0] in warnings(caplog)[0]
    assert [row[3] for row in rows(tmp_path, "plays")] == ["a"]


@pytest.mark.parametrize("at", [0, 20, 100, 5000])
def test_a_garbled_file_is_set_aside_as_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture, at: int) -> None:
    fill(tmp_path)
    content = bytearray((tmp_path / FILE).read_bytes())
    content[at : at + 4000] = b"\xa5" * 4000
    (tmp_path / FILE).write_bytes(content)
    with closing(History(tmp_path)) as history:
        history.record_play("a", HAPPY, WHY, NOW)
        assert history.recent(HAPPY, 1) == ["a"]
    assert len(warnings(caplog)) == 1
    assert (tmp_path / aside(tmp_path)[0]).read_bytes() == content


def test_the_journal_of_an_emptied_file_is_set_aside_with_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    used, found = tmp_path / "used", tmp_path / "found"
    fill(used)
    with closing(History(used)) as history:
        history.record_play("a", HAPPY, WHY, NOW)
        shutil.copytree(used, found)
    os.truncate(found / FILE, 0)
    with closing(History(found)) as history:
        history.record_play("b", HAPPY, WHY, NOW)
        (name,) = (name for name in aside(found) if not name.endswith(("-wal", "-shm")))
        assert (found / f"{name}-wal").stat().st_size > 0
    assert [row[3] for row in rows(found, "plays")] == ["b"]
    assert len(warnings(caplog)) == 1


def test_skips_of_one_track_in_a_row_are_remembered_in_their_order(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        history.record_play("a", HAPPY, WHY, NOW)
        history.record_skip("a", HAPPY, 0.1, NOW)
        history.record_play("a", HAPPY, WHY, NOW)
        history.record_skip("a", HAPPY, 0.2, NOW)
        assert history.dislike(HAPPY, "a") == 0.75
    with closing(History(tmp_path)) as history:
        assert history.dislike(HAPPY, "a") == 0.75


def test_a_text_file_in_its_place_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / FILE).write_text("this is no database\n" * 100)
    History(tmp_path).close()
    assert len(warnings(caplog)) == 1
    assert rows(tmp_path, "plays") == []


def test_a_database_of_something_else_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("CREATE TABLE plays (actor TEXT)")
    with closing(History(tmp_path)) as history:
        history.record_play("a", HAPPY, WHY, NOW)
    assert len(warnings(caplog)) == 1
    assert len(rows(tmp_path, "plays")) == 1


def test_a_database_of_a_newer_version_is_set_aside_and_called_that(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as newer:
        newer.execute("CREATE TABLE holograms (id)")
        newer.execute("PRAGMA user_version = 99")
    History(tmp_path).close()
    assert len(warnings(caplog)) == 1
    assert "a newer Moodbox made it" in warnings(caplog)[0]


def test_a_file_that_breaks_while_it_is_in_use_is_replaced_and_the_memory_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fill(tmp_path)
    with closing(History(tmp_path)) as history:
        with closing(sqlite3.connect(tmp_path / FILE)) as vandal:
            vandal.execute("DROP TABLE plays")
        history.record_play("new", HAPPY, WHY, NOW)
        assert history.recent(HAPPY, 2) == ["new", "happy/49.flac"]
    assert len(warnings(caplog)) == 1
    assert [row[3] for row in rows(tmp_path, "plays")] == ["new"]


# Disks


@contextmanager
def full_disk(limit: int) -> Iterator[None]:
    """Let this process write no file beyond `limit` bytes: the kernel refuses as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_full_disk_is_said_once_and_nothing_is_lost_when_there_is_room_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with closing(History(tmp_path)) as history:
        history.record_play("before", HAPPY, WHY, NOW)
        with full_disk(4096):
            for number in range(5):
                history.record_play(f"during {number}", HAPPY, WHY, NOW)
            assert history.recent(HAPPY, 1) == ["during 4"]
        assert len(warnings(caplog)) == 1
        history.record_play("after", HAPPY, WHY, NOW)
        assert caplog.records[-1].getMessage().endswith("works again")
    assert [row[3] for row in rows(tmp_path, "plays")] == ["before", *(f"during {n}" for n in range(5)), "after"]
    assert aside(tmp_path) == []


def test_a_state_folder_that_cannot_be_made_is_said_once_and_the_memory_works(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place = tmp_path / "state"
    place.write_text("a file where the folder should be")
    with closing(History(place)) as history:
        history.record_play("a", HAPPY, WHY, NOW)
        history.record_skip("a", HAPPY, 0.1, NOW)
        assert history.recent(HAPPY, 9) == ["a"]
        assert history.dislike(HAPPY, "a") == 0.5
        assert len(warnings(caplog)) == 1
        place.unlink()
    assert [row[3] for row in rows(place, "plays")] == ["a"]


def test_a_lock_held_by_another_program_delays_the_rows_and_loses_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(History(tmp_path)) as history:
        with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            history.record_play("a", HAPPY, WHY, NOW)
            other.execute("ROLLBACK")
        history.record_play("b", HAPPY, WHY, NOW)
    assert len(warnings(caplog)) == 1
    assert [row[3] for row in rows(tmp_path, "plays")] == ["a", "b"]


# Pruning


def test_what_is_too_old_goes(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        for days in (500, 100, 0):
            at = NOW - timedelta(days=days)
            history.record_play(str(days), HAPPY, WHY, at)
            history.record_skip(str(days), HAPPY, 0.1, at)
            history.record_mood(Mood(HAPPY), at)
        assert history.prune(400, NOW) == 3
        assert history.prune(400, NOW) == 0
    for table, column in (("plays", 3), ("skips", 4)):
        assert [row[column] for row in rows(tmp_path, table)] == ["100", "0"]


def test_a_clock_set_years_ahead_empties_nothing(tmp_path: Path) -> None:
    fill(tmp_path)
    with closing(History(tmp_path)) as history:
        assert history.prune(400, NOW + timedelta(days=9000)) == 0


def test_an_empty_history_has_nothing_to_prune(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        assert history.prune(400, NOW) == 0


# Power cuts

_WRITER = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from appliance.domain.emotions import Emotion
from appliance.domain.reasons import InWords
from appliance.history import History
history = History(Path(sys.argv[1]))
number = len(history.recent(Emotion.HAPPY, 10**6))
while True:
    number += 1
    history.record_play(str(number), Emotion.HAPPY, InWords(text="because"), datetime.now(UTC))
    print(number, flush=True)
"""


def test_a_writer_killed_at_any_moment_loses_nothing_it_had_recorded(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for attempt in range(8):
        told = kill_while_writing(_WRITER, tmp_path, 0.005 + 0.0071 * attempt)[-1]
        with closing(History(tmp_path)) as history:
            recent = history.recent(HAPPY, 10**6)
        assert recent == [str(number) for number in range(len(recent), 0, -1)]
        assert len(recent) >= int(told)
    assert warnings(caplog) == []
