"""The control socket's end in the running box."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from pathlib import Path
from typing import Any

import msgspec

from appliance.control.messages import REQUEST_LIMIT, Answer, request_decoder
from appliance.domain.status import Status
from appliance.errors import MoodboxError

log = logging.getLogger(__name__)


class ControlServer:
    """Listens on a Unix socket that its owner and group may use: a JSON request a line, a JSON answer a line."""

    def __init__(self, path: Path, answer: Answer) -> None:
        self._path = path
        self._answer = answer
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Begin to listen. A socket left behind by a killed Moodbox is replaced. Raises MoodboxError if that fails."""
        try:
            self._path.unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._serve, self._path, limit=REQUEST_LIMIT)
            self._path.chmod(0o660)
        except OSError as error:
            raise MoodboxError(
                f"{self._path}: cannot listen there ({error.strerror or error}); name another folder as paths.run"
            ) from error

    async def stop(self) -> None:
        """Stop listening and remove the socket."""
        if self._server:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            try:
                while line := await reader.readline():
                    writer.write(msgspec.json.encode(await self._reply(line)) + b"\n")
                    await writer.drain()
            except ValueError:  # a line over the limit
                writer.write(msgspec.json.encode({"error": f"a request is at most {REQUEST_LIMIT} bytes"}) + b"\n")
            finally:
                writer.close()

    async def _reply(self, line: bytes) -> Status | dict[str, Any]:
        try:
            request = request_decoder.decode(line)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            return {"error": f"not a request: {error}"}
        try:
            return await self._answer(request)
        except MoodboxError as error:
            return {"error": str(error)}
