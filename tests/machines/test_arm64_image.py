"""An image with a Raspberry Pi's processor and a kernel of its own, emulated whole: built, booted, page and music."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machines.bootable import NEEDS as AN_IMAGE_NEEDS
from tests.machines.bootable import make_bootable
from tests.machines.test_arm64 import no_emulator
from tests.machines.virtual import NEEDS, VirtualMachine, program

pytestmark = [
    pytest.mark.slow,
    pytest.mark.needs(*NEEDS, *AN_IMAGE_NEEDS, program("arm64")),
    pytest.mark.timeout(4 * 3600),
    pytest.mark.skipif(bool(no_emulator()), reason=no_emulator()),
]

PATIENCE = 900
"""Seconds from power-on to the music; on a Pi it takes fifteen."""
PAGE = """python3 -c '
import urllib.request
assert b"Moodbox" in urllib.request.urlopen("http://127.0.0.1/", timeout=60).read()'"""
PLAYS = """moodbox status --json | grep -q '"state": *"play"'"""


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def powered_on(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, VirtualMachine, float]]:
    """The release, the machine, and when its power came on."""
    folder = Path(os.environ.get("MOODBOX_IMAGE") or tmp_path_factory.mktemp("arm64"))
    began = time.monotonic()
    make_bootable(request.param, "arm64", folder)
    print(f"{request.param}: the image was made in {time.monotonic() - began:.0f} s")
    machine = VirtualMachine(folder / "one.img", folder, folder, folder / "way-in", "arm64")
    try:
        began = time.monotonic()
        machine.boot(patience=PATIENCE)
        yield request.param, machine, began
    finally:
        machine.close()


def test_it_boots_to_its_page_and_to_music(powered_on: tuple[str, VirtualMachine, float]) -> None:
    suite, machine, began = powered_on
    print(f"{suite}: one can log in {time.monotonic() - began:.0f} s after power-on")
    assert machine.done("uname -m").strip() == "aarch64"
    machine.until(PAGE, PATIENCE)
    print(f"{suite}: its page is there {time.monotonic() - began:.0f} s after power-on")
    machine.until(PLAYS, PATIENCE)
    seconds = time.monotonic() - began
    print(f"{suite}: plays {seconds:.0f} s after power-on")
    assert seconds < PATIENCE
    print(machine.done("systemd-analyze; moodbox status; free -m; cat /proc/cpuinfo | head -n 8"))
    assert machine.done("systemctl --failed --no-legend --plain").strip() == ""
