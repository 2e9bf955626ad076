"""One frame in, one look out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from appliance.domain.looks import CameraState, Face, Look
from appliance.domain.samples import FaceView, SeenFace
from appliance.vision.camera import Shot
from appliance.vision.clearness import Clearness, clearness
from appliance.vision.frame import BLACK, SMALLEST, Frame, brightness, normalise, rotate
from appliance.vision.geometry import Detection
from appliance.vision.people import Follower
from appliance.vision.scan import Scanner


class Reader(Protocol):
    """Reads the expressions of faces: `expression.ExpressionReader`, or another in its place."""

    @property
    def name(self) -> str:
        """Name and version of the model."""

    def read(self, frame: Frame, detections: Sequence[Detection], mirrored: Sequence[bool] = ()) -> tuple[Face, ...]:
        """The faces with their readings, those that are to be `mirrored` read in their mirror image."""

    @property
    def sha256(self) -> str:
        """Of the model's bundle file, in hex."""

    def views(self, frame: Frame, detection: Detection) -> tuple[FaceView, FaceView] | None:
        """A face as it is and in the mirror, in numbers."""


class LookPipeline:
    """Finds and reads the faces of a stream of frames."""

    def __init__(self, scanner: Scanner, reader: Reader, rotation: int = 0) -> None:
        """`rotation` is in degrees clockwise: 0, 90, 180 or 270."""
        self._scanner, self._reader, self._rotation = scanner, reader, rotation
        self._people = Follower()
        self.face_light: float | None = None
        """Mean brightness, 0..1, of the largest face in the last look; None if there was none."""
        self._only: tuple[Frame, Detection, Clearness] | None = None
        self._keep = False

    def face(self, time: float) -> SeenFace | None:
        """The face of the last look, taken at `time`, if it was the only one, was kept and is fit for a sample."""
        if self._only is None:
            return None
        (frame, detection, clear), self._only = self._only, None
        found = self._reader.views(frame, detection)
        return found and SeenFace(time, self._reader.sha256, clear.sharpness, found, clear.light)

    def look(self, shot: Shot, extra: int = 1, keep: bool = False) -> Look:
        """The look at one frame; `extra` views are searched besides the whole frame. With `keep`, `face` may follow.

        Raises FrameError for what is no picture. A black or tiny one makes a look with a `problem` and no faces.
        """
        began = time.perf_counter()
        frame = rotate(normalise(shot.pixels), self._rotation)
        height, width = frame.shape[:2]
        light = brightness(frame)
        faces: tuple[Face, ...] = ()
        self.face_light = self._only = None
        self._keep = keep
        if not (problem := _problem(width, height, light)):
            faces = self._read(frame, self._scanner.look(frame, extra), shot.time)
        taken = (time.perf_counter() - began) * 1000
        return Look(shot.time, CameraState.OPEN, faces, (width, height), light, taken, problem)

    def forget(self) -> None:
        """Start afresh, as when the camera has been closed in between."""
        self._scanner.forget()
        self._people.forget()
        self._only = None

    def _read(self, frame: Frame, found: Sequence[Detection], time: float) -> tuple[Face, ...]:
        """The faces found, each with what was read in its person's face in the last seconds, clear looks before all."""
        mirrored = self._people.mirrored([each.box for each in found], time)
        faces = self._reader.read(frame, found, mirrored)
        clear = [clearness(frame, face.box) for face in faces]
        if self._keep and len(faces) == len(found) == 1:
            self._only = frame, found[0], clear[0]
        largest = max(range(len(faces)), key=lambda i: faces[i].box[2], default=None)
        self.face_light = None if largest is None else clear[largest].light
        return self._people.average(faces, [each.weight for each in clear], time)


def _problem(width: int, height: int, light: float) -> str | None:
    if min(width, height) < SMALLEST:
        return f"its picture is only {width}x{height} px; at least {SMALLEST}x{SMALLEST} are needed to see a face"
    if light < BLACK:
        return "its picture is black; is the lens covered, or the room dark?"
    return None
