"""The page by HTTPS: served beside HTTP, told of, redirected to, and doing without where it must."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

from appliance.web import https
from appliance.web.auth.authenticator import COOKIE, DEVICE_COOKIE
from appliance.web.certificate import FILE
from appliance.web.connection_limit import MOST_HANDSHAKES_OF_ONE
from tests.ports import free_port
from tests.web.running_page import PASSWORD, Browser, RunningPage, staged, until

pytestmark = pytest.mark.needs("openssl")


def by_https(running: RunningPage) -> Browser:
    """A browser that asks by HTTPS, and trusts the certificate that the box has made."""
    browser = running.browser()
    browser.url = f"https://127.0.0.1:{running.page.https.port}"
    trust = ssl.create_default_context(cafile=str(running.settings.state_dir / FILE))
    ask = browser.ask

    async def trusting(*words: Any, **more: Any) -> Any:
        return await ask(*words, ssl=trust, **more)

    browser.ask = trusting  # type: ignore[method-assign]
    return browser


def settings(**more: Any) -> dict[str, Any]:
    return {"web__https": True, "web__https_port": free_port(), **more}


async def test_it_is_served_beside_http_with_the_fingerprint_told(tmp_path: Path) -> None:
    async with staged(tmp_path, **settings()) as running:
        assert running.page.url.startswith("https://")
        owner = await running.owner()
        secure = by_https(running)
        assert (await secure.sign_in(PASSWORD)).status == 204
        found = (await secure.ask("GET", "/api/https")).json
        assert found["fingerprint"] == running.page.https.fingerprint != ""
        assert (found["port"], found["own"], found["problem"]) == (running.page.https.port, False, "")
        assert (await owner.ask("GET", "/api/status")).status == 200
        headers = (await secure.ask("GET", "/")).headers
        assert "Strict-Transport-Security" not in headers


async def test_a_session_of_the_one_is_none_of_the_other(tmp_path: Path) -> None:
    async with staged(tmp_path, **settings()) as running:
        await running.owner()
        secure = by_https(running)
        cookies = (await secure.sign_in(PASSWORD)).headers.getall("Set-Cookie")
        assert [each.partition("=")[0] for each in cookies] == [f"{COOKIE}_tls", f"{DEVICE_COOKIE}_tls"]
        assert all("Secure" in each for each in cookies)
        secret = cookies[0].partition(";")[0].partition("=")[2]
        for name in (COOKIE, f"{COOKIE}_tls"):
            answer = await running.browser().ask("GET", "/api/status", headers={"Cookie": f"{name}={secret}"})
            assert answer.status == (200 if name == COOKIE else 401)
        assert (await secure.ask("DELETE", "/api/session", {})).status == 204
        assert (await secure.ask("GET", "/api/status")).status == 401


async def test_browsers_are_sent_on_where_the_owner_wants_it_and_programs_are_not(tmp_path: Path) -> None:
    async with staged(tmp_path, **settings(web__redirect=True, web__names="proxy.example")) as running:
        browser = running.browser()
        for path in ("/", "/plain/history?period=week", "/guest"):
            answer = await browser.ask("GET", path)
            assert answer.status == 307
            assert answer.headers["Location"] == f"https://127.0.0.1:{running.page.https.port}{path}"
        assert (await browser.ask("GET", "/api/session")).status == 200
        assert (await browser.ask("GET", "/", headers={"Host": "proxy.example"})).status == 200
        assert (await browser.ask("GET", "/", headers={"Host": "evil.example"})).status == 403


@pytest.mark.parametrize("how", ["damaged", "lost"])
async def test_without_a_certificate_the_page_goes_on_by_http_and_says_why(tmp_path: Path, how: str) -> None:
    file = tmp_path / "mine.pem"
    if how == "damaged":
        file.write_text("-----BEGIN CERTIFICATE-----\nnone\n")
    paths = {"web__certificate": str(file), "web__key": str(file), "web__redirect": True}
    async with staged(tmp_path, **settings(**paths)) as running:
        assert running.page.url.startswith("http://")
        [problem] = running.page.problems
        assert str(file) in problem
        owner = await running.owner()
        assert (await owner.ask("GET", "/")).status == 200
        assert (await owner.ask("GET", "/api/https")).json["problem"] in problem


async def test_a_port_that_is_taken_leaves_http_and_is_told(tmp_path: Path) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        async with staged(tmp_path, web__https=True, web__https_port=port) as running:
            [problem] = running.page.problems
            assert f"port {port}" in problem
            assert "web.https_port" in problem
            assert (await (await running.owner()).ask("GET", "/api/https")).json["port"] == 0


async def test_a_certificate_that_is_renewed_is_taken_within_the_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(https, "_AGAIN", 0.05)
    async with staged(tmp_path, **settings()) as running:
        first = running.page.https.fingerprint
        (running.settings.state_dir / FILE).write_text("damaged")
        await until(lambda: running.page.https.fingerprint not in {first, ""})
        await running.owner()
        assert (await by_https(running).sign_in(PASSWORD)).status == 204


async def test_handshakes_that_do_not_end_keep_nobody_else_out(tmp_path: Path) -> None:
    async with staged(tmp_path, **settings()) as running:
        owner = await running.owner()
        port = running.page.https.port
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(MOST_HANDSHAKES_OF_ONE)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(20):
            assert await reader.read() == b"", "one more is closed"
        assert (await owner.ask("GET", "/api/status")).status == 200
        for _, each in [*silent, (reader, writer)]:
            each.close()
        secure = by_https(running)
        await until_signed_in(secure)


async def until_signed_in(browser: Browser) -> None:
    """The places of those who have hung up are free as soon as the box has seen it."""
    async with asyncio.timeout(20):
        while True:
            try:
                assert (await browser.sign_in(PASSWORD)).status == 204
            except OSError:
                await asyncio.sleep(0.05)
            else:
                return


async def test_the_stream_comes_by_https_too(tmp_path: Path) -> None:
    async with staged(tmp_path, **settings()) as running:
        await running.owner()
        secure = by_https(running)
        await secure.sign_in(PASSWORD)
        trust = ssl.create_default_context(cafile=str(running.settings.state_dir / FILE))
        async with secure.session.get(f"{secure.url}/api/stream?changes=1", ssl=trust) as response:
            assert response.status == 200
            async with asyncio.timeout(20):
                assert (await response.content.readline()).startswith(b"retry")
