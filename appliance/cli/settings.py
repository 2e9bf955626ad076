"""`moodbox settings`: what the file says, and changing keys of it."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from appliance.cli.commands import Family
from appliance.control.client import ask, ask_status
from appliance.control.messages import SOCKET, AskRestart, AskSettings, NotRunning, RequestRefused
from appliance.settings.base import SettingsError
from appliance.settings.change import change_settings_file
from appliance.settings.edit import Scalar
from appliance.settings.last_good import load_or_last_good
from appliance.settings.origins import written_keys
from appliance.settings.paths import default_file, user_file
from appliance.words.speaking import t

_PATIENCE = 150.0  # seconds in which a restarted box answers again
_ASKED = 30.0  # seconds for the unit that changes an installed box's file


def declare_settings(commands: Family) -> None:
    """Add `moodbox settings`."""
    settings = commands.add(
        "settings",
        t("show what the settings file says, or change keys of it"),
        "moodbox settings",
        "moodbox settings music.fade=3 quiet.hours=22:30-07:00",
        "moodbox settings music.fade=",
        description=t(
            "Show the keys that the settings file sets, or set some and restart the running box with them. KEY= alone "
            "takes a key out, so that its default holds. Either all are changed or none."
        ),
    )
    settings.add_argument("changes", nargs="*", type=_change, metavar="KEY=VALUE")
    settings.add_argument("--json", action="store_true", help=t("everything, as JSON"))
    settings.set_defaults(do=_settings)


def _change(text: str) -> tuple[str, Scalar | None]:
    key, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(t("{text} is no KEY=VALUE, such as music.fade=3", text=text))
    return key.strip(), _value(value.strip())


def _value(text: str) -> Scalar | None:
    """As in the file (`3`, `true`, `"text"`), or bare text."""
    if not text:
        return None
    with contextlib.suppress(ValueError, RecursionError):
        tables = tomllib.loads(f"value = {text}")
        if len(tables) == 1 and isinstance(value := tables["value"], bool | int | float | str):
            return value
    return text


def _settings(options: argparse.Namespace) -> int:
    if not options.changes:
        _show(options)
        return 0
    changes = dict(options.changes)
    loaded, _ = load_or_last_good(options.settings)
    path = loaded.run_dir / SOCKET
    with contextlib.ExitStack() as stack:
        try:
            ended = stack.enter_context(_watched(path))
            was = _asked(path, changes)
        except NotRunning:
            was = change_settings_file(options.settings or default_file() or user_file(), changes)
            print(t("They hold when Moodbox starts."))
            return 0
        if was == changes:
            print(t("The file says so already; nothing has changed."))
            return 0
        for key, value in changes.items():
            print(f"{key}: {_shown(was.get(key))} → {_shown(value)}", flush=True)
        ask(path, AskRestart())
        print(t("Moodbox restarts with it."), flush=True)
        _wait(path, ended)
    print(t("Moodbox runs with the new settings."))
    return 0


def _asked(path: Path, changes: dict[str, Scalar | None]) -> dict[str, Any]:
    try:
        return dict(ask(path, AskSettings(changes), _ASKED)["was"])
    except RequestRefused as error:
        raise SettingsError(str(error)) from error


def _show(options: argparse.Namespace) -> None:
    written = written_keys(options.settings or default_file())
    if options.json:
        print(json.dumps(written, indent=2, ensure_ascii=False))
    else:
        for key, value in written.items():
            print(f"{key} = {_shown(value)}")


def _shown(value: Any) -> str:
    return t("default") if value is None else json.dumps(value, ensure_ascii=False, default=str)


@contextlib.contextmanager
def _watched(path: Path) -> Iterator[socket.socket]:
    """A connection that ends when the running box does. Raises NotRunning."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            connection.connect(os.fspath(path))
        except OSError as error:
            raise NotRunning(str(error)) from error
        yield connection


def _wait(path: Path, ended: socket.socket) -> None:
    """Until the box has gone and is there again. Raises SettingsError if it is not."""
    until = time.monotonic() + _PATIENCE
    ended.settimeout(_PATIENCE)
    with contextlib.suppress(OSError):
        ended.recv(1)
    while time.monotonic() < until:
        with contextlib.suppress(NotRunning):
            ask_status(path)
            return
        time.sleep(0.5)
    raise SettingsError(f"Moodbox has not answered within {_PATIENCE:.0f} s after its restart; see: moodbox doctor")
