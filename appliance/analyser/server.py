"""The box's end of the socket to the analyser: hands out songs, keeps what was heard, says how far it is."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from appliance.analyser.messages import (
    LINE_LIMIT,
    AnalyserError,
    Content,
    Failed,
    GoOn,
    HeardSong,
    Leave,
    ListenTo,
    Order,
    Ready,
    Report,
    Rest,
    decode_report,
    encode,
)
from appliance.catalogue.catalogue import Catalogue
from appliance.catalogue.songs import Unheard
from appliance.lib.text import printable_line

log = logging.getLogger(__name__)

BATCH = 50
"""Songs that are asked of the catalogue at a time."""
LOOK_EVERY = 1.0
"""Seconds between two looks at whether there is time to listen, and whether there are songs."""
UNREACHABLE = 20
"""So many files in a row that cannot be read: then their disk is away, or they are not on this machine."""
UNREACHABLE_REST = 600.0
"""Seconds until they are tried again."""
RECENT = 100
"""Songs by which the time that is left is estimated."""


class AnalyserServer:
    """Serves one analyser; a newer one replaces an older one.

    `reason_to_wait` says why no song may be listened to now, empty if one may; it is asked about once a second.
    """

    def __init__(
        self, path: Path, songs: Callable[[], Path], catalogue: Catalogue, reason_to_wait: Callable[[], str]
    ) -> None:
        """`songs` gives MPD's music directory."""
        self._path = path
        self._songs = songs
        self._catalogue = catalogue
        self._reason_to_wait = reason_to_wait
        self._server: asyncio.Server | None = None
        self._task: asyncio.Task[None] | None = None
        self._passed: set[int] = set()
        """Songs that could not be read, and may be another time."""
        self._passed_at = 0.0
        """When the first of them was passed."""
        self._in_a_row = 0
        self._done: deque[float] = deque(maxlen=RECENT)
        self.waiting = ""
        """Why no song is listened to though there are some left, in words."""

    @property
    def seconds_left(self) -> float | None:
        """Until all songs are heard, at the pace of late; None if none are left or the pace is not known."""
        left = self._catalogue.counts.left
        if not left or len(self._done) < 3:
            return None
        return left * (time.monotonic() - self._done[0]) / (len(self._done) - 1)

    async def start(self) -> None:
        """Listen at the socket. Raises AnalyserError."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._serve, self._path, limit=LINE_LIMIT)
            self._path.chmod(0o660)
        except OSError as error:
            raise AnalyserError(
                f"{self._path}: cannot listen there ({error.strerror or error}); name another folder as paths.run"
            ) from error

    async def stop(self) -> None:
        """Close the connection and remove the socket."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        with contextlib.suppress(OSError):
            self._path.unlink()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._task:
            self._task.cancel()
        self._task = asyncio.current_task()
        line = _Line(reader, writer)
        try:
            await self._hand_out(line)
        except (AnalyserError, ValueError) as error:
            log.warning("the analyser is left: %s", str(error)[:300])
        except (OSError, EOFError) as error:
            log.debug("the analyser has gone: %s", error)
        finally:
            line.close()
            if self._task is asyncio.current_task():
                self._task = None

    async def _hand_out(self, line: _Line) -> None:
        ready = await line.report()
        if not isinstance(ready, Ready):
            raise AnalyserError("it does not say what version it is of")
        await self._catalogue.forget_older(ready.version)
        while True:
            if self._passed and time.monotonic() - self._passed_at > UNREACHABLE_REST:
                self._passed.clear()
            left = self._catalogue.counts.left > len(self._passed)
            songs = await self._catalogue.unheard(BATCH) if left else []
            songs = [song for song in songs if song.number not in self._passed]
            for song in songs:
                await self._may_listen(line)
                await self._listen_to(line, song)
                if self._in_a_row >= UNREACHABLE:
                    await self._rest_from_unreachable(line)
                    break
            if not left:
                self.waiting = ""
                self._done.clear()
            await line.idle(0.0 if songs else LOOK_EVERY)

    async def _may_listen(self, line: _Line) -> None:
        while reason := self._reason_to_wait():
            self.waiting = reason
            await line.idle(LOOK_EVERY)
        self.waiting = ""

    async def _listen_to(self, line: _Line, song: Unheard) -> None:
        line.say(ListenTo(song.number, str(self._songs() / song.file)))
        while True:
            report = await self._next_report(line)
            if isinstance(report, Ready) or report.number != song.number:
                raise AnalyserError("it speaks of another song than it was asked to")
            match report:
                case Content(_, content):
                    if await self._catalogue.take_over(song.number, content):
                        line.say(Leave())
                        break
                    line.say(GoOn())
                case HeardSong():
                    await self._catalogue.write_heard(song.number, report.as_sound())
                    break
                case Failed():
                    await self._fail(song, report)
                    return
        self._in_a_row = 0
        self._done.append(time.monotonic())

    async def _next_report(self, line: _Line) -> Report:
        """The analyser's next word; what it does is held for as long as there are better things to do."""
        resting = False
        while (report := await line.report_within(LOOK_EVERY)) is None:
            self.waiting = self._reason_to_wait()
            if bool(self.waiting) != resting:
                resting = bool(self.waiting)
                line.say(Rest(resting))
        if resting:
            line.say(Rest(False))
        return report

    async def _fail(self, song: Unheard, report: Failed) -> None:
        if report.passing:
            self._passed_at = self._passed_at if self._passed else time.monotonic()
            self._passed.add(song.number)
            self._in_a_row += 1
            log.debug("%s %s", printable_line(song.file), report.problem)
            return
        self._in_a_row = 0
        self._done.append(time.monotonic())
        log.warning("%s cannot be listened to: it %s", printable_line(song.file), report.problem)
        await self._catalogue.write_problem(song.number, report.problem)

    async def _rest_from_unreachable(self, line: _Line) -> None:
        self.waiting = "the songs' disk cannot be read"
        log.warning("%d songs in a row cannot be read at %s; trying again in %.0f min",
                    self._in_a_row, self._songs(), UNREACHABLE_REST / 60)  # fmt: skip
        await line.idle(UNREACHABLE_REST)
        self._passed.clear()
        self._in_a_row = 0


class _Line:
    """The connection to an analyser, as messages."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._reading: asyncio.Task[bytes] | None = None

    def close(self) -> None:
        """End the connection."""
        if self._reading:
            self._reading.cancel()
        self._writer.close()

    def say(self, order: Order) -> None:
        self._writer.write(encode(order))

    async def report(self) -> Report:
        """The next message. Raises EOFError at the end of the connection, AnalyserError for what is none."""
        while (report := await self.report_within(LOOK_EVERY)) is None:
            pass
        return report

    async def report_within(self, seconds: float) -> Report | None:
        """The same, or None after so many seconds without one."""
        self._reading = self._reading or asyncio.create_task(self._reader.readline())
        done, _ = await asyncio.wait({self._reading}, timeout=seconds)
        if not done:
            return None
        task, self._reading = self._reading, None
        if not (raw := task.result()).endswith(b"\n"):
            raise EOFError("the connection has ended")
        return decode_report(raw)

    async def idle(self, seconds: float) -> None:
        """Wait. Raises AnalyserError if it speaks unasked, EOFError if it goes."""
        if await self.report_within(seconds) is not None:
            raise AnalyserError("it speaks unasked")
