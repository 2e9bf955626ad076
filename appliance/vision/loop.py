"""The loop of the vision process: when to look, what to send, what to do when the camera fails."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from appliance.domain.events import VisionHello
from appliance.domain.looks import CameraState, Look
from appliance.domain.samples import FaceSample, HeadReport, SeenFace
from appliance.errors import MoodboxError
from appliance.lib.backoff import Backoff
from appliance.settings.vision import NO_CAMERA, CameraSettings
from appliance.vision.camera import Camera, CameraError, choose_camera, real_camera_present
from appliance.vision.camera.timeouts import Abandoned, CameraWithTimeouts
from appliance.vision.exposure import Exposure
from appliance.vision.frame import FrameError
from appliance.vision.pipeline import LookPipeline

log = logging.getLogger(__name__)

FIRST_DELAY, LONGEST_DELAY = 1.0, 60.0
"""Seconds until a failed camera is tried again: doubled each time, up to the second."""
LINGER = 5.0
"""Seconds without a face until the room counts as empty and looks become rarer."""
HEARTBEAT = 5.0
"""Seconds between two reports that the camera is off."""
SEARCH = 30.0
"""Seconds between two checks whether a real camera can take the stand-in's place."""
IDLE_EXTRA = 3
"""Further views searched in each look while nobody is there: looks are rare then."""
MOST_STUCK = 3
"""So many threads may be stuck in a camera; then only a new process helps."""


class VisionLoopError(MoodboxError, RuntimeError):
    """The watch cannot go on in this process."""


class Link(Protocol):
    """What the watch needs of the link to the conductor."""

    @property
    def connected(self) -> bool:
        """Whether somebody listens."""

    @property
    def wanted(self) -> bool:
        """Whether the camera is wanted."""

    @property
    def model(self) -> str:
        """The bundle file to use; empty for the one that vision began with."""

    @property
    def collecting(self) -> bool:
        """Whether faces are wanted that may become samples."""

    @property
    def samples(self) -> tuple[FaceSample, ...]:
        """What the household has taught, to be used."""

    def send_face(self, face: SeenFace) -> None:
        """Send a face that may become a sample, without waiting."""

    def greet(self, hello: VisionHello) -> None:
        """Say what vision works with."""

    def send(self, look: Look) -> None:
        """Send a look without waiting."""


class Models(Protocol):
    """What the watch needs to know of the model that reads the faces: `models.ModelSlot`, or another in its place."""

    @property
    def name(self) -> str:
        """Name and version of the model in use."""

    @property
    def sha256(self) -> str:
        """Of its bundle file, in hex."""

    @property
    def refused(self) -> str:
        """The bundle file that was to be used and could not be, or nothing."""

    @property
    def refusal(self) -> str:
        """Why not."""

    @property
    def gives_features(self) -> bool:
        """Whether the model can learn a household's faces."""

    @property
    def head(self) -> HeadReport | None:
        """What became of the household's samples."""

    def learn(self, samples: Sequence[FaceSample]) -> bool:
        """Read with what these teach, unless they were learnt already. True if the report has changed."""

    def follow(self, wanted: str) -> bool:
        """Use this bundle file. True if anything of what is said above has changed since the last call."""


