"""Guests: what they may, what they may not, how they come in, and how their visit ends."""

from __future__ import annotations

import logging
import re
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.domain import commands, events
from appliance.domain.commands import Override, Skip
from appliance.domain.emotions import Emotion
from appliance.web.api.live import MOST_OF_A_GUEST
from appliance.web.api.openapi import Operation
from appliance.web.api.operations import OPERATIONS
from appliance.web.auth.authenticator import COOKIE, GUEST_COOKIE
from appliance.web.auth.guests import COMING, DEEDS, DEEDS_EVERY, FILE, MOST, MOST_DEVICES
from tests.web.api.test_live import listening
from tests.web.running_page import PASSWORD, SONG, Browser, RunningPage, staged, until

ALLOWED = {
    ("GET", "/api/status"),
    ("GET", "/api/stream"),
    ("GET", "/api/cover"),
    ("POST", "/api/skip"),
    ("POST", "/api/override"),
    ("DELETE", "/api/session"),
}
"""All that a guest may, beside what is open to everybody."""


async def invited(owner: Browser, name: str = "Ada", hours: int = 12) -> Any:
    answer = await owner.ask("POST", "/api/guests", {"name": name, "hours": hours})
    assert answer.status == 201
    return answer.json


async def come_in(running: RunningPage, invitation: Any) -> Browser:
    browser = running.browser()
    answer = await browser.ask("POST", "/api/guest", {"invitation": invitation["link"].partition("#")[2]})
    assert answer.status == 204
    return browser


@pytest.fixture
async def guest(running: RunningPage, owner: Browser) -> Browser:
    return await come_in(running, await invited(owner))


def path_of(operation: Operation) -> str:
    return re.sub(r"{emotion}", "sad", re.sub(r"{\w+}", "a.flac", operation.path.replace("{emotion}", "sad")))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda op: f"{op.method} {op.path}")
async def test_a_guest_may_do_this_or_is_refused(running: RunningPage, guest: Browser, operation: Operation) -> None:
    allowed = (operation.method, operation.path) in ALLOWED
    assert operation.guests == allowed
    if operation.open or operation.path == "/api/stream":
        return
    answer = await guest.ask(operation.method, path_of(operation))
    assert (answer.status == 403) == (not allowed)
    if not allowed:
        assert "guest" in answer.json["error"]
        assert running.emitted == []


async def test_a_guest_sees_now_without_what_is_amiss(running: RunningPage, guest: Browser, owner: Browser) -> None:
    running.send(events.PlayerChanged(replace(SONG, state="lost")))
    mine, theirs = [(await each.ask("GET", "/api/status")).json for each in (owner, guest)]
    assert mine["problems"] != []
    assert theirs["problems"] == []
    assert theirs["player"]["file"] == mine["player"]["file"]
    for query in ("", "?changes=1"):
        async with listening(guest, query) as page:
            assert page.last("status")["problems"] == []


async def test_a_guest_sees_the_covers_of_now_alone(running: RunningPage, guest: Browser) -> None:
    assert (await guest.ask("GET", f"/api/cover?file={SONG.file}")).status == 204
    assert (await guest.ask("GET", "/api/cover?file=happy/covered.flac")).status == 403


async def test_a_guest_cannot_watch_how_the_camera_is_aimed(guest: Browser) -> None:
    assert (await guest.ask("GET", "/api/stream?aim=1")).status == 403


async def test_a_guest_has_the_guests_page_and_its_files_alone(guest: Browser) -> None:
    for path in ("/", "/mirror"):
        answer = await guest.ask("GET", path)
        assert (answer.status, answer.headers["Location"]) == (303, "/guest")
    assert (await guest.ask("GET", "/plain/box")).status == 303
    page = (await guest.ask("GET", "/guest")).text
    for name in re.findall(r"/static/[\w.-]+", page):
        assert (await guest.ask("GET", name)).status == 200, name
    for path in ("/static/main.js", "/static/backup.js", "/nothing"):
        assert (await guest.ask("GET", path)).status == 403, path


async def test_what_a_guest_does_is_in_the_log_under_the_guests_name(running: RunningPage, guest: Browser) -> None:
    assert (await guest.ask("POST", "/api/skip", {})).status == 204
    assert (await guest.ask("POST", "/api/override", {"emotion": "happy"})).status == 204
    assert running.emitted == [Skip("guest Ada"), Override(Emotion.HAPPY, "guest Ada")]


