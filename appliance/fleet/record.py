"""Which boxes of a run are done, on disk beside the fleet's file, so that an interrupted run goes on where it was."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from appliance.fleet.errors import FleetError
from appliance.lib import atomic_file
from appliance.lib.json_file import read_json


class _Run(Struct):
    what: str
    """What was sent, so that only the same is gone on with."""
    done: dict[str, str] = {}
    """By box: what it said."""


class RunRecord:
    """The runs that did not come to their end, one for each action."""

    def __init__(self, fleet: Path, action: str, what: str) -> None:
        """Raises FleetError for a record that cannot be read."""
        self.file = fleet.with_name(f".{fleet.name}.run")
        self._action = action
        self._runs: dict[str, _Run] = {}
        try:
            self._runs = read_json(self.file, dict[str, _Run])
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            raise FleetError(
                f"{self.file}: which boxes are done cannot be read ({error}); remove it to begin with all of them"
            ) from error
        if action not in self._runs or self._runs[action].what != what:
            self._runs[action] = _Run(what)

    @property
    def done(self) -> dict[str, str]:
        """The boxes that are done, and what each said."""
        return self._runs[self._action].done

    def note(self, box: str, text: str) -> None:
        """Write down that a box is done. Raises FleetError if that cannot be written."""
        self.done[box] = text
        self._write()

    def forget(self) -> None:
        """The run has come to its end: the next one begins with every box."""
        self._runs.pop(self._action, None)
        self._write()

    def _write(self) -> None:
        try:
            if self._runs:
                atomic_file.write(self.file, msgspec.json.encode(self._runs), 0o600)
            else:
                atomic_file.remove(self.file)
        except OSError as error:
            raise FleetError(f"{self.file}: cannot be written ({error.strerror}); make the folder writable") from error


@contextlib.contextmanager
def alone_with(fleet: Path) -> Iterator[None]:
    """Hold the fleet's file, so that no two runs work on its boxes at once. Raises FleetError if another has it."""
    try:
        handle = os.open(fleet, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise FleetError(f"{fleet}: cannot be read ({error.strerror}); name a file that lists boxes") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FleetError(f"{fleet}: another command works on this fleet; try again when it is done") from None
        yield
    finally:
        os.close(handle)
