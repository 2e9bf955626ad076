"""What a release says of itself: version, notes, what it needs of Debian, and every file in it with its hash."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from appliance.releases.errors import ReleaseError

FORMAT: Literal[1] = 1
CODE, WHEELS = "code", "wheels"
"""The two folders of a release: the source as `update.sh` takes it, and the wheels of every target."""
NEEDED = (f"{CODE}/appliance/__init__.py", f"{CODE}/provisioning/update.sh")
"""Without these it is no release."""

LARGEST_MANIFEST = 2_000_000
"""Bytes."""
MOST_MEMBERS = 5_000
LARGEST_MEMBER = 200_000_000
"""Bytes."""
LARGEST_RELEASE = 1_000_000_000
"""Bytes of a release file altogether."""
LONGEST_NOTES = 20_000
"""Characters."""
_LONGEST_PATH = 240

VERSION = r"\d{1,4}(\.\d{1,4}){2}"
_DEB = r"[a-z0-9][a-z0-9+.\-]{0,99}"
_TARGET = r"py3\d{2}-[a-z0-9_]{1,20}"
_PART = re.compile(r"[A-Za-z0-9_+][A-Za-z0-9_+.,@=\-]*")

Version = Annotated[str, Meta(pattern=f"^{VERSION}$")]


class ReleaseMember(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One file of a release."""

    path: Annotated[str, Meta(max_length=_LONGEST_PATH)]
    """Below `code/` or `wheels/`, with slashes."""
    size: Annotated[int, Meta(ge=0, le=LARGEST_MEMBER)]
    """Bytes."""
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    program: bool = False
    """Whether it may be executed."""


class ReleaseManifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A checked manifest; `members` are in the order in which their contents follow."""

    format: Literal[1] = FORMAT
    version: Version
    created: Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    """UTC: the moment of the source, not of the packing."""
    notes: Annotated[str, Meta(max_length=LONGEST_NOTES)]
    """What an owner would notice, as plain text."""
    debs: Annotated[tuple[Annotated[str, Meta(pattern=f"^{_DEB}$")], ...], Meta(max_length=100)]
    """Debian's packages that it needs."""
    targets: Annotated[
        dict[Annotated[str, Meta(pattern=f"^{_TARGET}$")], tuple[str, ...]],
        Meta(max_length=16),
    ]
    """The wheels of each Python and machine, as `py313-aarch64`; empty if a box fetches Python's packages itself."""
    members: Annotated[tuple[ReleaseMember, ...], Meta(max_length=MOST_MEMBERS)]

    @property
    def size(self) -> int:
        """Bytes of all members together."""
        return sum(member.size for member in self.members)

    def unpacked(self, target: str) -> tuple[ReleaseMember, ...]:
        """The members that a box of this target needs. Raises ReleaseError if the release is not for such a box."""
        if self.targets and target not in self.targets:
            raise ReleaseError(
                f"Moodbox {self.version} has packages for {', '.join(sorted(self.targets))}, and this box is {target}"
            )
        wheels = {f"{WHEELS}/{name}" for name in self.targets.get(target, ())}
        return tuple(each for each in self.members if each.path.startswith(f"{CODE}/") or each.path in wheels)


def parse_manifest(data: bytes, where: str) -> ReleaseManifest:
    """Read and check a manifest; `where` names the file in errors. Raises ReleaseError."""
    try:
        manifest = msgspec.json.decode(data, type=ReleaseManifest)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise ReleaseError(f"{where}: its manifest is wrong: {error}") from None
    _check_members(manifest, where)
    if manifest.size > LARGEST_RELEASE:
        raise ReleaseError(f"{where}: its files have {manifest.size} bytes; at most {LARGEST_RELEASE} are allowed")
    if pack_manifest(manifest) != data:
        raise ReleaseError(f"{where}: its manifest is not written as one is; nothing else may stand in it")
    return manifest


def pack_manifest(manifest: ReleaseManifest) -> bytes:
    """The manifest as it is stored and signed; the same one always gives the same bytes."""
    return msgspec.json.encode(manifest, order="deterministic") + b"\n"


def in_order(version: str) -> tuple[int, ...]:
    """What versions are compared by."""
    return tuple(int(part) for part in version.split("."))


def _check_members(manifest: ReleaseManifest, where: str) -> None:
    paths = [member.path for member in manifest.members]
    for path in paths:
        folder, *rest = path.split("/")
        plain = all(_PART.fullmatch(part) for part in rest)
        if not rest or not plain or folder not in {CODE, WHEELS} or (folder == WHEELS and len(rest) != 1):
            raise ReleaseError(f"{where}: {path[:80]!r} is no place for a file of a release")
    for before, after in pairwise(paths):
        if before >= after:
            raise ReleaseError(f"{where}: {after[:80]!r} is there twice, or not in its order")
    known = set(paths)
    for path in paths:
        parts = path.split("/")
        for length in range(2, len(parts)):
            if (above := "/".join(parts[:length])) in known:
                raise ReleaseError(f"{where}: {above[:80]!r} is a file and a folder")
    if lacking := [path for path in NEEDED if path not in known]:
        raise ReleaseError(f"{where}: {lacking[0]!r} is not in it, so it is no release of Moodbox")
    wheels = {path.removeprefix(f"{WHEELS}/") for path in paths if path.startswith(f"{WHEELS}/")}
    named = {name for names in manifest.targets.values() for name in names}
    if wheels != named:
        odd = min(wheels ^ named)
        raise ReleaseError(f"{where}: the wheel {odd[:80]!r} is {'of no target' if odd in wheels else 'not in it'}")
