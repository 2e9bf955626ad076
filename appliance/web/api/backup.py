"""Backups: made and sent; taken in, opened, and put back. For the owner alone, who gives the password again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

import msgspec
from aiohttp import web
from msgspec import Struct

from appliance.domain import commands
from appliance.domain.backups import BackupSummary
from appliance.errors import MoodboxError
from appliance.web.api.context import BY, Context
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import json_answer, no_content, read_json
from appliance.web.api.openapi import Operation
from appliance.web.api.songs import pieces
from appliance.web.auth.authenticator import Authenticator
from appliance.words.retelling import retold

P = ParamSpec("P")
T = TypeVar("T")

LARGEST = 512_000_000
"""Bytes of a backup that is taken in."""
_TURN = 5.0  # seconds that one request waits for another
_WRONG = "this is not the page's password"


class BackupRequest(Struct, forbid_unknown_fields=True):
    """The page's password, and a passphrase for the file."""

    password: str
    passphrase: str


class OpenRequest(Struct, forbid_unknown_fields=True):
    """The passphrase of the file that was sent."""

    passphrase: str


class RestoreRequest(Struct, forbid_unknown_fields=True):
    """The page's password."""

    password: str


class Received(Struct):
    """How many bytes came."""

    bytes: int


class BackupHandlers:
    """The routes of backups."""

    def __init__(self, context: Context, authenticator: Authenticator) -> None:
        self._context, self._authenticator = context, authenticator
        self._backups = context.backups
        self._busy = asyncio.Lock()

    async def _make(self, request: web.Request) -> web.StreamResponse:
        wanted = await read_json(request, BackupRequest)
        await self._authenticator.check_password(request, wanted.password, 403, _WRONG)
        async with self._turn():
            backup = await _work(self._backups.make, wanted.passphrase)
            try:
                response = web.StreamResponse(
                    headers={
                        "Content-Disposition": f'attachment; filename="{backup.name}"',
                        "Left-Out": str(len(backup.left_out)),
                    }
                )
                response.content_type, response.content_length = "application/octet-stream", backup.size
                first = await _work(next, backup.pieces)  # what can still be told in words
                await response.prepare(request)
                await response.write(first)
                while piece := await _work(next, backup.pieces, b""):
                    await response.write(piece)
            finally:
                await asyncio.shield(asyncio.to_thread(backup.close))
        return response

    async def _receive(self, request: web.Request) -> web.Response:
        announced = request.content_length
        _check_size(announced or 0)
        async with self._turn():
            write, came = await _work(self._backups.receive, announced), 0
            try:
                async for part in pieces(request):
                    came += len(part)
                    _check_size(came)
                    await _work(write, part)
                await _work(write, b"")
            except BaseException:
                await asyncio.shield(asyncio.to_thread(self._backups.discard))
                raise
        return json_answer(Received(came), 201)

    async def _open(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, OpenRequest)
        async with self._turn():
            found = await _work(self._backups.open, wanted.passphrase)
        parts, left_out = ([retold(each) for each in words] for words in (found.parts, found.left_out))
        return json_answer(msgspec.structs.replace(found, parts=parts, left_out=left_out))

    async def _restore(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, RestoreRequest)
        await self._authenticator.check_password(request, wanted.password, 403, _WRONG)
        async with self._turn():
            await _work(self._backups.confirm)
        self._context.emit(commands.RestartBox(BY))
        return web.Response(status=202)

    async def _discard(self, _: web.Request) -> web.Response:
        async with self._turn():
            await _work(self._backups.discard)
        return no_content()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """One at a time. Raises WebError 503 if another takes long."""
        try:
            async with asyncio.timeout(_TURN):
                await self._busy.acquire()
        except TimeoutError:
            raise WebError(503, "another backup is being made or sent; try again in a minute", 60.0) from None
        try:
            yield
        finally:
            self._busy.release()


def _check_size(size: int) -> None:
    if size > LARGEST:
        raise WebError(413, f"a backup may have {LARGEST // 1_000_000} MB at most; at the box: moodbox restore FILE")


async def _work(do: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Do something with files in a thread, to its end. Raises WebError with the status that fits what went wrong."""
    task = asyncio.ensure_future(asyncio.to_thread(do, *arguments, **named))
    try:
        return await asyncio.shield(task)
    except MoodboxError as error:
        status = 507 if isinstance(error, OSError) else 400 if isinstance(error, ValueError) else 409
        raise WebError(status, str(error)) from error
    finally:
        if not task.done():
            await asyncio.wait([task])
            task.exception()


BACKUP = (
    Operation(
        handler=BackupHandlers._make,
        programs=False,
        does="Make a backup, encrypted with a passphrase, and send it",
        method="POST",
        path="/api/backup",
        body=BackupRequest,
        answer="application/octet-stream",
        errors=(409, 429, 503, 507),
    ),
    Operation(
        handler=BackupHandlers._receive,
        programs=False,
        does="Send a backup to be opened",
        method="PUT",
        path="/api/restore",
        body="application/octet-stream",
        status=201,
        answer=Received,
        errors=(409, 503, 507),
    ),
    Operation(
        handler=BackupHandlers._open,
        programs=False,
        does="Open the backup that was sent, and check it; nothing changes yet",
        method="POST",
        path="/api/restore/open",
        body=OpenRequest,
        answer=BackupSummary,
        errors=(409, 503, 507),
    ),
    Operation(
        handler=BackupHandlers._restore,
        programs=False,
        does="Put back what was opened; Moodbox starts anew with it",
        method="POST",
        path="/api/restore",
        body=RestoreRequest,
        status=202,
        errors=(409, 429, 503, 507),
    ),
    Operation(
        handler=BackupHandlers._discard,
        programs=False,
        does="Forget the backup that was sent",
        method="DELETE",
        path="/api/restore",
        status=204,
        errors=(409, 503),
    ),
)
