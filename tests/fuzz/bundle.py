"""A model's bundle: altered anywhere, also under hashes that are right, it is a bundle or is refused in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from appliance.lib.checksum import sha256_of
from appliance.model.archive import pack_archive, unpack_archive
from appliance.model.bundle import LIMITS, OPTIONAL_LIMITS, parse_bundle
from appliance.model.errors import ModelError
from appliance.model.shipped import shipped_model
from tests.fuzz.fuzz import Fuzz
from tests.fuzz.mutate import mutated, mutated_json

_LONGEST = 100_000
"""Characters of a refusal: it may quote a name in a zip, which has up to 64 KiB."""
_PARTS = ("whole", "manifest.json", "golden.npz", "features.npz")


class _Bundle:
    def __init__(self) -> None:
        self._whole = shipped_model().read_bytes()
        self._members = unpack_archive(self._whole, LIMITS, "shipped", OPTIONAL_LIMITS)
        # what is checked of the model itself is its hash
        self._members["model.tflite"] = self._members["model.tflite"][:4096]

    def make(self, random: Random) -> bytes:
        """The name of a part, a newline, and what it is now: the whole file, or a member under right hashes."""
        part = random.choice(_PARTS)
        match part:
            case "whole":
                small = pack_archive(self._members)
                return b"whole\n" + mutated(random, small, (b"PK\3\4", b"PK\5\6", b"\0\0\0\0", b"\xff\xff\xff\xff"))
            case "manifest.json" if random.random() < 0.7:
                changed = mutated_json(random, json.loads(self._members[part]))
                return part.encode() + b"\n" + json.dumps(changed).encode()
        return part.encode() + b"\n" + mutated(random, self._members[part])

    def check(self, case: bytes) -> None:
        part, _, data = case.partition(b"\n")
        if part != b"whole":
            data = self._packed(part.decode(), data)
        try:
            found = parse_bundle(data)
        except ModelError as error:
            assert len(str(error)) < _LONGEST, "a mistake is told at great length"  # noqa: PT017
        else:
            assert found.sha256 == sha256_of(data)

    def _packed(self, part: str, data: bytes) -> bytes:
        members = self._members | {part: data}
        try:
            manifest = json.loads(members["manifest.json"])
            for name in ("model.tflite", "golden.npz", "features.npz"):
                manifest["members"][name] = sha256_of(members[name])
            members["manifest.json"] = json.dumps(manifest).encode()
        except (ValueError, TypeError, LookupError, RecursionError):
            pass  # then the hashes are of no account
        return pack_archive(members)


@contextmanager
def open_bundle(folder: Path) -> Iterator[Fuzz]:
    """Reads bundles from memory."""
    bundle = _Bundle()
    yield Fuzz(bundle.make, bundle.check)
