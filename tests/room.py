"""A conductor with a room in front of it, on a clock that moves when told to."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.core.conductor import Conductor
from appliance.core.saved_choices import SavedChoices
from appliance.domain import events
from appliance.domain.actions import Action, Play, Say
from appliance.domain.emotions import Emotion, Reading
from appliance.domain.looks import CameraState, Face, Look
from appliance.domain.reasons import InWords
from appliance.lib.clock import ManualClock
from appliance.settings.settings import Settings

HELLO = events.VisionHello("webcam /dev/video0", "mediapipe", "edge 1.0.0")


class Room:
    """A conductor on a manual clock, with a room in front of it; keeps every action it decides on."""

    def __init__(self, settings: Settings | None = None, saved: SavedChoices | None = None) -> None:
        self.clock = ManualClock()
        self.conductor = Conductor(settings or Settings(), self.clock, saved or SavedChoices())
        self.actions: list[Action] = self.conductor.begin()
        self.send(HELLO)

    def send(self, event: events.Event) -> list[Action]:
        actions = self.conductor.handle(event)
        self.actions += actions
        return actions

    def show(self, *emotions: Emotion, seconds: float) -> list[Action]:
        """Two looks a second at faces that wear these emotions clearly."""
        done: list[Action] = []
        for _ in range(int(seconds * 2)):
            self.clock.advance(0.5)
            faces = tuple(Face((10, 10, 50, 50), 0.9, mostly(emotion)) for emotion in emotions)
            look = Look(self.clock.monotonic(), CameraState.OPEN, faces, (640, 480), 0.5, 10.0)
            done += self.send(events.Looked(look))
        return done

    def wait(self, seconds: float) -> list[Action]:
        done: list[Action] = []
        for _ in range(int(seconds)):
            self.clock.advance(1)
            done += self.send(events.Tick())
        return done

    def camera(self, state: CameraState, problem: str | None = None) -> list[Action]:
        self.clock.advance(1)
        return self.send(events.Looked(Look(self.clock.monotonic(), state, problem=problem)))

    def track(self, emotion: Emotion | None, file: str = "a.ogg") -> list[Action]:
        return self.send(events.TrackStarted(file, "A", emotion, InWords(text="because") if emotion else None))


def mostly(emotion: Emotion) -> Reading:
    return Reading(tuple(0.88 if other is emotion else 0.02 for other in Emotion))


def plays(actions: Sequence[Action]) -> list[Play]:
    return [action for action in actions if isinstance(action, Play)]


def said(actions: Sequence[Action]) -> str:
    return " ".join(action.text for action in actions if isinstance(action, Say))
