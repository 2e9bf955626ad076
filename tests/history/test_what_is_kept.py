"""Which judgements are kept and for how long, and what the owner has taught."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.domain.emotions import Emotion, Reading
from appliance.domain.moods import Correction, Mood, Policy, Verdict
from appliance.domain.reasons import MoodSeen
from appliance.history import History
from appliance.history.history import CORRECTIONS, FILE

NOW = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
HAPPY, SAD = Emotion.HAPPY, Emotion.SAD
WHY = MoodSeen(emotion=Emotion.HAPPY, policy=Policy.MATCH)


def rows(folder: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / FILE)) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()  # noqa: S608 - the names stand here


def test_judgements_are_kept_and_not_every_one_that_says_the_same(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        for second in range(0, 1200, 5):
            history.record_mood(Mood(SAD, 0.6, people=1), NOW + timedelta(seconds=second), 5.0)
        history.record_mood(Mood(SAD, 0.6, people=2), NOW + timedelta(seconds=1201), 5.0)
        history.record_mood(Mood(HAPPY, 0.6, people=2), NOW + timedelta(seconds=1202), 5.0)
    kept = rows(tmp_path, "moods")
    assert [(row[2], row[6]) for row in kept] == [("sad", 1)] * 4 + [("sad", 2), ("happy", 2)]
    assert {row[7] for row in kept} == {305}


def test_a_clock_that_jumps_back_silences_no_judgement(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        history.record_mood(Mood(SAD, people=1), NOW, 300.0)
        history.record_mood(Mood(SAD, people=1), NOW - timedelta(days=365), 300.0)
    assert len(rows(tmp_path, "moods")) == 2


def test_what_is_too_old_goes_by_itself_once_a_day(tmp_path: Path) -> None:
    with closing(History(tmp_path, keep_days=30)) as history:
        for day in range(100):
            history.record_play(f"{day}.flac", HAPPY, WHY, NOW + timedelta(days=day))
    assert 30 <= len(rows(tmp_path, "plays")) <= 32


def test_what_was_taught_stays_however_old_it_is(tmp_path: Path) -> None:
    with closing(History(tmp_path, keep_days=1)) as history:
        history.record_correction(correction(1))
        history.record_dislike("sad/a.flac", SAD, NOW)
        history.record_play("b.flac", HAPPY, WHY, NOW + timedelta(days=50))
        history.record_play("c.flac", HAPPY, WHY, NOW + timedelta(days=99))
    with closing(History(tmp_path)) as history:
        assert history.corrections() == [correction(1)]
        assert history.dislike(SAD, "sad/a.flac") == 1


def correction(number: int, minutes: float = 0.0, mood: Emotion = HAPPY) -> Correction:
    reading = Reading.of({SAD: 0.75, HAPPY: 0.25})
    return Correction(number, NOW + timedelta(minutes=minutes), Verdict.UNSURE, mood, reading, "edge 1.0.0")


def test_corrections_come_back_in_their_order(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        for number, minutes in ((7, 2), (3, 1), (9, 3)):
            history.record_correction(correction(number, minutes))
    with closing(History(tmp_path)) as history:
        assert history.corrections() == [correction(3, 1), correction(7, 2), correction(9, 3)]
        history.forget_correction(7)
        assert [each.id for each in history.corrections()] == [3, 9]
        history.forget_corrections()
        assert history.corrections() == []


def test_a_second_word_on_one_judgement_replaces_the_first(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        history.record_correction(correction(7, 1, HAPPY))
        history.record_correction(correction(7, 2, SAD))
        assert history.corrections() == [correction(7, 2, SAD)]


def test_only_the_newest_corrections_are_kept(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        for number in range(1, CORRECTIONS + 6):
            history.record_correction(correction(number, number))
        assert [each.id for each in history.corrections()] == list(range(6, CORRECTIONS + 6))


def test_a_correction_that_another_program_garbled_is_left_out(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        for number in (1, 2, 3, 4):
            history.record_correction(correction(number, number))
        with closing(sqlite3.connect(tmp_path / FILE)) as vandal:
            vandal.execute("UPDATE corrections SET sad = 17 WHERE id = 1")
            vandal.execute("UPDATE corrections SET mood = 'hungry' WHERE id = 2")
            vandal.execute("UPDATE corrections SET at = 'once' WHERE id = 3")
            vandal.commit()
        assert [each.id for each in history.corrections()] == [4]


def test_a_word_against_a_song_outlasts_a_restart_and_is_fading_slowly(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        history.record_play("sad/a.flac", SAD, WHY, NOW)
        history.record_dislike("sad/a.flac", SAD, NOW)
        history.record_play("sad/a.flac", SAD, WHY, NOW)
        history.record_play("happy/a.flac", HAPPY, WHY, NOW)
        history.record_skip("happy/a.flac", HAPPY, 0.1, NOW)
        before = history.dislikes()
    assert before == [(SAD, "sad/a.flac", 0.9), (HAPPY, "happy/a.flac", 0.5)]
    with closing(History(tmp_path)) as history:
        assert history.dislikes() == before
        assert history.forgive("sad/a.flac", SAD)
        assert history.forgive("happy/a.flac", HAPPY)
        assert not history.forgive("happy/a.flac", HAPPY)
    with closing(History(tmp_path)) as history:
        assert history.dislikes() == []


def test_a_skip_is_kept_with_the_play_of_its_own_track(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        history.record_play("a", HAPPY, WHY, NOW)
        history.record_play("b", HAPPY, WHY, NOW)
        history.record_skip("a", HAPPY, 0.1, NOW)
    assert rows(tmp_path, "skips")[0][2] == 1
