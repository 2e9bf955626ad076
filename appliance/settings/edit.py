"""Keys of a settings file changed in its text, so that the owner's remarks and order stay."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

from appliance.settings.base import SettingsError
from appliance.settings.settings import parse_settings
from appliance.settings.toml_file import read_toml

Scalar = bool | int | float | str


def change_keys(text: str, changes: Mapping[str, Scalar | None]) -> str:
    """The text with keys (`music.fade`) set, or commented out where the new value is None, which means the default.

    A key is set where it stands, else where it stands commented out, else below its table, which is added if need be.
    Raises SettingsError if the text as a whole would be no valid settings, or if a key is written in a way that cannot
    be changed line by line.
    """
    before = read_toml(text)
    wanted = copy.deepcopy(before)
    for dotted, value in changes.items():
        table, _, key = dotted.partition(".")
        if not table or not key or "." in key:
            raise SettingsError(f"{dotted!r} is no key; one is written as in music.fade")
        text = _with_key(text, table, key, value)
        keys = wanted.setdefault(table, {})
        if not isinstance(keys, dict):
            raise SettingsError(
                f"{table} is {keys!r}; it must be a table: a line [{table}] and its keys below it", table
            )
        if value is None:
            keys.pop(key, None)
        else:
            keys[key] = value
    parse_settings(text)
    if _held(read_toml(text)) != _held(wanted):
        raise SettingsError(f"{', '.join(changes)} cannot be changed from here as the file is written; edit it by hand")
    return text


def _held(tables: dict[str, Any]) -> dict[str, Any]:
    """The tables that hold a key: an empty one is as good as none."""
    return {name: keys for name, keys in tables.items() if keys}


def _with_key(text: str, table: str, key: str, value: Scalar | None) -> str:
    lines = text.rstrip("\n").split("\n")
    header, place, stands = _find(lines, table, key)
    if value is None:
        if stands and place is not None:
            lines[place] = f"# {lines[place].strip()}"
    else:
        setting = f"{key} = {_toml(value)}"
        if place is not None:
            lines[place] = setting + (_remark(lines[place]) if stands else "")
        elif header is not None:
            lines.insert(header + 1, setting)
        else:
            lines += [*([""] if text.strip() else []), f"[{table}]", setting]
    return "\n".join(lines).lstrip("\n") + "\n"


def _find(lines: list[str], table: str, key: str) -> tuple[int | None, int | None, bool]:
    """The line of the table's header, that of the key, and whether it stands there or is commented out."""
    section, header, commented = "", None, None
    for number, line in enumerate(lines):
        if found := re.match(r"\s*\[\s*(\w+)\s*\]\s*(#.*)?$", line):
            section = found[1]
            header = number if section == table and header is None else header
        elif section == table and re.match(rf"\s*(?:{key}|\"{key}\"|'{key}')\s*=", line):
            return header, number, True
        elif section == table and commented is None and re.match(rf"\s*#\s*{key}\s*=", line):
            commented = number
    return header, commented, False


def _remark(line: str) -> str:
    """The remark at the end of a line, with the spaces before it; none if the value itself may hold a `#`."""
    value = line.partition("=")[2]
    found = re.search(r"\s+#.*$", value)
    return found[0] if found and not re.search(r"[\"']", value) else ""


def _toml(value: Scalar) -> str:
    """A JSON scalar is a TOML scalar too, but for DEL, which TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
