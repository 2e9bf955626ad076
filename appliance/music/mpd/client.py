"""A connection to MPD: typed answers, a time limit on each, and news of what changed."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mpd.asyncio import CommandResultIterable, MPDClient
from mpd.base import CommandError, FailureResponseCode, MPDError, ProtocolError

from appliance.music.errors import MpdLost, MpdNonsense, MpdRefused, MusicError
from appliance.settings.music import split_address

ANSWER_SECONDS = 10.0
PATIENCE = 3.0
"""Seconds without an answer after which MPD counts as silent, though its answer is still waited for."""
LINE_LIMIT = 32 * 1024 * 1024
"""Bytes in a line of MPD's answers, such as a title."""
TAG_LIMIT = 500
"""Characters of a title or artist that are passed on: the whole status has to have room in one message."""
_FORBIDDEN = (FailureResponseCode.PASSWORD, FailureResponseCode.PERMISSION)
OLDEST = (0, 21)
"""Filter expressions came with MPD 0.21."""


@dataclass(frozen=True, slots=True)
class MpdStatus:
    """What MPD says of itself. `state` is play, pause or stop; positions count from 0."""

    state: str
    length: int
    """Entries in the queue."""
    position: int | None = None
    """Of the current entry, which there may be one of also when stopped."""
    entry: int | None = None
    """The current entry's id."""
    elapsed: float = 0.0
    duration: float | None = None
    decoding: bool = False
    """The current entry has turned out to be music: there is something to hear."""
    volume: int | None = None
    error: str | None = None
    updating: bool = False
    modes: tuple[bool, ...] = ()
    """consume, random, repeat, single."""


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """One entry of MPD's queue. `prio` is MPD's priority, which Moodbox uses as its mark."""

    id: int
    position: int
    file: str
    prio: int = 0
    duration: float | None = None
    title: str | None = None
    artist: str | None = None
    album: str | None = None

    @property
    def endless(self) -> bool:
        """It is a stream."""
        return "://" in self.file


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of MPD's library. `modified` is its Last-Modified; `duration` in seconds, None if MPD knows none."""

    file: str
    modified: str | None
    duration: float | None


@dataclass(frozen=True, slots=True)
class MpdOutput:
    """One of MPD's outputs, as a partition has it. `plugin` is `dummy` for one that has been moved to another."""

    id: int
    name: str
    plugin: str
    enabled: bool


class _LibraryClient(MPDClient):  # type: ignore[misc]
    """python-mpd2's client without its tracebacks at a loss of the connection and at answers that make no sense."""

    async def connect(self, host: str, port: int = 6600) -> None:
        """The library's own task stumbles over a connection that is closed under it: nobody needs to hear of that.

        Nor may a song with a whole book for its title end the connection, as asyncio's limit of 64 KiB would have it.
        """
        await super().connect(host, port)
        self._MPDClient__rfile._limit = LINE_LIMIT
        self._MPDClient__run_task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())

    async def _MPDClient__readline(self) -> str:  # noqa: N802 - overrides a private method
        """The library disconnects at what is no UTF-8, and then leaves the question without an answer."""
        data: bytes = await self._MPDClient__rfile.readline()
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise ProtocolError(f"{data[:60]!r} is no UTF-8") from error

    def _MPDClient__idle_result(self, result: asyncio.Future[Any]) -> None:  # noqa: N802 - overrides a private method
        """The library lets the error of a lost connection escape to the event loop; `idle()` has raised it already."""
        if result.cancelled() or not isinstance(result.exception(), (type(None), CommandError)):
            return
        try:
            super()._MPDClient__idle_result(result)
        except Exception:  # noqa: BLE001 - whatever the library makes of nonsense
            self.disconnect()


@contextlib.contextmanager
def _sense(answer: object) -> Iterator[None]:
    """Raises MpdNonsense where reading the answer goes wrong in the way that a malformed one does."""
    try:
        yield
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise MpdNonsense(f"{str(answer)[:200]!r}: {type(error).__name__} {error}") from error


