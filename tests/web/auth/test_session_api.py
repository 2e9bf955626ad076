"""Signing in and out."""

import stat
from pathlib import Path

import aiohttp
import pytest

from appliance.web.auth.authenticator import COOKIE, DEVICE_COOKIE
from appliance.web.auth.passwords import FILE, PasswordStore
from appliance.web.auth.sessions import IDLE, LIFE
from tests.web.running_page import PASSWORD, Browser, RunningPage, staged


async def test_on_the_first_visit_the_owner_sets_a_password_and_is_signed_in(running: RunningPage) -> None:
    browser = running.browser()
    assert (await browser.ask("GET", "/api/session")).json == {"signed_in": False, "password_set": False}
    assert (await browser.sign_in()).status == 409
    answer = await browser.ask("POST", "/api/password", {"password": PASSWORD})
    assert answer.status == 204
    assert (await browser.ask("GET", "/api/session")).json == {"signed_in": True, "password_set": True}
    cookies = answer.headers.getall("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == [COOKIE, DEVICE_COOKIE]
    assert all("HttpOnly" in cookie and "SameSite=Strict" in cookie for cookie in cookies)


async def test_what_is_kept_of_the_password_tells_nothing(running: RunningPage, owner: Browser) -> None:
    file = running.settings.state_dir / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PASSWORD not in file.read_text()


async def test_the_second_visitor_cannot_set_the_password(running: RunningPage, owner: Browser) -> None:
    answer = await running.browser().ask("POST", "/api/password", {"password": "another one"})
    assert answer.status == 401
    assert (await running.browser().sign_in()).status == 204


async def test_the_first_password_is_set_from_home_only(running: RunningPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.web.auth.authenticator.is_local", lambda _: False)
    answer = await running.browser().ask("POST", "/api/password", {"password": PASSWORD})
    assert answer.status == 403
    assert not (running.settings.state_dir / FILE).exists()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
async def test_the_first_password_is_not_set_through_a_proxy(running: RunningPage, header: str) -> None:
    headers = {header: "192.168.1.7"}
    answer = await running.browser().ask("POST", "/api/password", {"password": PASSWORD}, headers=headers)
    assert answer.status == 403
    assert not (running.settings.state_dir / FILE).exists()


async def test_who_claims_another_address_at_each_guess_must_wait_as_well(running: RunningPage, owner: Browser) -> None:
    running.clock.stop()
    browser = running.browser()
    guesses = [
        (await browser.ask("POST", "/api/session", {"password": "wrong"}, headers={name: f"10.0.0.{number}"})).status
        for number in range(3)
        for name in ("X-Forwarded-For", "X-Real-IP")
    ]
    assert guesses == [401] * 5 + [429]


@pytest.mark.parametrize("password", ["", "seven77", "x" * 257])
async def test_a_password_of_a_wrong_length_is_refused(running: RunningPage, password: str) -> None:
    answer = await running.browser().ask("POST", "/api/password", {"password": password})
    assert answer.status == 400
    assert "8 to 256" in answer.json["error"]


async def test_a_wrong_password_opens_nothing(running: RunningPage, owner: Browser) -> None:
    browser = running.browser()
    answer = await browser.sign_in("wrong horse")
    assert answer.status == 401
    assert "Set-Cookie" not in answer.headers
    assert (await browser.ask("GET", "/api/status")).status == 401


async def test_after_five_wrong_guesses_one_must_wait_and_the_right_password_too(
    running: RunningPage, owner: Browser
) -> None:
    running.clock.stop()
    browser = running.browser()
    assert [(await browser.sign_in("wrong horse")).status for _ in range(5)] == [401] * 5
    answer = await browser.sign_in()
    assert answer.status == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 30
    running.clock.advance(31)
    assert (await browser.sign_in()).status == 204


async def test_signing_in_rightly_again_and_again_is_no_guessing(running: RunningPage, owner: Browser) -> None:
    assert [(await running.browser().sign_in()).status for _ in range(12)] == [204] * 12


async def flood(running: RunningPage) -> None:
    """Take up all guesses, one from each address, as a guest with many of them would."""
    for number in range(2, 40):
        connector = aiohttp.TCPConnector(local_addr=(f"127.0.0.{number}", 0), force_close=True)
        async with aiohttp.ClientSession(connector=connector) as session:
            await session.post(f"{running.url}/api/session", json={"password": "wrong horse"})


async def test_guesses_from_everywhere_keep_no_known_browser_out(running: RunningPage, owner: Browser) -> None:
    running.clock.stop()
    await flood(running)
    assert (await running.browser().sign_in()).status == 429
    statuses = []
    for _ in range(20):
        await owner.ask("DELETE", "/api/session")
        statuses.append((await owner.sign_in()).status)
    assert statuses == [204] * 20


async def test_a_known_browser_has_no_more_guesses_than_others(running: RunningPage, owner: Browser) -> None:
    running.clock.stop()
    assert [(await owner.sign_in("wrong horse")).status for _ in range(6)] == [401] * 5 + [429]
    assert (await running.browser().sign_in()).status == 204


async def test_a_known_browser_stays_so_after_a_restart(tmp_path: Path) -> None:
    async with staged(tmp_path) as running:
        owner = await running.owner()
        kept = {cookie.key: cookie.value for cookie in owner.session.cookie_jar if cookie.key == DEVICE_COOKIE}
    async with staged(tmp_path) as running:
        await flood(running)
        headers = {"Cookie": f"{DEVICE_COOKIE}={kept[DEVICE_COOKIE]}"}
        answer = await running.browser().ask("POST", "/api/session", {"password": PASSWORD}, headers=headers)
        assert answer.status == 204
        assert (await running.browser().ask("GET", "/api/status", headers=headers)).status == 401


async def test_signing_out_ends_the_session_also_for_who_kept_the_cookie(running: RunningPage, owner: Browser) -> None:
    [cookie] = [cookie for cookie in owner.session.cookie_jar if cookie.key == COOKIE]
    assert (await owner.ask("DELETE", "/api/session")).status == 204
    thief = running.browser()
    answer = await thief.ask("GET", "/api/status", headers={"Cookie": f"{cookie.key}={cookie.value}"})
    assert answer.status == 401


async def test_a_session_ends_when_it_has_been_idle_or_is_old(running: RunningPage, owner: Browser) -> None:
    running.clock.advance(IDLE - 10)
    assert (await owner.ask("GET", "/api/status")).status == 200
    running.clock.advance(IDLE + 10)
    assert (await owner.ask("GET", "/api/status")).status == 401
    assert (await owner.sign_in()).status == 204
    for _ in range(int(LIFE / IDLE) + 1):
        running.clock.advance(IDLE - 10)
        status = (await owner.ask("GET", "/api/status")).status
    assert status == 401


async def test_changing_the_password_needs_the_old_one_and_ends_other_sessions(
    running: RunningPage, owner: Browser
) -> None:
    other = await running.owner()
    assert (await owner.ask("POST", "/api/password", {"password": "battery staple"})).status == 403
    answer = await owner.ask("POST", "/api/password", {"old": PASSWORD, "password": "battery staple"})
    assert answer.status == 204
    assert (await owner.ask("GET", "/api/status")).status == 200
    assert (await other.ask("GET", "/api/status")).status == 401
    assert (await other.sign_in()).status == 401
    assert (await other.sign_in("battery staple")).status == 204


async def test_a_password_that_is_set_at_the_box_holds_at_once(running: RunningPage, owner: Browser) -> None:
    PasswordStore(running.settings.state_dir).set("battery staple")
    assert (await owner.ask("GET", "/api/status")).status == 401
    assert (await owner.sign_in("battery staple")).status == 204


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\x00", b'{"n":3,"r":8,"p":1,"salt":"AA==","key":"AA=="}'])
async def test_a_damaged_password_is_said_at_the_door_and_a_new_one_helps(
    running: RunningPage, owner: Browser, content: bytes
) -> None:
    (running.settings.state_dir / FILE).write_bytes(content)
    for _ in range(10):
        answer = await running.browser().sign_in()
        assert answer.status == 409
        assert "moodbox page password" in answer.json["error"]
    door = await running.browser().ask("GET", "/")
    assert "moodbox page password" in door.text
    form = await running.browser().ask("POST", "/sign-in", data={"password": PASSWORD})
    assert "moodbox page password" in form.text
    assert [problem for problem in running.page.problems if problem.startswith("page: ")]
    PasswordStore(running.settings.state_dir).set(PASSWORD)
    assert (await running.browser().sign_in()).status == 204
    assert "moodbox page password" not in (await running.browser().ask("GET", "/")).text
    assert running.page.problems == ()


@pytest.mark.parametrize("body", [{}, {"password": 5}, {"password": "x", "more": 1}, [], None, "text"])
async def test_a_body_of_another_shape_is_refused(running: RunningPage, owner: Browser, body: object) -> None:
    answer = await running.browser().ask("POST", "/api/session", body, headers={"Content-Type": "application/json"})
    assert answer.status == 400
    assert "error" in answer.json
