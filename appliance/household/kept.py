"""What the household taught of its faces, over a restart: one file of numbers that only Moodbox may read."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from appliance.domain.samples import FaceSample
from appliance.lib import atomic_file
from appliance.lib.json_file import read_json
from appliance.lib.newest_writer import NewestWriter
from appliance.lib.set_aside import set_aside

log = logging.getLogger(__name__)

FILE = "faces.json"
MODE = 0o600
FORMAT = 1
LAST = 5.0
"""Seconds that the last write may take when the box stops."""


class KeptFaces(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of the file."""

    samples: tuple[FaceSample, ...] = ()
    use: bool = True
    """Whether the owner wants them used."""
    corrections: bool = False
    """Whether corrections teach faces too, everyone having agreed."""
    format: int = FORMAT


NO_FACES = KeptFaces()


def read_kept(file: Path) -> KeptFaces:
    """The file's content. Raises OSError, or ValueError for what is no such file."""
    kept = read_json(file, KeptFaces)
    if kept.format != FORMAT:
        raise ValueError(f"its format is {kept.format}, this Moodbox knows {FORMAT}")
    return kept


def erase_kept(folder: Path) -> None:
    """Forget everything that was taught, where no box runs. Raises OSError."""
    if (folder / FILE).exists():
        atomic_file.remove(folder / FILE)


class KeptFacesFile:
    """`faces.json` in the state directory. Trouble with it never raises: one warning, and the box goes on without."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._writer = NewestWriter("faces", self._write)
        self.problem = ""
        """What is wrong with the file, in words; nothing if nothing is."""

    def load(self) -> KeptFaces:
        """What was kept, or nothing. A file that cannot be understood is set aside beside itself."""
        try:
            return read_kept(self._file)
        except FileNotFoundError:
            return NO_FACES
        except OSError as error:
            self._complain(f"{self._file} cannot be read ({error.strerror}): faces are read as by the model alone")
        except ValueError as error:
            try:
                where = f"set aside as {set_aside(self._file).name}"
            except OSError as trouble:
                where = f"it cannot be set aside ({trouble.strerror})"
            self._complain(f"{self._file} is broken ({error}): {where}; faces are read as by the model alone")
        return NO_FACES

    def save(self, kept: KeptFaces) -> None:
        """Keep this over a restart or a power cut, from a moment on; nothing at all is no file."""
        self._writer.put(kept)

    def settle(self) -> bool:
        """Wait for the last write; False if it takes too long."""
        return self._writer.settle(LAST)

    def _write(self, kept: KeptFaces) -> None:
        try:
            if kept == NO_FACES:
                erase_kept(self._file.parent)
            else:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                atomic_file.write(self._file, msgspec.json.encode(kept), MODE)
        except OSError as error:
            self._complain(
                f"{self._file} cannot be written ({error.strerror}): what was collected will not outlast a restart"
            )
        else:
            self.problem = ""

    def _complain(self, problem: str) -> None:
        if problem != self.problem:
            log.warning("%s", problem)
        self.problem = problem
