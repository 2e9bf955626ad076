"""A mistake in the settings in the owner's words: the key, what was found, what would be right."""

from __future__ import annotations

import difflib
import re
from typing import Any

import msgspec
from msgspec import inspect

from appliance.settings.base import SettingsError

_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>.*)`")
_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)


def explain(message: str, table: dict[str, Any], settings: type[msgspec.Struct]) -> SettingsError:
    """Put msgspec's message into the owner's words: the dotted key, the value found, what would be right."""
    match = _AT.match(message)
    what, path = (match["what"], match["path"] or "") if match else (message, "")
    kind: inspect.Type = inspect.type_info(settings)
    found: Any = table
    at = tuple(filter(None, path.split(".")))
    for key in at:
        found = found.get(key) if isinstance(found, dict) else None
        if isinstance(kind, inspect.StructType):
            kind = next(field.type for field in kind.fields if field.name == key)
    if (unknown := _UNKNOWN.match(what)) and isinstance(kind, inspect.StructType):
        known = [field.name for field in kind.fields]
        what = f"[{path}] has no key" if path else "the file has no table"
        return SettingsError(f"{what} {_unknown(unknown['key'], known)}", *at, unknown["key"])
    return SettingsError(f"{path} is {found!r}; it must be {_wanted(kind, path)}", *at)


def _unknown(key: str, known: list[str]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"it may have {', '.join(known)}"
    return f"{key!r}; {hint}"


def _wanted(kind: inspect.Type, path: str) -> str:
    """What the value of a key of this type looks like, in words."""
    match kind:
        case inspect.Metadata(extra={"wanted": words}):
            return str(words)
        case inspect.Metadata(type=bare):
            return _wanted(bare, path)
        case inspect.EnumType(cls):
            return _one_of([member.value for member in cls])
        case inspect.LiteralType(values):
            return _one_of(list(values))
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType() | inspect.FloatType():
            number = "a whole number" if isinstance(kind, inspect.IntType) else "a number"
            low = f"above {kind.gt:g}" if kind.gt is not None else f"from {kind.ge:g}"
            return f"{number} {low} {'and at most' if kind.gt is not None else 'to'} {kind.le:g}"
        case inspect.StructType():
            return f"a table: a line [{path}] and its keys below it"
        case _:
            return 'text in "quotes"'


def _one_of(values: list[Any]) -> str:
    *most, last = (f'"{value}"' if isinstance(value, str) else str(value) for value in values)
    return f"{', '.join(most)} or {last}"
