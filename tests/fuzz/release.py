"""What is read of a release before its signature and after, and an index: each is what it must be, or refused."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from appliance.releases.container import read_head
from appliance.releases.errors import NotOffered, ReleaseError
from appliance.releases.index import newest_release, parse_index
from appliance.releases.manifest import pack_manifest, parse_manifest
from tests.fuzz.fuzz import Fuzz
from tests.fuzz.mutate import mutated, mutated_json
from tests.releases.made import CONTENT, manifest_of

_LONGEST = 10_000
"""Characters of a refusal."""
_URL = "https://example.org/moodbox/index.json"
_MANIFEST = pack_manifest(manifest_of({f"code/{name}": data for name, data in CONTENT.items()}, "1.2.3", {}))
_INDEX = {"moodbox_releases": 1, "releases": [{"version": "9.0.0", "file": "moodbox-9.0.0.release"}]}
_HEAD = b'{"moodbox_release":1,"signature":9,"manifest":%d}\nsignature' % len(_MANIFEST) + _MANIFEST


def _make(random: Random) -> bytes:
    """The name of a part, a newline, and what it is now."""
    match random.choice(("head", "manifest", "index")):
        case "head":
            return b"head\n" + mutated(random, _HEAD)
        case "manifest" if random.random() < 0.5:
            return b"manifest\n" + mutated(random, _MANIFEST)
        case "manifest":
            changed = mutated_json(random, json.loads(_MANIFEST))
            return b"manifest\n" + json.dumps(changed, separators=(",", ":")).encode() + b"\n"
    changed = mutated_json(random, _INDEX)
    return b"index\n" + (
        mutated(random, json.dumps(_INDEX).encode()) if random.random() < 0.3 else json.dumps(changed).encode()
    )


def _check(case: bytes) -> None:
    part, _, data = case.partition(b"\n")
    try:
        if part == b"head":
            read_head(io.BytesIO(data).read, Path("/nonexistent"), "x.release")
        elif part == b"manifest":
            manifest = parse_manifest(data, "x.release")
            assert pack_manifest(manifest) == data, "it is not what it was read from"
            assert all(".." not in member.path.split("/") for member in manifest.members), "a path leads elsewhere"
        elif found := newest_release(parse_index(data, _URL), _URL, "0.1.0"):
            assert found[1].startswith("https://example.org/"), "it leads to another machine"
    except (ReleaseError, NotOffered) as error:
        assert len(str(error)) < _LONGEST, "a mistake is told at great length"  # noqa: PT017


@contextmanager
def open_release(folder: Path) -> Iterator[Fuzz]:
    """Reads from memory."""
    yield Fuzz(_make, _check)