class MpdClient:
    """One connection to the MPD at `address`: `HOST`, `HOST:PORT`, `PASSWORD@HOST…` or a Unix socket's path.

    Every request raises MpdLost once the connection is gone, MpdRefused if MPD answers with an error, and MpdNonsense
    for an answer that cannot be understood. `silent` is called when MPD leaves a question unanswered for PATIENCE.
    """

    def __init__(self, address: str, changed: asyncio.Event, silent: Callable[[], None] | None = None) -> None:
        self.address = address
        self.host, self.port, self._password = split_address(address)
        self._changed = changed
        self._silent = silent
        self._client: Any = _LibraryClient()
        self._pump: asyncio.Task[None] | None = None
        self.changes: set[str] = set()
        """MPD's subsystems that have changed and were not yet attended to; `changed` is set whenever one comes in."""

    async def open(self) -> None:
        """Connect. Raises MpdLost if nothing answers, MusicError if it is not an MPD of 0.21 or later."""
        task = asyncio.current_task()
        assert task
        cancelled = task.cancelling()
        try:
            # Not wait_for, which on Python 3.11 may swallow the cancellation that ends the player.
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._client.connect(self.host, self.port)
            if task.cancelling() > cancelled:  # python-mpd2 does use it
                self._client.disconnect()
                raise asyncio.CancelledError
        except (OSError, MPDError, TimeoutError, ValueError) as error:
            self._client.disconnect()
            raise MpdLost(str(error) or type(error).__name__) from error
        version = str(self._client.mpd_version)
        if _numbers(version) < OLDEST:
            self.close()
            raise MusicError(
                f"the music server at {self.host} speaks MPD's protocol {version}, as Mopidy does; Moodbox needs a real"
                f" MPD, 0.21 or later: leave music.mpd empty for a private one"
            )
        if self._password:
            await self.ask("password", self._password)
        self._pump = asyncio.create_task(self._listen(), name="mpd changes")

    def close(self) -> None:
        """Leave MPD; harmless when it is gone already."""
        if self._pump:
            self._pump.cancel()
        self._client.disconnect()

    async def _listen(self) -> None:
        with contextlib.suppress(MPDError, OSError):
            async for changes in self._client.idle():
                self.changes.update(changes)
                self._changed.set()
        self._changed.set()

    async def ask(self, command: str, *arguments: str | int) -> Any:
        """MPD's answer to a command, as python-mpd2 gives it."""
        silence = asyncio.get_running_loop().call_later(PATIENCE, self._silent) if self._silent else None
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                result = getattr(self._client, command)(*arguments)
                if isinstance(result, CommandResultIterable):  # awaited, it would leave a task behind when given up
                    return [item async for item in result]
                return await result
        except CommandError as error:
            if error.errno is None:
                self.close()
                raise MpdNonsense(f"to {command!r}: an error that reads {str(error)[:200]!r}") from error
            missing = error.errno is FailureResponseCode.NO_EXIST
            raise MpdRefused(error.msg or str(error), missing, error.errno in _FORBIDDEN) from error
        except ProtocolError as error:
            self.close()
            raise MpdNonsense(f"to {command!r}: {str(error)[:200]}") from error
        except (MPDError, OSError, TimeoutError) as error:
            self.close()
            raise MpdLost(str(error) or f"no answer to {command!r}") from error
        except (LookupError, ValueError, TypeError, AttributeError) as error:  # the library has stumbled over it
            self.close()
            raise MpdNonsense(f"to {command!r}: {type(error).__name__} {str(error)[:200]}") from error
        finally:
            if silence:
                silence.cancel()

    async def status(self) -> MpdStatus:
        """MPD's state now."""
        raw: dict[str, str] = await self.ask("status")
        with _sense(raw):
            volume = int(raw.get("volume", -1))
            return MpdStatus(
                state=_one_of(raw["state"], "play", "pause", "stop"),
                length=_count(raw["playlistlength"]),
                position=_integer(raw.get("song")),
                entry=_integer(raw.get("songid")),
                elapsed=_number(raw.get("elapsed")) or 0.0,
                duration=_number(raw.get("duration")),
                decoding="audio" in raw,
                volume=min(volume, 100) if volume >= 0 else None,
                error=first(raw.get("error")),
                updating="updating_db" in raw,
                modes=tuple(raw.get(mode) not in ("0", None) for mode in ("consume", "random", "repeat", "single")),
            )

    async def entries(self, start: int, stop: int) -> list[QueueEntry]:
        """The queue's entries from position `start` to before `stop`."""
        if stop <= start:
            return []
        found = await self.ask("playlistinfo", f"{start}:{stop}")
        with _sense(found):
            return [
                QueueEntry(
                    id=_count(raw["id"]),
                    position=_count(raw["pos"]),
                    file=_text(raw["file"]),
                    prio=int(raw.get("prio", 0)),
                    duration=_number(raw.get("duration")),
                    title=_cut(first(raw.get("title")) or first(raw.get("name"))),
                    artist=_cut(first(raw.get("artist"))),
                    album=first(raw.get("album")),
                )
                for raw in found
            ]

    async def add(self, file: str) -> int:
        """Queue a file or stream as the last; its id in the queue."""
        answer = await self.ask("addid", file)
        with _sense(answer):
            return _count(answer)

    async def title(self, entry: int) -> str | None:
        """The title of an entry of the queue by its id; None if it has none, or has gone."""
        try:
            found = await self.ask("playlistid", entry)
        except MpdRefused:
            return None
        with _sense(found):
            return first(found[0].get("title")) if found else None

    async def count(self, filter_: str) -> int:
        """How many files of the library a filter expression fits."""
        answer = await self.ask("count", filter_)
        with _sense(answer):
            return _count(answer["songs"])

    async def find(self, filter_: str, start: int, stop: int) -> list[FoundFile]:
        """Those files, from number `start` to before `stop`."""
        found = await self.ask("find", filter_, "window", f"{start}:{stop}")
        with _sense(found):
            return [
                FoundFile(_text(raw["file"]), first(raw.get("last-modified")), _number(raw.get("duration")))
                for raw in found
            ]

    async def outputs(self) -> list[MpdOutput]:
        """The outputs of the partition, in MPD's order."""
        found = await self.ask("outputs")
        with _sense(found):
            return [
                MpdOutput(
                    _count(raw["outputid"]),
                    _text(raw["outputname"]),
                    raw.get("plugin", ""),
                    raw["outputenabled"] == "1",
                )
                for raw in found
            ]

    @property
    def socket(self) -> tuple[int, int] | None:
        """Which Unix socket MPD listens at: each run of MPD makes a new one. None for an address in a network."""
        try:
            found = Path(self.host).stat()
        except OSError:
            return None
        return found.st_ino, found.st_ctime_ns

    async def uptime(self) -> float:
        """Seconds since MPD started."""
        answer = await self.ask("stats")
        with _sense(answer):
            return _number(answer["uptime"]) or 0.0


async def probe(address: str) -> str:
    """The protocol version of the MPD at `address`. Raises MusicError if there is none that Moodbox can use."""
    connection = MpdClient(address, asyncio.Event())
    try:
        await connection.open()
        return str(connection._client.mpd_version)
    finally:
        connection.close()


def first(value: str | list[str] | None) -> str | None:
    """A tag's value, or the first where a file has the tag several times."""
    return value[0] if isinstance(value, list) else value


def _cut(tag: str | None) -> str | None:
    return tag and tag[:TAG_LIMIT]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _one_of(value: str, *known: str) -> str:
    if value not in known:
        raise ValueError(f"{value!r} is none of {', '.join(known)}")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError(f"{value} is below 0")
    return value


def _integer(text: str | None) -> int | None:
    return None if text is None else _count(text)


def _number(text: str | None) -> float | None:
    value = float(text) if text else 0.0
    return value if value > 0 and math.isfinite(value) else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
