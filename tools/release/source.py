"""What of the clone belongs to a release: the files that `update.sh` takes, their moment, notes, Debian's packages."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from appliance.errors import MoodboxError
from appliance.lib.clock import utc

ROOT = Path(__file__).resolve().parents[2]
_HEADING = re.compile(r"^## (\d+\.\d+\.\d+)\b.*$", re.MULTILINE)


class SourceError(MoodboxError, ValueError):
    """A clone of which no release can be made; the text names the file and what would be right."""


@dataclass(frozen=True, slots=True)
class ReleaseSource:
    """A clone as it is packed."""

    version: str
    created: str
    """UTC, of the last commit."""
    files: dict[str, Path]
    """Path within the source → where it lies."""
    notes: str
    debs: tuple[str, ...]


def read_source(root: Path = ROOT) -> ReleaseSource:
    """The clone at `root`, which must be as it was committed. Raises SourceError."""
    parts = _words(root / "provisioning" / "lib.sh", "parts")
    if changed := _git(root, "status", "--porcelain", "--untracked-files=all", "--", *parts).splitlines():
        raise SourceError(f"{changed[0][3:]} is not as it was committed; a release is made of a commit")
    names = _git(root, "ls-files", "-z", "--", *parts).rstrip("\0").split("\0")
    files = {name: root / name for name in names if not any(part.startswith(".") for part in name.split("/"))}
    if links := [name for name, file in files.items() if file.is_symlink()]:
        raise SourceError(f"{links[0]} is a link; a release holds none")
    init = (root / "appliance" / "__init__.py").read_text()
    found = re.search(r'^__version__ = "(\d+\.\d+\.\d+)"$', init, re.MULTILINE)
    if not found:
        raise SourceError("appliance/__init__.py: __version__ must be three numbers, as 0.2.0")
    moment = datetime.fromtimestamp(int(_git(root, "log", "-1", "--format=%ct")), UTC)
    return ReleaseSource(
        version=found[1],
        created=utc(moment),
        files=files,
        notes=notes_of((root / "CHANGELOG.md").read_text(), found[1]),
        debs=tuple(sorted(_words(root / "provisioning" / "packages.sh", "needed"))),
    )


def notes_of(changelog: str, version: str) -> str:
    """What a changelog says of a version, as plain text. Raises SourceError if it does not mention it."""
    headings = list(_HEADING.finditer(changelog))
    for number, heading in enumerate(headings):
        if heading[1] == version:
            end = headings[number + 1].start() if number + 1 < len(headings) else len(changelog)
            lines = changelog[heading.end() : end].strip().replace("**", "").replace("`", "")
            return re.sub(r"\n  +(?=\S)", " ", lines) + "\n"
    raise SourceError(f"CHANGELOG.md has no heading '## {version}'; say there what an owner would notice")


def _words(script: Path, name: str) -> list[str]:
    """The words of a variable of a shell script."""
    found = re.search(rf'^{name}="([^"$]+)"', script.read_text(), re.MULTILINE)
    if not found:
        raise SourceError(f'{script.name} has no line {name}="…"')
    return found[1].split()


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SourceError(f"git {arguments[0]}: {done.stderr.strip() or 'failed'}")
    return done.stdout
