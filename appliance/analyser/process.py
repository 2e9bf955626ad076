"""The analyser's process: `python -m appliance.analyser --socket SOCKET`."""

from __future__ import annotations

import argparse
import contextlib
import gc
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from appliance.analyser.child import SongChild
from appliance.analyser.messages import (
    LINE_LIMIT,
    AnalyserError,
    Content,
    Failed,
    GoOn,
    Leave,
    ListenTo,
    Ready,
    Report,
    Rest,
    decode_order,
    decode_report,
    encode,
)
from appliance.lib.backoff import Backoff
from appliance.sound.features import VERSION
from appliance.systemd.journal import Journal, JournalHandler, under_systemd
from appliance.systemd.notify import Notifier

log = logging.getLogger(__name__)

FIRST_DELAY, LONGEST_DELAY = 0.2, 10.0
"""Seconds between two tries to connect: at first, and at most."""
CONTENT_SECONDS = 30.0
"""For a file's beginning and middle; a share that does not answer by then hangs."""
HEAR_SECONDS = 900.0
"""For the rest, resting not counted: idle priority on a busy machine may be slow. Processor time is limited apart."""
MOST_ABANDONED = 4
"""Children that wait for a disk, with which no further one is begun."""
_TURN = 2.0  # seconds between two looks at the clock


class Analyser:
    """Connects to the box for ever, and listens to the songs that it names, one at a time."""

    def __init__(self, path: Path, notifier: Notifier) -> None:
        self._path = path
        self._notifier = notifier
        self._child: SongChild | None = None
        self._known = False
        """The content has been told."""
        self._line = b""
        self._left = 0.0
        self._resting = False
        self._abandoned: list[SongChild] = []
        """Killed, and still waiting for a disk."""

    def run(self) -> None:
        """Never returns."""
        backoff, told = Backoff(FIRST_DELAY, LONGEST_DELAY), False
        gc.freeze()  # a child then shares what is loaded by now
        while True:
            try:
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as box:
                    box.connect(str(self._path))
                    backoff.reset()
                    told = False
                    self._serve(box)
            except AnalyserError as error:
                log.warning("the box is left: %s", str(error)[:300])
            except OSError as error:
                if not told:
                    log.warning("no box at %s (%s); trying again until it is there", self._path, error.strerror)
                told = True
            self._give_up()
            self._resting = False
            self._notifier.progress(LONGEST_DELAY)
            time.sleep(backoff.next())

    def _serve(self, box: socket.socket) -> None:
        box.sendall(encode(Ready(VERSION)))
        incoming, before = b"", time.monotonic()
        while True:
            child = self._child
            watched = [box.fileno(), *([child.output] if child else [])]
            readable = select.select(watched, [], [], _TURN)[0]
            now = time.monotonic()
            self._left -= 0.0 if self._resting else now - before
            before = now
            self._notifier.progress(_TURN)
            if child and child.output in readable:
                self._hear_child(box, child)
            elif child and (self._left <= 0 or len(self._abandoned) >= MOST_ABANDONED):
                self._give_up()
                box.sendall(encode(Failed(child.number, "cannot be read (its disk does not answer)", passing=True)))
            if box.fileno() in readable:
                data = box.recv(65_536)
                if not data:
                    return
                *lines, incoming = (incoming + data).split(b"\n")
                if len(incoming) > LINE_LIMIT:
                    raise AnalyserError(f"a line of more than {LINE_LIMIT} bytes")
                for line in lines:
                    self._obey(line)
            self._abandoned = [each for each in self._abandoned if each.ended() is None]

    def _obey(self, line: bytes) -> None:
        match decode_order(line):
            case ListenTo(number, path):
                if self._child:
                    raise AnalyserError("a second song while the first is not done")
                self._known, self._line, self._left = False, b"", CONTENT_SECONDS
                self._child = SongChild(number, Path(path))
            case GoOn():
                if self._child:
                    self._left = HEAR_SECONDS
                    self._child.go_on()
            case Leave():
                self._give_up()
            case Rest(on):
                self._resting = on
                if self._child:
                    self._child.rest(on)

    def _hear_child(self, box: socket.socket, child: SongChild) -> None:
        data = os.read(child.output, 65_536)
        self._line += data
        if data and len(self._line) < LINE_LIMIT and not self._line.endswith(b"\n"):
            return
        try:
            report: Report = decode_report(self._line) if data else self._how_it_ended(child)
        except AnalyserError as error:
            log.debug("a child made no sense: %s", error)
            report = Failed(child.number, "led its decoder astray")
        self._line = b""
        if isinstance(report, Content) and not self._known:
            self._known = True
        else:
            self._give_up()
        box.sendall(encode(report))

    def _how_it_ended(self, child: SongChild) -> Failed:
        deadline = time.monotonic() + 1.0
        while (ended := child.ended()) is None and time.monotonic() < deadline:
            time.sleep(0.01)
        if ended in {"by signal SIGXCPU", "by signal SIGKILL"}:
            return Failed(child.number, "takes too long, or too much memory, to decode")
        return Failed(child.number, f"crashed its decoder ({ended or 'without a word'})")

    def _give_up(self) -> None:
        """End the child at hand, if there is one."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.close()
        self._abandoned.append(child)


def main(arguments: Sequence[str] | None = None) -> int:
    """Listen until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m appliance.analyser", description="Moodbox's ears")
    parser.add_argument("--socket", type=Path, required=True, help="the box's socket")
    options = parser.parse_args(arguments)
    unit = under_systemd()
    handlers: list[logging.Handler] = [JournalHandler(Journal("analyser")) if unit else logging.StreamHandler()]
    logging.basicConfig(level=logging.INFO, format="%(message)s" if unit else "%(levelname)s %(message)s",
                        handlers=handlers)  # fmt: skip
    _step_back()
    notifier = Notifier()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    notifier.ready("listening to songs when the box has time")
    Analyser(options.socket, notifier).run()
    return 0


def _step_back() -> None:
    """Everything else on the machine goes first: processor and disk only when nobody else wants them."""
    with contextlib.suppress(OSError):  # a unit has no right to it, and needs none
        os.nice(19)
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
