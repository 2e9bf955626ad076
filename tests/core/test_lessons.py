"""What is learnt of songs from what happens and from what the owner says."""

from __future__ import annotations

from appliance.domain import commands, events
from appliance.domain.actions import (
    DeleteDislike,
    DeleteLesson,
    DeleteLessons,
    DeleteLessonsAgainst,
    RecordSkip,
    TeachSong,
)
from appliance.domain.emotions import Emotion
from appliance.domain.lessons import LessonKind
from tests.room import Room, said

SAD, FILE = Emotion.SAD, "library/a.ogg"


def test_songs_heard_out_and_skipped_early_teach_and_late_skips_do_not() -> None:
    room = Room()
    assert room.send(events.TrackHeard(FILE, SAD)) == [TeachSong(FILE, LessonKind.HEARD, SAD)]
    assert room.send(events.TrackSkipped(FILE, SAD, 0.2)) == [
        RecordSkip(FILE, SAD, 0.2), TeachSong(FILE, LessonKind.SKIPPED, SAD)
    ]  # fmt: skip
    assert room.send(events.TrackSkipped(FILE, SAD, 0.8)) == [RecordSkip(FILE, SAD, 0.8)]


def test_a_move_between_moods_and_a_word_against_a_song_teach() -> None:
    room = Room()
    assert room.send(events.SongMoved("happy/a.ogg", SAD)) == [TeachSong("happy/a.ogg", LessonKind.MOVED, SAD)]
    assert TeachSong(FILE, LessonKind.MISFIT, SAD) in room.send(commands.DislikeSong(FILE, SAD, "page"))
    assert room.send(commands.ForgiveSong(FILE, SAD, "page"))[1:] == [
        DeleteDislike(FILE, SAD), DeleteLessonsAgainst(FILE)
    ]  # fmt: skip


def test_the_owner_places_a_song_and_takes_that_back() -> None:
    room = Room()
    placed = room.send(commands.PlaceSong(FILE, SAD, None, "page"))
    assert said(placed) == "'library/a.ogg' is sad (page)."
    assert placed[1] == TeachSong(FILE, LessonKind.PLACED, SAD)
    dragged = room.send(commands.PlaceSong(FILE, None, (0.5, 0.5), "page"))
    assert dragged[1] == TeachSong(FILE, LessonKind.PLACED, None, (0.5, 0.5))
    assert room.send(commands.TakeBackLesson(4, "page"))[1:] == [DeleteLesson(4)]
    assert room.send(commands.ForgetLessons("page"))[1:] == [DeleteLessons()]
