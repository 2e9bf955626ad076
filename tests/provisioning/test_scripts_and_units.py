"""What can be seen of the installation without a machine to install it on."""

import configparser
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = [*sorted((ROOT / "provisioning").rglob("*.sh")), ROOT / "provisioning" / "start"]
UNITS = sorted((ROOT / "systemd").glob("*.service"))
DOCUMENTED = [path for path in sorted((ROOT / "systemd").iterdir()) if path.suffix not in {".tmpfiles", ".rules"}]


MOST = 20
"""Tenths of what `systemd-analyze security` calls exposure that a unit of ours may have, of 100."""


def documented_exposure(name: str) -> int:
    """What docs/reference/units.md says of a unit, in tenths; each version of systemd judges a little otherwise."""
    table = (ROOT / "docs/reference/units.md").read_text().splitlines()
    (row,) = [
        line for line in table if line.startswith("| ") and re.search(rf"`{name}(\.service)?`", line.split("|")[1])
    ]
    return round(10 * float(row.rstrip("| ").rpartition("|")[2]))


def unit(path: Path) -> configparser.SectionProxy:
    """The service's own table; of a key given twice the last."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path)
    return parser["Service"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_sound_for_any_sh(script: Path) -> None:
    assert subprocess.run(["sh", "-n", script], capture_output=True, check=False).stderr == b""


@pytest.mark.needs("shellcheck")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_shellcheck_finds_nothing(script: Path) -> None:
    # files that source one another share names; `a && b || die` means what it says where b cannot fail
    left_out = "SC1091,SC2154,SC2015,SC2034,SC2143"
    command = ["shellcheck", "--exclude", left_out, script]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout == ""


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_what_a_unit_starts_is_there(path: Path) -> None:
    program = unit(path)["ExecStart"].split()[0]
    if program.startswith("/opt/moodbox/current/"):
        started = ROOT / program.removeprefix("/opt/moodbox/current/")
        assert started.stat().st_mode & 0o111


@pytest.mark.parametrize("path", DOCUMENTED, ids=lambda path: path.name)
def test_the_page_that_a_unit_names_is_part_of_a_release(path: Path) -> None:
    script = (ROOT / "provisioning" / "lib.sh").read_text()
    parts = next(line for line in script.splitlines() if line.startswith("parts=")).partition("=")[2].strip('"').split()
    documentation = next(line for line in path.read_text().splitlines() if line.startswith("Documentation="))
    pages = [word.partition("/current/")[2] for word in documentation.split() if "/opt/moodbox/current/" in word]
    assert pages
    assert set(pages) <= set(parts)
    assert all((ROOT / page).is_file() for page in pages)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
@pytest.mark.needs("systemd-analyze", "root")
def test_a_unit_is_exposed_little(path: Path) -> None:
    version = subprocess.run(["systemd-analyze", "--version"], capture_output=True, text=True, check=True).stdout
    most = documented_exposure(path.stem) if version.startswith("systemd 252 ") else MOST
    command = ["systemd-analyze", "security", "--offline=yes", f"--threshold={most}", "--no-pager", path]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, f"more than {most / 10}: {judged.stdout[-200:]}"


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_how_little_a_unit_is_exposed_is_documented(path: Path) -> None:
    assert 0 < documented_exposure(path.stem) <= MOST


@pytest.mark.parametrize("name", ["moodbox", "moodbox-vision", "moodbox-mpd", "moodbox-analyser"])
def test_a_unit_is_watched_and_limited_and_not_root(name: str) -> None:
    service = unit(ROOT / "systemd" / f"{name}.service")
    # nothing waits for the analyser, which may take minutes to begin
    assert service["Type"] == ("simple" if name == "moodbox-analyser" else "notify")
    assert int(service["WatchdogSec"]) > 0
    assert service["User"].startswith("moodbox")
    assert {"MemoryMax", "TasksMax"} <= set(service)
    assert service["CapabilityBoundingSet"] == ("CAP_NET_BIND_SERVICE" if name == "moodbox" else "")


def test_only_the_eyes_may_open_a_camera() -> None:
    for path in UNITS:
        text = path.read_text()
        assert ("DeviceAllow=char-81 " in text) == (path.name == "moodbox-vision.service"), path.name
        assert "SupplementaryGroups" not in text
