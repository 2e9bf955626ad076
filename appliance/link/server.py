"""The conductor's end of the link."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import stat
import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from appliance.domain.events import Event, FaceSeen, Looked, VisionLost
from appliance.domain.samples import FaceSample
from appliance.link.messages import (
    LINE_LIMIT,
    FaceMessage,
    HelloMessage,
    LinkError,
    LookMessage,
    OrdersMessage,
    Report,
    decode_report,
    encode,
)

log = logging.getLogger(__name__)

_PAUSE = 0.02  # seconds after each message: five times the honest pace; whoever sends more waits in the socket


class LinkServer:
    """The conductor's end. Emits VisionHello, Looked and VisionLost; a newer vision process replaces an older one."""

    def __init__(self, path: Path, emit: Callable[[Event], None]) -> None:
        """Until `order_camera` is called the camera is ordered off: nothing looks before somebody has decided."""
        self._path = path
        self._emit = emit
        self._orders = OrdersMessage(camera=False)
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._served: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen; a socket left over by an earlier run is replaced. Raises LinkError if another one listens there."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        _clear(self._path)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listener.bind(str(self._path))
            self._path.chmod(0o660)  # before listening, so that nobody gets in earlier
        except OSError as error:
            listener.close()
            raise LinkError(
                f"{self._path}: cannot listen there ({error.strerror or error}); name another folder as paths.run"
            ) from error
        self._server = await asyncio.start_unix_server(self._serve, sock=listener, limit=LINE_LIMIT)

    async def stop(self) -> None:
        """Close the connection and remove the socket. May be called twice."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        writer, self._writer = self._writer, None
        if writer:
            writer.transport.abort()
        await asyncio.gather(*self._served, return_exceptions=True)
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()

    def order_camera(self, on: bool) -> None:
        """Have the camera opened or closed, now or when the vision process connects."""
        self._order(replace(self._orders, camera=on))

    def order_model(self, file: str) -> None:
        """Have a bundle file used, now or when the vision process connects."""
        self._order(replace(self._orders, model=file))

    def order_faces(self, collect: bool, samples: tuple[FaceSample, ...]) -> None:
        """Have faces sent that may become samples, or not, and have these samples used: now or on connecting."""
        self._order(replace(self._orders, collect=collect, samples=samples))

    def _order(self, orders: OrdersMessage) -> None:
        self._orders = orders
        if self._writer and not self._writer.is_closing():
            self._writer.write(encode(self._orders))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._served.add(task)
        task.add_done_callback(self._served.discard)
        if self._writer:
            log.warning("a second vision process has connected; it replaces the first")
            self._writer.transport.abort()
        self._writer = writer
        writer.write(encode(self._orders))
        greeted = False
        try:
            while (line := await reader.readline()).endswith(b"\n") and self._writer is writer:
                message = decode_report(line, time.monotonic())
                if not isinstance(message, HelloMessage) and not greeted:
                    raise LinkError("a look before the greeting")  # noqa: TRY301 - handled like any other bad line
                greeted = True
                self._emit(_event(message))
                await asyncio.sleep(_PAUSE)
        except (LinkError, ValueError) as error:
            log.warning("vision link closed: %s", str(error)[:300])
        except OSError as error:
            log.debug("vision link lost: %s", error)
        finally:
            writer.close()
            if self._writer is writer:
                self._writer = None
                if greeted:
                    self._emit(VisionLost())


def _event(message: Report) -> Event:
    match message:
        case HelloMessage(hello):
            return hello
        case LookMessage(look):
            return Looked(look)
        case FaceMessage(face):
            return FaceSeen(face)


def _clear(path: Path) -> None:
    """Remove a socket that nobody listens on any more."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise LinkError(f"{path}: is in the way and no socket; move it or set paths.run")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)
        else:
            raise LinkError(f"{path}: another Moodbox is running there; stop it first")
