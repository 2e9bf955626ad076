"""What happened to songs, and what the owner says of them, as lessons about where they lie."""

from __future__ import annotations

from appliance.domain.actions import Action, DeleteLesson, DeleteLessons, RecordSkip, Say, TeachSong
from appliance.domain.commands import ForgetLessons, PlaceSong, TakeBackLesson
from appliance.domain.events import SongMoved, TrackHeard, TrackSkipped
from appliance.domain.lessons import LessonKind

EARLY = 0.5
"""A skip before this share of the track teaches that it does not fit; a later one teaches nothing."""


def taught(event: TrackHeard | TrackSkipped | SongMoved | PlaceSong | TakeBackLesson | ForgetLessons) -> list[Action]:
    """What there is to say, to keep and to learn."""
    match event:
        case TrackHeard(file, emotion):
            return [TeachSong(file, LessonKind.HEARD, emotion)]
        case TrackSkipped(file, emotion, heard):
            lesson = [TeachSong(file, LessonKind.SKIPPED, emotion)] if heard < EARLY else []
            return [RecordSkip(file, emotion, heard), *lesson]
        case SongMoved(was, emotion):
            return [TeachSong(was, LessonKind.MOVED, emotion)]
        case PlaceSong(file, emotion, place, by):
            where = emotion or "elsewhere on the plane"
            return [Say(f"{file!r} is {where} ({by})."), TeachSong(file, LessonKind.PLACED, emotion, place)]
        case TakeBackLesson(number, by):
            return [Say(f"What was taught of a song is taken back ({by})."), DeleteLesson(number)]
        case ForgetLessons(by):
            return [Say(f"All that was taught of songs is taken back ({by})."), DeleteLessons()]
