"""The settings file: whatever stands in it, it is settings or a mistake that names the file."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import msgspec

from appliance.settings.base import SettingsError
from appliance.settings.reference import settings_reference
from appliance.settings.settings import Settings, as_toml, load_settings, parse_settings
from tests.fuzz.fuzz import Fuzz
from tests.fuzz.mutate import mutated, mutated_json

_WORDS = (
    b"[",
    b"]",
    b"[[",
    b"=",
    b"'",
    b'"""',
    b"#",
    b"\n",
    b"\n[music]\n",
    b"inf",
    b"nan",
    b"2024-02-30",
    b"0x_",
    b"true",
    b"~nobody/x",
    b"\xef\xbb\xbf",
    b"\0",
    b"\xff",
    b"1e400",
    b"9" * 5000,
    b"[" * 2000,
    b"a.b.c = 1\n",
)


@functools.cache
def _reference() -> str:
    return settings_reference()


def _make(random: Random) -> bytes:
    good = as_toml(Settings()) if random.random() < 0.7 else _reference()
    if random.random() < 0.5:
        return mutated(random, good.encode(), _WORDS)
    tables = mutated_json(random, msgspec.to_builtins(Settings()))
    lines = []
    for section, found in tables.items() if isinstance(tables, dict) else ():
        lines.append(f"[{json.dumps(section)}]")
        values = found if isinstance(found, dict) else {"x": found}
        lines += [f"{json.dumps(key)} = {json.dumps(value)}" for key, value in values.items()]
    return "\n".join(lines).encode("utf-8", "replace")


def _check(file: Path, case: bytes) -> None:
    file.write_bytes(case)
    try:
        settings = load_settings(file)
    except SettingsError as error:
        told = str(error)
        assert told.startswith(f"{file}: "), told[:200]
        assert len(told) < 20_000, "a mistake is told at great length"
        return
    text = as_toml(settings)
    assert as_toml(parse_settings(text)) == text


@contextmanager
def open_settings(folder: Path) -> Iterator[Fuzz]:
    """Writes a file and loads it."""
    file = folder / "moodbox.toml"
    yield Fuzz(_make, lambda case: _check(file, case))
