"""Where each setting in force comes from."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from appliance.settings.settings import Settings

DEFAULT, OPTION, INSTALLATION = "default", "command line", "installation"
CHOSEN = "chosen"
"""By page, buttons or Home Assistant since; kept over a restart."""


def origins(settings: Settings, file: Path | None, as_unit: bool) -> list[dict[str, Any]]:
    """Every setting as `key` (dotted), `value` and `source`: `default`, the file's path, or what changed it.

    Call it when the settings have just been read, for the file may change later.
    """
    written = written_keys(file)
    defaults = msgspec.to_builtins(Settings())
    listed = []
    for section, values in msgspec.to_builtins(settings).items():
        for key, value in values.items():
            if value == written.get(f"{section}.{key}"):
                source = str(file)
            elif value == defaults[section][key]:
                source = DEFAULT
            else:
                source = INSTALLATION if as_unit else OPTION
            listed.append({"key": f"{section}.{key}", "value": value, "source": source})
    return listed


def written_keys(file: Path | None) -> dict[str, Any]:
    """What a settings file says, by dotted key; nothing if it cannot be read."""
    try:
        tables = tomllib.loads(file.read_bytes().decode("utf-8-sig")) if file else {}
    except (OSError, ValueError):
        return {}
    return {
        f"{section}.{key}": value
        for section, keys in tables.items()
        if isinstance(keys, dict)
        for key, value in keys.items()
    }
