"""The page for browsers without scripts."""

import pytest

from appliance import events
from appliance.events import PlayerState
from tests.web.stage import PASSWORD, Browser, Stage


async def test_one_signs_in_by_a_form_and_reads_the_state(stage: Stage, owner: Browser) -> None:
    browser = stage.browser()
    answer = await browser.ask("POST", "/sign-in", data={"password": PASSWORD})
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    page = await browser.ask("GET", "/plain")
    assert page.status == 200
    assert "From sad: you looked sad." in page.text
    assert "script" not in page.text


async def test_a_wrong_password_in_the_form_is_said_on_a_page(stage: Stage, owner: Browser) -> None:
    answer = await stage.browser().ask("POST", "/sign-in", data={"password": "wrong horse"})
    assert answer.status == 401
    assert "not the password" in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("body", [b"", b"password", b"&" * 9000, b"a=b&" * 3000, b"password=\xff%ff%00", b"=" * 16_000])
async def test_a_form_of_nonsense_is_a_wrong_password(stage: Stage, owner: Browser, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await stage.browser().ask("POST", "/sign-in", data=body, headers=headers)).status == 401


async def test_the_form_counts_as_guessing_too(stage: Stage, owner: Browser) -> None:
    browser = stage.browser()
    tries = [(await browser.ask("POST", "/sign-in", data={"password": f"wrong {n}"})).status for n in range(6)]
    assert tries == [401] * 5 + [429]


async def test_another_sites_form_does_not_sign_in(stage: Stage, owner: Browser) -> None:
    answer = await stage.browser().ask(
        "POST", "/sign-in", data={"password": PASSWORD}, origin=False, headers={"Origin": "http://evil.example"}
    )
    assert answer.status == 403


async def test_without_signing_in_the_plain_page_leads_to_the_sign_in(stage: Stage) -> None:
    answer = await stage.browser().ask("GET", "/plain")
    assert (answer.status, answer.headers["Location"]) == (303, "/")


async def test_a_title_cannot_bring_html_along(stage: Stage, owner: Browser) -> None:
    stage.send(events.PlayerChanged(PlayerState("play", "a.ogg", title="<script>alert(1)</script>")))
    text = (await owner.ask("GET", "/plain")).text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
