"""What the box says of its songs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from appliance.catalogue.songs import SongTags
from appliance.control.messages import AskClusters, AskLike, AskPath, AskWhy
from appliance.control.song_answers import NoSuchSong, SongAnswers, find_song
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.journey.plane import Plane
from appliance.sound.index import SoundIndex

FILES = ("happy/a.flac", "library/deep/b.flac", "library/other/b.flac", "library/quiet.flac")


def plane() -> Plane:
    index = SoundIndex.unheard(FILES)
    sounds = np.zeros((4, 32), np.int8)
    sounds[:3, 0] = 127
    sounds[2, 1] = 127
    places = np.array([[0.5, 0.5], [-0.6, -0.7], [0.1, 0.9], [np.nan, np.nan]], np.float32)
    given = np.array([EMOTIONS.index(Emotion.HAPPY), -1, EMOTIONS.index(Emotion.FEAR), -1], np.int8)
    suggested = np.array([-1, EMOTIONS.index(Emotion.SAD), -1, -1], np.int8)
    tempo = np.array([120, 72, np.nan, np.nan], np.float32)
    mode = np.array([1, 0, -1, -1], np.int8)
    return Plane.of(
        replace(index, sounds=sounds, places=places, given=given, suggested=suggested, tempo=tempo, mode=mode)
    )


async def song(file: str) -> tuple[SongTags | None, str]:
    return SongTags(file=file, title="T"), "is silent" if "quiet" in file else ""


async def genres() -> dict[str, str]:
    return {}


ANSWERS = SongAnswers(song, plane, genres)


@pytest.mark.parametrize(
    ("file", "emotion", "because"),
    [
        ("happy/a.flac", "happy", "folder"),
        ("deep/b.flac", "sad", "its sound, clearly"),
        ("other/b", "fear", "your word"),
        ("quiet", None, "nothing"),
    ],
)
async def test_why_a_song_plays_for_a_mood(file: str, emotion: str | None, because: str) -> None:
    answer = await ANSWERS.answer(AskWhy(file))
    assert (answer["emotion"], answer["because"]) == (emotion, because)


async def test_what_is_heard_in_a_song_is_told_and_why_nothing_is() -> None:
    answer = await ANSWERS.answer(AskWhy("deep/b.flac"))
    assert (answer["tempo"], answer["mode"], answer["heard"], answer["problem"]) == (72, "minor", True, None)
    answer = await ANSWERS.answer(AskWhy("quiet"))
    assert (answer["tempo"], answer["valence"], answer["heard"], answer["problem"]) == (None, None, False, "is silent")


async def test_songs_that_sound_alike_come_most_alike_first() -> None:
    answer = await ANSWERS.answer(AskLike("happy/a.flac", 5))
    assert [each["file"] for each in answer["like"]] == ["library/deep/b.flac", "library/other/b.flac"]
    with pytest.raises(NoSuchSong, match="has not been listened to yet"):
        await ANSWERS.answer(AskLike("quiet", 5))


async def test_a_journey_leads_from_a_song_to_an_emotion() -> None:
    answer = await ANSWERS.answer(AskPath("deep/b", "happy"))
    assert answer["songs"][0]["file"] == "library/deep/b.flac"
    assert answer["songs"][0]["why"].startswith("slow, 72 bpm, minor")
    assert {each["file"] for each in answer["songs"]} <= set(FILES[:3])
    with pytest.raises(NoSuchSong, match="there is no song 'calm'"):
        await ANSWERS.answer(AskPath("sad", "calm"))


async def test_every_song_that_was_heard_is_in_one_group() -> None:
    groups = (await ANSWERS.answer(AskClusters()))["clusters"]
    assert sum(group["songs"] for group in groups) == 3
    assert all(group["name"] and group["examples"] for group in groups)


def test_a_name_that_fits_none_or_several_is_an_error_that_helps() -> None:
    with pytest.raises(NoSuchSong, match=r"2 songs are called 'b\.flac': library/deep/b\.flac, library/other/b\.flac"):
        find_song(FILES, "b.flac")
    with pytest.raises(NoSuchSong, match="there is no song 'x'"):
        find_song(FILES, "x")
    assert find_song(FILES, "QUIET") == 3


async def test_while_the_box_starts_the_songs_are_not_known() -> None:
    with pytest.raises(NoSuchSong, match="not known yet"):
        await SongAnswers(song, lambda: None, genres).answer(AskWhy("a"))
