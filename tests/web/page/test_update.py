"""New releases on the page: what is on offer, how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from appliance.domain import commands
from appliance.domain.status import UpdateStatus
from appliance.releases.offer import ReleaseOffer
from appliance.releases.places import FOLDER
from tests.web.page.test_map import cookie_of
from tests.web.page.test_quality import AUDIT, check, nameless
from tests.web.page.visitor import Visitor, until
from tests.web.running_page import RunningPage
from tests.web.served import Served, with_quick_passwords

OFFER = ReleaseOffer(
    version="9.0.0",
    notes="- It sings.\n- It dances.\n",
    created="2026-11-29T12:00:00Z",
    signer="maker",
    length=312_345_678,
)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPage]:
    with with_quick_passwords(), Served(tmp_path_factory.mktemp("updates")) as served:
        (served.running.settings.run_dir / FOLDER).mkdir(parents=True)
        yield served.running


@pytest.fixture(params=["phone", pytest.param("desktop", marks=pytest.mark.slow)])
def looking(request: pytest.FixtureRequest, chromium: Browser, box: RunningPage) -> Iterator[Visitor]:
    box.offer, box.update = ReleaseOffer(), UpdateStatus(possible=True, index=False)
    with Visitor.at(chromium, box.url, request.param, cookie_of(box)) as visitor:
        yield visitor


def test_a_release_on_offer_is_told_with_its_notes_and_installed(looking: Visitor, box: RunningPage) -> None:
    box.offer, box.update = OFFER, UpdateStatus(possible=True, index=True, latest="9.0.0")
    page = looking.page
    page.goto("/#box")
    card = page.locator("#update-card")
    expect(card).to_contain_text("Moodbox 9.0.0 is on offer")
    expect(card).to_contain_text("signed by maker, 312.3 MB")
    expect(card).to_contain_text("It dances.")
    check(page.evaluate(AUDIT))
    assert nameless(page) == []
    card.get_by_role("button", name="Install it").click()
    looking.confirm("Install it")
    until(lambda: commands.InstallRelease("page") in box.emitted)


def test_without_an_index_it_says_that_nobody_is_asked(looking: Visitor, box: RunningPage) -> None:
    page = looking.page
    page.goto("/#box")
    expect(page.locator("#update-state")).to_contain_text("Nobody is asked for new releases")
    expect(page.locator("#update-look")).to_be_hidden()
    expect(page.locator("#update-install")).to_be_hidden()


def test_how_far_an_update_is_and_why_it_failed_is_shown(looking: Visitor, box: RunningPage) -> None:
    box.offer = OFFER
    box.update = UpdateStatus(possible=True, index=True, latest="9.0.0", stage="fetching", share=0.42)
    page = looking.page
    page.goto("/#box")
    bar = page.locator("#update-bar")
    expect(page.locator("#update-state")).to_have_text("It is being fetched.")
    expect(bar).to_have_attribute("aria-valuenow", "42")
    expect(page.locator("#update-install")).to_be_hidden()
    box.update = UpdateStatus(possible=True, index=True, latest="9.0.0", problem="it did not play")
    page.reload()
    expect(page.locator("#update-problem")).to_have_text("it did not play")
    expect(bar).to_be_hidden()
    page.get_by_role("button", name="Look now").click()
    until(lambda: bool(box.looked_for_releases))
