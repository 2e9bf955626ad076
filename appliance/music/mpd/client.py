"""A connection to MPD: typed answers, a time limit on each, and news of what changed."""

from __future__ import annotations

import asyncio
import contextlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mpd.asyncio import CommandResultIterable, MPDClient
from mpd.base import CommandError, FailureResponseCode, MPDError

from appliance.music.errors import MpdLost, MpdRefused, MusicError
from appliance.settings.music import split_address

ANSWER_SECONDS = 10.0
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

    @property
    def endless(self) -> bool:
        """It is a stream."""
        return "://" in self.file


class _LibraryClient(MPDClient):  # type: ignore[misc]
    """python-mpd2's client without its traceback at each loss of the connection."""

    def _MPDClient__idle_result(self, result: asyncio.Future[Any]) -> None:  # noqa: N802 - overrides a private method
        """The library lets the error of a lost connection escape to the event loop; `idle()` has raised it already."""
        if not result.cancelled() and isinstance(result.exception(), (type(None), CommandError)):
            super()._MPDClient__idle_result(result)

    def disconnect(self) -> None:
        """The library's own task stumbles over a connection that is closed under it: nobody needs to hear of that."""
        if task := self._MPDClient__run_task:
            task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        super().disconnect()


class MpdClient:
    """One connection to the MPD at `address`: `HOST`, `HOST:PORT`, `PASSWORD@HOST…` or a Unix socket's path.

    Every request raises MpdLost once the connection is gone and MpdRefused if MPD answers with an error.
    """

    def __init__(self, address: str, changed: asyncio.Event) -> None:
        self.host, self.port, self._password = split_address(address)
        self._changed = changed
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
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                result = getattr(self._client, command)(*arguments)
                if isinstance(result, CommandResultIterable):  # awaited, it would leave a task behind when given up
                    return [item async for item in result]
                return await result
        except CommandError as error:
            missing = error.errno is FailureResponseCode.NO_EXIST
            raise MpdRefused(error.msg or str(error), missing, error.errno in _FORBIDDEN) from error
        except (MPDError, OSError, TimeoutError) as error:
            self.close()
            raise MpdLost(str(error) or f"no answer to {command!r}") from error

    async def status(self) -> MpdStatus:
        """MPD's state now."""
        raw: dict[str, str] = await self.ask("status")
        volume = int(raw.get("volume", -1))
        return MpdStatus(
            state=raw["state"],
            length=int(raw["playlistlength"]),
            position=_integer(raw.get("song")),
            entry=_integer(raw.get("songid")),
            elapsed=_number(raw.get("elapsed")) or 0.0,
            duration=_number(raw.get("duration")),
            decoding="audio" in raw,
            volume=volume if volume >= 0 else None,
            error=raw.get("error"),
            updating="updating_db" in raw,
            modes=tuple(raw.get(mode) not in ("0", None) for mode in ("consume", "random", "repeat", "single")),
        )

    async def entries(self, start: int, stop: int) -> list[QueueEntry]:
        """The queue's entries from position `start` to before `stop`."""
        if stop <= start:
            return []
        found = await self.ask("playlistinfo", f"{start}:{stop}")
        return [
            QueueEntry(
                id=int(raw["id"]),
                position=int(raw["pos"]),
                file=raw["file"],
                prio=int(raw.get("prio", 0)),
                duration=_number(raw.get("duration")),
                title=first(raw.get("title")) or first(raw.get("name")),
                artist=first(raw.get("artist")),
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
        return float((await self.ask("stats"))["uptime"])


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


def _integer(text: str | None) -> int | None:
    return None if text is None else int(text)


def _number(text: str | None) -> float | None:
    value = float(text) if text else 0.0
    return value if value > 0 and math.isfinite(value) else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
