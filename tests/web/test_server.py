"""Listening: where the settings say, again and again until it works, and never for more than the box can bear."""

import asyncio
import logging
import socket
from pathlib import Path

import pytest

from appliance.web import server
from tests.ports import free_port
from tests.web.running_page import RunningPage, staged, until


async def test_it_says_where_it_is(running: RunningPage) -> None:
    assert running.said == [f"The page is at {running.page.url}"]


async def test_a_port_that_is_taken_is_said_once_and_tried_until_it_is_free(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_FIRST", 0.01)
    monkeypatch.setattr(server, "_PORTS_TRIED", 1)
    port = free_port()
    with socket.create_server(("127.0.0.1", port)) as taken:
        async with staged(tmp_path, wait=False, web__port=port) as running:
            await until(lambda: "cannot listen" in caplog.text)
            await asyncio.sleep(0.1)
            assert running.said == []
            taken.close()
            await until(lambda: bool(running.said))
            assert (await running.browser().ask("GET", "/api/session")).status == 200
    assert len([record for record in caplog.records if "cannot listen" in record.message]) == 1
    assert f"port {port}" in caplog.text
    assert "web.port" in caplog.text


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_of_a_port_that_is_taken_the_next_free_one_is_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    port = free_port()
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, port), family=family):
        async with staged(tmp_path, web__port=port) as running:
            assert running.page.url.startswith("http://localhost:")
            assert running.url != f"http://127.0.0.1:{port}"
            assert running.said == [f"The page is at {running.page.url}"]
            assert (await running.browser().ask("GET", "/api/session")).status == 200
    assert f"Port {port} is taken" in caplog.text


async def test_a_page_for_all_gives_its_true_address_to_other_machines(tmp_path: Path) -> None:
    port = free_port()
    with socket.create_server(("", port)):
        async with staged(tmp_path, web__port=port, web__listen="*") as running:
            assert running.page.link == running.page.url
            assert f":{port}/" not in running.page.url


async def test_a_connection_that_says_nothing_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_IDLE", 0.2)
    async with staged(tmp_path) as running:
        for said in (b"", b"GET / HTTP/1.1\r\nHost: local"):
            reader, writer = await asyncio.open_connection("127.0.0.1", running.settings.web.port)
            writer.write(said)
            async with asyncio.timeout(20):
                await reader.read()
            writer.close()


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"\r\n" * 1000,
    ],
)
async def test_what_is_no_request_is_refused_and_the_page_goes_on(
    running: RunningPage, said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", running.settings.web.port)
    writer.write(said)
    writer.write_eof()
    async with asyncio.timeout(20):
        try:
            answer = await reader.read()
        except ConnectionError:
            answer = b""
    assert not answer or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4", b"HTTP/0.9 4")), answer[:200]
    assert b"Traceback" not in answer
    writer.close()
    assert (await running.browser().ask("GET", "/api/session")).status == 200
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_it_stops_at_once_also_with_a_page_open(tmp_path: Path) -> None:
    async with asyncio.timeout(20), staged(tmp_path) as running:
        owner = await running.owner()
        response = await owner.session.get(f"{owner.url}/api/stream")
        assert response.status == 200
