"""Journeys on a real MPD: the queue along the road, planned anew when it must be."""

from __future__ import annotations

import random

import numpy as np

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.events import PlayerState
from appliance.domain.moods import Policy
from appliance.domain.reasons import Chosen, FromSong, MoodTold, OnJourney, Reason
from appliance.domain.roads import Road
from appliance.journey.plane import Plane
from appliance.sound.index import SOUND_SIZE, packed
from tests.journey.libraries import library
from tests.music.running_player import RunningPlayer

SAD, HAPPY = Emotion.SAD, Emotion.HAPPY
BECAUSE = MoodTold(emotion=SAD, policy=Policy.JOURNEY)
ROAD = Road(((-0.9, -0.9), (0.9, 0.9)), stay=1, number=1)
SONGS = 13


def along(running: RunningPlayer, seconds: float = 60.0) -> Plane:
    """Songs along a line on the plane, from sad to happy by their numbers, each with a sound of its own."""
    first = running.song("library/00.wav", seconds=seconds)
    for number in range(1, SONGS):
        (running.songs / f"library/{number:02}.wav").hardlink_to(first)
    line = np.linspace(-0.9, 0.9, SONGS)
    sounds = packed(np.random.default_rng(1).normal(size=(SONGS, SOUND_SIZE)))
    files = tuple(f"library/{number:02}.wav" for number in range(SONGS))
    return Plane.of(library(SONGS, files=files, places=np.column_stack([line, line]).astype(np.float32), sounds=sounds))


def numbers(state: PlayerState) -> list[int]:
    """The numbers of the song that plays and of those behind it."""
    return [int(file[8:10]) for file in (state.file, *state.ahead) if file]


def steps(reason: Reason | None) -> int:
    """How many songs the road has that a song was queued for; 0 if it was queued for none."""
    return reason.because.steps if isinstance(reason, OnJourney) else 0


async def test_a_journey_queues_the_next_four_along_its_road_and_says_why(running: RunningPlayer) -> None:
    running.player.know(along(running))
    running.player._picker.known._rng = random.Random(3)  # chance decides among the best five
    async with running:
        running.player.play(SAD, BECAUSE, road=ROAD)
        await running.until(lambda: running.state.state == "play" and len(running.state.queue) == 4)
        state = running.state
        places = [2 * number / (SONGS - 1) - 1 for number in numbers(state)]
        targets = [ROAD.target(song)[0] for song in range(5)]
        assert max(abs(place - target) for place, target in zip(places, targets, strict=True)) < 0.75
        assert places[-1] > places[0]
        reasons = [song.reason for song in state.queue]
        assert all(isinstance(reason, OnJourney) for reason in reasons)
        assert [reason.because.step for reason in reasons if isinstance(reason, OnJourney)] == [2, 3, 4, 5]
        assert [reason.after for reason in reasons if isinstance(reason, OnJourney)] == [
            file[8:10] for file in (state.file, *state.ahead[:3]) if file
        ]


async def test_the_next_song_is_the_one_that_was_shown_as_the_next(running: RunningPlayer) -> None:
    running.player.know(along(running))
    async with running:
        running.player.play(SAD, BECAUSE, road=ROAD)
        await running.until(lambda: len(running.state.queue) == 4)
        planned = [running.state.file, *running.state.ahead]
        for count in range(1, 5):
            await running.until(lambda count=count: len(running.started) == count and running.state.state == "play")
            running.player.seek(59.5)
        await running.until(lambda: len(running.started) >= 5)
        assert running.started[:5] == planned


async def test_a_new_judgement_plans_the_queue_anew_and_lets_the_song_play_on(running: RunningPlayer) -> None:
    running.player.know(along(running))
    async with running:
        running.player.play(SAD, BECAUSE, road=ROAD)
        await running.until(lambda: len(running.state.queue) == 4)
        playing = running.state.file
        running.player.play(HAPPY, BECAUSE, road=Road(((0.9, 0.9),), number=2))
        await running.until(lambda: [steps(song.reason) for song in running.state.queue] == [1] * 4)
        assert sum(numbers(running.state)[1:]) / 4 > 0.4 * SONGS
        assert running.state.file == playing
        assert len(set(running.state.ahead)) == 4


