"""A box that plays what another one plays."""

from __future__ import annotations

import pytest

from appliance.core.following import ALONE_AFTER
from appliance.core.saved_choices import SavedChoices
from appliance.core.status import describe_status
from appliance.domain import commands, events
from appliance.domain.actions import Action, Pause, Play, Resume, Save, SkipTrack
from appliance.domain.emotions import Emotion
from appliance.domain.events import LeaderSeen, PlayerChanged, PlayerState
from appliance.domain.status import PlayerStatus
from appliance.settings.settings import Settings, parse_settings
from tests.room import Room, plays, said

FOLLOWS = '[music]\nfollow = "kitchen"\n'
SPEAKER = f'[camera]\nsource = "none"\n{FOLLOWS}'


def sounds(actions: list[Action]) -> list[Action]:
    """What of it has the box's own music begin."""
    return [
        each for each in actions if isinstance(each, Resume | SkipTrack) or (isinstance(each, Play) and each.at_once)
    ]


def test_a_loudspeaker_keeps_its_own_music_silent_with_the_other_box_and_without() -> None:
    room = Room(parse_settings(SPEAKER))
    assert Pause() in room.actions
    room.send(LeaderSeen(True))
    room.send(PlayerChanged(PlayerState("pause", "a.ogg")))
    room.send(LeaderSeen(False))
    room.wait(10 * ALONE_AFTER)
    assert sounds(room.actions) == []
    assert room.conductor.following.wanted


def test_a_box_with_a_camera_goes_on_alone_after_a_while_and_joins_again() -> None:
    room = Room(parse_settings(FOLLOWS))
    room.send(LeaderSeen(True))
    room.send(LeaderSeen(False))
    assert Resume() not in room.wait(ALONE_AFTER - 1)
    alone = room.wait(2)
    assert alone.count(Resume()) == 1
    assert "kitchen is away: the box goes on by itself." in said(alone)
    assert room.wait(100) == []
    assert Pause() in room.send(LeaderSeen(True))


def test_a_short_absence_changes_nothing() -> None:
    room = Room(parse_settings(FOLLOWS))
    for _ in range(5):
        room.send(LeaderSeen(True))
        room.wait(10)
        room.send(LeaderSeen(False))
        room.wait(ALONE_AFTER - 1)
    assert sounds(room.actions) == []


@pytest.mark.parametrize("asked", [commands.Skip("page"), commands.Override(Emotion.SAD, "page")])
def test_what_is_asked_of_the_music_does_not_break_its_silence(asked: commands.Command) -> None:
    room = Room(parse_settings(FOLLOWS))
    room.send(LeaderSeen(True))
    assert sounds(room.send(asked)) == []
    assert sounds(room.show(Emotion.HAPPY, seconds=30)) == []


def test_a_choice_made_meanwhile_holds_when_it_goes_on_alone() -> None:
    room = Room(parse_settings(FOLLOWS))
    room.send(LeaderSeen(True))
    assert [play.emotion for play in plays(room.send(commands.Override(Emotion.SAD, "page")))] == [Emotion.SAD]


def test_music_begun_by_another_program_is_silenced_again() -> None:
    room = Room(parse_settings(FOLLOWS))
    assert room.send(PlayerChanged(PlayerState("play", "a.ogg"))) == [Pause()]


def test_pausing_silences_the_room_and_outlasts_a_restart() -> None:
    room = Room(parse_settings(FOLLOWS))
    room.send(LeaderSeen(True))
    room.send(PlayerChanged(PlayerState("pause", "a.ogg")))
    assert Save() in room.send(commands.ToggleMusic("button"))
    assert not room.conductor.following.wanted
    again = Room(parse_settings(FOLLOWS), SavedChoices(paused=room.conductor.saved.paused))
    again.send(LeaderSeen(True))
    assert not again.conductor.following.wanted
    assert sounds(again.send(commands.ToggleMusic("button"))) == []
    assert again.conductor.following.wanted


def test_an_owners_pause_holds_when_the_other_box_is_lost() -> None:
    room = Room(parse_settings(FOLLOWS))
    room.send(LeaderSeen(True))
    room.send(commands.SetMusic(False, "page"))
    room.send(LeaderSeen(False))
    assert sounds(room.wait(2 * ALONE_AFTER)) == []


def test_an_empty_room_falls_silent_and_hears_the_other_box_again() -> None:
    room = Room(parse_settings(f"{FOLLOWS}pause_after = 60"))
    room.send(LeaderSeen(True))
    room.show(Emotion.HAPPY, seconds=5)
    room.show(seconds=70)
    assert not room.conductor.following.wanted
    assert sounds(room.show(Emotion.HAPPY, seconds=2)) == []
    assert room.conductor.following.wanted


def test_quiet_hours_silence_the_room() -> None:
    room = Room(parse_settings(FOLLOWS))
    room.send(LeaderSeen(True))
    room.send(commands.KeepQuiet(True, "page"))
    assert not room.conductor.following.wanted
    assert sounds(room.send(commands.KeepQuiet(False, "page"))) == []
    assert room.conductor.following.wanted


def test_a_box_that_follows_nobody_does_not_care() -> None:
    room = Room(Settings())
    assert room.send(LeaderSeen(True)) == room.send(LeaderSeen(False)) == []
    assert not room.conductor.following.silent
    assert describe_status(room.conductor, room.clock).follow is None
    assert room.send(events.PlayerChanged(PlayerState("play", "a.ogg"))) == [Save()]


def test_the_status_tells_what_the_room_hears_and_no_song_of_its_own() -> None:
    room = Room(parse_settings(FOLLOWS))
    room.send(PlayerChanged(PlayerState("pause", "a.ogg", "A", volume=40)))

    def player() -> PlayerStatus:
        return describe_status(room.conductor, room.clock).player

    assert (player().state, player().file) == ("pause", None)
    room.send(LeaderSeen(True))
    assert (player().state, player().file, player().volume) == ("play", None, 40)
    room.send(commands.SetMusic(False, "page"))
    assert player().state == "pause"
    room.send(commands.SetMusic(True, "page"))
    room.send(LeaderSeen(False))
    assert player().state == "pause"
    room.wait(ALONE_AFTER + 1)
    room.send(PlayerChanged(PlayerState("play", "a.ogg", "A", volume=40)))
    assert (player().state, player().file) == ("play", "a.ogg")
