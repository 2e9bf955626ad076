"""One door, one shape of errors, one set of headers."""

import asyncio
import json
import logging

import pytest

from appliance.web.headers import ALWAYS
from tests.web.running_page import Browser, RunningPage

BEHIND = [
    ("GET", "/api/status"), ("GET", "/api/stream"), ("GET", "/api/aim"), ("GET", "/api/box"), ("GET", "/api/tokens"),
    ("GET", "/api/openapi.json"), ("POST", "/api/skip"), ("POST", "/api/power"), ("DELETE", "/api/session"),
    ("GET", "/static/main.js"), ("GET", "/nothing"), ("PUT", "/api/songs/sad/a.flac"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), BEHIND)
async def test_without_signing_in_there_is_nothing_but_the_sign_in_page(
    running: RunningPage, method: str, path: str
) -> None:
    answer = await running.browser().ask(method, path)
    assert answer.status == 401
    assert "sign" in answer.json["error"]


async def test_the_page_shows_itself_to_the_owner_alone(running: RunningPage, owner: Browser) -> None:
    mine, theirs = await owner.ask("GET", "/"), await running.browser().ask("GET", "/")
    assert mine.status == theirs.status == 200
    assert 'id="mood-word"' in mine.text
    assert 'id="mood-word"' not in theirs.text


async def test_every_answer_forbids_what_comes_from_elsewhere(running: RunningPage, owner: Browser) -> None:
    for path in ("/", "/api/status", "/api/nothing", "/static/base.css"):
        headers = (await owner.ask("GET", path)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "aiohttp" not in headers["Server"]
    assert (await owner.ask("GET", "/api/status")).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        b"GET http://[bad/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET * HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\r\n\r\n",
    ],
    ids=lambda said: said[:40].decode("latin-1"),
)
async def test_also_what_is_no_request_is_answered_with_every_header(running: RunningPage, said: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", running.settings.web.port)
    writer.write(said)
    async with asyncio.timeout(20):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        assert head.startswith(("HTTP/1.1 4", "HTTP/1.0 4"))
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        body = await reader.readexactly(int(fields["Content-Length"]))
    assert ALWAYS.items() <= fields.items()
    assert fields["Cache-Control"] == "no-store"
    assert list(json.loads(body)) == ["error"]
    assert len(body) < 400
    writer.close()


async def test_what_is_not_there_is_said_in_one_shape(owner: Browser) -> None:
    answer = await owner.ask("GET", "/api/nothing")
    assert (answer.status, list(answer.json)) == (404, ["error"])
    answer = await owner.ask("PATCH", "/api/skip")
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert "POST" in answer.json["error"]


async def test_a_foreign_name_for_the_box_is_refused(running: RunningPage, owner: Browser) -> None:
    port = running.settings.web.port
    for name in ("evil.example", f"evil.example:{port}", "moodbox.local.evil.example", "127.0.0.1.evil.example"):
        answer = await owner.ask("GET", "/", headers={"Host": name})
        assert answer.status == 403, name
        assert "web.names" in answer.json["error"]
    for name in ("moodbox.local", "Kitchen.local:8080", "192.168.1.20", "[::1]:80", "localhost"):
        assert (await owner.ask("GET", "/", headers={"Host": name})).status == 200, name


async def test_another_site_cannot_have_the_owners_browser_change_anything(
    running: RunningPage, owner: Browser
) -> None:
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": running.url.replace("http:", "https:")},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": running.url},
    ):
        answer = await owner.ask("POST", "/api/skip", {}, origin=False, headers=headers)
        assert answer.status == 403, headers
    assert (await owner.ask("POST", "/api/skip", {}, origin=False)).status == 403
    assert running.emitted == []
    assert (
        await owner.ask("POST", "/api/skip", {}, origin=False, headers={"Sec-Fetch-Site": "same-origin"})
    ).status == 204


async def test_a_compressed_body_is_not_taken(owner: Browser) -> None:
    answer = await owner.ask("POST", "/api/skip", headers={"Content-Encoding": "gzip"}, data=b"x" * 10)
    assert answer.status == 415


async def test_a_fault_of_ours_is_logged_and_answered(
    running: RunningPage, owner: Browser, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.web.api.status.sentence", lambda _: 1 // 0)
    with caplog.at_level(logging.ERROR):
        answer = await owner.ask("GET", "/api/status")
    assert answer.status == 500
    assert "ZeroDivisionError" not in answer.text
    assert "ZeroDivisionError" in caplog.text


async def test_head_is_answered_as_get_without_a_body(owner: Browser) -> None:
    answer = await owner.ask("HEAD", "/api/status")
    assert (answer.status, answer.body) == (200, b"")
