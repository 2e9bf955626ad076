"""The box's state as one plain dictionary: what `moodbox status --json` prints."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from appliance import __version__
from appliance.core.conductor import Conductor
from appliance.domain.looks import Face
from appliance.lib.clock import Clock
from appliance.lib.system_info import cpu_temperature


def describe_status(conductor: Conductor, clock: Clock) -> dict[str, Any]:
    """A snapshot with the keys mood, override, policy, room, interval, next_judgement, player, vision, model,
    problems, calibration, machine, version and uptime.

    Times are ISO 8601 with a zone, reckoned from the monotonic clock, so a jump of the wall clock shifts them together.
    """

    def at(monotonic: float) -> str:
        moment: datetime = clock.now() - timedelta(seconds=clock.monotonic() - monotonic)
        return moment.astimezone().isoformat(timespec="seconds")

    now, vision_state = clock.monotonic(), conductor.vision_state
    mood, look, hello = conductor.mood, vision_state.look, vision_state.vision
    problem = look.problem if look else "the vision process is not connected" if hello is None else None
    floor, cap = conductor.volume.range
    due, model = conductor.next_judgement, conductor.model
    return {
        "mood": {
            "mood": mood.mood.value,
            "confidence": round(mood.confidence, 3),
            "valence": round(mood.valence, 3),
            "arousal": round(mood.arousal, 3),
            "people": mood.people,
            "since": at(mood.since),
            "told": mood.told,
        },
        "override": conductor.override.value if conductor.override else "auto",
        "policy": conductor.policy.value,
        "room": {"someone": vision_state.presence.someone(now), "people": vision_state.presence.people(now)},
        "interval": conductor.interval,
        "next_judgement": None if due is None else at(due),
        "player": asdict(conductor.player)
        | {"elapsed": round(conductor.elapsed, 1), "volume_floor": floor, "volume_cap": cap},
        "vision": {
            "camera": look.camera.value if look else "lost" if hello is None else "starting",
            "switch": conductor.camera_switch.value,
            "source": hello.source if hello else None,
            "faces": [describe_face(face) for face in look.faces] if look else [],
            "looks_per_second": round(vision_state.looks_per_second(now), 2),
            "look_milliseconds": round(look.milliseconds, 1) if look else None,
            "model": hello.model if hello else None,
            "bundle": hello.bundle if hello else None,
            "model_on_trial": conductor.trial.on_trial,
            "detector": hello.detector if hello else None,
            "problem": problem,
        },
        "model": None
        if model is None
        else {"installed": model.id, "latest": model.latest or model.id, "on_trial": conductor.trial.on_trial},
        "problems": [
            *([f"camera: {problem}"] if problem else []),
            *([f"model: {hello.refusal}"] if hello and hello.refusal else []),
            *(["music: MPD cannot be reached"] if conductor.player.state == "lost" else []),
        ],
        "calibration": {
            "strength": round(conductor.corrections.calibration.strength, 3),
            "corrections": len(conductor.corrections.all),
        },
        "machine": {"cpu_temperature": cpu_temperature()},
        "version": __version__,
        "uptime": round(clock.monotonic() - conductor.began, 1),
    }


def describe_face(face: Face) -> dict[str, Any]:
    """A face as `look` and `status` print it; the box is x, y, width, height in pixels."""
    return {
        "box": [round(value, 1) for value in face.box],
        "score": round(face.score, 3),
        "emotion": face.reading.top.value,
        "probabilities": {name: round(p, 4) for name, p in face.reading.by_name().items()},
        "distance": None if face.distance is None else round(face.distance, 2),
    }
