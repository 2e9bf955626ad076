"""The page says when its box is away, frozen or restarting, and recovers when the box does."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.web.page.visitor import House, Visitor, running_house, until

pytestmark = pytest.mark.slow


@pytest.fixture
def own_house(tmp_path: Path) -> Iterator[House]:
    """A box of one's own, to be ill-treated."""
    with running_house(tmp_path) as house:
        yield house


@pytest.fixture
def patient(chromium: Browser, own_house: House) -> Iterator[Visitor]:
    with Visitor.at(chromium, own_house.url, "phone", own_house.cookie) as visitor:
        yield visitor


def test_a_box_that_freezes_is_noticed_though_the_connection_stays(patient: Visitor, own_house: House) -> None:
    page = patient.go("now")
    expect(page.locator("#mood-word")).to_have_text("happy")
    os.kill(own_house.box.process.pid, signal.SIGSTOP)
    try:
        expect(page.get_by_role("alert").filter(has_text="Not connected")).to_be_visible(timeout=60_000)
    finally:
        os.kill(own_house.box.process.pid, signal.SIGCONT)
    expect(page.locator("#banner")).to_be_hidden(timeout=60_000)
    patient.faults = [fault for fault in patient.faults if "ERR_" not in fault]


def test_what_is_amiss_stands_above_everything_else(patient: Visitor, own_house: House) -> None:
    page = patient.go("now")
    trouble = page.get_by_role("heading", name="What is amiss")
    expect(trouble).to_be_hidden()
    vision = own_house.box.children()["vision"]
    os.kill(vision, signal.SIGKILL)
    expect(trouble).to_be_in_viewport()
    expect(page.locator("#spoken")).to_contain_text("Something is amiss: camera: ")
    assert "process" not in page.locator("#spoken").inner_text(), "an owner knows of no processes"
    expect(trouble).to_be_hidden(timeout=60_000)


def test_a_box_that_is_started_anew_from_the_page_comes_back_to_the_same_page(
    patient: Visitor, own_house: House
) -> None:
    page = patient.go("box")
    page.get_by_role("button", name="Restart Moodbox").click()
    patient.confirm("Restart")
    expect(page.get_by_role("alert").filter(has_text="Not connected")).to_be_visible(timeout=60_000)
    expect(page.locator("#banner")).to_be_hidden(timeout=90_000)
    expect(page.get_by_role("heading", name="Box", exact=True)).to_be_visible()
    until(lambda: own_house.box.printed.count("Moodbox is running") == 2)  # the page is there before that is said
    patient.faults = [fault for fault in patient.faults if "ERR_" not in fault]
