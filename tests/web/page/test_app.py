"""The page by HTTPS: installed as an app, without the box, and telling of a mood that needs attention."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from appliance.domain.emotions import Emotion
from appliance.domain.events import Looked
from appliance.domain.looks import CameraState, Face, Look
from appliance.web.certificate import FILE
from tests.ports import free_port
from tests.room import mostly
from tests.web.page.test_quality import AUDIT, check
from tests.web.page.visitor import CHROMIUM
from tests.web.running_page import PASSWORD, RunningPage, staged

pytestmark = pytest.mark.needs("openssl")


class SecureBox:
    """A page by HTTPS that can be switched off and on again at the same ports, in a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._changes = {"web__port": free_port(), "web__https": True, "web__https_port": free_port()}
        self.url = f"https://127.0.0.1:{self._changes['web__https_port']}"
        self.running: RunningPage
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def on(self) -> None:
        ready, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(60)

    def off(self) -> None:
        self._over.set()
        if self._thread:
            self._thread.join(60)

    async def _serve(self, ready: threading.Event) -> None:
        async with staged(self._folder, **self._changes, mood__first_after=1.0, mood__min_looks=2) as running:
            await running.owner()
            self.running = running
            self._loop = asyncio.get_running_loop()
            ready.set()
            await asyncio.to_thread(self._over.wait)

    def send_look(self, emotion: Emotion) -> None:
        """One look at a face that wears this emotion."""
        running = self.running
        face = Face((10, 10, 50, 50), 0.9, mostly(emotion), 1.5)
        look = Look(running.clock.monotonic(), CameraState.OPEN, (face,), (640, 480), 0.5, 10.0)
        self._loop.call_soon_threadsafe(running.send, Looked(look))

    @property
    def key_hash(self) -> str:
        """Of the certificate's key, as Chromium's option wants it."""
        file = self._folder / "state" / FILE
        key = subprocess.run(["openssl", "x509", "-in", file, "-noout", "-pubkey"], check=True, capture_output=True)
        der = subprocess.run(
            ["openssl", "pkey", "-pubin", "-outform", "der"], input=key.stdout, check=True, capture_output=True
        )
        return base64.b64encode(hashlib.sha256(der.stdout).digest()).decode()


@pytest.fixture
def box(tmp_path: Path) -> Iterator[SecureBox]:
    box = SecureBox(tmp_path)
    box.on()
    yield box
    box.off()


@pytest.fixture
def page(box: SecureBox, tmp_path: Path) -> Iterator[Page]:
    """The owner's phone, whose browser takes this one certificate."""
    trusting = f"--ignore-certificate-errors-spki-list={box.key_hash}"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=shutil.which(CHROMIUM), base_url=box.url,
            args=[*sandbox, "--disable-gpu", trusting], viewport={"width": 360, "height": 740},
            permissions=["notifications"],
        )  # fmt: skip
        page = context.pages[0]
        page.goto("/")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("navigation", name="Sections")).to_be_visible()
        yield page
        context.close()


READY = "async () => (await navigator.serviceWorker.ready).active.state"
KEPT = """async () => {
    const found = [];
    for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
    return found;
}"""
SHOWN = "async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title }) => title)"


def test_without_the_box_the_app_says_so_and_comes_back_with_it(box: SecureBox, page: Page) -> None:
    assert page.evaluate(READY) in {"activating", "activated"}
    kept = page.evaluate(KEPT)
    assert "/offline" in kept
    assert all(path == "/offline" or path.startswith("/static/") for path in kept), "the shell, and no data"
    session = page.context.new_cdp_session(page)
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []

    page.wait_for_function("navigator.serviceWorker.controller !== null")
    box.off()
    page.goto("/")
    expect(page.get_by_role("heading", name="The box cannot be reached")).to_be_visible()
    check(page.evaluate(AUDIT) | {"landmarks": []})
    box.on()
    page.get_by_role("button", name="Try again").click()
    expect(
        page.get_by_role("button", name="Sign in").or_(page.get_by_role("navigation", name="Sections"))
    ).to_be_visible()


def test_the_box_shows_the_fingerprint_of_its_own_certificate(box: SecureBox, page: Page) -> None:
    page.goto("/#box/device")
    expect(page.locator("#device-card code")).to_have_text(box.running.page.https.fingerprint)


def test_a_mood_that_turns_unpleasant_is_told_if_the_owner_wishes(box: SecureBox, page: Page) -> None:
    page.evaluate(READY)
    page.goto("/#box/device")
    page.get_by_label("Tell me when the mood needs attention").check()
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    for _ in range(200):
        box.send_look(Emotion.SAD)
        if page.evaluate(SHOWN):
            break
        page.wait_for_timeout(250)
    assert page.evaluate(SHOWN) == ["The mood is sad."]
