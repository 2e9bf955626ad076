"""The first days: how far the owner has come."""

from __future__ import annotations

from aiohttp import web

from appliance.web.api.json_body import json_answer, no_content, read_json
from appliance.web.api.openapi import Operation
from appliance.web.first_days import FirstDays, FirstDaysStore


class FirstDaysHandlers:
    """The routes of the first days."""

    def __init__(self, store: FirstDaysStore) -> None:
        self._store = store

    async def _show(self, _: web.Request) -> web.Response:
        return json_answer(self._store.kept)

    async def _keep(self, request: web.Request) -> web.Response:
        self._store.keep(await read_json(request, FirstDays))
        return no_content()


FIRST_DAYS = (
    Operation(
        handler=FirstDaysHandlers._show,
        does="How far the owner has come in the first days",
        method="GET",
        path="/api/first-days",
        answer=FirstDays,
    ),
    Operation(
        handler=FirstDaysHandlers._keep,
        does="Note how far that is",
        method="POST",
        path="/api/first-days",
        body=FirstDays,
        status=204,
    ),
)
