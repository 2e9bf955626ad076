"""The history, the owner's corrections and what they teach, over the API."""

import asyncio
import csv
import gzip
import io
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from appliance.domain import commands, events
from appliance.domain.emotions import Emotion
from appliance.domain.moods import Mood, Verdict
from appliance.domain.reasons import InWords
from appliance.history import erase
from appliance.history.erase import FILE
from appliance.history.periods import period_bounds, today
from tests.web.running_page import Browser, RunningPage

SAD, NEUTRAL = Emotion.SAD, Emotion.NEUTRAL


def judge_sad(running: RunningPage) -> None:
    """Somebody looks sad, and is judged so."""
    for _ in range(20):
        running.clock.advance(0.5)
        running.show(SAD)
    running.send(commands.JudgeNow("test"))
    assert running.conductor.mood.mood is SAD


async def history(owner: Browser, **asked: str) -> Any:
    answer = await owner.ask("GET", "/api/history", params=asked)
    assert answer.status == 200, answer.text
    return answer.json


# Corrections


async def test_wrong_is_one_request_and_is_believed(running: RunningPage, owner: Browser) -> None:
    judge_sad(running)
    answer = await owner.ask("POST", "/api/corrections", {"mood": "neutral"})
    assert answer.status == 201
    assert (answer.json["was"], answer.json["mood"]) == ("sad", "neutral")
    assert answer.json["probabilities"]["sad"] == pytest.approx(0.88)
    assert set(answer.json["probabilities"]) == set(Emotion)
    assert (await owner.ask("GET", "/api/corrections")).json == [answer.json]
    status = (await owner.ask("GET", "/api/status")).json
    assert (status["mood"]["mood"], status["mood"]["told"]) == ("neutral", True)
    assert status["calibration"]["corrections"] == 1
    assert 0 < status["calibration"]["strength"] < 1


async def test_with_nothing_judged_there_is_nothing_to_correct(running: RunningPage, owner: Browser) -> None:
    answer = await owner.ask("POST", "/api/corrections", {"mood": "neutral"})
    assert answer.status == 409
    assert "no face has been judged yet" in answer.json["error"]
    assert running.emitted == []


@pytest.mark.parametrize("body", [{}, {"mood": "auto"}, {"mood": "nobody"}, {"mood": 3}, {"mood": "sad", "why": ""}])
async def test_a_correction_names_one_of_the_seven(owner: Browser, body: dict[str, Any]) -> None:
    assert (await owner.ask("POST", "/api/corrections", body)).status == 400


async def test_a_correction_is_taken_back(running: RunningPage, owner: Browser) -> None:
    judge_sad(running)
    number = (await owner.ask("POST", "/api/corrections", {"mood": "neutral"})).json["id"]
    assert (await owner.ask("DELETE", f"/api/corrections/{number}")).status == 204
    assert (await owner.ask("GET", "/api/corrections")).json == []
    assert running.history.corrections() == []
    assert (await owner.ask("GET", "/api/status")).json["mood"]["mood"] == "sad"
    assert (await owner.ask("DELETE", f"/api/corrections/{number}")).status == 404


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 40, "1e3", "%31%31", "²"])
async def test_a_correction_that_there_is_not_cannot_be_taken_back(owner: Browser, number: str) -> None:
    assert (await owner.ask("DELETE", f"/api/corrections/{number}")).status == 404


async def test_what_was_taught_is_shown_downloaded_and_forgotten(running: RunningPage, owner: Browser) -> None:
    judge_sad(running)
    await owner.ask("POST", "/api/corrections", {"mood": "neutral"})
    taught = (await owner.ask("GET", "/api/calibration")).json
    assert taught["corrections"] == 1
    assert taught["shift"]["neutral"] > 0 > taught["shift"]["sad"]
    assert taught["limit"] == pytest.approx(2.773)
    download = await owner.ask("GET", "/api/calibration.json")
    assert 'filename="moodbox-calibration.json"' in download.headers["Content-Disposition"]
    assert [each["model"] for each in download.json["corrections"]] == ["edge 1.0.0"]
    assert (await owner.ask("DELETE", "/api/calibration")).status == 204
    forgotten = (await owner.ask("GET", "/api/calibration")).json
    assert (forgotten["corrections"], forgotten["strength"], set(forgotten["shift"].values())) == (0, 0, {0})
    assert running.history.corrections() == []


# Songs that do not fit


async def test_a_song_that_does_not_fit_is_disliked_for_its_mood(running: RunningPage, owner: Browser) -> None:
    assert (await owner.ask("POST", "/api/dislikes", {})).status == 204
    assert running.emitted == [commands.DislikeSong("sad/rain.flac", SAD, "page")]
    assert running.history.dislike(SAD, "sad/rain.flac") == 1
    assert running.history.dislike(NEUTRAL, "sad/rain.flac") == 0
    assert (await owner.ask("GET", "/api/dislikes")).json == [
        {"emotion": "sad", "file": "sad/rain.flac", "dislike": 1.0}
    ]


