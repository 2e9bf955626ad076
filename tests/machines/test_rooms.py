"""Two boxes and a loudspeaker, each a booted machine in a network of its own, with one music."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.machines.machine import NEEDS, Machine, install
from tests.snapcast.in_step import noise

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(5400)]

SETTINGS = """[music]
house_music = false
output = "{output}"
{follow}
[camera]
source = "{camera}"
[snapcast]
{here}
[mqtt]
device_id = "{name}"
"""


class Room:
    """A machine with a box in it."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def begin(self, leader: str = "", camera: str = "portrait") -> None:
        """Boot it, or begin anew, with these settings."""
        text = SETTINGS.format(
            output="null" if leader else "snapcast",
            follow=f'follow = "{leader}"' if leader else "",
            camera=camera,
            here="" if leader else 'here = "null"',
            name=self.machine.root.parent.name,
        )
        (self.machine.root / "etc/moodbox/moodbox.toml").write_text(text)
        self.machine.boot()

    def until(self, what: Callable[[dict[str, Any]], object], seconds: float = 240) -> dict[str, Any]:
        """The first status for which this holds."""
        end, status = time.monotonic() + seconds, None
        while time.monotonic() < end:
            status = self.machine.status()
            if status is not None and what(status):
                return status
            time.sleep(1)
        log = self.machine.run("journalctl -b -n 60 --no-pager; systemctl status 'moodbox-snap*' --no-pager").stdout
        raise AssertionError(f"not within {seconds:.0f} s: {status}\n{log}")


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def rooms(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Room]]:
    """The kitchen, whose music it is; the bedroom, with a camera of its own; and the bath, which is a loudspeaker."""
    folder = tmp_path_factory.mktemp("rooms")
    first = Machine(request.param, folder / "kitchen")
    machines = [first]
    try:
        first.boot()
        install(first, "--no-start")
        first.off()
        noise(folder / "noise.wav", 120)
        shutil.copy(folder / "noise.wav", first.root / "srv/moodbox/songs/happy/noise.wav")
        for name in ("bedroom", "bath"):
            (folder / name).mkdir()
            subprocess.run(["cp", "-a", first.root, folder / name / request.param], check=True)
            (folder / name / request.param / "etc/machine-id").write_text("")
            machines.append(Machine(request.param, folder / name))
        for machine in machines[1:]:
            with (machine.root / "etc/hosts").open("a") as hosts:
                hosts.write(f"{first.network.there} kitchen\n")
        yield [Room(machine) for machine in machines]
    finally:
        for machine in machines:
            machine.close()


def test_a_box_and_a_loudspeaker_play_what_the_first_box_plays(rooms: list[Room]) -> None:
    kitchen, bedroom, bath = rooms
    kitchen.begin()
    bedroom.begin("kitchen")
    bath.begin("kitchen", camera="none")
    for room in (bedroom, bath):
        status = room.until(lambda status: status["follow"]["playing"] and status["player"]["state"] == "play")
        assert status["follow"]["box"] == "kitchen"
        assert "serves its music" in room.machine.run("moodbox doctor").stdout
    kitchen.until(lambda status: status["player"]["state"] == "play" and len(status["speakers"] or ()) == 3)


def test_the_programs_are_units_that_are_locked_in_and_end_with_the_wish(rooms: list[Room]) -> None:
    kitchen = rooms[0].machine
    units = "moodbox-snapserver moodbox-snapclient"
    assert set(kitchen.done(f"systemctl is-active {units}").split()) == {"active"}
    for unit in units.split():
        pid = kitchen.done(f"systemctl show {unit} -P MainPID").strip()
        status = kitchen.done(f"cat /proc/{pid}/status")
        assert "NoNewPrivs:\t1" in status
        assert "CapEff:\t0000000000000000" in status
        assert Path(kitchen.done(f"readlink /proc/{pid}/exe").strip()).name in unit
    kitchen.done("systemctl stop moodbox.target")
    assert set(kitchen.run(f"systemctl is-active {units}").stdout.split()) == {"inactive"}
    assert "1704" not in kitchen.run("ss -tln").stdout
    kitchen.done("systemctl start moodbox.target")
    rooms[0].until(lambda status: status["speakers"] is not None)
    assert set(kitchen.done(f"systemctl is-active {units}").split()) == {"active"}
