"""The table of everything that Home Assistant sees: one entry for each entity, with its state taken from the status.

A state of None is published as `None`, which Home Assistant shows as unknown.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from appliance.domain.buttons import BUTTON_KINDS
from appliance.domain.emotions import EMOTIONS
from appliance.domain.moods import Policy, Verdict
from appliance.domain.quiet_hours import SLEEP_MINUTES
from appliance.domain.status import AUTO, Status
from appliance.model.store import SHIPPED
from appliance.mqtt.entity import CONFIG, DIAGNOSTIC, PRESS, Entity
from appliance.mqtt.output_options import wanted_output
from appliance.mqtt.tuned_entities import TUNED

MINUTES = (0.1, 1440.0)
"""The least and the most minutes between judgements that Home Assistant may set."""
_STATE_LIMIT = 255  # characters; Home Assistant takes no longer states
_REFRESH = 60.0  # seconds, for values that are worthless when old


_HIDDEN = {**DIAGNOSTIC, "enabled_by_default": False}
_MEASURED = {"state_class": "measurement"}
_EXPIRES = {"expire_after": int(3 * _REFRESH)}


_NEXT = 4  # songs of the queue that are told


def _camera_state(status: Status) -> str:
    switch, camera = status.vision.switch, status.vision.camera
    return switch if camera in ("open", "off") and switch != "on" else camera


def _sees(status: Status) -> bool:
    """Whether the figures of the mood are of a room that is seen; without the camera they would only grow old."""
    return status.vision.camera in ("open", "starting")


def _title(status: Status) -> str | None:
    player = status.player
    if not player.file:
        return None
    title = (player.title or "").strip() or PurePosixPath(player.file).stem
    return title[:_STATE_LIMIT]


def _now_playing(status: Status) -> dict[str, Any]:
    queue = [
        {"title": song.title or PurePosixPath(song.file).stem, "emotion": song.emotion, "why": song.why}
        for song in status.player.queue[:_NEXT]
    ]
    return {key: getattr(status.player, key) for key in ("artist", "file", "emotion", "why")} | {"next": queue}


def _music(status: Status) -> bool | None:
    state = status.player.state
    return None if state == "lost" else state == "play"


def _volume(status: Status) -> int | None:
    """The volume within the owner's limits, which a fade may leave for a moment: Home Assistant refuses others."""
    player = status.player
    if player.volume is None:
        return None
    return int(min(max(player.volume, player.volume_floor), player.volume_cap))


def _minutes(status: Status) -> float:
    low, high = MINUTES
    return round(min(max(status.interval / 60, low), high), 1)


def _model(status: Status) -> dict[str, Any] | None:
    """The shipped model is told by the name and version that the vision process reads from it."""
    read = status.vision.model
    if status.model is None:
        installed = latest = read
    else:
        known = (status.model.installed, status.model.latest)
        installed, latest = ((read or SHIPPED) if model == SHIPPED else model for model in known)
    if not installed:
        return None
    return {"installed_version": installed, "latest_version": latest, "title": "Moodbox expression model"}


def _software(status: Status) -> dict[str, Any]:
    """Home Assistant drops a message with a null text; without an index nobody knows what the latest is."""
    update = status.update
    told: dict[str, Any] = {"installed_version": status.version, "title": "Moodbox"}
    if update and update.index:
        told["latest_version"] = update.latest or status.version
    if update and update.summary:
        told["release_summary"] = update.summary
    if update:
        told["in_progress"] = update.stage is not None
        told["update_percentage"] = None if update.share is None else round(update.share * 100)
    return told


