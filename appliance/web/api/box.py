"""The box itself: its model, settings, health, versions and last words; restart and power."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Literal

from aiohttp import web
from msgspec import Struct

from appliance.domain import commands
from appliance.domain.status import Status
from appliance.model.store import ModelStore
from appliance.systemd import power
from appliance.web.api.context import BY, Context, HealthFinding
from appliance.web.api.json_body import Empty, no_content, packed_answer, read_json
from appliance.web.api.openapi import Operation
from appliance.web.api.settings import settings_in_force
from appliance.words.retelling import retold

log = logging.getLogger(__name__)

_FRESH = 10.0  # seconds for which what the doctor has said holds: he asks systemd and the broker


class ModelRequest(Struct, forbid_unknown_fields=True):
    """Go back to the model before, or forward to the latest one."""

    do: Literal["rollback", "latest"]


class PowerRequest(Struct, forbid_unknown_fields=True):
    """Turn the machine off, or start it anew."""

    verb: Literal["off", "restart"]


class BoxHandlers:
    """The routes of the box."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._findings: Sequence[HealthFinding] = ()
        self._examined = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def _show(self, request: web.Request) -> web.Response:
        return packed_answer(request, await self.describe())

    async def describe(self) -> dict[str, Any]:
        """Model, settings, health, versions, log and uptime, as the page shows them."""
        context, status = self._context, self._context.status()
        vision = status.vision
        model = {
            "name": vision.model,
            "detector": vision.detector,
            "installed": status.model and status.model.installed,
            "latest": status.model and status.model.latest,
            "on_trial": vision.model_on_trial,
            "versions": await asyncio.to_thread(stored, context.store),
        }
        return {
            "model": model,
            "settings": settings_in_force(context, status),
            "health": await self._examine(status),
            "versions": dict(context.versions()),
            "log": context.said(),
            "uptime": status.uptime,
        }

    async def _examine(self, status: Status) -> list[dict[str, Any]]:
        async with self._one_at_a_time:
            now = self._context.clock.monotonic()
            if now - self._examined > _FRESH:
                findings = await asyncio.to_thread(self._context.examine, status)
                self._findings, self._examined = findings, now
        return [{"name": found.part, "ok": found.well, "text": retold(found.text)} for found in self._findings]

    async def _model(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, ModelRequest)
        if wanted.do == "latest":
            self._context.emit(commands.InstallLatestModel(BY))
        else:
            model = await asyncio.to_thread(self._context.store.roll_back)
            log.info("Back to model %s (%s).", model.id, BY)
            self._context.models_changed()
        return no_content()

    async def _restart(self, request: web.Request) -> web.Response:
        await read_json(request, Empty)
        self._context.emit(commands.RestartBox(BY))
        return web.Response(status=202)

    async def _power(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, PowerRequest)
        power.check(self._context.settings.run_dir)
        self._context.emit(commands.SwitchPower(wanted.verb, BY))
        return web.Response(status=202)


def stored(store: ModelStore) -> list[dict[str, Any]]:
    """Every model on the box, the newest first."""
    current, trial, previous = store.current().id, store.trial(), store.previous()
    return [
        {
            "id": model.id,
            "in_force": model.id == current,
            "on_trial": trial is not None and trial.model == model.id,
            "previous": previous is not None and previous.id == model.id,
            "installed": model.record and model.record.installed,
            "failed": model.record and model.record.failed,
        }
        for model in store.models()
    ]


BOX = (
    Operation(
        handler=BoxHandlers._show,
        does="The box: model, settings, health, versions, log",
        method="GET",
        path="/api/box",
        answer=dict[str, Any],
    ),
    Operation(
        handler=BoxHandlers._model,
        does="Go back to the model before, or forward to the latest",
        method="POST",
        path="/api/model",
        body=ModelRequest,
        status=204,
        errors=(409,),
    ),
    Operation(
        handler=BoxHandlers._restart,
        does="Start Moodbox anew",
        method="POST",
        path="/api/restart",
        body=Empty,
        status=202,
    ),
    Operation(
        handler=BoxHandlers._power,
        does="Turn the machine off, or start it anew",
        method="POST",
        path="/api/power",
        body=PowerRequest,
        status=202,
        errors=(409,),
    ),
)
