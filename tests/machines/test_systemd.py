"""What an installed box tells systemd and the journal."""

import json
import time

import pytest

from tests.machines.machine import NEEDS, Machine

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(3600)]

MODULE = "/usr/lib/python3/dist-packages/systemd"


def shown(machine: Machine, unit: str, key: str) -> str:
    return machine.done(f"systemctl show {unit} -P {key}").strip()


def journal(machine: Machine, match: str) -> list[dict[str, str]]:
    lines = machine.done(f"journalctl -q -b -o json SYSLOG_IDENTIFIER=moodbox {match}").splitlines()
    return [json.loads(line) for line in lines]


def test_systemd_is_told_how_a_unit_is_and_that_it_goes_on(installed: Machine) -> None:
    assert shown(installed, "moodbox-vision", "StatusText").startswith("watching with ")
    for unit in ("moodbox", "moodbox-vision"):
        fed = shown(installed, unit, "WatchdogTimestampMonotonic")
        time.sleep(6)
        assert int(shown(installed, unit, "WatchdogTimestampMonotonic")) > int(fed) > 0


def test_the_journal_has_part_and_mood_as_fields(installed: Machine) -> None:
    assert journal(installed, "MOODBOX_PART=conductor")
    end = time.monotonic() + 120
    while not (moody := journal(installed, "MOODBOX_MOOD=happy")):
        assert time.monotonic() < end, "the portrait smiles"
        time.sleep(1)
    assert {entry["_SYSTEMD_UNIT"] for entry in moody} == {"moodbox.service"}
    assert all("CODE_FILE" not in entry for entry in moody)


def test_a_box_that_has_lost_the_library_says_so(installed: Machine) -> None:
    installed.done(f"mv {MODULE} {MODULE}.away")
    try:
        assert "sudo apt install python3-systemd" in installed.run("moodbox doctor").stdout
    finally:
        installed.done(f"mv {MODULE}.away {MODULE}")


def test_the_target_has_stopped_when_all_of_it_has(installed: Machine) -> None:
    units = "moodbox.service moodbox-vision.service moodbox-mpd.service"
    installed.done("systemctl start moodbox.target; until moodbox status; do sleep 1; done", 120)
    installed.done("systemctl stop moodbox.target")
    assert set(installed.run(f"systemctl is-active {units}").stdout.split()) == {"inactive"}
    assert installed.run("pgrep -u moodbox,moodbox-vision -f appliance").stdout == ""
    installed.done("systemctl start moodbox.target; until moodbox status; do sleep 1; done", 120)


def test_folders_that_were_lost_are_made_again_with_their_owners(installed: Machine) -> None:
    shown = "stat -c '%a %U:%G %n' /run/moodbox /run/moodbox/vision /run/moodbox/mpd /run/moodbox/power"
    before = installed.done(shown)
    assert "2750 moodbox:moodbox-vision /run/moodbox/vision" in before
    installed.done("systemctl stop moodbox.target; rm -rf /run/moodbox; systemctl start moodbox-folders.service")
    assert installed.done(shown) == before
    installed.done("systemctl start moodbox.target; until moodbox status; do sleep 1; done", 120)
