"""The one face in a camera's frame, cut out as the box cuts it, but larger."""

from __future__ import annotations

from dataclasses import replace

import cv2

from appliance.model import bundle, preprocess
from appliance.model.manifest import Input
from appliance.model.shipped import shipped_model
from appliance.settings.vision import CameraSettings
from appliance.vision import faces
from appliance.vision.camera.base import Camera
from appliance.vision.camera.factory import choose_camera
from appliance.vision.frame import normalise
from appliance.vision.scan import CANDIDATE, Scanner
from tools.train_and_quantize.collecting import Seen

SIDE = 192
"""Pixels along the side of what is kept; training takes 48, other networks may want more."""
LEAST = 60
"""Pixels of a face's width below which it is too far away."""
SCORE = 0.6
"""The box's own least score of a face."""


class FaceCutter:
    """Looks through a camera."""

    def __init__(self, source: str) -> None:
        """`source` is a number (`0` is /dev/video0), or what `camera.source` takes; the camera is opened.

        Raises CameraError, or AssetError for a detector that is not there.
        """
        cv2.setNumThreads(1)
        source = f"/dev/video{source}" if source.isascii() and source.isdigit() else source
        self._scanner = Scanner(faces.choose_detector("auto", min(CANDIDATE, SCORE)), SCORE, far=False)
        described = bundle.read_bundle(shipped_model()).manifest
        self._manifest = replace(
            described, input=Input(height=SIDE, width=SIDE, channels=3, layout="nhwc", colour="rgb", dtype="uint8")
        )
        self._camera: Camera = choose_camera(CameraSettings(source=source, width=1280, height=720), stand_in=False)
        self._camera.open()

    @property
    def name(self) -> str:
        """The camera, in words."""
        return self._camera.name

    def look(self) -> Seen:
        """The freshest frame. Raises CameraError."""
        frame = normalise(self._camera.read().pixels)
        found = self._scanner.look(frame)
        if not found:
            return Seen(frame, None, "nobody is seen")
        if len(found) > 1:
            return Seen(frame, None, "more than one face is seen; only one person may be in sight")
        if found[0].box[2] < LEAST:
            return Seen(frame, None, "too far away; come nearer")
        face = preprocess.prepare(frame, found[0].box, self._manifest)
        return Seen(frame, cv2.cvtColor(face, cv2.COLOR_RGB2BGR))

    def close(self) -> None:
        """Close the camera."""
        self._camera.close()
