"""One music for several rooms."""

from __future__ import annotations

from appliance.core.saved_choices import SavedChoices
from appliance.domain import commands
from appliance.domain.emotions import Emotion
from appliance.domain.events import RoomFelt, RoomLost
from appliance.domain.moods import Mood, Verdict
from appliance.peers.weighing import LINGER
from appliance.settings.settings import parse_settings
from tests.room import Room, plays, said

MATCH = '[mood]\npolicy = "match"\n'
TOGETHER = SavedChoices(together=True)


def felt(emotion: Emotion | Verdict, people: int) -> RoomFelt:
    return RoomFelt("attic", Mood(emotion, 0.9, people=people), people)


def wishes(room: Room) -> Emotion:
    assert room.conductor.wish
    return room.conductor.wish.emotion


def test_the_mood_of_another_room_changes_what_is_played_here() -> None:
    room = Room(parse_settings(MATCH), TOGETHER)
    [play] = plays(room.send(felt(Emotion.SAD, 1)))
    assert play.emotion is Emotion.SAD
    assert room.conductor.mood.mood is Verdict.UNSURE


def test_apart_it_does_not() -> None:
    room = Room(parse_settings(MATCH))
    assert plays(room.send(felt(Emotion.SAD, 5))) == []


def test_more_people_elsewhere_outweigh_one_here() -> None:
    room = Room(parse_settings(MATCH), TOGETHER)
    room.show(Emotion.HAPPY, seconds=25)
    assert wishes(room) is Emotion.HAPPY
    room.send(felt(Emotion.SAD, 3))
    assert wishes(room) is Emotion.SAD
    room.send(RoomLost("attic"))
    assert wishes(room) is Emotion.HAPPY


def test_a_room_with_a_face_leads_when_the_other_has_been_empty_for_a_while() -> None:
    room = Room(parse_settings(MATCH), TOGETHER)
    room.show(Emotion.HAPPY, seconds=25)
    room.send(felt(Emotion.SAD, 3))
    room.send(felt(Verdict.NOBODY, 0))
    room.show(Emotion.HAPPY, seconds=LINGER - 10)
    assert wishes(room) is Emotion.SAD
    room.show(Emotion.HAPPY, seconds=20)
    assert wishes(room) is Emotion.HAPPY


def test_what_is_chosen_of_the_house_is_kept_and_said() -> None:
    room = Room(parse_settings(MATCH))
    room.send(felt(Emotion.SAD, 2))
    actions = room.send(commands.SetTogether(True, "page"))
    assert "One music for the house: yes (page)." in said(actions)
    assert [play.emotion for play in plays(actions)] == [Emotion.SAD]
    assert room.conductor.saved.together
    assert room.send(commands.SetTogether(True, "page")) == []
    room.show(Emotion.HAPPY, seconds=25)
    assert wishes(room) is Emotion.SAD
    room.send(commands.SetTogether(False, "page"))
    assert wishes(room) is Emotion.HAPPY


def test_an_override_goes_before_every_room() -> None:
    room = Room(parse_settings(MATCH), TOGETHER)
    room.send(commands.Override(Emotion.FEAR, "page"))
    room.send(felt(Emotion.SAD, 5))
    assert wishes(room) is Emotion.FEAR
    room.send(commands.Override(None, "page"))
    assert wishes(room) is Emotion.SAD
