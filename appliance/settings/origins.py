"""Where each setting in force comes from."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from appliance.settings.settings import Settings

DEFAULT, OPTION, INSTALLATION = "default", "command line", "installation"


def origins(settings: Settings, file: Path | None, as_unit: bool) -> list[dict[str, Any]]:
    """Every setting as `key` (dotted), `value` and `source`: `default`, the file's path, or what changed it.

    Call it when the settings have just been read, for the file may change later.
    """
    written = _written(file)
    defaults = msgspec.to_builtins(Settings())
    listed = []
    for section, values in msgspec.to_builtins(settings).items():
        for key, value in values.items():
            if value == written.get(section, {}).get(key):
                source = str(file)
            elif value == defaults[section][key]:
                source = DEFAULT
            else:
                source = INSTALLATION if as_unit else OPTION
            listed.append({"key": f"{section}.{key}", "value": value, "source": source})
    return listed


def _written(file: Path | None) -> dict[str, dict[str, Any]]:
    try:
        table = tomllib.loads(file.read_bytes().decode("utf-8-sig")) if file else {}
    except (OSError, ValueError):
        return {}
    return {section: values for section, values in table.items() if isinstance(values, dict)}
