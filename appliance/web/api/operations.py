"""Everything that the API can do, and the routes that follow from it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import MethodType
from typing import Any

from aiohttp import web

from appliance.web.api.aim import AIM
from appliance.web.api.backup import BACKUP
from appliance.web.api.box import BOX
from appliance.web.api.certificate import CERTIFICATE
from appliance.web.api.control import CONTROL
from appliance.web.api.covers import COVERS
from appliance.web.api.faces import FACES
from appliance.web.api.first_days import FIRST_DAYS
from appliance.web.api.history import HISTORY
from appliance.web.api.house import HOUSE
from appliance.web.api.json_body import json_answer
from appliance.web.api.lessons import LESSONS
from appliance.web.api.library import LIBRARY
from appliance.web.api.lists import LISTS
from appliance.web.api.live import LIVE
from appliance.web.api.openapi import Operation, describe_api
from appliance.web.api.outputs import OUTPUTS
from appliance.web.api.settings import SETTINGS
from appliance.web.api.song_map import SONG_MAP
from appliance.web.api.songs import SONGS
from appliance.web.api.speakers import SPEAKERS
from appliance.web.api.status import STATUS
from appliance.web.api.update import UPDATE
from appliance.web.auth.guests_api import GUESTS
from appliance.web.auth.session_api import SIGNING_IN
from appliance.web.auth.tokens_api import TOKENS


class DescriptionHandlers:
    """The API's description of itself."""

    async def _show(self, _: web.Request) -> web.Response:
        return json_answer(describe_api(OPERATIONS))


DESCRIPTION = (
    Operation(
        handler=DescriptionHandlers._show,
        does="This description",
        method="GET",
        path="/api/openapi.json",
        answer=dict[str, Any],
    ),
)
OPERATIONS: tuple[Operation, ...] = (
    *SIGNING_IN,
    *TOKENS,
    *GUESTS,
    *FIRST_DAYS,
    *CERTIFICATE,
    *STATUS,
    *LIVE,
    *AIM,
    *CONTROL,
    *OUTPUTS,
    *SPEAKERS,
    *HOUSE,
    *BOX,
    *BACKUP,
    *UPDATE,
    *SETTINGS,
    *DESCRIPTION,
    *SONGS,
    *COVERS,
    *LIBRARY,
    *SONG_MAP,
    *LISTS,
    *HISTORY,
    *LESSONS,
    *FACES,
)


def routes(handlers: Iterable[object]) -> list[web.RouteDef]:
    """A route for each operation, answered by the object among `handlers` whose class has its handler."""
    by_class = {type(each).__name__: each for each in handlers}
    found = []
    for operation in OPERATIONS:
        owner = by_class[operation.handler.__qualname__.partition(".")[0]]
        # HEAD would open a stream and never end it
        options = {"allow_head": operation.answer != "text/event-stream"} if operation.method == "GET" else {}
        route = getattr(web, operation.method.lower())
        # a name may hold braces, which aiohttp's own pattern leaves out
        path = re.sub(r"{(\w+)}", r"{\1:[^/]+}", operation.path)
        found.append(route(path, MethodType(operation.handler, owner), **options))
    return found
