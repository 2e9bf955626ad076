from __future__ import annotations

from datetime import timedelta

import pytest

from appliance.core.status import describe_status
from appliance.domain.actions import KeepSetting, OrderCamera, Pause, SetFade
from appliance.domain.commands import JudgeNow, SetQuietHours, Tune
from appliance.domain.emotions import Emotion
from appliance.domain.events import PlayerChanged, PlayerState
from appliance.domain.moods import Verdict
from appliance.domain.tuning import TuneKey
from appliance.settings.described import described_settings
from tests.room import Room


def tune(room: Room, key: TuneKey, value: float, keep: bool = True) -> list[object]:
    return list(room.send(Tune(key, value, "test", keep)))


def test_what_can_be_tuned_is_a_number_with_limits_among_the_settings() -> None:
    settings = {each.key: each for each in described_settings()}
    for key in TuneKey:
        assert settings[key].kind == "number"
        assert settings[key].most is not None


@pytest.mark.parametrize("key", TuneKey)
def test_a_value_is_told_and_kept_once(key: TuneKey) -> None:
    room = Room()
    assert KeepSetting(key, 0.75) in tune(room, key, 0.75)
    told = describe_status(room.conductor, room.clock).tuning
    assert getattr(told, key.name.lower()) == 0.75
    assert tune(room, key, 0.75) == []
    assert not [action for action in tune(room, key, 0.5, keep=False) if isinstance(action, KeepSetting)]


def test_more_confidence_is_asked_of_the_next_judgement() -> None:
    room = Room()
    tune(room, TuneKey.MIN_CONFIDENCE, 1.0)
    room.show(Emotion.HAPPY, seconds=30)
    assert room.conductor.mood.mood is Verdict.UNSURE
    tune(room, TuneKey.MIN_CONFIDENCE, 0.35)
    room.send(JudgeNow("test"))
    assert room.conductor.mood.mood is Emotion.HAPPY


def test_the_room_is_empty_and_the_music_pauses_after_the_new_times() -> None:
    room = Room()
    room.send(PlayerChanged(PlayerState("play", "happy/a.ogg")))
    room.show(Emotion.HAPPY, seconds=2)
    tune(room, TuneKey.GONE_AFTER, 5)
    tune(room, TuneKey.PAUSE_AFTER, 60)
    assert not [action for action in room.show(seconds=50) if isinstance(action, Pause)]
    assert describe_status(room.conductor, room.clock).room.someone is False
    assert [action for action in room.show(seconds=15) if isinstance(action, Pause)]


def test_a_new_fade_is_handed_to_the_player() -> None:
    assert SetFade(4.0) in tune(Room(), TuneKey.FADE, 4.0)


def test_quiet_hours_that_are_set_hold_at_once_and_are_kept() -> None:
    room = Room()
    room.show(Emotion.HAPPY, seconds=1)
    now = room.clock.now().astimezone()
    hours = f"{now:%H:%M}-{now + timedelta(hours=2):%H:%M}"
    done = room.send(SetQuietHours(hours, "test"))
    assert KeepSetting("quiet.hours", hours) in done
    assert OrderCamera(False) in done
    status = describe_status(room.conductor, room.clock)
    assert status.quiet.active
    assert status.tuning is not None
    assert status.tuning.quiet_hours == hours
    assert room.send(SetQuietHours(hours, "test")) == []
    done = room.send(SetQuietHours("", "test", keep=False))
    assert OrderCamera(True) in done
    assert not [action for action in done if isinstance(action, KeepSetting)]
    assert not describe_status(room.conductor, room.clock).quiet.active
