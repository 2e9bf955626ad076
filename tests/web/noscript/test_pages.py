"""The page for browsers without scripts."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from yarl import URL

from appliance.domain import commands, events
from appliance.domain.emotions import Emotion
from appliance.domain.events import PlayerState
from appliance.domain.moods import Mood
from appliance.domain.reasons import InWords
from tests.songs.music import music
from tests.web.running_page import Browser, RunningPage

SECTIONS = ["", "/history", "/songs", "/songs/sad", "/aim", "/box"]


@pytest.mark.parametrize("section", SECTIONS)
async def test_without_signing_in_the_plain_page_leads_to_the_sign_in(running: RunningPage, section: str) -> None:
    answer = await running.browser().ask("GET", f"/plain{section}")
    assert (answer.status, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("section", SECTIONS)
async def test_each_section_is_read_without_scripts(owner: Browser, songs: Path, section: str) -> None:
    answer = await owner.ask("GET", f"/plain{section}")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<script" not in answer.text
    assert 'aria-current="page"' in answer.text


async def test_the_mood_and_what_plays_and_why_are_told(owner: Browser) -> None:
    text = (await owner.ask("GET", "/plain")).text
    assert "<dd>unsure</dd>" in text
    assert "From sad: you looked sad." in text


async def test_the_history_is_told_with_what_played_and_what_was_learned(running: RunningPage, owner: Browser) -> None:
    now = running.clock.now()
    running.history.record_mood(Mood(Emotion.HAPPY, confidence=0.8, people=2), now - timedelta(seconds=2))
    running.history.record_play("happy/<b>sun.flac", Emotion.HAPPY, InWords(text="you looked happy"), now)
    running.history.record_dislike("sad/rain.flac", Emotion.SAD, now)
    text = (await owner.ask("GET", f"/plain/history?date={now.astimezone().date()}")).text
    assert "<td>happy</td>" in text
    assert "you looked happy" in text
    assert "&lt;b&gt;sun" in text
    assert "rain, for sad: 100 %" in text
    assert "Later" not in text
    for period in ("week", "month"):
        assert (await owner.ask("GET", f"/plain/history?period={period}&date=2024-02-29")).status == 200


@pytest.mark.parametrize(
    "asked", ["period=year", "date=2024-02-30", "date=0001-01-01", "x=1", "date=2024-01-01&date=1"]
)
async def test_a_time_that_is_none_is_refused(owner: Browser, asked: str) -> None:
    assert (await owner.ask("GET", f"/plain/history?{asked}")).status == 400


async def test_songs_are_listed_page_by_page_and_can_be_heard(owner: Browser, songs: Path) -> None:
    for number in range(101):
        (songs / "happy" / f"{number:03} “A&B”.flac").write_bytes(music())
    (songs / "happy" / "junk.flac").write_bytes(b"junk")
    assert "junk.flac: " in (await owner.ask("GET", "/plain/songs")).text
    first = (await owner.ask("GET", "/plain/songs/happy")).text
    assert "A&amp;B" in first
    [path] = re.findall(r'href="(/api/songs/happy/000[^"]+)"', first)
    async with owner.session.get(URL(owner.url + path, encoded=True)) as answer:
        assert (answer.status, await answer.read()) == (200, music())
    [more] = re.findall(r'href="([^"]+offset=100)"', first)
    rest = (await owner.ask("GET", more)).text
    assert "100 “A&amp;B”.flac" in rest
    assert "junk.flac" in rest
    assert "offset=0" in rest


async def test_there_is_no_folder_of_another_name(owner: Browser) -> None:
    assert (await owner.ask("GET", "/plain/songs/joy")).status == 404


async def test_the_cameras_aim_is_told(running: RunningPage, owner: Browser) -> None:
    running.show(Emotion.HAPPY)
    text = (await owner.ask("GET", "/plain/aim")).text
    assert "1.5 m" in text
    assert "Turn the camera" in text


async def test_the_box_is_told_with_settings_and_log(owner: Browser) -> None:
    text = (await owner.ask("GET", "/plain/box")).text
    for words in ("web.port", "12:00:00  Hello.", "python", "Sign out"):
        assert words in text


async def test_a_title_cannot_bring_html_along(running: RunningPage, owner: Browser) -> None:
    running.send(events.PlayerChanged(PlayerState("play", "a.ogg", title="<script>alert(1)</script>")))
    text = (await owner.ask("GET", "/plain")).text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


async def test_what_is_wrong_is_said_on_a_page_with_the_way_back(owner: Browser) -> None:
    for path, status, words in (
        ("/plain/nowhere", 404, "There is nothing at /plain/nowhere"),
        ("/plain/songs/joy", 404, "is no emotion"),
        ("/plain/history?date=2026-02-30", 400, "is no day of the calendar"),
    ):
        answer = await owner.ask("GET", path)
        assert answer.status == status
        assert answer.headers["Content-Type"].startswith("text/html")
        assert words in answer.text
        assert 'href="/plain/history"' in answer.text


async def test_music_is_steered_by_forms(running: RunningPage, owner: Browser) -> None:
    text = (await owner.ask("GET", "/plain")).text
    assert 'value="pause"' in text
    for wanted, command in (
        ("next", commands.Skip("page")),
        ("pause", commands.SetMusic(False, "page")),
        ("happy", commands.Override(Emotion.HAPPY, "page")),
        ("auto", commands.Override(None, "page")),
    ):
        answer = await owner.ask("POST", "/plain/steer", data={"do": wanted})
        assert (answer.status, answer.headers["Location"]) == (303, "/plain")
        assert running.emitted[-1] == command
    assert (await owner.ask("POST", "/plain/steer", data={"do": "joy"})).status == 400
    assert (await owner.ask("POST", "/plain/steer", data={"do": "next"}, origin=False)).status == 403
    assert (await running.browser().ask("POST", "/plain/steer", data={"do": "next"})).status == 401


async def test_the_plain_page_speaks_the_readers_language(running: RunningPage, owner: Browser) -> None:
    running.show(Emotion.HAPPY)
    german = {"Accept-Language": "de"}
    text = (await owner.ask("GET", "/plain", headers=german)).text
    assert '<html lang="de">' in text
    assert "Aus „traurig“: you looked sad." in text
    assert "<dd>1 Person da</dd>" in text
    assert "Dreh die Kamera" in (await owner.ask("GET", "/plain/aim", headers=german)).text
    missing = await owner.ask("GET", "/plain/nowhere", headers=german)
    assert "Das lässt sich nicht zeigen" in missing.text
