"""The box's state as a `Status`: what `moodbox status --json` prints."""

from __future__ import annotations

import contextlib
import math
from datetime import datetime, timedelta

from appliance import __version__
from appliance.core.conductor import Conductor
from appliance.domain.looks import Face
from appliance.domain.moods import Mood
from appliance.domain.status import (
    AUTO,
    CalibrationStatus,
    FaceStatus,
    MachineStatus,
    ModelStatus,
    MoodStatus,
    PlayerStatus,
    QueuedStatus,
    QuietStatus,
    RoomStatus,
    Status,
    VisionStatus,
)
from appliance.lib.clock import Clock
from appliance.lib.system_info import cpu_temperature
from appliance.words.english import reason_in_words, song_in_words


def describe_status(conductor: Conductor, clock: Clock) -> Status:
    """The conductor's state now.

    Times are ISO 8601 with a zone, reckoned from the monotonic clock, so a jump of the wall clock shifts them together.
    """

    def at(monotonic: float) -> str:
        moment: datetime = clock.now()
        with contextlib.suppress(OverflowError):  # a clock far outside the calendar; then all is now
            moment = (moment - timedelta(seconds=clock.monotonic() - monotonic)).astimezone()
        return moment.isoformat(timespec="seconds")

    now, present = clock.monotonic(), conductor.vision_state.presence
    due, vision = conductor.next_judgement, _vision(conductor, now)
    seen = None if conductor.vision_state.seeing else conductor.vision_state.seen
    return Status(
        mood=_mood(conductor.mood, at(conductor.mood.since), None if seen is None else at(seen)),
        override=conductor.override.value if conductor.override else AUTO,
        policy=conductor.policy,
        room=RoomStatus(someone=present.someone(now), people=present.people(now)),
        interval=conductor.interval,
        next_judgement=None if due is None else at(due),
        judging_since=None if due is None else at(conductor.judging_since),
        player=_player(conductor),
        quiet=QuietStatus(
            active=conductor.quiet.active,
            until=_moment(conductor.quiet.until),
            sleep_minutes=_minutes(conductor.quiet.sleep_at, now),
        ),
        vision=vision,
        model=_model(conductor),
        problems=_problems(conductor, vision.problem),
        calibration=CalibrationStatus(
            strength=round(conductor.corrections.calibration.strength, 3), corrections=len(conductor.corrections.all)
        ),
        machine=MachineStatus(cpu_temperature=cpu_temperature()),
        version=__version__,
        uptime=round(now - conductor.began, 1),
        tuning=conductor.tuning.status,
        collecting=conductor.faces.asked_for,
        collect_phase=conductor.faces.phase(now),
    )


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _minutes(at: float | None, now: float) -> int | None:
    return None if at is None else max(1, math.ceil((at - now) / 60))


def _mood(mood: Mood, since: str, seen: str | None) -> MoodStatus:
    return MoodStatus(
        mood=mood.mood.value,
        confidence=round(mood.confidence, 3),
        valence=round(mood.valence, 3),
        arousal=round(mood.arousal, 3),
        people=mood.people,
        since=since,
        told=mood.told,
        seen=seen,
    )


def _player(conductor: Conductor) -> PlayerStatus:
    floor, cap = conductor.volume.range
    player = conductor.following.heard(conductor.player)
    return PlayerStatus(
        state=player.state,
        file=player.file,
        title=player.title,
        artist=player.artist,
        album=player.album,
        elapsed=round(conductor.elapsed, 1) if player.file else 0.0,
        duration=player.duration,
        volume=player.volume,
        emotion=player.emotion,
        why=reason_in_words(player.reason) if player.reason else None,
        reason=player.reason,
        ours=player.ours,
        ahead=player.ahead,
        queue=tuple(
            QueuedStatus(
                file=song.file,
                title=song.title,
                artist=song.artist,
                emotion=song.emotion,
                why=song_in_words(song.reason) if song.reason else None,
                reason=song.reason,
            )
            for song in player.queue
        ),
        volume_floor=floor,
        volume_cap=cap,
    )


def _vision(conductor: Conductor, now: float) -> VisionStatus:
    vision_state = conductor.vision_state
    look, hello = vision_state.look, vision_state.vision
    return VisionStatus(
        camera=look.camera.value if look else "lost" if hello is None else "starting",
        switch=conductor.camera.switch,
        source=hello.source if hello else None,
        faces=tuple(describe_face(face) for face in look.faces) if look else (),
        looks_per_second=round(vision_state.looks_per_second(now), 2),
        look_milliseconds=round(look.milliseconds, 1) if look else None,
        model=hello.model if hello else None,
        bundle=hello.bundle if hello else None,
        model_on_trial=conductor.trial.on_trial,
        detector=hello.detector if hello else None,
        problem=vision_state.problem(now),
    )


def _model(conductor: Conductor) -> ModelStatus | None:
    model = conductor.model
    if model is None:
        return None
    return ModelStatus(installed=model.id, latest=model.latest or model.id, on_trial=conductor.trial.on_trial)


def _problems(conductor: Conductor, camera: str | None) -> tuple[str, ...]:
    hello = conductor.vision_state.vision
    problems = (
        f"camera: {camera}" if camera else "",
        f"model: {hello.refusal}" if hello and hello.refusal else "",
        "music: MPD cannot be reached" if conductor.player.state == "lost" else "",
    )
    return tuple(filter(None, problems))


def describe_face(face: Face) -> FaceStatus:
    """A face as `look` and `status` print it."""
    x, y, width, height = (round(value, 1) for value in face.box)
    return FaceStatus(
        box=(x, y, width, height),
        score=round(face.score, 3),
        emotion=face.reading.top,
        probabilities={name: round(p, 4) for name, p in face.reading.by_name().items()},
        distance=None if face.distance is None else round(face.distance, 2),
    )
