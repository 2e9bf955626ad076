"""Commands from the broker: validated, and turned into the conductor's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from appliance.domain import commands
from appliance.domain.commands import Command
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.moods import Policy
from appliance.domain.quiet_hours import SLEEP_MINUTES, WANTED, read_quiet_hours
from appliance.domain.status import AUTO, Status
from appliance.mqtt.entities import MINUTES
from appliance.mqtt.entity import PRESS
from appliance.mqtt.errors import CommandError
from appliance.mqtt.output_options import output_options
from appliance.mqtt.read_number import read_number
from appliance.mqtt.tuned_entities import BY_KEY, NEVER

BY = "Home Assistant"
_LIMIT = 255  # bytes; the longest command names an output


def parse_command(key: str, payload: bytes, status: Status) -> Command:
    """What a command to the entity `key` asks of the conductor. Raises CommandError saying what would be right."""
    parse = _COMMANDS.get(key)
    if parse is None:
        raise CommandError(f"{key} takes no commands")
    if len(payload) > _LIMIT:
        raise CommandError(f"{key}: {len(payload)} bytes are no command; the longest has {_LIMIT}")
    try:
        text = payload.decode()
    except UnicodeDecodeError as error:
        raise CommandError(f"{key}: {payload!r} is not UTF-8 text") from error
    try:
        return parse(text, status)
    except ValueError as error:
        raise CommandError(f"{key}: {text!r} is no command; it must be {error}") from error


def _override(text: str, _: Status) -> Command:
    return commands.Override(None if text == AUTO else Emotion(_one_of(text, (AUTO, *map(str, EMOTIONS)))), BY)


def _policy(text: str, _: Status) -> Command:
    return commands.SetPolicy(Policy(_one_of(text, tuple(map(str, Policy)))), BY)


def _camera(text: str, _: Status) -> Command:
    return commands.SetCamera(on=_on(text), by_button=False, by=BY)


def _music(text: str, _: Status) -> Command:
    return commands.SetMusic(_on(text), BY)


def _volume(text: str, status: Status) -> Command:
    player = status.player
    return commands.SetVolume(round(read_number(text, player.volume_floor, player.volume_cap)), BY)


def _output(text: str, status: Status) -> Command:
    options = output_options(status)
    return commands.SetOutput(options[_one_of(text, tuple(options))], BY)


def _interval(text: str, _: Status) -> Command:
    return commands.SetInterval(round(read_number(text, *MINUTES) * 60, 3), BY)


def _tune(key: str) -> Callable[[str, Status], Command]:
    tuned = BY_KEY[key]
    low, high = tuned.limits
    return lambda text, _: commands.Tune(tuned.key, round(read_number(text, low, high) / tuned.scale, 4), BY)


def _quiet(text: str, _: Status) -> Command:
    return commands.KeepQuiet(_on(text), BY)


def _quiet_hours(text: str, _: Status) -> Command:
    hours = "" if text.strip().lower() in ("", NEVER) else text.strip()
    try:
        read_quiet_hours(hours)
    except ValueError:
        raise ValueError(f"{NEVER}, or {WANTED}") from None
    return commands.SetQuietHours(hours, BY)


def _sleep_timer(text: str, _: Status) -> Command:
    minutes = round(read_number(text, 0, SLEEP_MINUTES))
    return commands.SetSleepTimer(minutes * 60.0 if minutes else None, BY)


def _press(command: Callable[[str], Command]) -> Callable[[str, Status], Command]:
    def parse(text: str, _: Status) -> Command:
        _one_of(text, (PRESS,))
        return command(BY)

    return parse


_COMMANDS: Mapping[str, Callable[[str, Status], Command]] = {
    "override": _override,
    "policy": _policy,
    "camera": _camera,
    "music": _music,
    "volume": _volume,
    "interval": _interval,
    "quiet": _quiet,
    "quiet_hours": _quiet_hours,
    "sleep_timer": _sleep_timer,
    "output": _output,
    **{key: _tune(key) for key in BY_KEY},
    "skip": _press(commands.Skip),
    "judge_now": _press(commands.JudgeNow),
    "wrong_mood": _press(commands.RejectMood),
    "restart": _press(commands.RestartBox),
    "restart_machine": _press(partial(commands.SwitchPower, "restart")),
    "power_off": _press(partial(commands.SwitchPower, "off")),
    "model": _press(commands.InstallLatestModel),
    "software": _press(commands.InstallRelease),
}


def _one_of(text: str, words: tuple[str, ...]) -> str:
    if text not in words:
        raise ValueError(" or ".join(words))
    return text


def _on(text: str) -> bool:
    return _one_of(text, ("ON", "OFF")) == "ON"