ENTITIES: tuple[Entity, ...] = (
    Entity(
        "mood",
        "sensor",
        None,
        {
            "device_class": "enum",
            "options": [*map(str, EMOTIONS), *map(str, Verdict)],
            "icon": "mdi:emoticon-outline",
        },
        lambda status: status.mood.mood,
        lambda status: {"since": status.mood.since, "told": status.mood.told, "seen": status.mood.seen},
    ),
    Entity(
        "confidence",
        "sensor",
        "Confidence",
        {"unit_of_measurement": "%", "icon": "mdi:gauge", "suggested_display_precision": 0, **_MEASURED},
        lambda status: round(status.mood.confidence * 100, 1) if _sees(status) else None,
    ),
    Entity(
        "valence",
        "sensor",
        "Valence",
        {"icon": "mdi:emoticon-happy-outline", "suggested_display_precision": 2, **_MEASURED},
        lambda status: round(status.mood.valence, 2) if _sees(status) else None,
    ),
    Entity(
        "arousal",
        "sensor",
        "Arousal",
        {"icon": "mdi:lightning-bolt-outline", "suggested_display_precision": 2, **_MEASURED},
        lambda status: round(status.mood.arousal, 2) if _sees(status) else None,
    ),
    Entity(
        "people",
        "sensor",
        "People",
        {"icon": "mdi:account-group", "suggested_display_precision": 0, **_MEASURED, **_EXPIRES},
        lambda status: status.room.people,
        every=2.0,
        refresh=_REFRESH,
    ),
    Entity(
        "presence",
        "binary_sensor",
        "Presence",
        {"device_class": "occupancy", **_EXPIRES},
        lambda status: status.room.someone,
        refresh=_REFRESH,
    ),
    Entity(
        "problem",
        "binary_sensor",
        "Problem",
        {"device_class": "problem", **DIAGNOSTIC},
        lambda status: bool(status.problems),
        lambda status: {"problems": list(status.problems)},
    ),
    Entity("now_playing", "sensor", "Now playing", {"icon": "mdi:music"}, _title, _now_playing),
    Entity(
        "override",
        "select",
        "Override",
        {"options": [AUTO, *map(str, EMOTIONS)], "icon": "mdi:emoticon-cool-outline"},
        lambda status: status.override,
        command=True,
    ),
    Entity(
        "policy",
        "select",
        "Policy",
        {"options": [*map(str, Policy)], "icon": "mdi:stairs-up", **CONFIG},
        lambda status: status.policy,
        command=True,
    ),
    Entity("skip", "button", "Skip", {"icon": "mdi:skip-next"}, command=True),
    Entity("judge_now", "button", "Judge now", {"icon": "mdi:face-recognition"}, command=True),
    Entity("wrong_mood", "button", "Wrong mood", {"icon": "mdi:emoticon-confused-outline"}, command=True),
    Entity("restart", "button", "Restart", {"device_class": "restart", **CONFIG}, command=True),
    Entity(
        "restart_machine", "button", "Restart machine", {"device_class": "restart", **CONFIG}, command=True, power=True
    ),
    Entity("power_off", "button", "Power off", {"icon": "mdi:power", **CONFIG}, command=True, power=True),
    Entity(
        "camera",
        "switch",
        "Camera",
        {"icon": "mdi:cctv"},
        lambda status: status.vision.switch == "on",
        command=True,
    ),
    Entity("music", "switch", "Music", {"icon": "mdi:music-circle-outline"}, _music, command=True),
    Entity(
        "volume",
        "number",
        "Volume",
        {"unit_of_measurement": "%", "icon": "mdi:volume-high", "step": 1, "mode": "slider"},
        _volume,
        command=True,
    ),
    Entity(
        "output",
        "select",
        "Sound output",
        {"icon": "mdi:speaker", **CONFIG},
        wanted_output,
        command=True,
    ),
    Entity(
        "interval",
        "number",
        "Minutes between judgements",
        {
            "unit_of_measurement": "min",
            "device_class": "duration",
            "min": MINUTES[0],
            "max": MINUTES[1],
            "step": 0.1,
            "mode": "box",
            **CONFIG,
        },
        _minutes,
        command=True,
    ),
    Entity(
        "quiet",
        "switch",
        "Quiet",
        {"icon": "mdi:sleep"},
        lambda status: status.quiet.active,
        lambda status: {"until": status.quiet.until},
        command=True,
    ),
    Entity(
        "sleep_timer",
        "number",
        "Sleep timer",
        {
            "unit_of_measurement": "min",
            "device_class": "duration",
            "min": 0,
            "max": SLEEP_MINUTES,
            "step": 1,
            "mode": "box",
            "icon": "mdi:timer-outline",
        },
        lambda status: status.quiet.sleep_minutes or 0,
        command=True,
    ),
    Entity("button", "event", "Button", {"device_class": "button", "event_types": list(BUTTON_KINDS)}),
    Entity(
        "model",
        "update",
        "Model",
        {"device_class": "firmware", "payload_install": PRESS, **CONFIG},
        _model,
        command=True,
    ),
    Entity(
        "software",
        "update",
        "Software",
        {"device_class": "firmware", "payload_install": PRESS, **CONFIG},
        _software,
        command=True,
        power=True,
    ),
    Entity(
        "camera_state",
        "sensor",
        "Camera state",
        {
            "device_class": "enum",
            "options": ["open", "off", "off-by-button", "failed", "starting", "lost"],
            "icon": "mdi:webcam",
            **DIAGNOSTIC,
        },
        _camera_state,
    ),
    Entity(
        "look_time",
        "sensor",
        "Look time",
        {"device_class": "duration", "unit_of_measurement": "ms", **_MEASURED, **_EXPIRES, **_HIDDEN},
        lambda status: status.vision.look_milliseconds,
        every=30.0,
        refresh=_REFRESH,
    ),
    Entity(
        "looks_per_second",
        "sensor",
        "Looks a second",
        {"unit_of_measurement": "looks/s", "icon": "mdi:eye-outline", **_MEASURED, **_EXPIRES, **_HIDDEN},
        lambda status: round(status.vision.looks_per_second, 1),
        every=30.0,
        refresh=_REFRESH,
    ),
    Entity(
        "cpu_temperature",
        "sensor",
        "CPU temperature",
        {
            "device_class": "temperature",
            "unit_of_measurement": "°C",
            "suggested_display_precision": 1,
            **_MEASURED,
            **_EXPIRES,
            **DIAGNOSTIC,
        },
        lambda status: status.machine.cpu_temperature,
        every=30.0,
        refresh=_REFRESH,
    ),
    Entity(
        "songs_heard",
        "sensor",
        "Songs listened to",
        {"icon": "mdi:ear-hearing", **_MEASURED, **_HIDDEN},
        lambda status: status.catalogue.heard if status.catalogue else None,
        lambda status: (
            {
                "songs": status.catalogue.songs,
                "broken": status.catalogue.broken,
                "waiting": status.catalogue.waiting,
                "done_at": status.catalogue.done_at,
            }
            if status.catalogue
            else {}
        ),
        every=30.0,
    ),
    Entity(
        "uptime",
        "sensor",
        "Uptime",
        {
            "device_class": "duration",
            "unit_of_measurement": "s",
            "state_class": "total_increasing",
            "suggested_display_precision": 0,
            **_EXPIRES,
            **_HIDDEN,
        },
        lambda status: round(status.uptime),
        every=60.0,
        refresh=_REFRESH,
    ),
    Entity("version", "sensor", "Version", {"icon": "mdi:tag-outline", **_HIDDEN}, lambda status: status.version),
    Entity(
        "detector",
        "sensor",
        "Face detector",
        {"icon": "mdi:face-recognition", **_HIDDEN},
        lambda status: status.vision.detector,
    ),
    *TUNED,
)
