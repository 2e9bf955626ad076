"""Disks that come and go, mounted by systemd and offered as music: each is a link below songs/library meanwhile.

MPD sees a link come and go where it would not see a mount. Whatever has vanished is detached at once, so that nobody
waits for it.
"""

from __future__ import annotations

import errno
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from appliance.errors import MoodboxError

MEDIA = Path("/media/moodbox")
MOUNTS = Path("/proc/self/mounts")
PATIENCE = 60
"""Seconds that a disk may take to be mounted or detached."""
_SAFE = ("nosuid", "nodev", "noexec")
_OCTAL = re.compile(r"\\([0-7]{3})")


class DiskError(MoodboxError, OSError):
    """A disk cannot be offered; the text says why, and what would help."""


def mount_options(writable: bool, *more: str) -> str:
    """For `mount -o`: nothing on a disk is ever run, and nothing written unless that is wished."""
    return ",".join(("rw" if writable else "ro", *_SAFE, *more))


def offer(source: str, name: str, library: Path, kind: str, options: str) -> None:
    """Mount a disk and link it into the library by this name. Raises DiskError."""
    withdraw(name, library)
    mount = ["mount", "-t", kind, "-o", f"{options},X-mount.mkdir=0755", "--", source, str(MEDIA / name)]
    _run(mount, f"{source} cannot be mounted")
    try:
        library.mkdir(parents=True, exist_ok=True)
        link(library / name, MEDIA / name)
    except OSError as error:
        _detach(name)
        raise DiskError(f"{library / name} cannot be made ({error.strerror}); move away what lies there") from error


def withdraw(name: str, library: Path) -> None:
    """Take the link away, then detach the disk, which need not answer any more."""
    link = library / name
    if link.is_symlink() and link.readlink() == MEDIA / name:
        link.unlink(missing_ok=True)
    if is_offered(name):
        _detach(name)


def link(place: Path, target: Path) -> None:
    """Make a link that MPD sees come. Raises OSError, also if something lies there."""
    if os.path.lexists(place):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place))
    new = place.with_name(f".{place.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    # MPD passes over a link that is made, but not over one that is moved
    new.rename(place)


def mounted(table: Path = MOUNTS) -> list[tuple[str, str]]:
    """What is mounted, and where."""
    lines = table.read_text(errors="surrogateescape").splitlines()
    return [(_plain(source), _plain(place)) for source, place, *_ in (line.split(" ") for line in lines)]


def is_offered(name: str) -> bool:
    """Whether a disk of this name is mounted."""
    return any(place == str(MEDIA / name) for _, place in mounted())


def answers(place: Path, seconds: float) -> bool:
    """Whether a mounted disk answers in time; a process that hangs with it is left behind."""
    asking = subprocess.Popen(
        ["stat", "--file-system", "--", place], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        return asking.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        asking.kill()
        return False


def _detach(name: str) -> None:
    # what still asks a disk that hangs would hold it fast
    umount = ["umount", "--lazy", "--force", "--no-canonicalize", "--internal-only", "--", str(MEDIA / name)]
    _run(umount, f"{MEDIA / name} cannot be detached")


def _run(command: Sequence[str], failed: str) -> None:
    """Have systemd run it, as root and outside of any unit's walls. Raises DiskError."""
    options = ["--quiet", "--wait", "--collect", "--pipe", f"--property=RuntimeMaxSec={PATIENCE}"]
    asked = ["systemd-run", *options, *command]
    try:
        done = subprocess.run(
            asked, timeout=2 * PATIENCE, check=False, capture_output=True, text=True, errors="replace"
        )
    except subprocess.TimeoutExpired as error:
        raise DiskError(f"{failed}: systemd has not answered within {2 * PATIENCE} seconds") from error
    except OSError as error:
        raise DiskError(f"{failed} ({error.strerror})") from error
    if done.returncode:
        said = " ".join(done.stderr.split())[-300:]
        raise DiskError(f"{failed} ({said or f'status {done.returncode}'})")


def _plain(text: str) -> str:
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), text)
