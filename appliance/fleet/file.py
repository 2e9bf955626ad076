"""A fleet's file: TOML with the boxes, how to log in on them, and the settings that they are to have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, field

from appliance.fleet.errors import FleetError
from appliance.settings.base import Section, SettingsError
from appliance.settings.described import described_settings
from appliance.settings.edit import Scalar
from appliance.settings.settings import parse_settings
from appliance.settings.toml_file import find_line, read_toml

ALL: Literal["all"] = "all"
LARGEST = 1024 * 1024
"""Bytes of a fleet's file; a hundred boxes take 10,000."""
MOST = 1000
"""Boxes in a fleet."""

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Wait = Annotated[float, Meta(ge=1, le=86_400)]
Tables = dict[str, dict[str, Scalar]]

_NAME = re.compile(r"[\w.-]+", re.ASCII)


class TimeLimits(Section, frozen=True):
    """Seconds for one box, from its being asked to its answer."""

    status: Wait = 30
    settings: Wait = 300
    push: Wait = 900
    trial: Wait = 900
    """How long the outcome of a model's trial is waited for."""
    update: Wait = 3600
    backup: Wait = 900


class FleetTable(Section, frozen=True):
    """`[fleet]`: what holds for every box that says nothing else."""

    user: str = ""
    """Who logs in; empty: as ssh's own configuration says."""
    push_user: str = "moodbox"
    """Who takes pushed models in (docs/owner/push.md)."""
    moodbox: Name = "moodbox"
    """How the command is called on a box."""
    sudo: str = "sudo -n"
    """What stands before a command that is root's; `-n`, for nobody is there to type a password."""
    ssh_config: str = ""
    """A configuration for ssh to use instead of the user's own."""
    stages: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=MOST)] | Literal["all"], ...], Meta(min_length=1, max_length=20)
    ] = (1, 10, ALL)
    """How many boxes one after the other; what follows begins when those before it have done well."""
    together: Annotated[int, Meta(ge=1, le=100)] = 8
    """Boxes that are worked on at once."""


class BoxEntry(Section, frozen=True, kw_only=True):
    """`[[box]]`: one box."""

    host: Name
    """Its address or name, or a name of ssh's configuration."""
    name: str = ""
    """What it is called in the report; its host unless given."""
    port: Annotated[int, Meta(ge=1, le=65_535)] | None = None
    user: str | None = None
    push_user: str | None = None
    moodbox: str | None = None
    sudo: str | None = None
    settings: Tables = field(default_factory=dict)
    """Its own settings, which go before the fleet's."""


class _File(Section, frozen=True, kw_only=True):
    fleet: FleetTable = FleetTable()
    time_limits: TimeLimits = TimeLimits()
    settings: Tables = field(default_factory=dict)
    box: Annotated[list[BoxEntry], Meta(min_length=1, max_length=MOST)]


class FleetBox(msgspec.Struct, frozen=True, kw_only=True):
    """One box with all that is needed to work on it."""

    name: str
    host: str
    login: tuple[str, ...]
    """Options of ssh to log in for everything but pushes."""
    push_login: tuple[str, ...]
    moodbox: str
    sudo: str
    settings: dict[str, Scalar]
    """By key (`music.fade`)."""


class Fleet(msgspec.Struct, frozen=True, kw_only=True):
    """A fleet's file, read and checked."""

    file: Path
    boxes: tuple[FleetBox, ...]
    stages: tuple[int | Literal["all"], ...]
    together: int
    limits: TimeLimits


def read_fleet(file: Path) -> Fleet:
    """The fleet in a file. Raises FleetError that names the line, what was found and what would be right."""
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise FleetError(f"{file}: has more than {LARGEST} bytes, so it is no list of boxes")
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise FleetError(f"{file}: cannot be read ({error.strerror}); name a file that lists boxes") from error
    except UnicodeDecodeError as error:
        raise FleetError(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8 text") from error
    try:
        return _fleet(file, text)
    except SettingsError as error:
        line = "" if "(at line" in str(error) else find_line(text, error.at)
        raise FleetError(f"{file}: {error} ({line})" if line else f"{file}: {error}") from error


def _fleet(file: Path, text: str) -> Fleet:
    table = read_toml(text)
    try:
        read = msgspec.convert(table, _File)
    except msgspec.ValidationError as error:
        raise _explained(str(error)) from error
    _check(read, table)
    boxes = tuple(_box(entry, read) for entry in read.box)
    names = [box.name for box in boxes]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise SettingsError(f"two boxes are called {twice!r}; give one of them another name")
    places = [(entry.host, entry.port, entry.user) for entry in read.box]
    if again := next((place for place in places if places.count(place) > 1), None):
        raise SettingsError(f"the box at {again[0]} is listed twice; take one of the two out")
    return Fleet(
        file=file, boxes=boxes, stages=read.fleet.stages, together=read.fleet.together, limits=read.time_limits
    )


_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>.*?)`(?: - at `\$\.?(?P<path>.*)`)?$")
_MISSING = re.compile(r"Object missing required field `(?P<key>.*?)`")
_WRONG = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<path>.*)`)?$", re.DOTALL)


