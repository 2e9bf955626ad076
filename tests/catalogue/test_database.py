"""The catalogue's file: what it keeps of MPD's songs and of what was heard in them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.catalogue.database import FORGET_AFTER, CatalogueDatabase
from appliance.catalogue.reading import read_tags
from appliance.catalogue.schema import FILE
from appliance.catalogue.songs import CatalogueError, Counts
from tests.catalogue.songs import NOW, numbers, scan, scanned, song, sound

A, B = song("library/a.flac", title="A", artist="Who"), song("library/b.flac")


def test_what_mpd_has_is_kept_with_its_tags(tmp_path: Path) -> None:
    with closing(scanned(tmp_path, A, B)) as database:
        assert database.counts() == Counts(songs=2)
        assert set(numbers(database)) == {"library/a.flac", "library/b.flac"}
    assert sorted(read_tags(tmp_path / FILE), key=lambda each: each.file) == [A, B]


def test_a_scan_that_tells_nothing_new_changes_nothing(tmp_path: Path) -> None:
    with closing(scanned(tmp_path, A, B)) as database:
        assert not scan(database, A, B)
        assert scan(database, A)


def test_a_song_heard_is_not_heard_again_after_a_restart(tmp_path: Path) -> None:
    with closing(scanned(tmp_path, A, B)) as database:
        database.write_heard(numbers(database)["library/a.flac"], sound(), NOW)
    with closing(CatalogueDatabase(tmp_path)) as database:
        assert database.counts() == Counts(songs=2, heard=1)
        assert list(numbers(database)) == ["library/b.flac"]


def test_a_song_that_cannot_be_heard_waits_until_it_changes(tmp_path: Path) -> None:
    with closing(scanned(tmp_path, A)) as database:
        database.write_problem(numbers(database)["library/a.flac"], "it is no music")
        assert database.counts() == Counts(songs=1, broken=1)
        assert not numbers(database)
        assert scan(database, song("library/a.flac", "2026-02-02T00:00:00Z"))
        assert set(numbers(database)) == {"library/a.flac"}


def test_a_changed_file_is_heard_again_and_changed_tags_are_not(tmp_path: Path) -> None:
    with closing(scanned(tmp_path, A)) as database:
        database.write_heard(numbers(database)["library/a.flac"], sound(), NOW)
        assert scan(database, song("library/a.flac", title="Other"))
        assert not numbers(database)
        assert scan(database, song("library/a.flac", "2026-02-02T00:00:00Z"))
        assert database.counts() == Counts(songs=1)


def test_what_comes_back_is_as_it_was(tmp_path: Path) -> None:
    with closing(scanned(tmp_path, A, B)) as database:
        for number in numbers(database).values():
            database.write_heard(number, sound(number), NOW)
        scan(database)
        assert database.counts() == Counts()
        scan(database, A, B)
        assert database.counts() == Counts(songs=2, heard=2)


def test_a_moved_file_is_known_by_its_content_and_keeps_what_was_taught(tmp_path: Path) -> None:
    with closing(scanned(tmp_path, A)) as database:
        number = numbers(database)["library/a.flac"]
        assert not database.take_over(number, b"content", NOW)
        database.write_heard(number, sound(), NOW)
        database.attempt(
            "INSERT INTO taught (at, file, kind, emotion, valence, arousal) VALUES ('', ?, 'placed', 'sad', 0, 0)",
            "library/a.flac",
        )
        scan(database, song("library/elsewhere/a.flac"))
        assert database.take_over(numbers(database)["library/elsewhere/a.flac"], b"content", NOW)
        assert database.counts() == Counts(songs=1, heard=1)
        assert database.rows("SELECT file FROM taught") == [("library/elsewhere/a.flac",)]
        assert database.rows("SELECT count(*) FROM songs") == [(1,)]


def test_a_second_copy_is_not_heard_a_second_time(tmp_path: Path) -> None:
    with closing(scanned(tmp_path, A, B)) as database:
        rows = numbers(database)
        database.take_over(rows["library/a.flac"], b"content", NOW)
        database.write_heard(rows["library/a.flac"], sound(), NOW)
        assert database.take_over(rows["library/b.flac"], b"content", NOW)
        assert database.counts() == Counts(songs=2, heard=2)
        assert len(set(database.rows("SELECT sound FROM sounds"))) == 1


def test_what_has_been_gone_for_long_is_forgotten(tmp_path: Path) -> None:
    with closing(scanned(tmp_path, A, B)) as database:
        scan(database, B)
        assert database.rows("SELECT count(*) FROM songs") == [(2,)]
        database.begin_scan()
        database.take_page([B])
        database.end_scan(NOW + FORGET_AFTER + timedelta(days=1))
        assert database.rows("SELECT file FROM songs") == [("library/b.flac",)]


def test_what_an_older_version_heard_is_heard_again(tmp_path: Path) -> None:
    with closing(scanned(tmp_path, A, B)) as database:
        rows = numbers(database)
        database.write_heard(rows["library/a.flac"], sound(version=1), NOW)
        database.write_heard(rows["library/b.flac"], sound(version=2), NOW)
        assert database.forget_older(2) == 1
        assert set(numbers(database)) == {"library/a.flac"}


def test_a_damaged_file_is_set_aside_and_a_new_one_begun(tmp_path: Path) -> None:
    scanned(tmp_path, A).close()
    content = bytearray((tmp_path / FILE).read_bytes())
    content[4096 : 3 * 4096] = os.urandom(2 * 4096)
    (tmp_path / FILE).write_bytes(content)
    with closing(CatalogueDatabase(tmp_path)) as database:
        assert scan(database, A)
        assert database.counts() == Counts(songs=1)
        assert "set aside" in database.problem
    assert list(tmp_path.glob(f"{FILE}.broken-*"))


def test_a_disk_that_cannot_be_written_raises_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.write_text("in the way")
    with closing(CatalogueDatabase(folder)) as database:
        database.begin_scan()
        assert not database.take_page([A])
        assert database.counts() == Counts()
        assert "cannot be used" in database.problem


def test_another_programs_file_is_an_error_in_words(tmp_path: Path) -> None:
    assert not list(read_tags(tmp_path / FILE))
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    with pytest.raises(CatalogueError, match="cannot be read"):
        list(read_tags(tmp_path / FILE))


_WRITER = """
import sys
from pathlib import Path
from tests.catalogue.songs import NOW, numbers, scanned, song, sound
database = scanned(Path(sys.argv[1]), *(song(f"library/{n}.flac") for n in range(3000)))
for file, number in numbers(database).items():
    database.take_over(number, file.encode(), NOW)
    database.write_heard(number, sound(number), NOW)
    print(file, flush=True)
"""


def test_a_kill_at_any_moment_costs_at_most_the_song_at_hand(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    for cut in range(3):
        said = tmp_path / f"said{cut}"
        with said.open("wb") as out:
            writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path)], cwd=root, stdout=out)
        while said.stat().st_size < 2000 * (cut + 1) and writer.poll() is None:
            time.sleep(0.01)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        finished = said.read_text().split("\n")[:-1]
        with closing(CatalogueDatabase(tmp_path)) as database:
            left = {each.file for each in database.unheard(3000)}
            assert not left & set(finished)
            assert not database.problem
            halves = (
                "SELECT count(*) FROM songs LEFT JOIN sounds ON song = id WHERE (heard_at IS NULL) != (song IS NULL)"
            )
            assert database.rows(halves) == [(0,)]
