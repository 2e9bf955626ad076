"""Guests in the home's network, with as many addresses as they like, lock the owner out of nothing."""

import asyncio
import contextlib
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.web.guests import Guests, guests_in_the_network
from tests.web.running_page import RunningPage, staged

pytestmark = pytest.mark.needs("root", "ip", "unshare")


@pytest.fixture(params=[4, 6])
def guests(request: pytest.FixtureRequest) -> Iterator[Guests]:
    if subprocess.run(["unshare", "--net", "true"], check=False, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("root may have no network namespaces here")
    with guests_in_the_network(request.param, 200) as guests:
        yield guests


async def guess(guests: Guests, running: RunningPage, address: str) -> bytes:
    """The first line of the answer to a wrong password."""
    connection = await asyncio.to_thread(guests.connect, address, running.settings.web.port)
    reader, writer = await asyncio.open_connection(sock=connection)
    body = b'{"password":"wrong horse"}'
    writer.write(
        b"POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )
    line = await reader.readline()
    writer.close()
    return line


async def test_guesses_from_two_hundred_addresses_keep_no_owner_out(tmp_path: Path, guests: Guests) -> None:
    async with staged(tmp_path, web__listen=guests.box) as running:
        owner = await running.owner()
        answers: list[bytes] = []

        async def flood() -> None:
            while True:
                answers.append(await guess(guests, running, guests.addresses[len(answers) % len(guests.addresses)]))

        running.clock.stop()
        flooding = asyncio.create_task(flood())
        while not any(b" 429 " in answer for answer in answers):
            await asyncio.sleep(0.05)
        statuses = []
        for _ in range(20):
            await owner.ask("DELETE", "/api/session")
            statuses.append((await owner.sign_in()).status)
        flooding.cancel()
        await asyncio.wait([flooding])
        assert statuses == [204] * 20
        assert sum(b" 401 " in answer for answer in answers) <= 31


async def test_guesses_from_two_hundred_addresses_keep_no_new_browser_out(tmp_path: Path, guests: Guests) -> None:
    async with staged(tmp_path, web__listen=guests.box) as running:
        await running.owner()
        answers = [await guess(guests, running, address) for address in guests.addresses[:60]]
        assert sum(b" 401 " in answer for answer in answers) <= 22
        async with asyncio.timeout(60):  # far less than until those of all were back
            while (await running.browser().sign_in()).status != 204:
                await asyncio.sleep(0.1)


async def test_a_guest_who_guesses_keeps_no_other_device_of_the_home_out(tmp_path: Path, guests: Guests) -> None:
    async with staged(tmp_path, web__listen=guests.box) as running:
        await running.owner()
        running.clock.stop()
        answers = [await guess(guests, running, guests.addresses[0]) for _ in range(7)]
        assert [b" 429 " in answer for answer in answers] == [False] * 5 + [True] * 2
        assert (await running.browser().sign_in()).status == 204


@pytest.mark.parametrize("addresses", [3, 200])
async def test_guests_with_all_connections_shut_no_owner_out(tmp_path: Path, guests: Guests, addresses: int) -> None:
    async with staged(tmp_path, web__listen=guests.box) as running:
        owner = await running.owner()
        each = 48 if addresses == 3 else 1
        held: list[socket.socket] = []
        for address in guests.addresses[:addresses]:
            for _ in range(each):
                with contextlib.suppress(OSError):
                    held.append(await asyncio.to_thread(guests.connect, address, running.settings.web.port))
        assert len(held) > 128
        for _ in range(10):
            async with aiohttp.ClientSession(cookie_jar=owner.session.cookie_jar) as session:
                response = await asyncio.wait_for(session.get(f"{owner.url}/api/status"), 20)
                assert response.status == 200
        assert (await asyncio.wait_for(running.browser().ask("GET", "/api/session"), 20)).status == 200
        for connection in held:
            connection.close()
