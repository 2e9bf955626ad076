"""Zip files of known members, stored uncompressed: deterministic to write, safe to read.

Nothing is ever unpacked to disk. As members are stored as they are, the length of the file follows from their
names and sizes; any other length means hidden or missing bytes.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from appliance.model.errors import BundleError

_EPOCH = (1980, 1, 1, 0, 0, 0)
_LOCAL_HEADER, _CENTRAL_HEADER, _END = 30, 46, 22
_END_SIGNATURE = b"PK\x05\x06"
_READ_WRITE = 0o644 << 16
_DAMAGE = (zipfile.BadZipFile, struct.error, zlib.error, ValueError, LookupError, OSError, EOFError, RuntimeError)
"""What zipfile raises on damaged files."""


def pack_archive(members: Mapping[str, bytes]) -> bytes:
    """A zip of the members in name order; the same members always give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3
            info.external_attr = _READ_WRITE
            archive.writestr(info, members[name])
    return buffer.getvalue()


def unpack_archive(
    data: bytes, limits: Mapping[str, int], where: str, optional: Mapping[str, int] | None = None
) -> dict[str, bytes]:
    """The members of a zip which must hold exactly the names in `limits`, none larger than its limit in bytes.

    Those in `optional`, with their limits, may be missing. Raises BundleError, naming `where`, for anything else:
    other, missing or repeated names (so no path can lead anywhere), compressed or encrypted members, bytes outside the
    members, a wrong checksum.
    """
    allowed = {**limits, **(optional or {})}
    total = sum(allowed.values()) + sum(2 * len(name) + _LOCAL_HEADER + _CENTRAL_HEADER for name in allowed) + _END
    if len(data) > total:
        raise BundleError(f"{where}: {len(data)} bytes are too many, at most {total} are allowed")
    if data[-_END : -_END + 4] != _END_SIGNATURE:  # else zipfile would look for the end of a zip inside a member
        raise BundleError(f"{where}: truncated or damaged: {len(data)} bytes that do not end as a zip does")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _members(archive, len(data), limits, allowed, where)
    except BundleError:
        raise
    except _DAMAGE as error:
        raise BundleError(f"{where}: truncated or damaged: {error}") from None


def _members(
    archive: zipfile.ZipFile, actual: int, limits: Mapping[str, int], allowed: Mapping[str, int], where: str
) -> dict[str, bytes]:
    entries = archive.infolist()
    names = sorted(entry.filename for entry in entries)
    if names != sorted(set(limits) | (set(names) & set(allowed))):
        perhaps = "".join(f", perhaps {name}" for name in sorted(set(allowed) - set(limits)))
        raise BundleError(f"{where}: must hold exactly {', '.join(sorted(limits))}{perhaps}; found {_shown(names)}")
    length = _END
    for entry in entries:
        _check(entry, allowed[entry.filename], where)
        length += _LOCAL_HEADER + _CENTRAL_HEADER + 2 * len(entry.filename) + entry.file_size
    if length != actual:
        raise BundleError(f"{where}: {actual} bytes long, but its members need {length}")
    return {entry.filename: archive.read(entry) for entry in entries}


def _check(entry: zipfile.ZipInfo, limit: int, where: str) -> None:
    if entry.compress_type != zipfile.ZIP_STORED:
        raise BundleError(f"{where}: {entry.filename} is compressed; members must be stored as they are")
    if entry.flag_bits & 1:
        raise BundleError(f"{where}: {entry.filename} is encrypted")
    if entry.file_size > limit or entry.compress_size != entry.file_size:
        raise BundleError(f"{where}: {entry.filename} claims {entry.file_size} bytes, at most {limit} are allowed")


def _shown(names: list[str]) -> str:
    listed = ", ".join(repr(name[:40]) for name in names[:6])
    return (listed or "nothing") + (" …" if len(names) > 6 else "")
