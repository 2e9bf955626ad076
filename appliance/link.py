"""The socket between vision and conductor: newline-delimited JSON, looks one way, orders the other.

Each side sends messages of its own kinds only. Each message is complete in itself, so one that is lost costs nothing:
`orders` always holds all of them, and a look that cannot be sent at once is dropped in favour of the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import selectors
import socket
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from appliance.emotion import Look
from appliance.errors import MoodboxError
from appliance.events import Event, Looked, VisionHello, VisionLost

log = logging.getLogger(__name__)

LINE_LIMIT = 64 * 1024
"""Longest message in bytes, its newline included."""
LONGEST_DELAY = 10.0
"""Seconds between two tries to connect, at most."""


class LinkError(MoodboxError, ValueError):
    """A message that is none of ours, or a socket that cannot be used."""


class Hello(msgspec.Struct, frozen=True, tag="hello", forbid_unknown_fields=True):
    """Vision → conductor: what it works with; again whenever that changes."""

    hello: VisionHello


class Seen(msgspec.Struct, frozen=True, tag="look", forbid_unknown_fields=True):
    """Vision → conductor: one look."""

    look: Look


class Orders(msgspec.Struct, frozen=True, tag="orders", forbid_unknown_fields=True):
    """Conductor → vision: all that is wanted of it, on connecting and after every change."""

    camera: bool
    model: str = ""
    """The bundle file to use; empty for the one that vision began with."""


_reports: msgspec.json.Decoder[Hello | Seen] = msgspec.json.Decoder(Hello | Seen)
_orders: msgspec.json.Decoder[Orders] = msgspec.json.Decoder(Orders)


def encode(message: Hello | Seen | Orders) -> bytes:
    """One line. Raises LinkError if it exceeds `LINE_LIMIT`."""
    line = msgspec.json.encode(message) + b"\n"
    if len(line) > LINE_LIMIT:
        raise LinkError(f"a message of {len(line)} bytes; at most {LINE_LIMIT} are sent")
    return line


def decode_report(line: bytes) -> Hello | Seen:
    """What the vision process said. Raises LinkError for anything else."""
    try:
        message = _reports.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise LinkError(f"not a report from the vision process: {error}") from error
    if isinstance(message, Seen) and (fault := _fault(message.look)):
        raise LinkError(f"not a look: {fault}")
    return message


def decode_orders(line: bytes) -> Orders:
    """What the conductor wants. Raises LinkError for anything else."""
    try:
        return _orders.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise LinkError(f"not orders from the conductor: {error}") from error


def _fault(look: Look) -> str | None:
    """What no honest look contains, in words."""
    if not (math.isfinite(look.time) and math.isfinite(look.milliseconds)):
        return "its time is not finite"
    if look.light is not None and not 0 <= look.light <= 1:
        return f"its light is {look.light}, not 0..1"
    for face in look.faces:
        if not (all(map(math.isfinite, face.box)) and face.box[2] > 0 and face.box[3] > 0):
            return f"a face's box is {face.box}"
        if not 0 <= face.score <= 1:
            return f"a face's score is {face.score}, not 0..1"
    return None


class LinkServer:
    """The conductor's end. Emits VisionHello, Looked and VisionLost; a newer vision process replaces an older one."""

    def __init__(self, path: Path, emit: Callable[[Event], None]) -> None:
        """Until `order_camera` is called the camera is ordered off: nothing looks before somebody has decided."""
        self._path = path
        self._emit = emit
        self._orders = Orders(camera=False)
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
        self._order(Orders(camera=on, model=self._orders.model))

    def order_model(self, file: str) -> None:
        """Have a bundle file used, now or when the vision process connects."""
        self._order(Orders(camera=self._orders.camera, model=file))

    def _order(self, orders: Orders) -> None:
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
                message = decode_report(line)
                if isinstance(message, Seen) and not greeted:
                    raise LinkError("a look before the greeting")  # noqa: TRY301 - handled like any other bad line
                greeted = True
                self._emit(Looked(message.look) if isinstance(message, Seen) else message.hello)
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


