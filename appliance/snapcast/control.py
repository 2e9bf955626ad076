"""Snapcast's control protocol: JSON-RPC 2.0 over TCP, one message a line (doc/json_rpc_api/control.md of Snapcast)."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
from collections.abc import Callable
from typing import Any

from appliance.domain.speakers import Speaker, SpeakerChange
from appliance.lib.backoff import Backoff
from appliance.snapcast.errors import SpeakerError

log = logging.getLogger(__name__)

LARGEST = 4 * 1024 * 1024
"""Bytes of an answer, at most: a loudspeaker takes about 600."""
ANSWER_SECONDS = 10.0


class SnapcastControl:
    """`run` it while the server is to be reached; `speakers` are as the server told them last, None before it has."""

    def __init__(
        self,
        port: int,
        changed: Callable[[], None] = lambda: None,
        host: str = "127.0.0.1",
        every: float | None = None,
    ) -> None:
        """`every` so many seconds the server is asked even if it tells nothing: one that was cut off is noticed."""
        self._host, self._port = host, port
        self._every = every
        self._changed = changed
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._news = asyncio.Event()
        self.speakers: tuple[Speaker, ...] | None = None

    async def run(self) -> None:
        """Connect, and again whenever the connection is lost, until cancelled."""
        backoff = Backoff(0.2, 10.0)
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self._session()
            except (OSError, ValueError, LookupError, TypeError) as error:
                log.debug("snapserver: %s", error)
            finally:
                self._part()
            await asyncio.sleep(backoff.after(loop.time() - began))

    async def change(self, speaker: str, change: SpeakerChange) -> None:
        """Have a loudspeaker changed. Raises SpeakerError."""
        known = next((each for each in self.speakers or () if each.id == speaker), None)
        if known is None:
            raise SpeakerError(f"there is no loudspeaker {speaker!r}")
        if change.volume is not None or change.muted is not None:
            volume = known.volume if change.volume is None else change.volume
            muted = known.muted if change.muted is None else change.muted
            await self._ask("Client.SetVolume", id=speaker, volume={"percent": volume, "muted": muted})
        if change.latency is not None:
            await self._ask("Client.SetLatency", id=speaker, latency=change.latency)
        if change.name is not None:
            await self._ask("Client.SetName", id=speaker, name=change.name)
        await self._look()

    async def _session(self) -> None:
        reader, self._writer = await asyncio.open_connection(self._host, self._port, limit=LARGEST)
        looking = asyncio.create_task(self._keep_looking())
        try:
            while line := await reader.readline():
                self._hear(json.loads(line))
        finally:
            looking.cancel()
            with contextlib.suppress(asyncio.CancelledError, SpeakerError):
                await looking

    async def _keep_looking(self) -> None:
        """Ask whenever there is news; a server that does not answer ends the session."""
        try:
            while True:
                self._news.clear()
                await self._look()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._every):
                        await self._news.wait()
        finally:
            if self._writer:
                self._writer.transport.abort()

    def _hear(self, message: Any) -> None:
        if not isinstance(message, dict):
            raise TypeError(f"{message!r} is no answer")
        number = message.get("id")
        waiting = self._waiting.pop(number, None) if isinstance(number, int) else None
        if waiting is None:
            self._news.set()  # a notification: something has changed; it says what, and the whole is asked for
        elif not waiting.done():
            waiting.set_result(message)

    async def _look(self) -> None:
        answer = await self._ask("Server.GetStatus")
        groups = answer["server"]["groups"]
        before, self.speakers = self.speakers, tuple(_speaker(each) for group in groups for each in group["clients"])
        if self.speakers != before:
            self._changed()

    async def _ask(self, method: str, **parameters: Any) -> Any:
        writer = self._writer
        if writer is None:
            raise SpeakerError("Snapcast's server cannot be reached now; try again")
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        request = {"jsonrpc": "2.0", "id": number, "method": method} | ({"params": parameters} if parameters else {})
        writer.write(json.dumps(request).encode() + b"\r\n")
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                told = await answer
        except TimeoutError:
            raise SpeakerError("Snapcast's server does not answer") from None
        finally:
            self._waiting.pop(number, None)
        if "error" in told:
            raise SpeakerError(f"Snapcast's server refuses: {told['error'].get('data') or told['error']}")
        return told["result"]

    def _part(self) -> None:
        if self._writer:
            self._writer.close()
        self._writer, self.speakers = None, None
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(SpeakerError("the connection to Snapcast's server broke"))
        self._waiting.clear()


def _speaker(client: dict[str, Any]) -> Speaker:
    config, volume = client["config"], client["config"]["volume"]
    return Speaker(
        id=str(client["id"]),
        name=str(config["name"] or client["host"]["name"] or client["id"]),
        connected=bool(client["connected"]),
        volume=min(max(int(volume["percent"]), 0), 100),
        muted=bool(volume["muted"]),
        latency=int(config["latency"]),
    )
