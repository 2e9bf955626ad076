"""Cameras that show files: one picture, a folder of pictures, a film."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

import cv2

from appliance.lib.text import printable_path
from appliance.vision import image_file
from appliance.vision.camera.base import CameraError, Shot
from appliance.vision.frame import Frame

log = logging.getLogger(__name__)

SECONDS_EACH = 10.0
"""How long a folder shows each of its pictures."""

Stamp = tuple[int, int]


class PictureCamera:
    """Shows one picture, and the new one when the file changes."""

    announcement: str | None = None
    live = False
    stand_in = False

    def __init__(self, file: Path, now: Callable[[], float] = time.monotonic) -> None:
        """`now` gives CLOCK_MONOTONIC seconds."""
        self.name = f"the picture {printable_path(file)}"
        self._file, self._now = file, now
        self._shown: tuple[Stamp, Frame] | None = None

    def open(self) -> None:
        """Load the picture."""
        self._shown = None
        self.read()

    def read(self) -> Shot:
        """The picture as the file has it now."""
        try:
            stamp = _stamp(self._file)
            if self._shown is None or self._shown[0] != stamp:
                self._shown = (stamp, image_file.read_image(self._file))
        except (OSError, image_file.PictureError) as error:
            raise CameraError(_words(error, self._file)) from error
        return Shot(self._shown[1], self._now())

    def close(self) -> None:
        """Forget the picture."""
        self._shown = None


class FolderCamera:
    """Shows a folder's pictures in the order of their names, in a loop; pictures added later are included."""

    announcement: str | None = None
    live = False
    stand_in = False

    def __init__(
        self, folder: Path, seconds_each: float = SECONDS_EACH, now: Callable[[], float] = time.monotonic
    ) -> None:
        """`seconds_each` is how long each picture is shown; `now` gives CLOCK_MONOTONIC seconds."""
        self.name = f"the pictures in {printable_path(folder)}"
        self._folder, self._each, self._now = folder, seconds_each, now
        self._shown: tuple[Path, Frame] | None = None
        self._until = 0.0
        self._bad: dict[Path, Stamp] = {}

    def open(self) -> None:
        """Begin with the first picture."""
        self._shown = None
        self.read()

    def read(self) -> Shot:
        """The picture that is due. Raises CameraError if the folder has none that can be read."""
        now = self._now()
        if self._shown is None or now >= self._until:
            self._shown, self._until = self._next(), now + self._each
        return Shot(self._shown[1], now)

    def close(self) -> None:
        """Forget the picture shown."""
        self._shown = None

    def _next(self) -> tuple[Path, Frame]:
        try:
            files = sorted(f for f in self._folder.iterdir() if f.suffix.lower() in image_file.SUFFIXES)
        except OSError as error:
            raise CameraError(_words(error, self._folder)) from error
        last = self._shown[0] if self._shown else None
        for file in [f for f in files if last and f > last] + [f for f in files if not last or f <= last]:
            if frame := self._load(file):
                return file, frame[0]
        raise CameraError(
            f"{printable_path(self._folder)}: has no picture that can be read; put JPEG or PNG files there"
        )

    def _load(self, file: Path) -> tuple[Frame] | None:
        """The picture, or None for a bad file, which is named once and again only when it has changed."""
        stamp = None
        try:
            stamp = _stamp(file)
            return None if self._bad.get(file) == stamp else (image_file.read_image(file),)
        except (OSError, image_file.PictureError) as error:
            log.warning("skipped: %s", _words(error, file))
            if stamp:
                self._bad[file] = stamp
            return None


class FilmCamera:
    """Shows a film at its own speed, in a loop."""

    announcement: str | None = None
    live = False
    stand_in = False

    def __init__(self, file: Path, now: Callable[[], float] = time.monotonic) -> None:
        """`now` gives CLOCK_MONOTONIC seconds."""
        self.name = f"the film {printable_path(file)}"
        self._file, self._now = file, now
        self._film: cv2.VideoCapture | None = None
        self._began, self._index, self._rate = 0.0, -1, 25.0

    def open(self) -> None:
        """Begin with the first frame."""
        self.close()
        try:
            _stamp(self._file)
            film = cv2.VideoCapture(str(self._file), cv2.CAP_FFMPEG)
        except (OSError, UnicodeError, cv2.error) as error:
            raise CameraError(_words(error, self._file)) from error
        if not film.isOpened():
            raise CameraError(f"{printable_path(self._file)}: is neither a picture nor a film that can be read")
        rate = film.get(cv2.CAP_PROP_FPS)
        self._rate = rate if 0.1 <= rate <= 240 else 25.0
        self._film, self._began, self._index = film, self._now(), -1

    def read(self) -> Shot:
        """The frame that the film shows at this moment."""
        if self._film is None:
            raise CameraError(f"{self.name} is not open")
        now = self._now()
        due = int((now - self._began) * self._rate)
        while self._index < due:
            if not self._film.grab():
                if self._index < 0:
                    raise CameraError(f"{printable_path(self._file)}: has no frame that can be read")
                self.open()
                assert self._film
                due = 0
            else:
                self._index += 1
        good, frame = self._film.retrieve()
        if not good or frame is None:
            raise CameraError(f"{printable_path(self._file)}: frame {self._index} cannot be read")
        return Shot(frame, now)

    def close(self) -> None:
        """Close the file."""
        if self._film is not None:
            self._film.release()
            self._film = None


def _stamp(file: Path) -> Stamp:
    status = file.stat()
    return status.st_mtime_ns, status.st_size


def _words(error: Exception, file: Path) -> str:
    if isinstance(error, OSError):
        return f"{printable_path(file)}: cannot be read ({error.strerror or error})"
    return str(error)
