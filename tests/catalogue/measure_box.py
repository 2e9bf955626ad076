"""`python -m tests.catalogue.measure_box [SONGS]`: the memory of a whole box that knows so many songs.

MPD has that many files, the catalogue has heard them all (what was heard is made up), and the page's map and list are
asked for.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from appliance.bench.music import LINKS, silence
from appliance.catalogue.database import CatalogueDatabase
from tests.catalogue.songs import NOW, sound
from tests.ports import free_port
from tests.running_box import RunningBox, running_box
from tests.soak.soak import ask_page, key_of

MANY = 50_000
PATIENCE = 900.0
"""Seconds for MPD to read so many files, and for the box to take them in."""


def write_library(songs: Path, count: int) -> None:
    """Hard links to a few silent files, by artist and album, as people keep them."""
    source = songs
    for number in range(count):
        if number % LINKS == 0:
            source = songs.with_name(f"silence {number}.wav")
            source.write_bytes(silence())
        name = f"Artist {number // 100:05}/Album {number // 10 % 10}/{number % 10:02} - some title.wav"
        file = songs / "library" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        os.link(source, file)


def memory(box: RunningBox) -> dict[str, float]:
    """The PSS of each process in MB, which may be added up."""
    found = {}
    for name, pid in {"conductor": box.process.pid, **box.children()}.items():
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        found[name] = int(re.findall(r"^Pss: +(\d+)", rollup, re.MULTILINE)[0]) * 1024 / 1e6
    return found


def measure(folder: Path, count: int) -> None:
    """Print one line for each moment."""
    songs, port = folder / "songs", free_port()
    songs.mkdir()
    write_library(songs, count)
    settings = f"[web]\nport = {port}\n"

    def say(what: str, box: RunningBox) -> None:
        each = memory(box)
        shown = ", ".join(f"{name} {megabytes:.1f}" for name, megabytes in each.items())
        print(f"{what:<34} {sum(each.values()):6.1f} MB: {shown}", flush=True)

    with running_box(folder, "portrait", songs, settings) as box:
        box.wait(lambda status: (status["catalogue"] or {"songs": 0})["songs"] >= count, PATIENCE)
        say(f"{count} songs, none heard", box)
        assert box.stop() == 0
    with closing(CatalogueDatabase(folder / "state")) as database:
        while unheard := database.unheard(1000):
            for each in unheard:
                database.write_heard(each.number, sound(each.number), NOW)
    with running_box(folder, "portrait", songs, settings) as box:
        box.wait(lambda status: (status["catalogue"] or {"heard": 0})["heard"] >= count, PATIENCE)
        box.wait(lambda status: status["player"]["state"] == "play", PATIENCE)
        time.sleep(70)  # what is free is returned every minute
        say("all heard, playing", box)
        key = {"Authorization": f"Bearer {key_of(port)}"}
        for path in ("/api/map", "/api/songs"):
            answer = ask_page(port, "GET", path, **key)
            print(f"  {path}: {len(answer.text):,} characters")  # type: ignore[attr-defined]
            say(f"after {path}", box)
        time.sleep(70)
        say("a minute later", box)


def main() -> None:
    """Measure in a folder that is gone afterwards."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    with tempfile.TemporaryDirectory(prefix="moodbox-large-") as folder:
        measure(Path(folder), count)


if __name__ == "__main__":
    main()
