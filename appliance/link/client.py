"""The vision process's end of the link, in a thread of its own."""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from appliance.domain.events import VisionHello
from appliance.domain.looks import Look
from appliance.domain.samples import FaceSample, SeenFace
from appliance.lib.backoff import Backoff
from appliance.link.messages import (
    LINE_LIMIT,
    FaceMessage,
    HelloMessage,
    LinkError,
    LookMessage,
    OrdersMessage,
    decode_orders,
    encode,
)

log = logging.getLogger(__name__)
FIRST_DELAY, LONGEST_DELAY = 0.1, 10.0
"""Seconds between two tries to connect: at first, and at most."""


class LinkClient:
    """The vision process's end, in a thread of its own: connects for ever, never makes the watch wait."""

    def __init__(self, path: Path, changed: Callable[[], None]) -> None:
        """`changed` is called from the link's thread after every change of `wanted`."""
        self._path = path
        self._changed = changed
        self._lock = threading.Lock()
        self._hello: VisionHello | None = None
        self._outbox: dict[str, bytes] = {}
        self._orders: OrdersMessage | None = None
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

    @property
    def collecting(self) -> bool:
        """Whether faces are wanted that may become samples."""
        orders = self._orders
        return orders is not None and orders.collect

    @property
    def samples(self) -> tuple[FaceSample, ...]:
        """What the household has taught, to be used."""
        orders = self._orders
        return orders.samples if orders else ()

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
            self._outbox["hello"] = encode(HelloMessage(hello))
        self._ring()

    def send(self, look: Look) -> None:
        """Send a look, or drop it if nobody is connected; it takes the place of one that could not be sent yet."""
        line = encode(LookMessage(look))
        with self._lock:
            if self._orders is not None and self._hello is not None:
                self._outbox["look"] = line
        self._ring()

    def send_face(self, face: SeenFace) -> None:
        """Send a face that may become a sample, or drop it if nobody collects them any more."""
        line = encode(FaceMessage(face))
        with self._lock:
            if self._orders is not None and self._orders.collect and self._hello is not None:
                self._outbox["face"] = line
        self._ring()

    def _ring(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._bell.send(b"\0")

    def _run(self) -> None:
        backoff, failed = Backoff(FIRST_DELAY, LONGEST_DELAY), False
        while not self._stopping:
            try:
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
                    link.connect(str(self._path))
                    if failed:
                        log.info("the conductor is there again")
                    backoff.reset()
                    failed = False
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
            self._rest(backoff.next())

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
            self._outbox = {"hello": encode(HelloMessage(self._hello))} if self._hello else {}
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
            for kind in ("hello", "look", "face"):
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

    def _obey(self, orders: OrdersMessage | None) -> None:
        with self._lock:
            before, self._orders = self._orders, orders
        if orders != before:
            self._changed()
