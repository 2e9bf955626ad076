"""So many connections at a time, and so many from one visitor."""

import asyncio
import errno
import socket
from pathlib import Path
from typing import Any

import pytest

from appliance.web import connection_limit
from tests.web.running_page import RunningPage, staged


async def one_more(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /api/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize(("most", "from_one"), [(4, 100), (100, 4)])
async def test_one_connection_too_many_is_told_so_and_there_is_room_again_later(
    running: RunningPage, monkeypatch: pytest.MonkeyPatch, most: int, from_one: int
) -> None:
    monkeypatch.setattr(connection_limit, "MOST", most)
    monkeypatch.setattr(connection_limit, "MOST_FROM_ONE", from_one)
    port = running.settings.web.port
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4)]
    answer = await one_more(port)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"too many connections" in answer
    for _, writer in held:
        writer.close()
    async with asyncio.timeout(20):
        while not (await one_more(port)).startswith(b"HTTP/1.1 200 "):
            await asyncio.sleep(0.05)


async def test_a_visitor_with_many_connections_keeps_no_other_out(
    running: RunningPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_limit, "MOST_FROM_ONE", 2)
    port = running.settings.web.port
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
    assert (await one_more(port)).startswith(b"HTTP/1.1 503 ")
    other = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0))
    other[1].write(b"GET /api/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert (await other[0].read()).startswith(b"HTTP/1.1 200 ")
    for _, writer in (*held, other):
        writer.close()


async def test_without_a_file_to_spare_it_waits_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limit, "_REST", 0.01)
    loop = asyncio.get_running_loop()
    taking, failures = loop.sock_accept, [errno.EMFILE, errno.ECONNABORTED, errno.ENFILE]

    async def sometimes(listener: socket.socket) -> Any:
        if failures:
            raise OSError(failures.pop(), "no")
        return await taking(listener)

    monkeypatch.setattr(loop, "sock_accept", sometimes)
    async with staged(tmp_path) as running:
        assert (await one_more(running.settings.web.port)).startswith(b"HTTP/1.1 200 ")
    assert failures == []