async def test_a_song_of_the_history_may_be_named(running: RunningPage, owner: Browser) -> None:
    running.history.record_play("happy/sun.flac", Emotion.HAPPY, InWords(text="why"), datetime.now(UTC))
    assert (await owner.ask("POST", "/api/dislikes", {"file": "happy/sun.flac"})).status == 204
    assert running.history.dislike(Emotion.HAPPY, "happy/sun.flac") == 1


@pytest.mark.parametrize("file", ["happy/never.flac", "rain.flac", "../../etc/passwd", "/happy/sun.flac", "happy", "."])
async def test_a_song_that_never_played_here_is_not_known(running: RunningPage, owner: Browser, file: str) -> None:
    assert (await owner.ask("POST", "/api/dislikes", {"file": file})).status == 404
    assert running.emitted == []


async def test_what_someone_else_queued_misfits_no_mood(running: RunningPage, owner: Browser) -> None:
    running.send(events.PlayerChanged(events.PlayerState("play", "party.flac")))
    assert (await owner.ask("POST", "/api/dislikes", {})).status == 409
    running.send(events.PlayerChanged(events.PlayerState("stop")))
    assert (await owner.ask("POST", "/api/dislikes", {})).status == 409


async def test_a_song_whose_name_is_no_text_is_listed_and_forgotten_too(running: RunningPage, owner: Browser) -> None:
    running.history.record_play("sad/byte\udcff.flac", SAD, InWords(text="why"), datetime.now(UTC))
    running.history.record_skip("sad/byte\udcff.flac", SAD, 0.1, datetime.now(UTC))
    (song,) = (await owner.ask("GET", "/api/dislikes")).json
    assert (song["file"], song["dislike"]) == ("sad/byte\\udcff.flac", 0.5)
    asked = {"emotion": "sad", "file": song["file"]}
    assert (await owner.ask("DELETE", "/api/dislikes", params=asked)).status == 204
    assert running.history.dislikes() == []


async def test_a_dislike_is_forgotten(running: RunningPage, owner: Browser) -> None:
    await owner.ask("POST", "/api/dislikes", {})
    asked = {"emotion": "sad", "file": "sad/rain.flac"}
    assert (await owner.ask("DELETE", "/api/dislikes", params=asked)).status == 204
    assert (await owner.ask("GET", "/api/dislikes")).json == []
    assert (await owner.ask("DELETE", "/api/dislikes", params=asked)).status == 404


# What was


async def test_today_is_shown_with_moods_plays_and_corrections(running: RunningPage, owner: Browser) -> None:
    judge_sad(running)
    running.clock.advance(3)  # moments are kept in whole seconds
    now = running.clock.now()
    running.history.record_mood(Mood(SAD, 0.6, -0.4, -0.3, 2), now - timedelta(seconds=5), 300.0)
    running.history.record_play("sad/rain.flac", SAD, InWords(text="you looked sad"), now)
    running.history.record_skip("sad/rain.flac", SAD, 0.25, now)
    correction = (await owner.ask("POST", "/api/corrections", {"mood": "neutral"})).json
    shown = await history(owner, date=str(today(now)))
    start, end = period_bounds("day", today(now))
    assert datetime.fromisoformat(shown["from"]) == start
    assert datetime.fromisoformat(shown["to"]) == end
    mood, *later = shown["moods"]
    assert [each["mood"] for each in later] == ["sad", "neutral"]
    assert (mood["mood"], mood["confidence"], mood["people"]) == ("sad", 0.6, 2)
    (play,) = shown["plays"]
    assert (play["file"], play["emotion"], play["heard"]) == ("sad/rain.flac", "sad", 0.25)
    assert [each["id"] for each in shown["corrections"]] == [correction["id"]]


@pytest.mark.parametrize(("period", "days"), [("day", 1), ("week", 7), ("month", 31)])
async def test_another_day_week_or_month_can_be_asked_for(owner: Browser, period: str, days: int) -> None:
    shown = await history(owner, period=period, date="2026-01-15")
    length = datetime.fromisoformat(shown["to"]) - datetime.fromisoformat(shown["from"])
    assert length == timedelta(days=days)
    assert shown["moods"] == shown["plays"] == shown["corrections"] == []


@pytest.mark.parametrize(
    "asked",
    [{"period": "year"}, {"date": "today"}, {"date": "2026-02-30"}, {"date": "0001-01-01"}, {"day": "2026-01-01"}],
)
async def test_what_is_no_period_is_refused(owner: Browser, asked: dict[str, str]) -> None:
    assert (await owner.ask("GET", "/api/history", params=asked)).status == 400


