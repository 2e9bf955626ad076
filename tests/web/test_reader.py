"""Each visitor is answered in their own language; a program in English."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.domain import events
from appliance.domain.emotions import Emotion
from appliance.domain.reasons import LastMood
from tests.web.running_page import SONG, Browser, RunningPage, staged

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.8"}
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


async def sentence(browser: Browser, headers: dict[str, str] | None = None) -> str:
    text: str = (await browser.ask("GET", "/api/status", headers=headers or {})).json["now"]["sentence"]
    return text


async def test_a_browser_is_answered_in_its_language_and_a_program_in_english(owner: Browser) -> None:
    assert await sentence(owner, GERMAN) == "Aus „traurig“: you looked sad."
    assert await sentence(owner, ENGLISH) == "From sad: you looked sad."
    assert await sentence(owner) == "From sad: you looked sad."


async def test_the_words_of_the_api_for_moods_stay_english(owner: Browser) -> None:
    status = (await owner.ask("GET", "/api/status", headers=GERMAN)).json
    assert (status["player"]["emotion"], status["override"]) == ("sad", "auto")


async def test_the_page_and_its_scripts_come_in_the_readers_language(owner: Browser) -> None:
    pages = {tag: (await owner.ask("GET", "/", headers={"Accept-Language": tag})).text for tag in ("en", "de", "ja")}
    assert '<html lang="de">' in pages["de"]
    assert "Warum dieser Song" in pages["de"]
    assert "Why this song" in pages["en"]
    assert pages["ja"] == pages["en"]


async def test_the_door_comes_in_the_readers_language(running: RunningPage) -> None:
    stranger = running.browser()
    page = (await stranger.ask("GET", "/", headers=GERMAN)).text
    assert "Willkommen" in page
    assert '<a href="?language=en" lang="en" hreflang="en">English</a>' in page
    script = page.partition('src="/static/page-')[2].partition('"')[0]
    answer = await stranger.ask("GET", f"/static/page-{script}", headers=GERMAN)
    assert answer.status == 200
    assert "Die beiden sind nicht gleich." in answer.text


async def test_a_choice_is_kept_in_the_browser_until_it_is_taken_back(owner: Browser) -> None:
    answer = await owner.ask("GET", "/plain/history?period=week&language=de", headers=ENGLISH)
    assert answer.status == 303
    assert answer.headers["Location"] == "/plain/history?period=week"
    assert (await sentence(owner, ENGLISH)).startswith("Aus")
    assert (await sentence(owner)).startswith("Aus")
    await owner.ask("GET", "/?language=auto", headers=ENGLISH)
    assert (await sentence(owner, ENGLISH)).startswith("From")


@pytest.mark.parametrize("path", ["//elsewhere.example/?language=de", "/%5celsewhere.example?language=de"])
async def test_a_choice_leads_nowhere_but_to_this_box(owner: Browser, path: str) -> None:
    answer = await owner.ask("GET", path)
    assert not answer.headers.get("Location", "/").startswith(("//", "/\\", "http"))


async def test_the_owners_setting_goes_before_the_browsers_wish(tmp_path: Path) -> None:
    async with staged(tmp_path, box__language="de") as running:
        owner = await running.owner()
        assert (await sentence(owner, ENGLISH)).startswith("Aus")
        assert (await sentence(owner)).startswith("From")
        await owner.ask("GET", "/?language=en")
        assert (await sentence(owner, ENGLISH)).startswith("From")


async def test_each_stream_speaks_its_readers_language(running: RunningPage, owner: Browser) -> None:
    async def first(headers: dict[str, str]) -> str:
        async with owner.session.get(f"{owner.url}/api/stream?changes=1", headers=headers) as response:
            async for line in response.content:
                if line.startswith(b"data: {"):
                    said: str = json.loads(line.removeprefix(b"data: "))["now"]["sentence"]
                    return said
        return ""

    said = await asyncio.gather(first(GERMAN), first(ENGLISH))
    assert [each.partition(" ")[0] for each in said] == ["Aus", "From"]


@pytest.mark.parametrize(
    ("player", "told"),
    [
        (replace(SONG, file=None, reason=None, emotion=None), ["Es läuft noch nichts.", "Nothing plays yet."]),
        (
            replace(SONG, reason=LastMood(emotion=Emotion.SAD)),
            [
                "Aus „traurig“: die letzte Stimmung war „traurig“.",
                "From sad: the last mood seen was sad.",
            ],
        ),
    ],
)
async def test_a_change_reaches_each_stream_in_its_language(
    running: RunningPage, owner: Browser, player: events.PlayerState, told: list[str]
) -> None:
    async def change(headers: dict[str, str]) -> str:
        async with owner.session.get(f"{owner.url}/api/stream?changes=1", headers=headers) as response:
            kind = b""
            async for line in response.content:
                if line.startswith(b"event: "):
                    kind = line
                elif b"status" in kind and line.startswith(b"data: "):
                    there.release()
                elif b"change" in kind and b'"sentence"' in line:
                    said: str = json.loads(line.removeprefix(b"data: "))["now"]["sentence"]
                    return said
        return ""

    there = asyncio.Semaphore(0)
    both = asyncio.gather(change(GERMAN), change(ENGLISH))
    for _ in range(2):
        await there.acquire()
    running.send(events.PlayerChanged(player))
    assert await both == told