class LinkClient:
    """The vision process's end, in a thread of its own: connects for ever, never makes the watch wait."""

    def __init__(self, path: Path, changed: Callable[[], None]) -> None:
        """`changed` is called from the link's thread after every change of `wanted`."""
        self._path = path
        self._changed = changed
        self._lock = threading.Lock()
        self._hello: VisionHello | None = None
        self._outbox: dict[str, bytes] = {}
        self._orders: Orders | None = None
        self._stopping = False
        self._bell, self._wake = socket.socketpair()
        self._bell.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)

    @property
    def connected(self) -> bool:
        """Whether a conductor is there and has said what it wants."""
        return self._orders is not None

    @property
    def wanted(self) -> bool:
        """Whether the camera is wanted; without a conductor it is not, for nobody listens."""
        orders = self._orders
        return orders is not None and orders.camera

    @property
    def model(self) -> str:
        """The bundle file to use; empty for the one that vision began with."""
        orders = self._orders
        return orders.model if orders else ""

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def stop(self) -> None:
        """Close the connection and end the thread."""
        self._stopping = True
        self._ring()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def greet(self, hello: VisionHello) -> None:
        """Say what vision works with, now and after every reconnection. Looks are sent only after a greeting."""
        with self._lock:
            if hello == self._hello:
                return
            self._hello = hello
            self._outbox["hello"] = encode(Hello(hello))
        self._ring()

    def send(self, look: Look) -> None:
        """Send a look, or drop it if nobody is connected; it takes the place of one that could not be sent yet."""
        line = encode(Seen(look))
        with self._lock:
            if self._orders is not None and self._hello is not None:
                self._outbox["look"] = line
        self._ring()

    def _ring(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._bell.send(b"\0")

    def _run(self) -> None:
        delay, failed = 0.1, False
        while not self._stopping:
            try:
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
                    link.connect(str(self._path))
                    if failed:
                        log.info("the conductor is there again")
                    delay, failed = 0.1, False
                    self._talk(link)
            except LinkError as error:
                log.warning("link closed: %s", str(error)[:300])
            except OSError as error:
                if not failed:
                    log.warning(
                        "no conductor at %s (%s); trying again until it is there", self._path, error.strerror or error
                    )
                failed = True
            self._obey(None)
            self._rest(delay)
            delay = min(2 * delay, LONGEST_DELAY)

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping and (left := until - time.monotonic()) > 0:
            self._wake.settimeout(left)
            with contextlib.suppress(TimeoutError):
                self._wake.recv(4096)

    def _talk(self, link: socket.socket) -> None:
        """Read orders and write the outbox until either side has had enough."""
        link.setblocking(False)
        self._wake.setblocking(False)
        incoming, outgoing = b"", b""
        with self._lock:
            self._outbox = {"hello": encode(Hello(self._hello))} if self._hello else {}
        with selectors.DefaultSelector() as ready:
            ready.register(self._wake, selectors.EVENT_READ)
            ready.register(link, selectors.EVENT_READ)
            while not self._stopping:
                outgoing = outgoing or self._next()
                ready.modify(link, selectors.EVENT_READ | (selectors.EVENT_WRITE if outgoing else 0))
                for key, events in ready.select():
                    if key.fileobj is self._wake:
                        self._wake.recv(4096)
                        continue
                    if events & selectors.EVENT_WRITE:
                        outgoing = outgoing[link.send(outgoing) :]
                    if events & selectors.EVENT_READ:
                        data = link.recv(4096)
                        if not data:
                            return
                        incoming = self._take(incoming + data)

    def _next(self) -> bytes:
        with self._lock:
            for kind in ("hello", "look"):
                if line := self._outbox.pop(kind, b""):
                    return line
        return b""

    def _take(self, incoming: bytes) -> bytes:
        *lines, rest = incoming.split(b"\n")
        for line in lines:
            self._obey(decode_orders(line))
        if len(rest) > LINE_LIMIT:
            raise LinkError(f"a line of more than {LINE_LIMIT} bytes")
        return rest

    def _obey(self, orders: Orders | None) -> None:
        with self._lock:
            before, self._orders = self._orders, orders
        if orders != before:
            self._changed()
