"""`python -m tests.catalogue.measure [SONGS]`: what a catalogue of so many made-up songs takes, in time and memory."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.catalogue.database import CatalogueDatabase
from appliance.catalogue.library_index import build_library_index
from appliance.catalogue.schema import FILE
from appliance.catalogue.songs import SongTags
from tests.catalogue.songs import NOW, song, sound

PAGE = 200
MANY = 50_000


def made_up(count: int) -> Iterator[list[SongTags]]:
    """Pages of songs with names and tags as long as they are in real collections."""
    for start in range(0, count, PAGE):
        yield [
            song(
                f"library/Artist {number // 100:05}/Album {number // 10 % 10}/{number % 10:02} - some title.flac",
                artist=f"Artist {number // 100}", album=f"Album {number // 10}", title=f"some title {number}",
                genre="Rock", recording="f" * 36, release="e" * 36, artist_id="d" * 36,
            )
            for number in range(start, min(count, start + PAGE))
        ]  # fmt: skip


def scan(database: CatalogueDatabase, count: int) -> None:
    """Tell a database all of them."""
    database.begin_scan()
    for page in made_up(count):
        database.take_page(page)
    database.end_scan(NOW)


def fill(database: CatalogueDatabase, count: int) -> None:
    """Have all songs heard."""
    for each in database.unheard(count):
        database.write_heard(each.number, sound(each.number), NOW)


def measure(folder: Path, count: int) -> dict[str, float]:
    """Seconds of processor time for each step, megabytes of file and memory."""
    database = CatalogueDatabase(folder)
    found: dict[str, float] = {}

    def timed(name: str, work: Callable[[], object]) -> None:
        began = time.process_time()
        work()
        found[name] = round(time.process_time() - began, 3)

    timed("the first scan, s", lambda: scan(database, count))
    timed("a scan without news, s", lambda: scan(database, count))
    timed("keeping what was heard, s", lambda: fill(database, count))
    before = _resident()
    timed("the index, s", lambda: found.update({"songs": len(build_library_index(database))}))
    found["memory that building it takes, MB"] = round(max(0.0, _peak() - before), 1)
    timed("counting, s", database.counts)
    timed("fifty songs to hear next, s", lambda: database.unheard(50))
    database.close()
    found["the file, MB"] = round((folder / FILE).stat().st_size / 1e6, 1)
    return found


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        for step, value in measure(Path(place), int(sys.argv[1]) if len(sys.argv) > 1 else MANY).items():
            print(f"{step}: {value:,}")