async def test_a_skip_leaves_what_was_planned_and_the_road_goes_on(running: RunningPlayer) -> None:
    running.player.know(along(running))
    async with running:
        running.player.play(SAD, BECAUSE, road=ROAD)
        await running.until(lambda: running.state.state == "play" and len(running.state.queue) == 4)
        skipped, first = running.state.file, running.state.queue[0].reason
        running.player.skip()
        await running.until(lambda: running.state.file != skipped and len(running.state.queue) == 4)
        assert skipped not in running.state.ahead
        now = running.state.reason
        assert isinstance(now, OnJourney)
        assert isinstance(first, OnJourney)
        assert now.because.step == first.because.step == 2


async def test_a_song_that_has_gone_from_the_disk_is_passed_over_without_a_word(running: RunningPlayer) -> None:
    plane = along(running)
    for number in range(0, SONGS, 2):
        (running.songs / f"library/{number:02}.wav").unlink()
    running.player.know(plane)
    async with running:
        running.player.play(SAD, BECAUSE, road=ROAD)
        await running.until(lambda: running.state.state == "play" and len(running.state.queue) == 4)
        assert all(number % 2 for number in numbers(running.state))
        assert running.warnings == []


async def test_without_a_catalogue_a_journey_plays_from_the_folders(running: RunningPlayer) -> None:
    running.song("sad/a.wav", seconds=60)
    running.song("sad/b.wav", seconds=60)
    async with running:
        running.player.play(SAD, BECAUSE, road=ROAD)
        await running.until_from("sad")
        assert running.state.reason == BECAUSE


async def test_a_song_of_the_library_stands_in_for_an_empty_folder(running: RunningPlayer) -> None:
    plane = along(running)
    running.song("surprise/other.wav", seconds=60)
    running.player.know(plane)
    async with running:
        running.player.play(SAD, Chosen(emotion=SAD))
        await running.until(lambda: running.state.state == "play" and len(running.state.queue) == 1)
        assert EMOTIONS[plane.emotions[numbers(running.state)[0]]] is SAD
        assert running.state.emotion is SAD
        assert running.state.reason == Chosen(emotion=SAD, empty=SAD, instead=SAD, library=True)


async def test_no_song_of_a_journey_plays_again_before_half_of_its_emotion_has(running: RunningPlayer) -> None:
    plane = along(running, seconds=0.4)
    running.player.know(plane)
    async with running:
        running.player.play(HAPPY, BECAUSE, road=Road(((0.9, 0.9),), number=2))
        await running.until(lambda: len(running.started) >= 9)
    happy = {file for file, emotion in zip(plane.index.files, plane.emotions, strict=True)
             if EMOTIONS[emotion] is HAPPY}  # fmt: skip
    played = [file for file in running.started if file in happy]
    half = len(happy) // 2
    assert all(len(set(played[at : at + half])) == min(half, len(played) - at) for at in range(len(played)))


async def test_a_trip_begins_at_once_with_its_song_and_goes_on_from_it(running: RunningPlayer) -> None:
    running.player.know(along(running))
    async with running:
        running.player.play(SAD, BECAUSE, road=ROAD)
        await running.until(lambda: running.state.state == "play" and len(running.state.queue) == 4)
        first = next(f"library/{number:02}.wav" for number in range(SONGS) if number not in numbers(running.state))
        road = Road(((0.0, 0.0), (0.9, 0.9)), first=first, number=2)
        cause = FromSong(emotion=HAPPY, song="A song")
        running.player.play(HAPPY, cause, at_once=True, road=road)
        await running.until(lambda: running.state.file == first)
        await running.until(lambda: len(running.state.queue) == 4)
        reasons = [running.state.reason, *(song.reason for song in running.state.queue)]
        causes = [reason.because for reason in reasons if isinstance(reason, OnJourney)]
        assert [each.step for each in causes] == [1, *(min(step, road.songs) for step in range(2, 6))]
        assert {type(each) for each in causes} == {FromSong}
