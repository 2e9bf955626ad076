"""The owner's choices over a restart: one small JSON file, replaced as a whole and only when something changed."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Annotated, Any

import msgspec

from appliance.core.auto_pause import Paused
from appliance.core.output_choice import ChosenOutput
from appliance.domain.emotions import Emotion
from appliance.domain.looks import CameraSwitch
from appliance.domain.moods import Policy
from appliance.lib import atomic_file
from appliance.lib.set_aside import set_aside

log = logging.getLogger(__name__)

FILE = "state.json"
_MOST_BYTES = 65_536


class SavedChoices(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept. Every field has a default, so a file may lack some; fields it does not know it ignores."""

    override: Emotion | None = None
    """The emotion that the owner has set; None for the camera's choice."""
    policy: Policy | None = None
    """The policy that the owner has chosen; None for the settings'."""
    camera: CameraSwitch = CameraSwitch.ON
    emotion: Emotion | None = None
    """The last emotion that was the mood: what to play before anyone has been seen."""
    interval: Annotated[float, msgspec.Meta(ge=5, le=86_400)] | None = None
    """Seconds from judgement to judgement that the owner has chosen; None for the settings'."""
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    """The volume that the owner has set; None for the settings'."""
    volumes: dict[str, Annotated[int, msgspec.Meta(ge=0, le=100)]] = {}
    """The volume of each output by its device, the one that was turned last at the end."""
    output: ChosenOutput | None = None
    """The output that somebody has chosen; None for the settings'."""
    together: bool = False
    """Whether all boxes of the house have one music."""
    paused: Paused = Paused.NOT
    """Whether the music is paused, and why."""
    asleep_until: Annotated[float, msgspec.Meta(ge=0)] | None = None
    """Until when the sleep timer keeps the box quiet, in seconds of the epoch; None if it does not."""


class SavedChoicesFile:
    """`state.json` in the state directory. Trouble with it never raises: one warning, and the box goes on without."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._kept: SavedChoices | None = None
        self._ailing = False

    def load(self) -> SavedChoices:
        """What was kept, or the defaults. A file that cannot be understood is set aside beside itself."""
        try:
            with self._file.open("rb") as file:
                content = file.read(_MOST_BYTES + 1)
        except FileNotFoundError:
            return SavedChoices()
        except OSError as error:
            log.warning("%s cannot be read (%s): starting from the settings", self._file, error.strerror)
            return SavedChoices()
        try:
            saved, wrong = _understand(content)
        except (ValueError, RecursionError) as error:
            self._set_aside(str(error))
            return SavedChoices()
        if wrong:
            log.warning("%s: %s; the rest of it holds", self._file, "; ".join(wrong))
        else:
            self._kept = saved
        return saved

    def save(self, saved: SavedChoices) -> None:
        """Keep this over a restart or a power cut from now on; does nothing if it is what the file says already."""
        if saved == self._kept:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            atomic_file.write(self._file, json.dumps(msgspec.to_builtins(saved), indent=1).encode() + b"\n", 0o640)
        except OSError as error:
            if not self._ailing:
                log.warning("%s cannot be written (%s): choices will not outlast a restart", self._file, error.strerror)
            self._ailing = True
            return
        self._kept = saved
        if self._ailing:
            self._ailing = False
            log.info("%s can be written again", self._file)

    def _set_aside(self, problem: str) -> None:
        try:
            where = f"set aside as {set_aside(self._file).name}"
        except OSError as error:
            where = f"it cannot be set aside ({error.strerror})"
        log.warning("%s is broken (%s): %s; starting from the settings", self._file, problem, where)


def _understand(content: bytes) -> tuple[SavedChoices, list[str]]:
    """What the content says, field by field, and what is wrong with the fields that are left out. Raises ValueError."""
    if len(content) > _MOST_BYTES:
        raise ValueError("it is far too large")
    fields: Any = json.loads(content)
    if not isinstance(fields, dict):
        raise ValueError(f"it holds {type(fields).__name__} and not an object")  # noqa: TRY004 - content, not a type
    good: dict[str, Any] = {}
    wrong: list[str] = []
    for field in msgspec.structs.fields(SavedChoices):
        if field.name in fields:
            try:
                good[field.name] = msgspec.convert(fields[field.name], field.type)
            except msgspec.ValidationError:
                wrong.append(f"{field.name} is {fields[field.name]!r}, which means nothing")
    return SavedChoices(**good), wrong
