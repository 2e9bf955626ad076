"""So many connections at a time, and so many from one visitor."""

import asyncio
import errno
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from appliance.web import connection_limit
from tests.web.running_page import Browser, RunningPage, staged


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
    assert b"Content-Security-Policy: default-src 'none'" in answer
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


async def hold(port: int, count: int, source: str) -> list[asyncio.StreamWriter]:
    """Connections that say nothing, or are told to go."""
    return [(await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0)))[1] for _ in range(count)]


async def status_within(owner: Browser, seconds: float) -> int:
    async with asyncio.timeout(seconds):
        return int((await owner.ask("GET", "/api/status")).status)


async def test_three_visitors_with_all_connections_shut_no_owner_out(running: RunningPage, owner: Browser) -> None:
    port = running.settings.web.port
    stream = await owner.session.get(f"{owner.url}/api/stream")
    held = [writer for number in (2, 3, 4) for writer in await hold(port, 48, f"127.0.0.{number}")]
    jar = owner.session.cookie_jar
    for _ in range(20):
        async with aiohttp.ClientSession(cookie_jar=jar) as session:  # a connection of its own
            response = await asyncio.wait_for(session.get(f"{owner.url}/api/status"), 20)
            assert response.status == 200
    assert await status_within(owner, 20) == 200
    held += [writer for number in (2, 3, 4) for writer in await hold(port, 48, f"127.0.0.{number}")]
    assert (await asyncio.wait_for(running.browser().sign_in(), 20)).status == 204
    stream.raise_for_status()
    assert await asyncio.wait_for(stream.content.readline(), 20)
    assert not stream.connection or not stream.connection.transport.is_closing()
    for writer in held:
        writer.close()


async def test_a_known_browser_gets_in_beside_others_of_its_own_address(running: RunningPage, owner: Browser) -> None:
    held = await hold(running.settings.web.port, 60, "127.0.0.1")
    for _ in range(5):
        async with aiohttp.ClientSession(cookie_jar=owner.session.cookie_jar) as session:
            response = await asyncio.wait_for(session.get(f"{owner.url}/api/status"), 20)
            assert response.status == 200
    for writer in held:
        writer.close()


async def test_whoever_is_known_has_no_more_connections_than_others(
    running: RunningPage, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_limit, "MOST_FROM_ONE", 4)
    assert await status_within(owner, 20) == 200
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(cookie_jar=owner.session.cookie_jar, connector=connector) as session:
        streams = [await session.get(f"{owner.url}/api/stream") for _ in range(5)]
    assert [stream.status for stream in streams] == [200, 200, 200, 503, 503]


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
