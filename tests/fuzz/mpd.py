"""MPD's answers: whatever a server says, a request is answered, refused or the connection lost, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

from appliance.music.errors import MusicError
from appliance.music.mpd import client as mpd
from tests.fuzz.fuzz import Fuzz
from tests.fuzz.mutate import ODD_BYTES, mutated

_NEXT = b"\x1e"
_WAIT = 0.05  # seconds for an answer
_GREETING = b"OK MPD 0.23.5\n"
_STATUS = (
    b"volume: 60\nrepeat: 0\nrandom: 0\nsingle: 0\nconsume: 1\nplaylist: 7\nplaylistlength: 3\nstate: play\n"
    b"song: 0\nsongid: 5\ntime: 12:180\nelapsed: 12.345\nbitrate: 128\nduration: 180.123\naudio: 44100:16:2\nOK\n"
)
_ENTRY = b"file: happy/a.flac\nTime: 180\nduration: 180.1\nTitle: A\nPos: %d\nId: %d\nPrio: 3\n"
_QUEUE = b"".join(_ENTRY % (number, number + 5) for number in range(3)) + b"OK\n"
_STATS = b"uptime: 400\nplaytime: 0\nartists: 1\nalbums: 1\nsongs: 3\ndb_playtime: 500\ndb_update: 1770000000\nOK\n"
_ANSWERS = (_GREETING, _STATUS, _QUEUE, _STATS)
_WORDS = (
    b": ",
    b"\n",
    b"OK\n",
    b"ACK [50@0] {status} No such song\n",
    b"ACK [5@0] {} unknown\n",
    b"ACK\n",
    b"list_OK\n",
    b"changed: player\n",
    b"binary: 5\n",
    b"volume: -1\n",
    b"state: \n",
    b"songid: x\n",
    b"OK MPD \n",
    b"OK MPD 9\n",
    *ODD_BYTES,
)


def _make(random: Random) -> bytes:
    """The greeting and the answers to the three requests, in their order."""
    return _NEXT.join(mutated(random, answer, _WORDS, 4) if random.random() < 0.4 else answer for answer in _ANSWERS)


class _Server:
    """Answers each command with what the case says next, whatever the command is."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "mpd.sock"
        self._answers: list[bytes] = []
        self._runner = asyncio.Runner()
        self._strays: list[BaseException] = []
        loop = self._runner.get_loop()
        loop.set_exception_handler(self._stray)
        self._server = loop.run_until_complete(asyncio.start_unix_server(self._serve, self.path))

    def check(self, case: bytes) -> None:
        self._answers = case.split(_NEXT)
        self._strays.clear()
        self._runner.run(self._ask())
        for error in self._strays:
            raise error

    def close(self) -> None:
        self._server.close()
        self._runner.close()

    def _stray(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if error := context.get("exception"):
            self._strays.append(error)

    async def _ask(self) -> None:
        client = mpd.MpdClient(str(self.path), asyncio.Event())
        try:
            await client.open()
            await client.status()
            await client.entries(0, 3)
            await client.uptime()
        except MusicError as error:
            assert str(error)  # noqa: PT017 - said in words
        finally:
            client.close()
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers = iter(self._answers)
        with suppress(OSError, ValueError, StopIteration):
            writer.write(greeting := next(answers))
            while b"\n" in greeting and (line := await reader.readline()):
                match line:
                    case b"idle\n":
                        continue
                    case b"noidle\n":
                        writer.write(b"OK\n")
                    case _:
                        answer = next(answers)
                        writer.write(answer)
                        if not answer.endswith(b"OK\n") and b"ACK" not in answer:
                            break  # nothing more is to come: no use in waiting for it
                await writer.drain()
        writer.close()


@contextmanager
def open_mpd(folder: Path) -> Iterator[Fuzz]:
    """Connects to a server that says the case, and asks it for status, queue and uptime."""
    patience, mpd.ANSWER_SECONDS = mpd.ANSWER_SECONDS, _WAIT
    server = _Server(folder)
    try:
        yield Fuzz(_make, server.check)
    finally:
        server.close()
        mpd.ANSWER_SECONDS = patience
