"""Every setting as the owner meets it: what it means, what it may be, and who changes it where."""

from __future__ import annotations

import functools
import inspect
from typing import Any, Literal

import msgspec
from msgspec import Struct

from appliance.settings.settings import Settings

Level = Literal["owner", "expert", "by hand"]
Kind = Literal["switch", "whole number", "number", "text", "choice"]


class DescribedSetting(Struct, frozen=True, kw_only=True):
    """A key of the settings file, such as `music.fade`."""

    key: str
    name: str
    """The key as one would say it."""
    description: str
    """For owners; empty where the name says it all."""
    level: Level
    """`owner`: a card of its own; `expert`: folded away; `by hand`: changed in the file alone."""
    kind: Kind
    default: bool | int | float | str
    choices: tuple[str | int, ...] = ()
    least: float | None = None
    above: float | None = None
    """The value must be above this; None where `least` tells the bound or there is none."""
    most: float | None = None
    longest: int | None = None
    """Characters in a text, at most."""


@functools.cache
def described_settings() -> tuple[DescribedSetting, ...]:
    """All keys, table by table, in their order."""
    defaults = msgspec.to_builtins(Settings())
    return tuple(
        _described(f"{table.encode_name}.{field.encode_name}", field.type, defaults[table.name][field.name])
        for table in _fields(msgspec.inspect.type_info(Settings))
        for field in _fields(table.type)
    )


def table_description(table: str) -> str:
    """What a table of the settings is about, as its class's docstring says."""
    kind = next(field.type for field in msgspec.structs.fields(Settings) if field.name == table)
    return (inspect.getdoc(kind) or "").partition(": ")[2]


def _fields(kind: msgspec.inspect.Type) -> tuple[msgspec.inspect.Field, ...]:
    assert isinstance(kind, msgspec.inspect.StructType)
    return kind.fields


def _described(key: str, kind: msgspec.inspect.Type, default: Any) -> DescribedSetting:
    description, level, values = "", "expert", dict[str, Any]()
    while isinstance(kind, msgspec.inspect.Metadata):
        description = description or (kind.extra_json_schema or {}).get("description", "")
        extra = kind.extra or {}
        level = extra.get("level", level)
        if "choices" in extra:
            values |= {"kind": "choice", "choices": extra["choices"]}
        kind = kind.type
    match kind:
        case _ if values:
            pass
        case msgspec.inspect.BoolType():
            values["kind"] = "switch"
        case msgspec.inspect.EnumType(cls):
            values |= {"kind": "choice", "choices": tuple(member.value for member in cls)}
        case msgspec.inspect.LiteralType(choices):
            values |= {"kind": "choice", "choices": tuple(choices)}
        case msgspec.inspect.IntType() | msgspec.inspect.FloatType():
            whole = isinstance(kind, msgspec.inspect.IntType)
            values |= {"kind": "whole number" if whole else "number"}
            values |= {"least": kind.ge, "above": kind.gt, "most": kind.le}
        case msgspec.inspect.StrType(max_length=longest):
            values |= {"kind": "text", "longest": longest}
        case _:
            raise AssertionError(f"{key} is of a type that no page can show: {kind}")
    return msgspec.convert(
        {
            "key": key,
            "name": key.partition(".")[2].replace("_", " ").capitalize(),
            "description": description,
            "level": level,
            "default": default,
            **values,
        },
        DescribedSetting,
    )
