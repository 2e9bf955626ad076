"""Each package that is installed anywhere has its reason written down."""

import re
import subprocess
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


def check(*arguments: str | Path, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    command = [ROOT / "provisioning" / "requirements" / "make.sh", "--check", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)


def test_a_machine_that_moodbox_does_not_know_is_named() -> None:
    done = check("sparc")
    assert done.returncode == 2
    assert done.stderr == "sparc: aarch64 or x86_64 is wanted\n"


@pytest.mark.slow
@pytest.mark.needs("apt-get")
@pytest.mark.timeout(3600)
def test_a_raspberry_pi_can_have_every_wheel_and_every_package(tmp_path: Path) -> None:
    done = check("aarch64", tmp_path, timeout=3600)
    assert done.returncode == 0, done.stderr
    for name in ("py311-aarch64", "py313-aarch64"):
        assert re.search(rf"^{name}: \d+ wheels are in ", done.stdout, re.MULTILINE)
    for suite in ("bookworm", "trixie"):
        assert re.search(rf"^{suite} arm64: \d+ packages of Debian's for: .*\bmpd\b", done.stdout, re.MULTILINE)
