"""Two thousand files dropped into an installed box: heard and placed unattended; journeys that a face leads, by ear."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.machines.captured import SECONDS, best_match, read_raw, reference
from tests.machines.dropped_library import JUNK, fill
from tests.machines.machine import NEEDS, Machine, hurry_the_analyser
from tests.machines.owner_at_home import PASSWORD
from tests.machines.test_library import LIBRARY, catalogue, until_heard
from tests.portraits import Picture, earnest, smiling
from tests.web.page.visitor import Visitor, launch

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(14_400)]

FILES = int(os.environ.get("MOODBOX_SONGS", "2000"))
MUSIC = os.environ.get("MOODBOX_MUSIC")
SETTINGS = """[camera]
source = "/opt/face.png"
[mood]
evaluate_every = 60.0
[music]
output = "fifo:/run/moodbox/mpd/sound"
"""
FAULTY = JUNK + FILES // 200
"""Files at most that the box may fail to hear: some music is of a kind that only its game can play."""
HEARD = 6
"""Songs of each journey that are listened to."""
OTHERS = 40
"""Songs of the library that what was captured is compared with besides."""
SEEK = """python3 -c '
import socket
s = socket.socket(socket.AF_UNIX); s.connect("/run/moodbox/mpd/mpd.sock"); f = s.makefile("rw")
f.readline(); f.write("seekcur {}\\n"); f.flush(); print(f.readline())'"""


@pytest.fixture(scope="module")
def filled(installed: Machine) -> Iterator[Machine]:
    """With the files dropped in and everything heard, and a picture that is looked at for a camera."""
    hurry_the_analyser(installed)
    new = installed.root / LIBRARY / "dropped"
    heard = fill(new, FILES, Path(MUSIC) if MUSIC else None)
    show(installed, earnest())
    installed.done("chown -R moodbox:moodbox /srv/moodbox/songs/library/dropped; chmod a+r /opt/face.png")
    end = time.monotonic() + 600
    while catalogue(installed)["songs"] < heard:
        assert time.monotonic() < end, catalogue(installed)
        time.sleep(2)
    seconds = until_heard(installed, catalogue(installed)["songs"], 10_000)
    now = catalogue(installed)
    print(json.dumps(now), f"{seconds:.0f} s")
    assert now["broken"] <= FAULTY, installed.run("journalctl -u moodbox -o cat | grep 'cannot be listened'").stdout
    (installed.root / "etc/moodbox/moodbox.toml").write_text(SETTINGS)
    installed.done("systemctl restart moodbox.target; until moodbox status >/dev/null 2>&1; do sleep 1; done", 120)
    return installed


def show(machine: Machine, picture: Picture) -> None:
    """Hold a picture before the camera."""
    part = machine.root / "opt/face.part.png"
    cv2.imwrite(str(part), picture)
    part.rename(machine.root / "opt/face.png")


def told(machine: Machine, command: str) -> Any:
    return json.loads(machine.done(f"moodbox music {command} --json"))


def until(machine: Machine, what: Any, seconds: float = 180) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while not ((status := machine.status()) and what(status)):
        assert time.monotonic() < end, status
        time.sleep(0.5)
    return status


def journey(machine: Machine, songs: int) -> list[dict[str, Any]]:
    """Hear so many songs, each for a few seconds: what the box said of each, and where the sound of it begins.

    `foretold` is what was queued next until it began.
    """
    raw, heard = machine.root / "root/sound.raw", list[dict[str, Any]]()
    file, queue = "", list[dict[str, Any]]()
    while len(heard) < songs:
        end = time.monotonic() + 180
        while (player := playing(machine)) and (player["state"] != "play" or player["file"] in {file, None}):
            queue = player["queue"] if player["file"] == file else queue
            assert time.monotonic() < end, player
            time.sleep(0.3)
        file, foretold = player["file"], queue[0]["file"] if queue else None
        time.sleep(1)  # what is in the pipe still belongs to the song before
        begins = raw.stat().st_size
        while raw.stat().st_size < begins + SECONDS * 176_400:
            time.sleep(0.2)
        player = playing(machine)
        if player["file"] == file:  # else a new journey has begun at once
            heard.append({**player, "begins": begins, "foretold": foretold})
            machine.done(SEEK.format(max(player["elapsed"], player["duration"] - 3)))
            queue = []
    return heard


