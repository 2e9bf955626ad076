"""Whatever has happened to the file, songs are known again, and who reads it from elsewhere is told in words."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

import pytest

from appliance.catalogue.database import CatalogueDatabase
from appliance.catalogue.lessons import erase_lessons, lessons, teach
from appliance.catalogue.library_index import build_library_index
from appliance.catalogue.reading import read_index, read_tags
from appliance.catalogue.schema import FILE
from appliance.catalogue.search import matching_songs, songs_of_rows
from appliance.catalogue.songs import CatalogueError
from appliance.domain.emotions import Emotion
from appliance.domain.lessons import Lesson, LessonKind
from tests.catalogue.songs import NOW, numbers, scan, scanned, song, sound
from tests.damage import damaged, each_byte_changed, every_damage

PAGE = 4096
NEW = song("library/new.flac")
PLACED = Lesson(NEW.file, LessonKind.PLACED, 0.25, -0.5, NOW, Emotion.SAD)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("whole")
    songs = [song(f"library/{n % 5}/{n}.flac", artist=f"Artist {n % 7}", album=f"Album {n % 9}") for n in range(60)]
    with closing(scanned(folder, *songs)) as database:
        for file, number in numbers(database).items():
            database.take_over(number, file.encode(), NOW)
            database.write_heard(number, sound(number), NOW)
            teach(database, Lesson(file, LessonKind.PLACED, 0.5, 0.5, NOW, Emotion.HAPPY))
    return (folder / FILE).read_bytes()


def goes_on(folder: Path, content: bytes) -> None:
    for file in folder.glob(f"{FILE}*"):
        file.unlink()
    (folder / FILE).write_bytes(content)
    with suppress(CatalogueError):
        list(read_tags(folder / FILE))
    with suppress(CatalogueError):
        read_index(folder / FILE)
    with suppress(CatalogueError):
        songs_of_rows(folder / FILE, matching_songs(folder / FILE, "art", None, "title"))
    with closing(CatalogueDatabase(folder)) as database:
        build_library_index(database)
        lessons(database)
        scan(database, NEW)
        number = numbers(database)[NEW.file]
        database.take_over(number, b"new", NOW)
        database.write_heard(number, sound(), NOW)
        teach(database, PLACED)
        assert NEW.file in [each.file for each in lessons(database)]
        assert NEW.file in build_library_index(database).files
    with suppress(CatalogueError):
        erase_lessons(folder)


def test_one_changed_byte_in_the_first_pages_stops_nothing(whole: bytes, tmp_path: Path) -> None:
    for content in each_byte_changed(whole, 2 * PAGE, 197):
        goes_on(tmp_path, content)


def test_a_name_in_the_schema_that_is_no_utf_8_stops_nothing(whole: bytes, tmp_path: Path) -> None:
    at = whole.index(b"songs")
    goes_on(tmp_path, whole[:at] + b"\xbe" + whole[at + 1 :])
    assert list(tmp_path.glob(f"{FILE}.broken-*"))


def test_a_header_by_which_nobody_could_write_any_more_is_set_aside(whole: bytes, tmp_path: Path) -> None:
    goes_on(tmp_path, whole[:18] + b"\x73" + whole[19:])
    assert list(tmp_path.glob(f"{FILE}.broken-*"))


@pytest.mark.parametrize("seed", range(40))
def test_no_damage_stops_anything(whole: bytes, tmp_path: Path, seed: int) -> None:
    goes_on(tmp_path, damaged(whole, seed))


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_no_changed_byte_of_the_first_pages_and_no_damage_of_a_thousand_stops_anything(
    whole: bytes, tmp_path: Path
) -> None:
    for content in every_damage(whole, 1000, 2 * PAGE):
        goes_on(tmp_path, content)
