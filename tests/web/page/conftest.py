"""A whole running box that looks at the portrait, and Chromium in front of it, as phone and as desktop."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.web.page.visitor import CHROMIUM, House, Visitor, launch, running_house


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One box for all tests of the page."""
    with running_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(autouse=True)
def settled(request: pytest.FixtureRequest) -> None:
    """Each test begins with the same box, whichever tests ran before it."""
    if "house" in request.fixturenames:
        request.getfixturevalue("house").settle()


# For a module and not for the session: while it is there, the thread counts as one with a running event loop.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(params=["phone", pytest.param("desktop", marks=pytest.mark.slow)])
def visitor(request: pytest.FixtureRequest, chromium: Browser, house: House) -> Iterator[Visitor]:
    """The owner, signed in, who complains at the end about errors in the console and requests to elsewhere."""
    with Visitor.at(chromium, house.url, request.param, house.cookie) as visitor:
        yield visitor


@pytest.fixture
def stranger(chromium: Browser, house: House) -> Iterator[Visitor]:
    """Somebody with a phone who is not signed in."""
    with Visitor.at(chromium, house.url, "phone") as visitor:
        yield visitor


@pytest.fixture
def tune(house: House, tmp_path: Path) -> Path:
    """A song that is not on the box yet."""
    file = tmp_path / "a new tune.flac"
    file.write_bytes((house.songs / "fear" / "tone 0.flac").read_bytes())
    return file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.path.name != "test_files.py":
            item.add_marker(pytest.mark.needs(CHROMIUM, "mpd"))
