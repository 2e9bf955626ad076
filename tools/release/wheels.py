"""The wheels of every Python and machine that Moodbox supports, just those that the locks name."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from appliance.errors import MoodboxError
from appliance.lib.checksum import sha256_of_file


class WheelError(MoodboxError, ValueError):
    """A wheel that cannot be had; the text names it and the lock."""


@dataclass(frozen=True, slots=True)
class Target:
    """A Python on a machine, as `python` "3.13", `machine` "aarch64"; `glibc` is the newest minor version 2.N."""

    python: str
    machine: str
    glibc: int

    @property
    def name(self) -> str:
        """As a manifest names it."""
        return f"py{self.python.replace('.', '')}-{self.machine}"

    @property
    def platforms(self) -> list[str]:
        """Every tag of a wheel that runs there: pip takes each by its name alone."""
        old = [f"manylinux{year}_{self.machine}" for year in ("1", "2010", "2014")]
        return [*(f"manylinux_2_{minor}_{self.machine}" for minor in range(self.glibc, 4, -1)), *old]


TARGETS = (
    Target("3.11", "aarch64", 36),
    Target("3.11", "x86_64", 36),
    Target("3.13", "aarch64", 40),
    Target("3.13", "x86_64", 40),
)
_ASSETS = Target("3.11", "x86_64", 17)
"""fetch_assets.py asks for its wheels so, on every machine."""


def locked(lock: str, python: str) -> dict[str, set[str]]:
    """For each requirement of a lock that holds for a Python, its canonical name and the hashes of its wheels."""
    found = {}
    for entry in lock.replace("\\\n", " ").splitlines():
        words, *hashes = re.split(r"\s--hash=sha256:", entry.partition("#")[0].strip())
        if words:
            requirement = Requirement(words)
            if not requirement.marker or requirement.marker.evaluate({"python_version": python}):
                found[canonicalize_name(requirement.name)] = {each.strip() for each in hashes}
    return found


def fetch_wheels(requirements: Path, target: Target, folder: Path) -> list[Path]:
    """The wheels that a box of this target installs, fetched into `folder` unless they are there. Raises WheelError."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = requirements / f"py{target.python.replace('.', '')}.txt"
    _download(lock, target, folder)
    wheels = wheels_of(lock, target, folder)
    assets = requirements / "assets.txt"
    with tempfile.TemporaryDirectory() as place:
        # pip judges markers by the Python that runs it, not by the one that is asked for
        wanted = Path(place) / "assets.txt"
        wanted.write_text(
            "".join(
                f"{line} {' '.join(f'--hash=sha256:{each}' for each in hashes)}\n"
                for line, hashes in _pinned(assets, target.python)
            )
        )
        if wanted.read_text():
            _download(wanted, _ASSETS, folder)
    return sorted({*wheels, *wheels_of(assets, target, folder)})


def wheels_of(lock: Path, target: Target, folder: Path) -> list[Path]:
    """Those wheels of a folder that a lock names for a target. Raises WheelError if one is lacking."""
    wanted = locked(lock.read_text(), target.python)
    hashes = {each for known in wanted.values() for each in known}
    wheels = [file for file in sorted(folder.glob("*.whl")) if sha256_of_file(file) in hashes]
    there = {parse_wheel_filename(file.name)[0] for file in wheels}
    if lacking := sorted(set(wanted) - set(there)):
        raise WheelError(f"{folder} has no wheel of {lacking[0]} that {lock.name} names for {target.name}")
    return wheels


def _pinned(lock: Path, python: str) -> Iterable[tuple[str, set[str]]]:
    known = locked(lock.read_text(), python)
    for line in lock.read_text().splitlines():
        if (pin := re.match(r"([A-Za-z0-9._-]+)==\S+", line)) and canonicalize_name(pin[1]) in known:
            yield pin[0], known[canonicalize_name(pin[1])]


def _download(lock: Path, target: Target, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--python-version", target.python, "--dest", str(folder)]
    for platform in target.platforms:
        command += ["--platform", platform]
    if subprocess.run([*command, "--requirement", str(lock)], check=False).returncode:
        raise WheelError(f"pip could not fetch the wheels of {lock.name} for {target.name}; its reason stands above")
