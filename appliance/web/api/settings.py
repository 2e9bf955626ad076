"""The settings: what each means, what is in force and why, and changing the owner's file."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated, Any

from aiohttp import web
from msgspec import Meta, Struct, convert
from msgspec.structs import replace

from appliance.domain import commands
from appliance.domain.moods import Policy
from appliance.domain.status import Status
from appliance.domain.tuning import QUIET_HOURS, TuneKey
from appliance.settings.base import SettingsError
from appliance.settings.described import DescribedSetting, described_settings, table_description
from appliance.settings.edit import Scalar
from appliance.settings.mood import AUTO
from appliance.settings.origins import CHOSEN, INSTALLATION, OPTION, written_keys
from appliance.settings.settings import load_settings
from appliance.web.api.context import BY, Context
from appliance.web.api.json_body import json_answer, packed_answer, read_json
from appliance.web.api.openapi import Operation
from appliance.words.languages import LanguageChoice
from appliance.words.retelling import retold
from appliance.words.speaking import t

log = logging.getLogger(__name__)

_AT_ONCE = 100  # keys that are changed by one request

AT_ONCE = frozenset(
    {
        "box.language",
        "mood.policy",
        "mood.evaluate_every",
        "music.volume",
        "music.output",
        QUIET_HOURS,
        *map(str, TuneKey),
    }
)
"""Keys that hold as soon as they are changed; the others do after a restart."""


class ShownSetting(Struct, omit_defaults=True):
    """A setting: what it means and may be (`about`), what is in force and where that comes from, what the file says."""

    about: DescribedSetting
    value: Scalar
    source: Annotated[str, Meta(description="default, the file's path, command line, installation, or chosen")]
    file: Annotated[Scalar | None, Meta(description="what the file says now; null: nothing, so the default holds")] = (
        None
    )


class ShownSettings(Struct):
    """All settings in their order, and whether the file says something else than what is in force."""

    settings: list[ShownSetting]
    tables: Annotated[dict[str, str], Meta(description="what each table is about")]
    restart: Annotated[bool, Meta(description="a restart brings something of the file into force")]
    problem: Annotated[str, Meta(description="why the file cannot be read; empty if it can")]


class SettingsRequest(Struct, forbid_unknown_fields=True):
    """Keys (`music.fade`) with their new values; null takes a key out of the file, so that its default holds."""

    changes: Annotated[dict[str, Scalar | None], Meta(min_length=1, max_length=_AT_ONCE)]


class SettingsChanged(Struct):
    """What was changed: what the keys were before (to undo it, ask for just that), and whether a restart is needed."""

    was: dict[str, Scalar | None]
    restart: bool


class SettingsHandlers:
    """The routes of the settings."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._one_at_a_time = asyncio.Lock()

    async def _show(self, request: web.Request) -> web.Response:
        return packed_answer(request, await asyncio.to_thread(self._settings, self._context.status()))

    def _settings(self, status: Status) -> ShownSettings:
        written, problem = self._written()
        about = {each.key: _for_reader(each) for each in described_settings()}
        shown = [
            ShownSetting(about[each["key"]], each["value"], each["source"], written.get(each["key"]))
            for each in settings_in_force(self._context, status)
        ]
        restart = not problem and any(_waits(each) for each in shown)
        tables = dict.fromkeys(key.partition(".")[0] for key in about)
        return ShownSettings(
            shown, {table: retold(table_description(table)) for table in tables}, restart, retold(problem)
        )

    def _written(self) -> tuple[dict[str, Any], str]:
        """What the file says, by key, and what is wrong with it."""
        file = self._context.settings_file()
        try:
            load_settings(file)
        except SettingsError as error:
            return {}, str(error)
        return written_keys(file), ""

    async def _change(self, request: web.Request) -> web.Response:
        """SettingsError becomes 409, and then nothing has changed."""
        changes = (await read_json(request, SettingsRequest)).changes
        async with self._one_at_a_time:
            was = await asyncio.to_thread(self._context.change_settings, changes)
        for key, value in changes.items():
            log.info("The setting %s is changed to %s (%s).", key, "its default" if value is None else repr(value), BY)
            self._apply(key, value)
        waits = any(
            key not in AT_ONCE or (key, _value(key, value)) == ("mood.policy", AUTO) for key, value in changes.items()
        )
        return json_answer(SettingsChanged(was, waits))

    def _apply(self, key: str, value: Scalar | None) -> None:
        """Have a key that needs no restart hold at once; a choice that was made otherwise gives way to it."""
        value = _value(key, value)
        match key:
            case "box.language":
                self._context.language.choose(convert(value, LanguageChoice))
            case "mood.policy" if value != AUTO:
                self._context.emit(commands.SetPolicy(Policy(str(value)), BY))
            case "mood.evaluate_every":
                self._context.emit(commands.SetInterval(float(value), BY))
            case "music.volume":
                self._context.emit(commands.SetVolume(int(value), BY))
            case _ if key in set(TuneKey):
                self._context.emit(commands.Tune(TuneKey(key), float(value), BY, keep=False))
            case _ if key == QUIET_HOURS:
                self._context.emit(commands.SetQuietHours(str(value), BY, keep=False))
            case "music.output":
                self._context.emit(commands.SetOutput(self._context.outputs.named(str(value)), BY))


def _value(key: str, value: Scalar | None) -> Scalar:
    """The value that holds when a key is changed to this: None stands for the default."""
    return next(each.default for each in described_settings() if each.key == key) if value is None else value


def settings_in_force(context: Context, status: Status) -> list[dict[str, Any]]:
    """Every setting as `key`, `value` and `source`, with what was chosen by page, buttons or Home Assistant since."""
    by_itself = context.settings.mood.usual_policy is None and status.policy in {Policy.JOURNEY, Policy.LIFT}
    chosen = {
        "box.language": context.language.choice,
        "mood.policy": None if by_itself else status.policy.value,
        "mood.evaluate_every": status.interval,
        "music.volume": status.player.volume,
        "music.output": status.output and status.output.wanted,
        QUIET_HOURS: status.tuning and status.tuning.quiet_hours,
        **{key.value: status.tuning and getattr(status.tuning, key.name.lower()) for key in TuneKey},
    }
    return [
        {**each, "value": chosen[each["key"]], "source": CHOSEN}
        if chosen.get(each["key"]) not in {None, each["value"]}
        else dict(each)
        for each in context.origins
    ]


def _for_reader(about: DescribedSetting) -> DescribedSetting:
    return replace(about, name=t(about.name), description=retold(about.description))


def _waits(shown: ShownSetting) -> bool:
    """Whether the file says something else than what is in force, and a restart would change that."""
    if shown.about.key in AT_ONCE or shown.source in {OPTION, INSTALLATION}:
        return False
    return (shown.about.default if shown.file is None else shown.file) != shown.value


SETTINGS = (
    Operation(
        handler=SettingsHandlers._show,
        does="Every setting: what it means, what is in force and why",
        method="GET",
        path="/api/settings",
        answer=ShownSettings,
    ),
    Operation(
        handler=SettingsHandlers._change,
        does="Change settings in the owner's file",
        method="PATCH",
        path="/api/settings",
        body=SettingsRequest,
        answer=SettingsChanged,
        errors=(409,),
        programs=False,
    ),
)
