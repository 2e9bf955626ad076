"""Packing a release: the same commit, wheels and key always give the same bytes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from appliance.lib import atomic_file
from appliance.lib.checksum import sha256_of_file
from appliance.releases.container import SUFFIX, pack_head, release_name
from appliance.releases.manifest import CODE, VERSION, WHEELS, ReleaseManifest, ReleaseMember, in_order
from tools.release.source import ReleaseSource

_NAME = re.compile(re.escape(release_name("V")).replace("V", f"({VERSION})"))


def make_release(
    source: ReleaseSource, wheels: Mapping[str, Sequence[Path]], sign: Callable[[bytes], bytes], folder: Path
) -> Path:
    """Write the release of a source, with the wheels of each target, into a folder; the file's path.

    An Ed25519 key signs the same bytes alike each time. Raises ReleaseError, UnsignedError and OSError.
    """
    files = {f"{CODE}/{name}": file for name, file in source.files.items()}
    files |= {f"{WHEELS}/{file.name}": file for each in wheels.values() for file in each}
    manifest = ReleaseManifest(
        version=source.version,
        created=source.created,
        notes=source.notes,
        debs=source.debs,
        targets={name: tuple(sorted(file.name for file in each)) for name, each in sorted(wheels.items())},
        members=tuple(_member(path, files[path]) for path in sorted(files)),
    )
    head = pack_head(manifest, sign)
    target = folder / release_name(source.version)
    folder.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.part")
    with partial.open("wb") as out:
        out.write(head)
        for member in manifest.members:
            with files[member.path].open("rb") as content:
                shutil.copyfileobj(content, out)
    atomic_file.replace(partial, target)
    return target


def write_index(folder: Path) -> Path:
    """Write `index.json` beside the releases of a folder, the newest first; its path. Raises OSError."""
    found = [match[1] for file in folder.glob(f"*{SUFFIX}") if (match := _NAME.fullmatch(file.name))]
    newest_first = sorted(found, key=in_order, reverse=True)
    listed = [{"version": version, "file": release_name(version)} for version in newest_first]
    index = folder / "index.json"
    atomic_file.write(index, json.dumps({"moodbox_releases": 1, "releases": listed}, indent=1).encode() + b"\n")
    return index


def _member(path: str, file: Path) -> ReleaseMember:
    stat = file.stat()
    program = path.startswith(f"{CODE}/") and bool(stat.st_mode & 0o100)
    return ReleaseMember(path=path, size=stat.st_size, sha256=sha256_of_file(file), program=program)
