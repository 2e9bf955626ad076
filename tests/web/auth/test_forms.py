"""The door's forms, for browsers without scripts."""

import pytest

from appliance.web.auth.passwords import FILE
from tests.web.running_page import PASSWORD, Browser, RunningPage

FIRST = {"password": PASSWORD, "again": PASSWORD}


async def test_one_signs_in_by_a_form_and_reads_the_state(running: RunningPage, owner: Browser) -> None:
    browser = running.browser()
    answer = await browser.ask("POST", "/sign-in", data={"password": PASSWORD})
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    page = await browser.ask("GET", "/plain")
    assert page.status == 200
    assert "From sad: you looked sad." in page.text


async def test_a_wrong_password_in_the_form_is_said_on_a_page(running: RunningPage, owner: Browser) -> None:
    answer = await running.browser().ask("POST", "/sign-in", data={"password": "wrong horse"})
    assert answer.status == 401
    assert "not the password" in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("body", [b"", b"password", b"&" * 9000, b"a=b&" * 3000, b"password=\xff%ff%00", b"=" * 16_000])
async def test_a_form_of_nonsense_is_a_wrong_password(running: RunningPage, owner: Browser, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await running.browser().ask("POST", "/sign-in", data=body, headers=headers)).status == 401


async def test_the_form_counts_as_guessing_too(running: RunningPage, owner: Browser) -> None:
    running.clock.stop()
    browser = running.browser()
    tries = [(await browser.ask("POST", "/sign-in", data={"password": f"wrong {n}"})).status for n in range(6)]
    assert tries == [401] * 5 + [429]


async def test_another_sites_form_does_not_sign_in(running: RunningPage, owner: Browser) -> None:
    answer = await running.browser().ask(
        "POST", "/sign-in", data={"password": PASSWORD}, origin=False, headers={"Origin": "http://evil.example"}
    )
    assert answer.status == 403


async def test_the_first_password_is_set_by_a_form(running: RunningPage) -> None:
    browser = running.browser()
    door = await browser.ask("GET", "/")
    assert 'action="/welcome"' in door.text
    answer = await browser.ask("POST", "/welcome", data=FIRST)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]
    assert (await browser.ask("GET", "/plain")).status == 200
    assert 'action="/sign-in"' in (await running.browser().ask("GET", "/")).text
    assert (await running.browser().sign_in()).status == 204


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password": PASSWORD, "again": "another"}, "not the same"),
        ({"password": PASSWORD}, "not the same"),
        ({"password": "seven77", "again": "seven77"}, "8 to 256"),
        ({}, "8 to 256"),
    ],
)
async def test_what_is_no_password_is_said_in_the_form(
    running: RunningPage, fields: dict[str, str], words: str
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await running.browser().ask("POST", "/welcome", data=fields, headers=headers)
    assert answer.status == 400
    assert words in answer.text
    assert 'action="/welcome"' in answer.text
    assert "Set-Cookie" not in answer.headers
    assert not (running.settings.state_dir / FILE).exists()


async def test_the_form_sets_the_first_password_alone(running: RunningPage, owner: Browser) -> None:
    answer = await running.browser().ask("POST", "/welcome", data={"password": "another one", "again": "another one"})
    assert answer.status == 401
    assert "there is a password already" in answer.text.lower()
    assert 'action="/sign-in"' in answer.text
    assert "Set-Cookie" not in answer.headers
    assert (await running.browser().sign_in()).status == 204


async def test_the_form_sets_it_from_home_only(running: RunningPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.web.auth.authenticator.is_local", lambda _: False)
    answer = await running.browser().ask("POST", "/welcome", data=FIRST)
    assert answer.status == 403
    assert "home" in answer.text
    assert not (running.settings.state_dir / FILE).exists()


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["says-nothing", "elsewhere", "null", "cross-site"],
)
@pytest.mark.parametrize("path", ["/welcome", "/sign-in", "/sign-out"])
async def test_no_form_is_taken_that_does_not_come_from_the_page(
    running: RunningPage, path: str, headers: dict[str, str]
) -> None:
    answer = await running.browser().ask("POST", path, data=FIRST, origin=False, headers=headers)
    assert answer.status == 403
    assert not (running.settings.state_dir / FILE).exists()


async def test_one_signs_out_by_a_form(running: RunningPage, owner: Browser) -> None:
    answer = await owner.ask("POST", "/sign-out", data={})
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert (await owner.ask("GET", "/api/status")).status == 401


async def test_who_has_been_signed_out_already_comes_to_the_door_all_the_same(
    running: RunningPage, owner: Browser
) -> None:
    answer = await running.browser().ask("POST", "/sign-out", data={})
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert (await owner.ask("GET", "/api/status")).status == 200


@pytest.mark.parametrize("path", ["/welcome", "/sign-in"])
async def test_a_form_of_another_kind_or_size_is_refused(running: RunningPage, path: str) -> None:
    browser = running.browser()
    assert (await browser.ask("POST", path, FIRST)).status == 415
    assert (await browser.ask("POST", path, data={"password": "x" * 20_000})).status == 413


async def test_what_was_wrong_cannot_bring_html_along(running: RunningPage, owner: Browser) -> None:
    answer = await running.browser().ask("POST", "/sign-in", data={"password": "<script>alert(1)</script>"})
    assert "alert(1)" not in answer.text