class VisionLoop:
    """Looks through a camera for as long as it is wanted."""

    def __init__(
        self,
        settings: CameraSettings,
        analyser: LookPipeline,
        detector: str,
        models: Models,
        choose_camera: Callable[[CameraSettings, bool], Camera] = choose_camera,
        patience: Callable[[Camera, Callable[[], bool]], CameraWithTimeouts] = CameraWithTimeouts,
        first_delay: float = FIRST_DELAY,
        progress: Callable[[float], None] = lambda _: None,
    ) -> None:
        """`detector` is a name for the greeting; `first_delay` is the back-off's first step in seconds.

        `progress` is called after each step (a look, the camera off on purpose, a failed camera tried once more) with
        the seconds until the next one.
        """
        self._settings, self._analyser = settings, analyser
        self._detector, self._models = detector, models
        self._choose, self._patience = choose_camera, patience
        self._progress = progress
        self._changed = threading.Event()
        self._stopping = False
        self._camera: CameraWithTimeouts | None = None
        self._exposure = Exposure()
        self._stuck: list[CameraWithTimeouts] = []
        self._backoff = Backoff(first_delay, LONGEST_DELAY)
        self._has_worked = self._failing = False
        self._someone_at = self._searched_at = float("-inf")
        self._link: Link | None = None

    def poke(self) -> None:
        """Something has changed: the orders, or the watch is to end. From any thread."""
        self._changed.set()

    def stop(self) -> None:
        """End `run` soon, the camera closed. From any thread or a signal handler."""
        self._stopping = True
        self.poke()

    def run(self, link: Link) -> None:
        """Watch until `stop`. Raises VisionLoopError if a hanging camera can only be freed by ending the process."""
        self._link = link
        self._greet()
        try:
            while not self._stopping:
                self._changed.clear()
                pause = self._step(link)
                self._progress(pause)
                self._changed.wait(pause)
        finally:
            self._close()

    def _step(self, link: Link) -> float:
        """Do what is due; the seconds until the next step, unless something changes."""
        followed = self._models.follow(link.model)
        if self._models.learn(link.samples) or followed:
            self._greet(self._camera.camera if self._camera else None)
        if not link.wanted or self._settings.source == NO_CAMERA:
            self._close()
            self._backoff.reset()
            if link.connected:
                link.send(Look(time.monotonic(), CameraState.OFF))
            return HEARTBEAT
        began = time.monotonic()
        try:
            look = self._look()
        except Abandoned:
            self._close()
            return 0.0
        except (CameraError, FrameError) as error:
            return self._fail(link, str(error))
        self._recover()
        link.send(look)
        if face := self._analyser.face(look.time):
            link.send_face(face)
        if look.faces:
            self._someone_at = began
        pause = 1 / self._settings.looks_per_second if self._someone(began) else self._settings.idle_seconds
        return max(0.0, began + pause - time.monotonic())

    def _look(self) -> Look:
        now = time.monotonic()
        if self._camera and self._camera.camera.stand_in and now - self._searched_at > SEARCH:
            self._searched_at = now
            if real_camera_present(self._settings):
                self._close()
        if self._camera is None:
            self._open()
        assert self._camera
        keep = self._link is not None and self._link.collecting
        look = self._analyser.look(self._camera.read(), 1 if self._someone(now) else IDLE_EXTRA, keep)
        if self._exposure.update(self._analyser.face_light, now):
            self._camera.expose(self._exposure.stops)
        return look

    def _someone(self, now: float) -> bool:
        return now - self._someone_at < LINGER

    def _open(self) -> None:
        self._stuck = [camera for camera in self._stuck if camera.stuck]
        if len(self._stuck) >= MOST_STUCK:
            raise VisionLoopError("the camera hangs and does not let go; the vision process must be started again")
        self._analyser.forget()
        camera = self._choose(self._settings, not self._has_worked)
        self._camera = self._patience(
            camera, lambda: not self._stopping and self._link is not None and self._link.wanted
        )
        self._greet(camera)
        self._exposure = Exposure()
        self._camera.open()

    def _greet(self, camera: Camera | None = None) -> None:
        """Say what is looked through; before the camera has been wanted for the first time, what would be."""
        assert self._link
        try:
            camera = camera or self._choose(self._settings, not self._has_worked)
        except CameraError:
            source, announcement = f"a camera that is not there yet ({self._settings.source})", None
            if self._settings.source == NO_CAMERA:
                source = "no camera"
        else:
            source, announcement = camera.name, camera.announcement
        models = self._models
        self._link.greet(
            VisionHello(
                source,
                self._detector,
                models.name,
                announcement,
                models.sha256,
                models.refused,
                models.refusal,
                models.gives_features,
                models.head,
            )
        )

    def _fail(self, link: Link, problem: str) -> float:
        if not self._failing:
            log.warning("camera: %s", problem)
        self._failing = True
        self._close()
        link.send(Look(time.monotonic(), CameraState.FAILED, problem=problem))
        return self._backoff.next()

    def _recover(self) -> None:
        assert self._camera
        if self._failing:
            log.info("camera: %s works again", self._camera.camera.name)
        self._failing = False
        self._has_worked = self._has_worked or not self._camera.camera.stand_in
        self._backoff.reset()

    def _close(self) -> None:
        if self._camera:
            self._camera.close()
            self._stuck.append(self._camera)
            self._camera = None
