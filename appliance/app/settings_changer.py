"""Changes the owner's settings file, one change after the other, whoever asks."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping
from pathlib import Path

from appliance.settings.base import SettingsError
from appliance.settings.change import change_settings_file
from appliance.settings.edit import Scalar
from appliance.settings.paths import default_file, user_file
from appliance.systemd import settings_wish

log = logging.getLogger(__name__)


class SettingsChanger:
    """`file` None stands for the place's default; `as_unit`: the file of an installed box belongs to root."""

    def __init__(self, file: Path | None, run_dir: Path, as_unit: bool) -> None:
        self._file = file
        self._run_dir = run_dir
        self._as_unit = as_unit
        self._one_at_a_time = threading.Lock()
        self._unkept: dict[str, Scalar | None] = {}
        self._keeping: asyncio.Task[None] | None = None

    def file(self) -> Path | None:
        """The file that holds, None if there is none yet."""
        return self._file or default_file()

    def change(self, changes: Mapping[str, Scalar | None]) -> dict[str, Scalar | None]:
        """Change keys; returns what they were before. Blocks. Raises SettingsError, and then nothing has changed."""
        with self._one_at_a_time:
            if self._as_unit and settings_wish.is_possible(self._run_dir):
                return settings_wish.wish_for_settings(self._run_dir, changes)
            return change_settings_file(self.file() or user_file(), changes)

    def keep(self, key: str, value: float | str) -> None:
        """Write a value down that holds already; called in the loop, which does not wait for it."""
        self._unkept[str(key)] = value
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.get_running_loop().create_task(self._keep())

    async def kept(self) -> None:
        """Returns when all that is to be kept has been written, or cannot be."""
        if self._keeping:
            await self._keeping

    async def _keep(self) -> None:
        """Of many values for a key the last is written."""
        while self._unkept:
            changes, self._unkept = self._unkept, {}
            try:
                await asyncio.to_thread(self.change, changes)
            except SettingsError as error:
                names = ", ".join(changes)
                log.warning("%s: the new value holds until the next restart only: %s", names, error)
