"""A proxy between the player and its MPD, which answers some commands itself, or damages what MPD answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

from appliance.music.player import Player
from tests.music.running_player import RunningPlayer


class MpdProxy:
    """Passes all on to the MPD of a `RunningPlayer`, but for the commands in `answers`, which it answers itself."""

    def __init__(self, running: RunningPlayer) -> None:
        self._running = running
        self._socket = running.folder / "proxy.sock"
        self._served: set[asyncio.Task[None]] = set()
        self.answers: dict[str, bytes] = {}
        self.damage: Callable[[bytes], bytes] = lambda data: data
        """Made of what MPD sends, before the player gets it."""
        self.interfered = 0

    async def __aenter__(self) -> MpdProxy:
        self._server = await asyncio.start_unix_server(self._serve, self._socket)
        running = self._running
        running.player = Player(str(self._socket), running.settings, running.hear, running.memory, running.songs)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._served:
            task.cancel()
        await asyncio.gather(*self._served, return_exceptions=True)

    @property
    def address(self) -> str:
        return str(self._socket)

    def refuse(self, command: str, code: int, words: str) -> None:
        """From now on answer `command` with an error of MPD's."""
        self.answers[command] = f"ACK [{code}@0] {{{command}}} {words}\n".encode()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._served.add(task)
        task.add_done_callback(self._served.discard)
        with contextlib.suppress(OSError):
            from_mpd, to_mpd = await asyncio.open_unix_connection(Path(self._running.server.address))
            back = asyncio.create_task(self._pass_back(from_mpd, writer))
            try:
                while line := await reader.readline():
                    if answer := self.answers.get(line.split()[0].decode()):
                        self.interfered += 1
                        writer.write(answer)
                    else:
                        to_mpd.write(line)
            finally:
                back.cancel()
                await asyncio.gather(back, return_exceptions=True)
                to_mpd.close()
                writer.close()

    async def _pass_back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(self.damage(data))
        writer.close()