async def test_the_whole_history_is_downloaded_for_a_spreadsheet(running: RunningPage, owner: Browser) -> None:
    now = datetime(2026, 3, 1, 20, tzinfo=UTC)
    running.history.record_mood(Mood(Verdict.NOBODY), now)
    running.history.record_play("sad/=1+1.flac", SAD, InWords(text="=cmd|' /C calc'!A0"), now)
    answer = await owner.ask("GET", "/api/history.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["kind"], row["mood"], row["why"]) for row in rows] == [
        ("mood", "nobody", ""),
        ("play", "", "'=cmd|' /C calc'!A0"),
    ]


async def test_the_whole_history_is_downloaded_for_a_program(running: RunningPage, owner: Browser) -> None:
    for number in range(1200):
        running.history.record_play(
            f"sad/{number}.flac", SAD, InWords(text="why"), datetime(2026, 3, 1, 20, tzinfo=UTC)
        )
    answer = await owner.ask("GET", "/api/history.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert [row["file"] for row in json.loads(answer.body)["plays"]] == [f"sad/{number}.flac" for number in range(1200)]


async def test_the_history_is_erased_with_all_that_was_taught(running: RunningPage, owner: Browser) -> None:
    judge_sad(running)
    await owner.ask("POST", "/api/corrections", {"mood": "neutral"})
    await owner.ask("POST", "/api/dislikes", {})
    running.history.record_play("sad/rain.flac", SAD, InWords(text="why"), running.clock.now())
    assert (await owner.ask("DELETE", "/api/history")).status == 204
    assert (await history(owner))["plays"] == []
    assert (await owner.ask("GET", "/api/corrections")).json == []
    assert (await owner.ask("GET", "/api/dislikes")).json == []
    assert running.history.recent(SAD, 9) == []


async def test_an_erasure_that_another_program_is_in_the_way_of_says_so(
    running: RunningPage, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erase, "_PATIENCE", 100)
    running.history.record_play("sad/rain.flac", SAD, InWords(text="why"), running.clock.now())
    with closing(sqlite3.connect(running.settings.state_dir / FILE, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM plays").fetchall()
        answer = await owner.ask("DELETE", "/api/history")
        assert answer.status == 409
        assert "cannot be erased" in answer.json["error"]
    assert (await owner.ask("DELETE", "/api/history")).status == 204


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/history"),
        ("GET", "/api/history.csv"),
        ("GET", "/api/history.json"),
        ("DELETE", "/api/history"),
        ("GET", "/api/corrections"),
        ("POST", "/api/corrections"),
        ("DELETE", "/api/corrections/1"),
        ("GET", "/api/calibration"),
        ("DELETE", "/api/calibration"),
        ("GET", "/api/calibration.json"),
        ("GET", "/api/dislikes"),
        ("POST", "/api/dislikes"),
        ("DELETE", "/api/dislikes"),
    ],
)
async def test_nothing_of_it_is_for_strangers(running: RunningPage, method: str, path: str) -> None:
    assert (await running.browser().ask(method, path)).status == 401


async def test_a_download_that_is_given_up_leaves_room_for_others(running: RunningPage, owner: Browser) -> None:
    for number in range(3000):
        running.history.record_play(
            f"sad/{number}.flac", SAD, InWords(text="why " * 200), datetime(2026, 3, 1, 20, tzinfo=UTC)
        )
    for _ in range(3):
        async with owner.session.get(running.url + "/api/history.csv") as response:
            await response.content.readany()
            response.close()
    async with asyncio.timeout(30):
        while (await owner.ask("GET", "/api/history.csv")).status != 200:
            await asyncio.sleep(0.1)


# A drawing of a long time


async def test_a_month_of_judgements_is_sent_small_enough_to_be_drawn(running: RunningPage, owner: Browser) -> None:
    first = datetime(2026, 3, 1, tzinfo=UTC)
    for number in range(31 * 288):
        mood = Mood(list(Emotion)[number // 3 % 7], confidence=0.5 + number % 50 / 100, people=1 + number % 3)
        running.history.record_mood(mood, first + timedelta(minutes=5 * number), 300.0)
    answer = await owner.ask("GET", "/api/history?period=month&date=2026-03-05&drawn=1")
    sent = len(gzip.compress(answer.body))
    assert answer.headers["Content-Encoding"] == "gzip"
    assert sent < 60_000
    assert 31 * 20 < len(answer.json["moods"]) <= 1_300
    whole = await owner.ask("GET", "/api/history?period=month&date=2026-03-05")
    assert len(whole.json["moods"]) > 5 * len(answer.json["moods"])


async def test_a_week_is_a_picture_to_keep(running: RunningPage, owner: Browser) -> None:
    judge_sad(running)
    answer = await owner.ask("GET", "/api/history/week.svg")
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert "A week of moods" in answer.text
    assert (await owner.ask("GET", "/api/history/week.svg?date=2026-02-30")).status == 400