async def test_inviting_coming_in_and_ending_are_in_the_log(
    running: RunningPage, owner: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        made = await invited(owner, "Grace\n\u202eH")
        await come_in(running, made)
        await owner.ask("DELETE", f"/api/guests/{made['id']}")
    lines = [line for line in caplog.messages if "guest" in line]
    assert len(lines) == 3
    assert all("Grace\\n\\u202eH" in line and "\n" not in line for line in lines)


async def test_an_open_stream_ends_with_the_invitation_and_says_nothing_more(
    running: RunningPage, owner: Browser
) -> None:
    made = await invited(owner)
    guest = await come_in(running, made)
    async with listening(guest, "?changes=1") as page, listening(owner, "?changes=1") as mine:
        heard = len(page.heard)
        await owner.ask("DELETE", f"/api/guests/{made['id']}")
        running.send(commands.Override(Emotion.FEAR, "page"))
        await until(lambda: page.ended)
        assert len(page.heard) == heard
        assert not mine.ended
    assert (await guest.ask("GET", "/api/status")).status == 401
    assert (await owner.ask("GET", "/api/guests")).json == []
    assert (await owner.ask("DELETE", f"/api/guests/{made['id']}")).status == 404
    assert (await owner.ask("GET", f"/api/guests/{made['id']}/code")).status == 404


async def test_a_visit_ends_when_its_hours_are_over(running: RunningPage, owner: Browser) -> None:
    made = await invited(owner, hours=1)
    guest = await come_in(running, made)
    async with listening(guest) as page:
        running.clock.advance(3599)
        assert (await guest.ask("GET", "/api/status")).status == 200
        running.clock.advance(2)
        assert (await guest.ask("GET", "/api/status")).status == 401
        running.send(commands.Override(Emotion.FEAR, "page"))
        await until(lambda: page.ended)
        assert page.last("status")["override"] == "auto"
    secret = made["link"].partition("#")[2]
    assert (await running.browser().ask("POST", "/api/guest", {"invitation": secret})).status == 401


async def test_a_new_password_ends_every_visit(running: RunningPage, owner: Browser, guest: Browser) -> None:
    body = {"password": "another password", "old": PASSWORD}
    assert (await owner.ask("POST", "/api/password", body)).status == 204
    assert (await guest.ask("GET", "/api/status")).status == 401
    assert (await owner.ask("GET", "/api/guests")).json == []


async def test_a_guest_goes_by_signing_out(running: RunningPage, owner: Browser) -> None:
    made = await invited(owner)
    guest = await come_in(running, made)
    assert (await guest.ask("GET", "/api/session")).json == {"signed_in": True, "password_set": True, "guest": True}
    [listed] = (await owner.ask("GET", "/api/guests")).json
    assert listed["devices"] == 1
    assert (await guest.ask("DELETE", "/api/session", {})).status == 204
    assert (await guest.ask("GET", "/api/session")).json == {"signed_in": False, "password_set": True}
    [listed] = (await owner.ask("GET", "/api/guests")).json
    assert listed["devices"] == 0


async def test_a_guest_changes_no_password_though_it_knows_the_old_one(guest: Browser) -> None:
    body = {"password": "another password", "old": PASSWORD}
    assert (await guest.ask("POST", "/api/password", body)).status == 401


async def test_the_owner_stays_the_owner_when_coming_in_as_a_guest(owner: Browser) -> None:
    made = await invited(owner)
    assert (await owner.ask("POST", "/api/guest", {"invitation": made["link"].partition("#")[2]})).status == 204
    assert (await owner.ask("GET", "/api/box")).status == 200


async def test_another_site_cannot_have_a_guests_browser_change_anything(running: RunningPage, guest: Browser) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {}):
        answer = await guest.ask("POST", "/api/skip", {}, origin=False, headers=headers)
        assert answer.status == 403, headers
    assert running.emitted == []


async def test_a_guests_cookie_is_for_the_box_alone(running: RunningPage, owner: Browser) -> None:
    made = await invited(owner)
    body = {"invitation": made["link"].partition("#")[2]}
    [cookie] = (await running.browser().ask("POST", "/api/guest", body)).headers.getall("Set-Cookie")
    assert cookie.startswith(GUEST_COOKIE)
    assert {"HttpOnly", "SameSite=Strict", "Max-Age=43200"} <= set(cookie.split("; "))
    assert COOKIE not in cookie


