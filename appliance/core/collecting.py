"""One session in which a household teaches the box its faces: what to pull next, and which look to keep. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from appliance.domain.emotions import PROFILES, Emotion
from appliance.domain.looks import Look
from appliance.domain.samples import SeenFace

READY, TAKING = 4.0, 2.5
"""Seconds to pull a face, and then to hold it."""
MOST = 600.0
"""Seconds that a session may last."""
GONE = 1.0
"""Seconds without a face after which the session waits."""
COMPANY = 2
"""Looks running that show a second face, and end the session: a single one may be a poster's."""
LEAVES = 20.0
"""Seconds without a word from the camera after which the session ends."""


DARK, NIGHT = 0.1, 0.05
"""Brightness, 0..1, below which a face teaches nothing, the camera having done what it can; and below which a whole
picture without a face is dark.
"""


class CollectRound(StrEnum):
    """What kind of face is asked for: different ones teach more than the same one again."""

    USUAL = "usual"
    NEARER = "nearer"
    FARTHER = "farther"
    STRONGER = "stronger"


ROUNDS = tuple(CollectRound)


class CollectPhase(StrEnum):
    """Where a session is."""

    READY = "ready"
    """The face is to be pulled: a countdown runs."""
    TAKING = "taking"
    """The face is to be held."""
    WAITING = "waiting"
    """Nobody is seen."""
    ENDED = "ended"


class CollectEnd(StrEnum):
    """Why a session has ended."""

    DONE = "done"
    COMPANY = "company"
    """A second face appeared."""
    TIME = "time"
    ASKED = "asked"
    BLIND = "blind"
    """The camera is off, or gives nothing."""
    MODEL = "model"
    """Another model has come into force."""


@dataclass(frozen=True, slots=True)
class CollectStep:
    """One face to be pulled."""

    word: Emotion
    round: int


def steps(done: Collection[tuple[Emotion, int]] = (), words: Sequence[Emotion] = tuple(PROFILES)) -> list[CollectStep]:
    """The faces that are to be pulled, round by round; those that are `done` are left out."""
    wanted = [CollectStep(word, number) for number in range(len(ROUNDS)) for word in words]
    return [step for step in wanted if (step.word, step.round) not in done]


class CollectSession:
    """Fed with looks and faces; times are CLOCK_MONOTONIC seconds."""

    def __init__(self, number: int, wanted: Sequence[CollectStep], now: float) -> None:
        self.number = number
        self.phase = CollectPhase.READY
        self.end: CollectEnd | None = None
        self.taken = 0
        self.dark = False
        """Whether it is too dark to go on."""
        self._wanted = list(wanted)
        self._began = self._since = self._seen_at = self._heard_at = now
        self._best: SeenFace | None = None
        self._company = 0
        self._skipped = False
        self._finish()

    @property
    def step(self) -> CollectStep | None:
        """The face that is to be pulled now."""
        return self._wanted[0] if self._wanted and self.end is None else None

    @property
    def left(self) -> int:
        """Faces that are still to be pulled."""
        return len(self._wanted)

    def seconds_left(self, now: float) -> float:
        """Until this phase ends, where it does by itself."""
        lasts = {CollectPhase.READY: READY, CollectPhase.TAKING: TAKING}.get(self.phase, 0.0)
        return max(0.0, self._since + lasts - now)

    def stop(self, why: CollectEnd) -> None:
        """End it, unless it has ended."""
        if self.end is None:
            self.end, self.phase, self._best = why, CollectPhase.ENDED, None

    def look(self, look: Look, now: float) -> None:
        """The camera has looked."""
        self._heard_at = now
        self._company = self._company + 1 if len(look.faces) > 1 else 0
        if self._company >= COMPANY:
            self.stop(CollectEnd.COMPANY)
        elif look.faces:
            self._seen_at = now
            if self.phase is CollectPhase.WAITING:
                self.dark = False
                self._enter(CollectPhase.READY, now)
        elif now - self._seen_at >= GONE:
            self.dark = look.light is not None and look.light < NIGHT
            if self.phase in (CollectPhase.READY, CollectPhase.TAKING):
                self._enter(CollectPhase.WAITING, now)

    def skip(self, now: float) -> None:
        """Leave this face out, and ask for the next one."""
        if self.end is None:
            self._wanted.pop(0)
            self._skipped = True
            self._enter(CollectPhase.WAITING if self.phase is CollectPhase.WAITING else CollectPhase.READY, now)
            self._finish()

    def face(self, face: SeenFace) -> None:
        """A face was seen, which is kept if it is the sharpest of those held."""
        if face.time < self._since:
            return
        self.dark = face.light < DARK
        if self.phase is CollectPhase.TAKING and not self.dark:
            if self._best and self._best.model != face.model:
                self.stop(CollectEnd.MODEL)
            elif self._best is None or face.sharpness > self._best.sharpness:
                self._best = face

    def tick(self, now: float) -> tuple[CollectStep, SeenFace] | None:
        """Time has passed. What has been taken, if a face was held to its end."""
        if self.end is not None:
            return None
        if now - self._began >= MOST:
            self.stop(CollectEnd.TIME)
        elif now - self._heard_at >= LEAVES:
            self.stop(CollectEnd.BLIND)
        elif self.seconds_left(now) == 0:
            return self._pass(now)
        return None

    def _pass(self, now: float) -> tuple[CollectStep, SeenFace] | None:
        if self.phase is CollectPhase.READY:
            self._enter(CollectPhase.TAKING, now)
        elif self.phase is CollectPhase.TAKING:
            best = self._best
            self._enter(CollectPhase.READY, now)
            if best:
                step = self._wanted.pop(0)
                self.taken += 1
                self._finish()
                return step, best
        return None

    def _finish(self) -> None:
        if not self._wanted:
            self.stop(CollectEnd.ASKED if self._skipped else CollectEnd.DONE)

    def _enter(self, phase: CollectPhase, now: float) -> None:
        self.phase, self._since, self._best = phase, now, None
