"""What a backup holds, as its first lines say; the files follow it in the order in which they are listed."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

import msgspec

from appliance.backup.errors import DamagedBackup

LARGEST_MANIFEST = 1024 * 1024
"""Bytes of a manifest."""
MOST_FILES = 1000
"""Files in a backup: the models that a box keeps, and a dozen others."""
SETTINGS = "settings/"
"""Before the names of what the settings are, and of the files that they name."""
_LENGTH = struct.Struct(">I")
_NAME = re.compile(r"(?!.*(^|/)\.{1,2}(/|$))[A-Za-z0-9._+-]+(/[A-Za-z0-9._+-]+){0,3}")


class BackupEntry(msgspec.Struct, frozen=True):
    """A file: its path within the state folder, or below `SETTINGS` the settings' file or the key that names it."""

    name: str
    size: int
    sha256: str
    link: bool = False
    """It is a symbolic link, and its content where that points to."""
    path: str = ""
    """Of a file of the settings: where it was."""


class LeftOut(msgspec.Struct, frozen=True):
    """A part that could not be put in; what a box has of it stays as it is when the backup is put back."""

    name: str
    why: str


class BackupManifest(msgspec.Struct, frozen=True, kw_only=True):
    """The whole description."""

    release: str
    """The Moodbox that made it."""
    made: str
    """UTC, as 2026-01-31T12:00:00Z."""
    machine: str
    """The name of the machine."""
    device: str
    """The box's identity to Home Assistant."""
    files: tuple[BackupEntry, ...]
    left_out: tuple[LeftOut, ...] = ()


def written(manifest: BackupManifest) -> bytes:
    """The manifest as it stands before the files."""
    text = msgspec.json.encode(manifest)
    return _LENGTH.pack(len(text)) + text


class BackupContent:
    """The bytes of an opened backup, taken in order. Raises DamagedBackup where they are not what they should be."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def manifest(self) -> BackupManifest:
        """The description; to be taken first."""
        (length,) = _LENGTH.unpack(b"".join(self.take(_LENGTH.size)))
        if length > LARGEST_MANIFEST:
            raise DamagedBackup(f"the backup's description has {length} bytes; at most {LARGEST_MANIFEST} are taken")
        try:
            manifest = msgspec.json.decode(b"".join(self.take(length)), type=BackupManifest)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise DamagedBackup(f"the backup's description cannot be understood ({error})") from error
        _check(manifest)
        return manifest

    def take(self, size: int) -> Iterator[bytes]:
        """The next bytes, so many in all."""
        while size > 0:
            if not self._rest:
                self._rest = next(self._pieces, b"")
                if not self._rest:
                    raise DamagedBackup("the backup ends before the last of its files")
            part, self._rest = self._rest[:size], self._rest[size:]
            size -= len(part)
            yield part

    def end(self) -> None:
        """Make sure that nothing is left, which also reads the file to its end."""
        if self._rest or any(self._pieces):
            raise DamagedBackup("the backup holds more than its description names")


def _check(manifest: BackupManifest) -> None:
    names = [entry.name for entry in manifest.files]
    if len(names) > MOST_FILES:
        raise DamagedBackup(f"the backup names {len(names)} files; at most {MOST_FILES} are taken")
    for entry in manifest.files:
        if not _NAME.fullmatch(entry.name) or names.count(entry.name) > 1 or entry.size < 0:
            raise DamagedBackup(f"the backup names a file {entry.name!r} of {entry.size} bytes, which cannot be")