async def test_a_guest_in_a_hurry_must_wait(running: RunningPage, guest: Browser, owner: Browser) -> None:
    running.clock.stop()
    states = [(await guest.ask("POST", "/api/skip", {})).status for _ in range(DEEDS + 1)]
    assert states == [204] * DEEDS + [429]
    assert (await guest.ask("GET", "/api/status")).status == 200
    assert (await owner.ask("POST", "/api/skip", {})).status == 204
    running.clock.advance(DEEDS_EVERY + 0.1)
    assert (await guest.ask("POST", "/api/skip", {})).status == 204


async def test_a_guest_opens_so_many_streams_and_no_more(guest: Browser, owner: Browser) -> None:
    opened = [await guest.session.get(f"{guest.url}/api/stream") for _ in range(MOST_OF_A_GUEST + 1)]
    assert [each.status for each in opened] == [200] * MOST_OF_A_GUEST + [503]
    assert (await owner.ask("GET", "/api/status")).status == 200


async def test_guessing_invitations_is_slow(running: RunningPage, owner: Browser) -> None:
    running.clock.stop()
    states = [
        (await running.browser().ask("POST", "/api/guest", {"invitation": f"guess {number}"})).status
        for number in range(COMING + 1)
    ]
    assert states == [401] * COMING + [429]


async def test_there_are_so_many_invitations_and_no_more(owner: Browser) -> None:
    made = [await invited(owner, str(number)) for number in range(MOST)]
    assert (await owner.ask("POST", "/api/guests", {"name": "one more"})).status == 409
    await owner.ask("DELETE", f"/api/guests/{made[0]['id']}")
    assert len((await owner.ask("GET", "/api/guests")).json) == MOST - 1
    await invited(owner, "one more")


async def test_one_more_device_takes_the_place_of_the_first(running: RunningPage, owner: Browser) -> None:
    made = await invited(owner)
    guests = []
    for _ in range(MOST_DEVICES + 1):
        running.clock.advance(60)
        guests.append(await come_in(running, made))
    states = [(await each.ask("GET", "/api/status")).status for each in guests]
    assert states == [401] + [200] * MOST_DEVICES


async def test_a_visit_outlasts_a_restart_of_moodbox(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    async with staged(tmp_path) as running:
        made = await invited(await running.owner())
        guest = await come_in(running, made)
        cookies = {each.key: each.value for each in guest.session.cookie_jar}
    async with staged(tmp_path) as running:
        cookie = {"Cookie": f"{GUEST_COOKIE}={cookies[GUEST_COOKIE]}"}
        assert (await running.browser().ask("GET", "/api/status", headers=cookie)).status == 200
        file = running.settings.run_dir / FILE
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert cookies[GUEST_COOKIE] not in file.read_text()


async def test_a_damaged_file_costs_the_invitations_alone(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / FILE).write_text("[{")
    async with staged(tmp_path) as running:
        owner = await running.owner()
        assert (await owner.ask("GET", "/api/guests")).json == []
        await come_in(running, await invited(owner))


async def test_the_link_names_the_box_as_the_owners_browser_does(owner: Browser) -> None:
    headers = {"Host": "moodbox.local:8080"}
    body = {"name": "Ada"}
    link = (
        await owner.ask("POST", "/api/guests", body, headers=headers | {"Origin": "http://moodbox.local:8080"})
    ).json["link"]
    assert re.fullmatch(r"http://moodbox\.local:8080/guest#[\w-]{20,}", link)


async def test_an_owner_at_the_box_gets_a_link_for_other_machines(tmp_path: Path) -> None:
    async with staged(tmp_path, web__listen="*") as running:
        running.url = f"http://127.0.0.1:{running.settings.web.port}"
        made = await invited(await running.owner())
        assert made["link"].startswith(f"{running.page.url}guest#")


async def test_nobody_but_the_owner_invites(running: RunningPage, owner: Browser) -> None:
    made = await invited(owner)
    token = (await owner.ask("POST", "/api/tokens", {"name": "x"})).json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    for method, path in (("GET", ""), ("POST", ""), ("GET", f"/{made['id']}/code"), ("DELETE", f"/{made['id']}")):
        assert (await running.browser().ask(method, f"/api/guests{path}", headers=headers)).status == 403