def playing(machine: Machine) -> dict[str, Any]:
    found: dict[str, Any] = until(machine, bool)["player"]
    return found


def test_everything_is_catalogued_placed_and_in_the_lists(filled: Machine) -> None:
    heard, songs = catalogue(filled)["heard"], filled.root / "srv/moodbox/songs"
    end = time.monotonic() + 300
    while True:  # the box has just begun anew
        found = filled.run("moodbox music clusters --json").stdout
        clusters = json.loads(found) if found else []
        lists = [each.read_text().splitlines() for each in songs.glob("*/from-your-library.m3u")]
        named = [line for lines in lists for line in lines if line and not line.startswith("#")]
        if sum(each["songs"] for each in clusters) == heard and len(named) >= FILES - FAULTY:
            break
        assert time.monotonic() < end, (heard, clusters, len(named))
        time.sleep(2)
    print(json.dumps([(each["name"], each["songs"]) for each in clusters]))
    assert len(named) == len(set(named))


def test_journeys_follow_the_face_and_the_sound_proves_their_order(filled: Machine) -> None:
    filled.done("systemd-run --unit=listener sh -c 'cat /run/moodbox/mpd/sound >/root/sound.raw'")
    before = until(filled, lambda s: s["mood"]["mood"] not in {"happy", "nobody", "unsure"})["mood"]["mood"]
    first = journey(filled, HEARD)
    show(filled, smiling())
    until(filled, lambda s: s["mood"]["mood"] == "happy")
    everything = [*first, *journey(filled, HEARD)]
    print(before, json.dumps([(each["file"], each["why"]) for each in everything], indent=1))
    assert {each["reason"]["code"] for each in everything[1:]} == {"on-journey"}
    foretold = [each for each in everything if each["foretold"]]
    assert len(foretold) > HEARD
    assert [each["file"] for each in foretold] == [each["foretold"] for each in foretold]
    songs = filled.root / "srv/moodbox/songs"
    others = sorted(songs.glob("library/dropped/Artist*/*/*.flac"))[:: max(1, FILES // OTHERS)]
    names = dict.fromkeys([each["file"] for each in everything] + [str(file.relative_to(songs)) for file in others])
    known = {name: reference(songs / name) for name in names}
    for each in everything:
        name, likeness = best_match(read_raw(filled.root / "root/sound.raw", each["begins"]), known)
        print(f"{likeness:.2f} {name}")
        assert name == each["file"]
    valence = [told(filled, f"why '{each['file']}'")["valence"] for each in everything]
    assert sum(valence[HEARD:]) / HEARD > sum(valence[:2]) / 2, valence


def test_the_page_shows_every_song_on_the_map_and_what_comes_next(filled: Machine) -> None:
    filled.done(f"printf '{PASSWORD}' | moodbox page password")
    pictures = Path(os.environ.get("MOODBOX_PICTURES", ""))
    with sync_playwright() as playwright:
        browser = launch(playwright)
        with Visitor.at(browser, f"http://{filled.network.there}", "phone") as visitor:
            page = visitor.page
            page.goto("/")
            page.get_by_label("Password").fill(PASSWORD)
            page.keyboard.press("Enter")
            expect(page.locator("#queue li")).to_have_count(4, timeout=60_000)
            page.goto("/#map")
            expect(page.locator(".map-cluster")).not_to_have_count(0, timeout=60_000)
            expect(page.locator("#map-progress")).to_contain_text(f"{catalogue(filled)['heard']:,} of ")
            page.locator("#map-canvas").focus()
            page.keyboard.press("Enter")
            expect(page.locator("#map-song-title")).to_be_visible()
            page.get_by_role("button", name="Songs like this one").click()
            expect(page.locator(".map-other")).to_have_count(8)
            if pictures.name:
                page.screenshot(path=pictures / "map-phone.png", full_page=True)
                page.set_viewport_size({"width": 1440, "height": 900})
                page.wait_for_timeout(1000)
                page.screenshot(path=pictures / "map-wide.png")
                page.goto("/#now")
                expect(page.locator("#queue li")).to_have_count(4)
                page.screenshot(path=pictures / "queue-wide.png", full_page=True)
        browser.close()
