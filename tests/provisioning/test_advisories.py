"""The list of advisories and the locks agree: nothing is installed that nobody has looked through."""

import re
from itertools import groupby
from pathlib import Path

from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "provisioning" / "requirements"


def locked() -> dict[str, set[str]]:
    """The versions of each package in the locks of the boxes."""
    found: dict[str, set[str]] = {}
    for lock in ("py311.txt", "py313.txt"):
        for name, version in re.findall(r"^([\w.-]+)==(\S+)", (REQUIREMENTS / lock).read_text(), re.MULTILINE):
            found.setdefault(name, set()).add(version)
    return found


def rows() -> list[list[str]]:
    """The cells of each row of the list: package, locked, advisory, affected, touched, why."""
    lines = (ROOT / "docs" / "maintainer" / "advisories.md").read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [row for row in cells if row[0] != "package"]


def test_every_version_of_the_locks_was_looked_through() -> None:
    listed = {
        name: {version for row in group for version in row[1].split(", ")}
        for name, group in groupby(rows(), key=lambda row: row[0])
    }
    assert listed == locked()


def test_whether_an_advisory_touches_us_follows_from_the_locks() -> None:
    versions = locked()
    for name, _, advisory, affected, touched, why in rows():
        assert (affected == "") is advisory.startswith("none known"), name
        touches = bool(affected) and any(map(SpecifierSet(affected).contains, versions[name]))
        assert touched in ({"not reached", "bounded"} if touches else {"no"}), f"{name}: {advisory}"
        assert why or not affected, f"{name}: {advisory}"


def test_no_box_decodes_pictures_by_an_opencv_that_a_jpeg_can_take_over() -> None:
    assert not any(map(SpecifierSet("<4.12").contains, locked()["opencv-python-headless"]))
