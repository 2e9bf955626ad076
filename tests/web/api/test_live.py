"""The live page: news as they come, a few a second, for as many pages as a home has."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from appliance.domain import events
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.web.api import live as streams
from tests.web.running_page import SONG, Browser, RunningPage, until


class Listening:
    """An open stream; `heard` are its events, kind and data."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.comments = 0
        self.ended = False

    async def read(self, content: Any) -> None:
        kind = ""
        async for line in content:
            words = line.decode().rstrip("\n")
            if words.startswith("event: "):
                kind = words.removeprefix("event: ")
            elif words.startswith("data: "):
                self.heard.append((kind, json.loads(words.removeprefix("data: "))))
            elif words.startswith(":"):
                self.comments += 1
        self.ended = True

    def last(self, kind: str) -> Any:
        return next((data for what, data in reversed(self.heard) if what == kind), None)


@asynccontextmanager
async def listening(browser: Browser, query: str = "") -> AsyncIterator[Listening]:
    listening = Listening()
    async with browser.session.get(f"{browser.url}/api/stream{query}") as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        reading = asyncio.create_task(listening.read(response.content))
        await until(lambda: bool(listening.heard))
        try:
            yield listening
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def test_a_page_hears_the_status_at_once_and_whenever_it_changes(running: RunningPage, owner: Browser) -> None:
    async with listening(owner) as page:
        assert page.heard[0][0] == "status"
        assert page.last("status")["override"] == "auto"
        assert page.last("status")["now"]["sentence"]
        await owner.ask("POST", "/api/override", {"emotion": "fear"})
        await until(lambda: page.last("status")["override"] == "fear")


async def test_a_storm_of_changes_reaches_the_page_as_a_few_events_with_the_newest_state(
    running: RunningPage, owner: Browser
) -> None:
    async with listening(owner) as page:
        for _ in range(500):
            running.show(Emotion.SAD, Emotion.SAD)
            running.show(Emotion.HAPPY)
        await until(lambda: len(page.last("status")["vision"]["faces"]) == 1)
        assert len(page.heard) < 10


async def test_time_that_merely_passes_is_no_news(running: RunningPage, owner: Browser) -> None:
    async with listening(owner) as page:
        running.page.changed()
        await asyncio.sleep(2 * streams.PAUSE)
        heard = len(page.heard)
        running.clock.advance(100)
        running.page.changed()
        await asyncio.sleep(2 * streams.PAUSE)
        assert len(page.heard) == heard


async def test_the_aim_comes_to_those_who_ask_for_it(running: RunningPage, owner: Browser) -> None:
    async with listening(owner, "?aim=1") as aiming, listening(owner) as other:
        running.show(Emotion.HAPPY)
        await until(lambda: bool(aiming.last("aim") and aiming.last("aim")["frame"]))
        assert other.last("aim") is None
    answer = await owner.ask("GET", "/api/stream?aim=yes")
    assert answer.status == 400


async def test_a_stream_without_news_shows_that_it_lives(
    running: RunningPage, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT", 0.05)
    async with listening(owner) as page:
        await until(lambda: page.comments > 2)


async def test_a_stream_ends_with_its_session(running: RunningPage, owner: Browser) -> None:
    async with listening(owner) as page:
        await owner.ask("DELETE", "/api/session")
        running.show(Emotion.HAPPY)
        await until(lambda: page.ended)


async def test_above_the_limit_a_stream_is_refused_with_words_and_there_is_room_again_later(
    running: RunningPage, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST", 2)
    async with listening(owner), listening(owner):
        answer = await owner.ask("GET", "/api/stream")
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "2 pages" in answer.json["error"]
    running.show(Emotion.HAPPY)

    async def has_room() -> bool:
        async with owner.session.get(f"{owner.url}/api/stream") as response:
            return response.status == 200

    for _ in range(50):
        if await has_room():
            break
        running.show(Emotion.HAPPY)
        await asyncio.sleep(0.1)
    else:
        raise AssertionError("the streams that were closed still count")


async def test_a_page_that_does_not_read_costs_no_more_than_one_event(
    running: RunningPage, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "PAUSE", 0.0)
    monkeypatch.setattr(streams, "_STUCK", 0.3)
    served: list[Any] = []
    feed = streams.LiveStreams._feed

    async def watched(self: Any, listener: Any, response: Any) -> None:
        served.append(listener)
        await feed(self, listener, response)
        served.append("ended")

    monkeypatch.setattr(streams.LiveStreams, "_feed", watched)
    response = await owner.session.get(f"{owner.url}/api/stream", read_bufsize=1)
    assert response.status == 200
    async with asyncio.timeout(100):
        while "ended" not in served:
            for count in (398, 399, 400):  # large events, to fill what the kernel holds for a reader
                running.show(*[Emotion.HAPPY] * count)
            await asyncio.sleep(0.01)
            assert len(served[0].waiting) <= 1
    response.close()


async def test_who_asks_for_changes_hears_the_whole_once_and_then_what_changes(
    running: RunningPage, owner: Browser
) -> None:
    async with listening(owner, "?changes=1") as page:
        whole = page.heard[0]
        assert (whole[0], whole[1]["override"]) == ("status", "auto")
        await owner.ask("POST", "/api/override", {"emotion": "fear"})
        await until(lambda: "override" in (page.last("change") or {}))
        changed = merged(whole[1], *(data for kind, data in page.heard if kind == "change"))
        assert changed["override"] == "fear"
        assert set(page.last("change")) <= {"override", "now", "player"}
        assert [kind for kind, _ in page.heard].count("status") == 1


async def test_faces_come_as_numbers_and_only_when_they_differ(running: RunningPage, owner: Browser) -> None:
    async with listening(owner, "?changes=1") as page:
        running.show(Emotion.HAPPY)
        await until(lambda: bool(page.last("faces")))
        (face,) = page.last("faces")
        assert set(face) == {"x", "y", "size", "p"}
        assert len(face["p"]) == len(EMOTIONS)
        assert face["p"][EMOTIONS.index(Emotion.HAPPY)] > 0.5
        assert 2 * len(f"event: faces\ndata: {json.dumps([face])}\n\n") < 300, "bytes a second, two looks a second"
        await asyncio.sleep(2 * streams.PAUSE)
        heard = len(page.heard)
        for _ in range(4):
            running.show(Emotion.HAPPY)
            await asyncio.sleep(streams.PAUSE)
        assert len(page.heard) == heard


async def test_a_jump_in_the_song_is_told_and_its_going_on_is_not(running: RunningPage, owner: Browser) -> None:
    async with listening(owner, "?changes=1") as page:
        running.clock.advance(30)
        running.page.changed()
        await asyncio.sleep(2 * streams.PAUSE)
        assert page.last("change") is None
        running.send(events.PlayerChanged(replace(SONG, elapsed=100.0)))
        await until(lambda: bool(page.last("change")))
        assert 100 <= page.last("change")["player"]["elapsed"] < 120


def merged(whole: dict[str, Any], *patches: dict[str, Any]) -> dict[str, Any]:
    """An object with merge patches applied, as RFC 7396 has it."""
    for patch in patches:
        for key, value in patch.items():
            was = whole.get(key)
            whole[key] = merged(was if isinstance(was, dict) else {}, value) if isinstance(value, dict) else value
    return whole