_WORDS = {
    "`array`": "a list",
    "`object`": "a table",
    "`str`": 'text in "quotes"',
    "`int | str`": 'a whole number or "all"',
    "`int`": "a whole number",
    "`float`": "a number",
    "`bool`": "true or false",
    ">=": "of at least",
    "<=": "of at most",
}
"""What msgspec calls things, and what they are called in a file."""


def _explained(message: str) -> SettingsError:
    """The message of msgspec in words for who wrote the file."""
    if missing := _MISSING.match(message):
        if missing["key"] == "box":
            return SettingsError('it lists no boxes; a box is two lines: [[box]] and host = "kitchen.local"')
        return SettingsError(f'a [[box]] has no {missing["key"]}; name its address: host = "kitchen.local"', "box")
    if unknown := _UNKNOWN.match(message):
        kinds = {"": _File, "fleet": FleetTable, "time_limits": TimeLimits}
        path = unknown["path"] or ""
        known = ", ".join(kinds.get(path, BoxEntry).__struct_fields__)
        where = _place(path) or "the file"
        return SettingsError(f"{where} has no key {unknown['key']!r}; it may have {known}", *_at(path), unknown["key"])
    wrong = _WRONG.match(message)
    what, path = (wrong["what"], wrong["path"] or "") if wrong else (message, "")
    what = f"{what[:1].lower()}{what[1:]}"
    for theirs, ours in _WORDS.items():
        what = what.replace(theirs, ours)
    return SettingsError(f"{_place(path)} is wrong: {what}", *_at(path))


def _place(path: str) -> str:
    """`box[...].port` as `port of a [[box]]`, `fleet.stages` as `fleet.stages`."""
    if path.startswith("box["):
        key = path.partition("].")[2]
        return f"{key} of a [[box]]" if key else "a [[box]]"
    return f"[{path}]" if path and "." not in path else path


def _at(path: str) -> tuple[str, ...]:
    return tuple(part for part in re.sub(r"\[.*?\]", "", path).split(".") if part)


def _check(read: _File, table: dict[str, Any]) -> None:
    """What a type does not say: names that ssh would take for something else, and settings that no box has."""
    words = [("fleet.user", read.fleet.user), ("fleet.push_user", read.fleet.push_user)]
    for entry in read.box:
        words += [("host", entry.host), ("user", entry.user or ""), ("push_user", entry.push_user or "")]
        if entry.name and not _NAME.fullmatch(entry.name):
            raise SettingsError(f"name is {entry.name!r}; it may have letters, digits, - and _", "box", "name")
    for key, word in words:
        if word.startswith("-") or not word.isprintable() or any(sign.isspace() for sign in word):
            raise SettingsError(f"{key} is {word!r}; it must be one word, and not begin with a hyphen")
    _check_settings(read.settings, "settings")
    for number, entry in enumerate(read.box):
        named = table["box"][number].get("name") or entry.host
        _check_settings(_merged(read.settings, entry.settings), f"settings of the box {named}")


def _check_settings(tables: Tables, where: str) -> None:
    """A wrong setting is found here, before the first box is asked."""
    changeable = {each.key for each in described_settings() if each.level != "by hand"}
    for key in _keys(tables):
        if key not in changeable:
            known = key in {each.key for each in described_settings()}
            why = "is changed on the box alone, in its file" if known else "is no setting of a box"
            raise SettingsError(f"{where}: {key} {why}", "settings", *key.split("."))
    try:
        parse_settings("\n".join(_toml_lines(tables)))
    except SettingsError as error:
        told = re.sub(r" \(at line .*\)$", "", str(error), flags=re.DOTALL)
        raise SettingsError(f"{where}: {told}", "settings", *error.at) from error


def _toml_lines(tables: Tables) -> list[str]:
    lines: list[str] = []
    for name, keys in tables.items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {msgspec.json.encode(value).decode()}" for key, value in keys.items()]
    return lines


def _merged(fleet: Tables, own: Tables) -> Tables:
    return {name: {**fleet.get(name, {}), **own.get(name, {})} for name in dict.fromkeys((*fleet, *own))}


def _keys(tables: Tables) -> dict[str, Scalar]:
    return {f"{name}.{key}": value for name, keys in tables.items() for key, value in keys.items()}


def _box(entry: BoxEntry, read: _File) -> FleetBox:
    fleet = read.fleet
    common = ["-oBatchMode=yes"]
    if fleet.ssh_config:
        common += ["-F", str(Path(fleet.ssh_config).expanduser())]
    if entry.port:
        common += ["-p", str(entry.port)]

    def login(user: str) -> tuple[str, ...]:
        return (*common, "-l", user) if user else tuple(common)

    return FleetBox(
        name=entry.name or entry.host,
        host=entry.host,
        login=login(fleet.user if entry.user is None else entry.user),
        push_login=login(fleet.push_user if entry.push_user is None else entry.push_user),
        moodbox=fleet.moodbox if entry.moodbox is None else entry.moodbox,
        sudo=fleet.sudo if entry.sudo is None else entry.sudo,
        settings=_keys(_merged(read.settings, entry.settings)),
    )
