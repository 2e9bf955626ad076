import asyncio
import contextlib
from datetime import UTC, datetime
from pathlib import Path

from appliance.domain.emotions import Emotion
from appliance.domain.reasons import InWords
from appliance.history import History
from appliance.history.history import FILE
from appliance.history.in_ram import in_ram

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def play(folder: Path, *names: str) -> None:
    with contextlib.closing(History(folder)) as history:
        for name in names:
            history.record_play(name, Emotion.HAPPY, InWords(text="a test"), NOW)


def recent(folder: Path) -> list[tuple[str]]:
    import sqlite3

    with contextlib.closing(sqlite3.connect(folder / FILE)) as database:
        return database.execute("SELECT file FROM plays ORDER BY id").fetchall()


async def live(kept: Path, ram: Path, *names: str) -> None:
    async with in_ram(kept, ram) as place:
        play(place, *names)


def folders(tmp_path: Path) -> tuple[Path, Path]:
    kept, ram = tmp_path / "kept", tmp_path / "ram"
    kept.mkdir()
    ram.mkdir()
    return kept, ram


def test_what_was_on_the_disk_is_there_and_what_happens_is_put_back_at_the_end(tmp_path: Path) -> None:
    kept, ram = folders(tmp_path)
    play(kept, "old")
    asyncio.run(live(kept, ram, "new"))
    assert recent(kept) == [("old",), ("new",)]


def test_nothing_is_written_before_the_end(tmp_path: Path) -> None:
    kept, ram = folders(tmp_path)

    async def check() -> None:
        async with in_ram(kept, ram) as place:
            play(place, "new")
            assert files(kept) == set()

    asyncio.run(check())
    assert files(kept) == {FILE}


def test_nothing_is_written_if_nothing_happened(tmp_path: Path) -> None:
    kept, ram = folders(tmp_path)
    asyncio.run(live(kept, ram, "one"))
    before = (kept / FILE).stat().st_ino
    asyncio.run(live(kept, ram))
    assert (kept / FILE).stat().st_ino == before


def test_it_is_put_back_now_and_then(tmp_path: Path) -> None:
    kept, ram = folders(tmp_path)

    async def check() -> None:
        async with in_ram(kept, ram, every=0.01) as place:
            play(place, "new")
            while not (kept / FILE).exists():
                await asyncio.sleep(0.01)

    asyncio.run(check())
    assert recent(kept) == [("new",)]


def test_what_a_conductor_that_died_left_in_memory_counts_for_more(tmp_path: Path) -> None:
    kept, ram = folders(tmp_path)
    play(kept, "old")
    play(ram, "old", "not put back")
    asyncio.run(live(kept, ram, "new"))
    assert recent(kept) == [("old",), ("not put back",), ("new",)]


def test_a_damaged_history_is_set_aside_and_a_new_one_begins(tmp_path: Path) -> None:
    kept, ram = folders(tmp_path)
    (kept / FILE).write_bytes(b"not a database at all" * 100)
    asyncio.run(live(kept, ram, "new"))
    assert (kept / f"{FILE}.broken").read_bytes().startswith(b"not a database")
    assert recent(kept) == [("new",)]
