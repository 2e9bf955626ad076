"""After an erasure no file holds a byte of what was."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.domain.emotions import Emotion, Reading
from appliance.domain.moods import Correction, Mood
from appliance.domain.reasons import InWords
from appliance.history import History, erase
from appliance.history.erase import FILE, shred, wipe
from appliance.history.errors import HistoryError
from appliance.history.in_ram import in_ram

NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)
SAD, HAPPY = Emotion.SAD, Emotion.HAPPY
SECRETS = (b"our-song", b"telltale-reason", b"telltale-model", b"2026-03-0")


def fill(history: History, rows: int = 400) -> None:
    for number in range(rows):
        at = NOW + timedelta(minutes=10 * number)
        history.record_mood(Mood(SAD if number % 2 else HAPPY, 0.5, people=1), at, 300.0)
        history.record_play(f"sad/our-song-{number}.flac", SAD, InWords(text="telltale-reason " * 8), at)
        history.record_skip(f"sad/our-song-{number}.flac", SAD, 0.1, at)
    reading = Reading.of({SAD: 0.6, HAPPY: 0.4})
    history.record_correction(Correction(5, NOW, SAD, HAPPY, reading, "telltale-model"))
    history.record_dislike("sad/our-song-1.flac", SAD, NOW)


def traces(*folders: Path) -> list[tuple[str, bytes]]:
    return [
        (str(file), secret)
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file()
        for secret in SECRETS
        if secret in file.read_bytes()
    ]


def test_while_it_is_open_nothing_is_left_in_any_file(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        fill(history)
        assert traces(tmp_path)
        history.erase()
        assert traces(tmp_path) == []
        assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 150_000
        assert history.recent(SAD, 9) == []
        assert history.dislikes() == []
        assert history.corrections() == []
        history.record_play("after.flac", SAD, None, NOW)
    with closing(History(tmp_path)) as history:
        assert history.recent(SAD, 9) == ["after.flac"]


def test_what_was_set_aside_as_broken_goes_too(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        fill(history, 5)
    broken = bytearray((tmp_path / FILE).read_bytes())
    broken[:20] = b"no database any more"
    (tmp_path / FILE).write_bytes(broken)
    with closing(History(tmp_path)) as history:
        history.record_play("new.flac", SAD, None, NOW)
        assert traces(tmp_path)
        history.erase()
    assert traces(tmp_path) == []
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_a_working_copy_in_memory_is_erased_with_what_it_is_a_copy_of(tmp_path: Path) -> None:
    kept, ram = tmp_path / "kept", tmp_path / "ram"
    kept.mkdir()
    ram.mkdir()
    with closing(History(kept)) as history:
        fill(history, 5)

    async def live() -> None:
        async with in_ram(kept, ram) as place:
            with closing(History(place, kept=kept)) as history:
                fill(history, 5)
                history.erase()
                assert traces(kept, ram) == []

    asyncio.run(live())
    assert traces(kept, ram) == []
    with closing(History(kept)) as history:
        assert history.recent(SAD, 9) == []


def test_one_correction_that_is_taken_back_leaves_no_bytes_behind(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        fill(history, 0)
        history.forget_correction(5)
    assert b"telltale-model" not in (tmp_path / FILE).read_bytes()


def test_a_history_that_is_being_read_says_so_and_is_erased_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erase, "_PATIENCE", 100)
    with closing(History(tmp_path)) as history:
        fill(history, 5)
        with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM plays").fetchall()
            with pytest.raises(HistoryError, match=r"cannot be erased \(another program is reading it\)"):
                history.erase()
        history.erase()
        assert traces(tmp_path) == []


def test_while_the_box_is_off_the_files_go_altogether(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        fill(history, 5)
    (tmp_path / "state.json").write_text("{}")
    wipe(tmp_path)
    wipe(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["state.json"]


def test_a_file_is_overwritten_before_it_is_removed(tmp_path: Path) -> None:
    file, other = tmp_path / "secret", tmp_path / "the same file by another name"
    file.write_bytes(b"secret" * 30_000)
    other.hardlink_to(file)
    shred(file)
    assert not file.exists()
    assert other.read_bytes() == bytes(180_000)
