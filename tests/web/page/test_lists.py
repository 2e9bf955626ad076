"""Lists on the page: added by address and by file, looked into, read again, forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.lists.services import Answer, Service, serving
from tests.web.page.test_map import cookie_of
from tests.web.page.test_quality import AUDIT, check, nameless
from tests.web.page.visitor import Visitor
from tests.web.running_page import RunningPage
from tests.web.served import Served, with_quick_passwords

CSV = "title,artist\nRain,The Drops\nSun,The Drops\n"


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPage]:
    with with_quick_passwords(), Served(tmp_path_factory.mktemp("lists")) as served:
        yield served.running


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as service:
        service.on["/holidays.csv"] = Answer(CSV)
        yield service


@pytest.fixture(params=["phone", pytest.param("desktop", marks=pytest.mark.slow)])
def looking(request: pytest.FixtureRequest, chromium: Browser, listed: RunningPage) -> Iterator[Visitor]:
    """The owner in front of the lists."""
    with Visitor.at(chromium, listed.url, request.param, cookie_of(listed)) as visitor:
        visitor.page.goto("/#lists")
        expect(visitor.page.locator("#list-form")).to_be_visible()
        yield visitor


def test_a_list_is_added_looked_into_read_again_and_forgotten(looking: Visitor, service: Service) -> None:
    page = looking.page
    expect(page.locator("#lists-all")).to_have_text("There are no lists yet.")
    page.get_by_label("Address").fill(f"{service.url}/holidays.csv")
    page.get_by_role("button", name="Add it").click()
    looking.told("“holidays” is read: 2 new songs.")
    card = page.locator("#lists-all li.card")
    expect(card).to_contain_text("2 songs · 0 on this box · 2 new · read")
    card.get_by_role("button", name="Songs").click()
    expect(card.locator(".list-songs li")).to_have_count(2)
    expect(card.locator(".list-songs li").first).to_contain_text("not on this box")
    service.on["/holidays.csv"] = Answer(f"{CSV}Snow,The Drops\n")
    card.get_by_role("button", name="Read it again").click()
    expect(card).to_contain_text("3 songs")
    check(page.evaluate(AUDIT))
    assert nameless(page) == []
    card.get_by_role("button", name="Forget").click()
    looking.confirm("Forget")
    looking.told("“holidays” is forgotten.")
    expect(page.locator("#lists-all")).to_have_text("There are no lists yet.")


def test_a_file_is_added_and_a_bad_one_refused_in_words(looking: Visitor, tmp_path: Path) -> None:
    page = looking.page
    file = tmp_path / "summer.csv"
    file.write_text(CSV)
    page.locator("#list-file").set_input_files(file)
    card = page.locator("#lists-all li.card")
    expect(card).to_contain_text("summer")
    expect(card.get_by_role("button", name="Read it again")).to_have_count(0)
    card.get_by_role("button", name="Forget").click()
    looking.confirm("Forget")
    expect(card).to_have_count(0)
    looking.expected.add(409)
    file.write_bytes(b"\0\1\2")
    page.locator("#list-file").set_input_files(file)
    expect(page.locator("#message")).to_contain_text("is no list")
