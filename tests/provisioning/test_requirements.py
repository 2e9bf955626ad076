"""Each package that is installed anywhere has its reason written down."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [
    *sorted((ROOT / "provisioning" / "requirements").glob("py*.txt")),
    ROOT / "tools/train_and_quantize/requirements.txt",
]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def explained() -> set[str]:
    """What stands in the first column of a table of packages and what they are for."""
    (page,) = (ROOT / "docs").rglob("requirements.md")
    tables = re.findall(r"^\| package \| for \|\n\|---\|---\|\n((?:\|.*\n)+)", page.read_text(), re.MULTILINE)
    rows = [row.split("|")[1] for table in tables for row in table.splitlines()]
    return {normal(name) for row in rows for name in re.findall(r"[\w.-]+", row)}


@pytest.mark.parametrize("lock", [lock for lock in LOCKS if "left-out" not in lock.name], ids=lambda lock: lock.name)
def test_every_package_that_is_installed_has_its_reason_written_down(lock: Path) -> None:
    locked = {normal(name) for name in re.findall(r"^([\w.-]+)==", lock.read_text(), re.MULTILINE)}
    assert locked
    assert locked - explained() == set()
