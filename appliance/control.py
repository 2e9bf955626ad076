"""The control socket: how `moodbox status`, `skip`, `correct` and others talk to the running box."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from appliance.emotion import Emotion
from appliance.errors import MoodboxError

log = logging.getLogger(__name__)

SOCKET = "control.sock"
_LIMIT = 64 * 1024  # bytes in a request
_ANSWER = 1024 * 1024  # bytes in an answer; a status is about 2 KiB, all corrections 60


class NotRunning(MoodboxError, ConnectionError):
    """There is no running Moodbox to talk to."""


class Refused(MoodboxError, ValueError):
    """The running Moodbox refused a request; the text says why."""


class AskStatus(msgspec.Struct, tag="status", tag_field="do", forbid_unknown_fields=True):
    """Ask for everything the box knows of itself."""


class AskSkip(msgspec.Struct, tag="skip", tag_field="do", forbid_unknown_fields=True):
    """Ask for the next track."""


class AskOverride(msgspec.Struct, tag="override", tag_field="do", forbid_unknown_fields=True):
    """Ask for an emotion's music; None returns to the camera."""

    emotion: Emotion | None


class AskModel(msgspec.Struct, tag="model", tag_field="do", forbid_unknown_fields=True):
    """Ask the box to look which model is in force now: one was installed, or gone back to."""


class AskSongs(msgspec.Struct, tag="songs", tag_field="do", forbid_unknown_fields=True):
    """Say that the songs in an emotion's folder have changed, and which are new (`happy/song.flac`)."""

    emotion: Emotion
    files: tuple[str, ...] = ()


class AskPower(msgspec.Struct, tag="power", tag_field="do", forbid_unknown_fields=True):
    """Ask for the machine to be turned off, or started anew."""

    verb: Literal["off", "restart"]


class AskCorrect(msgspec.Struct, tag="correct", tag_field="do", forbid_unknown_fields=True):
    """Say what the mood really is."""

    mood: Emotion


class AskDislike(msgspec.Struct, tag="dislike", tag_field="do", forbid_unknown_fields=True):
    """Say that the song that plays does not fit its mood."""


class AskCalibration(msgspec.Struct, tag="calibration", tag_field="do", forbid_unknown_fields=True):
    """Ask what the household has taught."""


class AskForget(msgspec.Struct, tag="forget", tag_field="do", forbid_unknown_fields=True):
    """Take back a correction, or all of them."""

    correction: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)] | None = None


class AskForgive(msgspec.Struct, tag="forgive", tag_field="do", forbid_unknown_fields=True):
    """Say that a song fits after all."""

    file: str


class AskErase(msgspec.Struct, tag="erase", tag_field="do", forbid_unknown_fields=True):
    """Erase the history, with everything that was taught."""


TeachingRequest = AskCorrect | AskDislike | AskCalibration | AskForget | AskForgive | AskErase
Request = AskStatus | AskSkip | AskOverride | AskModel | AskPower | AskSongs | TeachingRequest
Answer = Callable[[Request], Awaitable[dict[str, Any]]]

_requests = msgspec.json.Decoder(Request)


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
            self._server = await asyncio.start_unix_server(self._serve, self._path, limit=_LIMIT)
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
                writer.write(msgspec.json.encode({"error": f"a request is at most {_LIMIT} bytes"}) + b"\n")
            finally:
                writer.close()

    async def _reply(self, line: bytes) -> dict[str, Any]:
        try:
            request = _requests.decode(line)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            return {"error": f"not a request: {error}"}
        try:
            return await self._answer(request)
        except MoodboxError as error:
            return {"error": str(error)}


def ask(path: Path, request: Request, timeout: float = 10.0) -> dict[str, Any]:
    """Send one request to the running box and return its answer. Raises NotRunning or Refused."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout)
        try:
            connection.connect(os.fspath(path))
            connection.sendall(msgspec.json.encode(request) + b"\n")
            with connection.makefile("rb") as stream:
                line = stream.readline(_ANSWER)
        except OSError as error:
            raise NotRunning(
                f"no running Moodbox at {path} ({error.strerror or error}); start it: moodbox run"
            ) from error
    if not line.endswith(b"\n"):
        raise NotRunning(f"the Moodbox at {path} closed the connection; is it stopping?")
    try:
        answer: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, ValueError) as error:
        raise NotRunning(f"what answers at {path} is no Moodbox ({error}); set paths.run to another folder") from error
    if "error" in answer:
        raise Refused(str(answer["error"]))
    return answer
