"""What the open page costs: `python -m tests.web.page.cost` prints what a visit brings and takes of a phone.

A staged box is looked at by one face: one that moves with every look, twice a second, and one that keeps still. Printed
are the stream's bytes and, of Chromium's main thread, processor time and layouts. The time is the thread's own
(`ThreadTime`; Chromium's `TaskDuration` counts what else runs on the machine too).
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.async_api import CDPSession, Page, async_playwright

from appliance.domain import commands, events
from appliance.domain.emotions import Emotion, Reading
from appliance.domain.looks import CameraState, Face, Look
from tests.web.page.visitor import COOKIE, SIZES
from tests.web.running_page import SONG, Browser, RunningPage, staged

SECONDS = 10
LOOKS = 2
"""A second."""


def _look(running: RunningPage, happy: float) -> None:
    reading = Reading.of({Emotion.HAPPY: happy, Emotion.NEUTRAL: 1 - happy})
    face = Face((260, 100, 120, 150), 0.9, reading, 1.5)
    running.send(events.Looked(Look(running.clock.monotonic(), CameraState.OPEN, (face,), (640, 480), 0.5, 10.0)))


async def _looks(running: RunningPage, happy: Callable[[int], float]) -> None:
    """Looks at a face, until `SECONDS` have passed."""
    for number in range(SECONDS * LOOKS):
        _look(running, happy(number))
        await asyncio.sleep(1 / LOOKS)


def moving(number: int) -> float:
    """A face that is another one with every look."""
    return 0.5 + 0.02 * (number % 20)


def still(_: int) -> float:
    """A face that keeps still."""
    return 0.9


async def streamed(running: RunningPage, owner: Browser, happy: Callable[[int], float]) -> int:
    """Bytes that a stream of changes brings meanwhile, the status at its beginning left out."""
    async with owner.session.get(f"{owner.url}/api/stream?changes=1") as response:
        _look(running, happy(0))
        came = [0]

        async def count() -> None:
            async for piece in response.content.iter_any():
                came[0] += len(piece)

        counting = asyncio.create_task(count())
        await asyncio.sleep(2)
        began = came[0]
        await _looks(running, happy)
        counting.cancel()
        return came[0] - began


async def fetched(page: Page) -> list[float]:
    """Bytes on the wire of each answer, headers included, as they come from now on; that of the open stream is none."""
    came: list[float] = []
    session: CDPSession = await page.context.new_cdp_session(page)
    session.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
    await session.send("Network.enable")
    return came


async def shown(running: RunningPage, page: Page, happy: Callable[[int], float]) -> tuple[float, float]:
    """Seconds of the main thread's processor time, and layouts, meanwhile."""
    session: CDPSession = await page.context.new_cdp_session(page)
    await session.send("Performance.enable")

    async def measured() -> dict[str, float]:
        return {each["name"]: each["value"] for each in (await session.send("Performance.getMetrics"))["metrics"]}

    before = await measured()
    await _looks(running, happy)
    after = await measured()
    return after["ThreadTime"] - before["ThreadTime"], after["LayoutCount"] - before["LayoutCount"]


async def main() -> None:
    """Print both, for a face that moves and for one that keeps still."""
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "songs").mkdir()
        async with staged(Path(place), mood__first_after=2.0, mood__min_looks=2, mood__gone_after=3600.0) as running:
            owner = await running.owner()
            cookie = {each.key: each.value for each in owner.session.cookie_jar}[COOKIE]
            running.send(events.PlayerChanged(SONG))
            await _looks(running, still)
            judge: Any = commands.JudgeNow("test")
            running.send(judge)
            for happy in (moving, still):
                print(f"stream, {happy.__name__} face: {await streamed(running, owner, happy) / SECONDS:.0f} bytes/s")
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
                )
                width, height = SIZES["phone"]
                context = await browser.new_context(
                    base_url=running.url, viewport={"width": width, "height": height}, has_touch=True
                )
                await context.add_cookies([{"name": COOKIE, "value": cookie, "url": running.url}])
                page = await context.new_page()
                came = await fetched(page)
                await page.goto("/")
                await _looks(running, still)  # the page has come to rest
                print(f"first screen: {len(came)} requests, {sum(came):.0f} bytes")
                for happy in (still, moving):
                    took, layouts = await shown(running, page, happy)
                    print(f"Now, {happy.__name__} face: {took:.2f} s of {SECONDS} s, {layouts:.0f} layouts")
                await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
