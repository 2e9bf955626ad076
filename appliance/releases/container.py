"""Release files: a line with sizes, the manifest's signature, the manifest, then the members' contents and no more.

The length of the file follows from its first kilobytes, and so does what every later byte must be: a download is
known to be worth its minutes before they are spent, and goes on where it was cut off.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from appliance.lib import ssh_signature
from appliance.lib.checksum import sha256_of
from appliance.lib.ssh_signature import UnsignedError, ssh_verify
from appliance.releases.errors import ReleaseError
from appliance.releases.manifest import LARGEST_MANIFEST, ReleaseManifest, ReleaseMember, pack_manifest, parse_manifest

SUFFIX = ".release"
NAMESPACE = "moodbox-release"
"""Of the signatures: a key that may sign models signs no release, and the other way round."""
LONGEST_LINE = 200
"""Bytes of the first line."""
_PIECE = 256 * 1024


class _FirstLine(Struct, frozen=True, forbid_unknown_fields=True):
    moodbox_release: Literal[1]
    signature: Annotated[int, Meta(ge=1, le=ssh_signature.LARGEST)]
    manifest: Annotated[int, Meta(ge=1, le=LARGEST_MANIFEST)]


@dataclass(frozen=True, slots=True)
class ReleaseHead:
    """What stands before the contents, its signature verified."""

    manifest: ReleaseManifest
    signer: str
    """As the file of trusted signers calls them."""
    sha256: str
    """Of the manifest, and thereby of everything in the release."""
    begins: int
    """Where the first content begins, in bytes."""

    @property
    def length(self) -> int:
        """Bytes of the whole file."""
        return self.begins + self.manifest.size


def release_name(version: str) -> str:
    """What the file of a release is called."""
    return f"moodbox-{version}{SUFFIX}"


def pack_head(manifest: ReleaseManifest, sign: Callable[[bytes], bytes]) -> bytes:
    """The bytes before the contents; `sign` gives the armoured signature of what it is given."""
    data = pack_manifest(manifest)
    parse_manifest(data, "manifest")
    signed = sign(data)
    return msgspec.json.encode(_FirstLine(1, len(signed), len(data))) + b"\n" + signed + data


def read_head(read: Callable[[int], bytes], allowed: Path, where: str) -> ReleaseHead:
    """The head of a release, `read` giving up to so many of its next bytes; no more is read than belongs to it.

    Raises ReleaseError, naming `where`, unless a signer listed in `allowed` has signed it.
    """
    line = b""
    while not line.endswith(b"\n"):
        if len(line) >= LONGEST_LINE or not (byte := read(1)):
            raise ReleaseError(f"{where}: not a release of Moodbox, or cut off in its first line")
        line += byte
    try:
        sizes = msgspec.json.decode(line, type=_FirstLine)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise ReleaseError(f"{where}: not a release of Moodbox: its first line is wrong: {error}") from None
    if msgspec.json.encode(sizes) + b"\n" != line:
        raise ReleaseError(f"{where}: not a release of Moodbox: its first line is not written as one is")
    signed = _exactly(read, sizes.signature, f"{where}: cut off in its signature")
    data = _exactly(read, sizes.manifest, f"{where}: cut off in its manifest")
    try:
        signer = ssh_verify(data, signed, allowed, NAMESPACE, "release")
    except UnsignedError as error:
        raise ReleaseError(f"{where}: {error}") from None
    manifest = parse_manifest(data, where)
    return ReleaseHead(manifest, signer, sha256_of(data), len(line) + len(signed) + len(data))


def open_release(file: IO[bytes], allowed: Path, where: str) -> ReleaseHead:
    """The head of a release file that is as long as it must be; the contents follow. Raises ReleaseError."""
    head = read_head(file.read, allowed, where)
    size = os.fstat(file.fileno()).st_size
    if size != head.length:
        what = "cut off" if size < head.length else "too long"
        raise ReleaseError(f"{where}: {what}: it has {size} bytes and must have {head.length}")
    return head


def read_members(
    file: IO[bytes],
    head: ReleaseHead,
    where: str,
    sink: Callable[[ReleaseMember], IO[bytes] | None] = lambda _: None,
    told: Callable[[int], None] = lambda _: None,
) -> None:
    """Read and verify every content; into what `sink` opens for it, which is closed, or into nothing.

    `told` hears after each how many bytes of the file are done. Raises ReleaseError at the first that is not what the
    manifest says, and OSError.
    """
    done = head.begins
    for member in head.manifest.members:
        out = sink(member)
        try:
            found = _copied(file, member.size, out, f"{where}: cut off in {member.path}")
        finally:
            if out:
                out.close()
        if found != member.sha256:
            raise ReleaseError(f"{where}: {member.path} was altered: sha256 {found}, the manifest says {member.sha256}")
        done += member.size
        told(done)


def unpack(
    file: IO[bytes],
    head: ReleaseHead,
    folder: Path,
    wanted: Iterable[ReleaseMember],
    where: str,
    told: Callable[[int], None] = lambda _: None,
) -> None:
    """Verify everything, and write the members that are wanted below an empty folder. Raises ReleaseError and OSError.

    What is there after an error is no release.
    """
    paths = {member.path for member in wanted}

    def into(member: ReleaseMember) -> IO[bytes] | None:
        if member.path not in paths:
            return None
        target = folder / member.path
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o755 if member.program else 0o644
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.fdopen(os.open(target, flags, mode), "wb")

    read_members(file, head, where, into, told)


def _exactly(read: Callable[[int], bytes], count: int, otherwise: str) -> bytes:
    pieces, left = [], count
    while left:
        piece = read(min(left, _PIECE))
        if not piece:
            raise ReleaseError(otherwise)
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _copied(file: IO[bytes], size: int, out: IO[bytes] | None, otherwise: str) -> str:
    digest = hashlib.sha256()
    while size:
        piece = file.read(min(size, _PIECE))
        if not piece:
            raise ReleaseError(otherwise)
        digest.update(piece)
        if out:
            out.write(piece)
        size -= len(piece)
    return digest.hexdigest()
