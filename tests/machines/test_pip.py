"""`pip install` and `pipx install` of the repository, on a Debian that has no more than those two need."""

import shutil
from collections.abc import Iterator

import pytest

from tests.boxes.box import ROOT
from tests.machines.machine import NEEDS, Machine

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(3600)]

WAYS = {
    "pip": ("python3 -m venv /root/box && /root/box/bin/pip install -q /opt/source", "/root/box/bin/moodbox"),
    "pipx": ("pipx install /opt/source", "/root/.local/bin/moodbox"),
}


@pytest.fixture(params=["bookworm", "trixie"])
def machine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    made = Machine(request.param, tmp_path_factory.mktemp("pip"))
    try:
        source = made.copy_project("/opt/source")
        for part in ("setup.py", "pyproject.toml"):
            shutil.copy(ROOT / part, source)
        made.boot()
        made.done("apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y python3-venv pipx")
        yield made
    finally:
        made.close()


@pytest.mark.parametrize("way", WAYS)
def test_what_is_missing_is_named_with_what_brings_it_and_then_it_plays(machine: Machine, way: str) -> None:
    command, moodbox = WAYS[way]
    machine.done(command)
    examined = machine.run(f"{moodbox} doctor")
    told = examined.stdout
    assert "install it: sudo apt install mpd" in told, examined
    machine.done(
        "DEBIAN_FRONTEND=noninteractive apt-get install -y mpd; systemctl disable --now mpd.service mpd.socket"
    )
    fetch = next(line.split("fetch it: ")[1] for line in told.splitlines() if "fetch it: " in line)
    machine.done(fetch)
    machine.done(f"systemd-run --unit=by-hand -E HOME=/root -E LANG=C.UTF-8 {moodbox} run")
    machine.done(f"for n in $(seq 180); do {moodbox} status | grep -q '^playing' && exit; sleep 1; done; exit 1")
    machine.done("systemctl stop by-hand")
