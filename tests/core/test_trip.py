"""A journey that somebody begins from a song: kept to over judgements, over after its last song or another wish."""

from __future__ import annotations

from appliance.domain import commands
from appliance.domain.actions import Play
from appliance.domain.emotions import Emotion
from appliance.domain.events import TrackStarted
from appliance.domain.reasons import Chosen, FromSong, MoodSeen, OnJourney
from tests.core.test_journeys import knowing
from tests.room import Room, plays, said

HAPPY, SAD = Emotion.HAPPY, Emotion.SAD
ASKED = commands.BeginTrip("library/rain.flac", "Rain", (-0.8, -0.6), HAPPY, "page")


def cause(play: Play, step: int) -> OnJourney:
    assert isinstance(play.reason, FromSong)
    return OnJourney(because=FromSong(emotion=HAPPY, song="Rain", step=step, steps=play.reason.steps))


def begun(room: Room) -> Play:
    [play] = plays(room.send(ASKED))
    return play


def start(room: Room, play: Play, step: int) -> list[Play]:
    return plays(room.send(TrackStarted(f"library/{step}.flac", None, SAD, cause(play, step))))


def test_it_begins_at_once_with_the_song_and_leads_to_where_it_shall() -> None:
    play = begun(knowing())
    assert play.at_once
    assert play.road
    assert (play.road.first, play.road.taken) == ("library/rain.flac", 0)
    assert play.road.points[0] == (-0.8, -0.6)
    assert play.road.points[-1][0] > 0.5


def test_judgements_leave_it_alone_but_plan_the_rest_anew() -> None:
    room = knowing()
    play = begun(room)
    [on] = start(room, play, 1)
    assert on.road
    assert on.road.taken == 1
    planned = plays(room.show(SAD, seconds=30))
    assert planned
    assert all(isinstance(each.reason, FromSong) and not each.at_once for each in planned)
    assert planned[-1].road
    assert planned[-1].road.number > on.road.number


def test_after_its_last_song_the_mood_leads_again() -> None:
    room = knowing()
    room.show(SAD, seconds=30)
    play = begun(room)
    assert isinstance(play.reason, FromSong)
    for step in range(1, play.reason.steps):
        [on] = start(room, play, step)
        assert isinstance(on.reason, FromSong)
    [after] = start(room, play, play.reason.steps)
    assert isinstance(after.reason, MoodSeen)


def test_an_override_ends_it_and_one_of_before_comes_back_after_it() -> None:
    room = knowing()
    room.send(commands.Override(SAD, "page"))
    play = begun(room)
    assert isinstance(play.reason, FromSong)
    [after] = start(room, play, play.reason.steps)
    assert after == Play(SAD, Chosen(emotion=SAD))
    begun(room)
    [now] = plays(room.send(commands.Override(SAD, "page")))
    assert now == Play(SAD, Chosen(emotion=SAD), at_once=True)


def test_it_is_given_up_when_other_songs_play_in_its_place() -> None:
    room = knowing()
    room.show(SAD, seconds=30)
    begun(room)
    room.track(SAD)
    [after] = plays(room.track(SAD))
    assert isinstance(after.reason, MoodSeen)


def test_the_owner_is_told() -> None:
    room = knowing()
    assert said(room.send(ASKED)) == "From 'Rain' to happy (page)."
