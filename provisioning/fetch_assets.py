"""Puts the files that Moodbox takes out of other projects' wheels into `<sys.prefix>/share/moodbox/`.

    python provisioning/fetch_assets.py [FOLDER]

Run it with the Python of the environment that is to have them. Which files, and what they must hash to:
`assets.sha256`; from which wheels: `requirements/assets.txt`. Needs nothing but pip, and fetches nothing when
every file is in place or belongs to an installed package.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUMS = HERE / "assets.sha256"
WHEELS = HERE / "requirements" / "assets.txt"


class AssetError(Exception):
    """A file that cannot be had: the text says which, what was found and what would be right."""


def wanted(sums: str) -> dict[str, str]:
    """The path within its wheel of each file, with its sha256; `sums` is in sha256sum's own form."""
    pairs = (line.split(maxsplit=1) for line in sums.splitlines() if line.strip())
    return {path.strip(): digest for digest, path in pairs}


def intact(path: Path, digest: str) -> bool:
    """True if the file is there and hashes to `digest`."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == digest
    except OSError:
        return False


def installed(member: str) -> bytes | None:
    """The file's content from an installed package (which is not imported), None if that is not there."""
    package, _, inside = member.partition("/")
    spec = importlib.util.find_spec(package)
    for place in (spec.submodule_search_locations or []) if spec else []:
        path = Path(place) / inside
        if path.is_file():
            return path.read_bytes()
    return None


def needed(requirements: str, members: list[str]) -> str:
    """The pinned requirements, each with its marker only if no member is in a package of its name.

    A marker leaves out a wheel that a whole installation has installed; `pip install` of Moodbox alone has not.
    """
    packages = {member.partition("/")[0] for member in members}
    return re.sub(
        r"^(\S+?)(==\S+) *;[^\\\n]*",
        lambda pin: f"{pin[1]}{pin[2]} " if pin[1] in packages else pin[0],
        requirements,
        flags=re.MULTILINE,
    )


@contextmanager
def downloaded(wheels: Path, members: list[str]) -> Iterator[list[Path]]:
    """The wheels that a pinned requirements file names for these files, in a folder that is gone afterwards.

    Raises AssetError.
    """
    with tempfile.TemporaryDirectory() as folder:
        chosen = Path(folder) / wheels.name
        chosen.write_text(needed(wheels.read_text(), members))
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--only-binary=:all:", "--platform", "manylinux_2_17_x86_64"]
        command += ["--python-version", "3.11", "--dest", folder, "--requirement", str(chosen)]
        if subprocess.run(command, check=False).returncode:
            raise AssetError(f"pip could not fetch the wheels of {wheels}; its reason stands above")
        yield sorted(Path(folder).glob("*.whl"))


def from_wheels(members: list[str], wheels: list[Path]) -> dict[str, bytes]:
    """Each member's content out of whichever wheel has it. Raises AssetError."""
    found = {}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for member in set(members) & set(archive.namelist()):
                found[member] = archive.read(member)
    if missing := sorted(set(members) - set(found)):
        raise AssetError(
            f"{missing[0]} is in none of the wheels {', '.join(wheel.name for wheel in wheels) or '(none)'}"
        )
    return found


def put(content: bytes, target: Path, digest: str) -> None:
    """Write `content` to `target` in one step, unless it is not what it must be. Raises AssetError."""
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise AssetError(f"{target.name}: sha256 is {found}, expected {digest}; nothing was written")
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(target.name + ".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(target)


def fetch(folder: Path, sums: Path = SUMS, wheels: Path = WHEELS) -> list[str]:
    """Make every file of `sums` present and right in `folder`; returns the names written. Raises AssetError."""
    absent = {
        member: digest
        for member, digest in wanted(sums.read_text()).items()
        if not intact(folder / Path(member).name, digest)
    }
    contents = {member: content for member in absent if (content := installed(member)) is not None}
    if rest := [member for member in absent if member not in contents]:
        with downloaded(wheels, rest) as archives:
            contents |= from_wheels(rest, archives)
    for member, digest in absent.items():
        put(contents[member], folder / Path(member).name, digest)
    return [Path(member).name for member in absent]


def main() -> int:
    """Fetch into the folder named on the command line, else the environment's own."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(sys.prefix) / "share" / "moodbox"
    try:
        fetch(folder)
    except (AssetError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
