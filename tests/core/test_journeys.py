"""The conductor and journeys: which policy is in force, and when a road is planned anew."""

from __future__ import annotations

from appliance.core.saved_choices import SavedChoices
from appliance.domain import commands, events
from appliance.domain.emotions import Emotion
from appliance.domain.moods import Policy
from appliance.domain.roads import Road
from appliance.settings.settings import parse_settings
from tests.room import Room, plays, said

SAD = Emotion.SAD


def knowing(songs: int = 100, toml: str = "", saved: SavedChoices | None = None) -> Room:
    room = Room(parse_settings(toml), saved)
    room.send(events.SongsKnown(songs))
    return room


def roads(room: Room) -> list[Road | None]:
    return [play.road for play in plays(room.actions)]


def test_journeys_are_the_default_once_a_hundred_songs_are_known() -> None:
    assert knowing(99).conductor.policy is Policy.LIFT
    room = knowing(100)
    assert room.conductor.policy is Policy.JOURNEY
    assert said(room.actions).endswith("100 songs are known: the policy is journey.")


def test_what_the_owner_set_or_chose_holds_however_many_songs_are_known() -> None:
    assert knowing(5000, '[mood]\npolicy = "match"').conductor.policy is Policy.MATCH
    assert knowing(5000, saved=SavedChoices(policy=Policy.LIFT)).conductor.policy is Policy.LIFT
    assert knowing(0, '[mood]\npolicy = "journey"').conductor.policy is Policy.JOURNEY
    assert knowing(0, '[mood]\npolicy = "auto"').conductor.policy is Policy.LIFT


def test_music_that_lifts_goes_over_to_a_journey_when_enough_is_known() -> None:
    room = Room()
    room.show(SAD, seconds=30)
    assert roads(room)[-1] is None
    [play] = plays(room.send(events.SongsKnown(120)))
    assert play.road
    assert not play.at_once


def test_the_road_goes_on_from_song_to_song_and_is_planned_anew_with_each_judgement() -> None:
    room = knowing()
    room.show(SAD, seconds=30)
    first = roads(room)[-1]
    room.track(SAD)
    second = roads(room)[-1]
    room.show(SAD, seconds=300)
    third = roads(room)[-1]
    assert first
    assert second
    assert third
    assert (first.taken, second.taken, third.taken) == (0, 1, 1)
    assert first.number == second.number != third.number


def test_a_song_that_does_not_fit_has_the_queue_planned_anew() -> None:
    room = knowing()
    room.show(SAD, seconds=30)
    before = roads(room)[-1]
    [play] = plays(room.send(commands.DislikeSong("library/a.ogg", SAD, "page")))
    assert before
    assert play.road
    assert play.road.number != before.number


def test_with_another_policy_a_word_against_a_song_changes_no_wish() -> None:
    room = Room()
    room.show(SAD, seconds=30)
    assert plays(room.send(commands.DislikeSong("sad/a.ogg", SAD, "page"))) == []
