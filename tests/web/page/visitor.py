"""People in front of the page: a box that runs, and Chromium at the size of a phone or a desktop."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Playwright, expect

from tests.ports import free_port
from tests.running_box import RunningBox, running_box, write_songs
from tests.web.running_page import PASSWORD

CHROMIUM = "chromium"
SIZES = {"phone": (360, 740), "desktop": (1280, 800), "small": (320, 568), "wide": (1440, 900)}
SETTINGS = (
    "[vision]\nfar = false\n"
    "[mood]\nfirst_after = 1\nmin_looks = 2\npolicy = 'match'\n[web]\nlisten = '127.0.0.1'\nport = {port}\n"
)
COOKIE = "moodbox_session"
HAPPY = "you looked happy"
MOST_OF_A_SONG = 20.0
"""Seconds of its 45 that a song has played at most when a test begins."""

expect.set_options(timeout=20_000)


class House:
    """A running box with a page, and what its API says to a program of the owner's."""

    def __init__(self, box: RunningBox, songs: Path, url: str) -> None:
        self.box, self.songs, self.url = box, songs, url
        self.box.wait_printed("The page is at")
        with self._open("POST", "/api/password", {"password": PASSWORD}) as answer:
            self.cookie: str = answer.headers["Set-Cookie"].partition(";")[0].partition("=")[2]
        self.settle()  # a busy machine may not have looked often enough by the first judgement

    def _open(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Origin": self.url, "Content-Type": "application/json"}
        if hasattr(self, "cookie"):
            headers["Cookie"] = f"{COOKIE}={self.cookie}"
        data = None if body is None else json.dumps(body).encode()
        return urlopen(Request(self.url + path, data, headers, method=method), timeout=20)  # noqa: S310 - the test's own box

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The API's answer."""
        with self._open(method, path, body) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def settle(self) -> None:
        """Have the box as every test expects it, whatever the one before has left.

        It was judged happy by the camera, plays for that, and the song has most of its time before it.
        """
        until(self._is_settled, 180.0, pause=0.5)

    def looked_through(self) -> None:
        """Wait until the box knows its songs, which it looks through after it has started."""
        until(lambda: self.ask("GET", "/api/library?limit=1")["total"] > 0, 180.0, pause=0.5)

    def left(self, file: str) -> None:
        """Wait until the box plays another song than this, and has recorded how that ended."""
        self.box.wait(lambda status: status["player"]["file"] not in {None, file})

    def _is_settled(self) -> bool:
        """Whether it is; if not, the next thing that leads there has been asked for."""
        status = self.box.status()
        mood, player = status["mood"], status["player"]
        for well, what, body in (
            (status["override"] == "auto", "override", {"emotion": "auto"}),
            (status["policy"] == "match", "policy", {"policy": "match"}),
            (status["vision"]["switch"] == "on", "camera", {"on": True}),
            (mood["mood"] == "happy" and not mood["told"], "judge", {}),
            (player["state"] == "play", "music", {"on": True}),
            (HAPPY in (player["why"] or ""), "skip", {}),
            (player["elapsed"] < MOST_OF_A_SONG, "seek", {"seconds": 0}),
        ):
            if not well:
                self._try(what, body)
                return False
        kept = self.ask("GET", "/api/history")
        judged = any(each["mood"] == "happy" for each in kept["moods"])
        if not judged:
            self._try("judge", {})
        played = any(HAPPY in (each["why"] or "") for each in kept["plays"])
        if not played:
            self._try("skip", {})
        return judged and played and status["vision"]["camera"] == "open"

    def _try(self, what: str, body: Any) -> None:
        try:
            self.ask("POST", f"/api/{what}", body)
        except HTTPError as error:
            if error.code != 409:  # such as to wind on while one song follows another
                raise


@contextmanager
def running_house(folder: Path) -> Iterator[House]:
    """A box that looks at the portrait and plays tones, with a page and a password."""
    port = free_port()
    songs = write_songs(folder / "songs", seconds=45)
    with running_box(folder, "portrait", songs, SETTINGS.format(port=port)) as box:
        yield House(box, songs, f"http://127.0.0.1:{port}")


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium; without its sandbox where root runs it, as Chromium itself demands."""
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=[*options, "--disable-gpu"])


@dataclass
class Visitor:
    """A page in a browser, and everything that it should not have done."""

    page: Page
    url: str
    size: str
    expected: set[int] = field(default_factory=set)
    """HTTP states of answers that the test provokes; Chromium's console tells of each."""
    faults: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def at(
        cls, browser: Browser, url: str, size: str, cookie: str = "",
        scheme: Literal["light", "dark"] = "light", scripts: bool = True, locale: str = "en-US",
    ) -> Iterator[Visitor]:  # fmt: skip
        """A new visitor with a browser of their own; fails at the end if the page misbehaved."""
        width, height = SIZES[size]
        context = browser.new_context(
            base_url=url, viewport={"width": width, "height": height}, has_touch=size in {"phone", "small"},
            color_scheme=scheme, reduced_motion="reduce", java_script_enabled=scripts, accept_downloads=True,
            locale=locale,
        )  # fmt: skip
        if cookie:
            context.add_cookies([{"name": COOKIE, "value": cookie, "url": url}])
        visitor = cls(context.new_page(), url, size)
        visitor._watch(context)
        try:
            yield visitor
            assert not visitor.faults, "\n".join(visitor.faults)
        finally:
            context.close()

    def _watch(self, context: BrowserContext) -> None:
        def said(message: ConsoleMessage) -> None:
            known = any(f"status of {state}" in message.text for state in self.expected)
            # Chromium gives up what it loads when any network of the machine comes or goes.
            known = known or "ERR_NETWORK_CHANGED" in message.text
            if message.type in {"error", "warning"} and not known:
                self.faults.append(f"console: {message.text}")

        context.on("console", said)
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))
        context.on("request", self._check_request)

    def _check_request(self, request: Any) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.faults.append(f"a request to elsewhere: {request.url}")

    def go(self, section: str) -> Page:
        """Open a section, and wait until the page is alive."""
        self.page.goto(f"/#{section}")
        # "unknown" is what it says of a box that has not answered yet
        expect(self.page.locator("#lamp")).not_to_have_attribute("data-camera", re.compile("^(starting|unknown)$"))
        return self.page

    def told(self, words: str) -> None:
        """The page says so in a message."""
        expect(self.page.locator("#message")).to_contain_text(words)

    def confirm(self, answer: str) -> None:
        """Answer the page's question by the button of this name."""
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        dialog.get_by_role("button", name=answer, exact=True).click()
        expect(dialog).to_be_hidden()


def until(what: Callable[[], bool], seconds: float = 20.0, pause: float = 0.1) -> None:
    """Wait until something holds outside of the browser; fails if it does not in time."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(pause)


def radio(page: Page, name: str) -> Locator:
    """One of several to choose from, by its word."""
    return page.get_by_role("radio", name=name, exact=True)
