"""The choice of the next track."""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import Emotion
from appliance.music import picker
from appliance.music.library import FolderPart, Library
from appliance.music.picker import Picker, draw
from appliance.music.play_memory import Forgetful
from tests.music.running_player import RunningPlayer, tone

HAPPY, SAD, FEAR = Emotion.HAPPY, Emotion.SAD, Emotion.FEAR


@given(st.integers(1, 60), st.integers(0, 2**32))
def test_half_of_a_folder_plays_between_two_plays_of_a_track(size: int, seed: int) -> None:
    rng, recent = random.Random(seed), list[str]()
    tracks = [str(number) for number in range(size)]
    for _ in range(3 * size):
        track = draw(tracks, recent, {}, rng)
        assert track not in recent[: size // 2]
        recent.insert(0, track)


@given(
    st.lists(st.text(max_size=3), min_size=1, max_size=9),
    st.lists(st.text(max_size=3), max_size=20),
    st.dictionaries(st.text(max_size=3), st.floats(0, 1)),
    st.integers(0, 2**32),
)
def test_there_is_always_something_to_draw(
    tracks: list[str], recent: list[str], dislikes: dict[str, float], seed: int
) -> None:
    assert draw(tracks, recent, dislikes, random.Random(seed)) in tracks


def test_what_is_disliked_plays_seldom_but_not_never() -> None:
    rng = random.Random(1)
    counts = Counter(draw(["a", "b", "disliked"], ["a"], {"disliked": 1.0}, rng) for _ in range(1000))
    assert counts["a"] == 0
    assert 40 < counts["disliked"] < 160


async def choices(running: RunningPlayer, chooser: Picker, library: Library, wish: Emotion, count: int) -> list[str]:
    """What the picker chooses in turn if each choice plays."""
    found: list[str] = []
    async with running.other() as mpd:
        library.connection = mpd
        for _ in range(count):
            choice = await chooser.choose(wish)
            assert choice
            found.append(choice.track.file)
            chooser.played(choice.track.emotion, choice.track.file)
    return found


def links(running: RunningPlayer, folder: str, count: int) -> None:
    source = tone(running.folder / "source.flac", seconds=0.1)
    (running.songs / folder).mkdir()
    for number in range(count):
        os.link(source, running.songs / folder / f"{number:03}.flac")


@pytest.mark.parametrize("small", [64, 1], ids=["read as a whole", "drawn by number"])
async def test_fifty_songs_play_half_before_one_repeats(
    running: RunningPlayer, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picker, "SMALL", small)
    links(running, "happy", 50)
    library = Library(running.songs)
    async with running:
        played = await choices(running, Picker(library, Forgetful(), rng=random.Random(7)), library, HAPPY, 150)
    assert all(track not in played[max(0, at - 25) : at] for at, track in enumerate(played))
    assert len(set(played)) > 40


async def test_what_played_before_a_restart_is_not_repeated(running: RunningPlayer) -> None:
    links(running, "happy", 10)
    memory = Forgetful()
    for number in range(5):
        memory.played(HAPPY, f"happy/{number:03}.flac")
    library = Library(None)
    async with running:
        (first, *_) = await choices(running, Picker(library, memory), library, HAPPY, 1)
    assert first not in {f"happy/{number:03}.flac" for number in range(5)}


async def test_dislikes_count_in_a_large_folder_too(running: RunningPlayer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picker, "SMALL", 1)
    links(running, "happy", 4)
    memory = Forgetful()
    memory.disliked(HAPPY, "happy/000.flac", 1.0)
    library = Library(None)
    async with running:
        played = await choices(running, Picker(library, memory, rng=random.Random(3)), library, HAPPY, 200)
    assert 0 < Counter(played)["happy/000.flac"] < 40


async def test_a_song_and_a_stream_take_turns(running: RunningPlayer) -> None:
    links(running, "happy", 1)
    (running.songs / "happy" / "radio.m3u").write_text("https://example.org/radio.mp3\n")
    library = Library(running.songs)
    async with running:
        played = await choices(running, Picker(library, Forgetful()), library, HAPPY, 6)
    assert set(played[::2]) | set(played[1::2]) == {"happy/000.flac", "https://example.org/radio.mp3"}
    assert len(set(played[::2])) == len(set(played[1::2])) == 1


async def test_a_broken_track_is_left_out_until_it_changes(running: RunningPlayer) -> None:
    links(running, "happy", 2)
    library = Library(None)
    chooser = Picker(library, Forgetful())
    async with running, running.other() as mpd:
        library.connection = mpd
        bad = (await library.files(FolderPart(HAPPY), 0, 1))[0]
        chooser.broken(bad)
        assert "happy/000.flac" not in await choices(running, chooser, library, HAPPY, 6)
        os.unlink(running.songs / "happy" / "000.flac")  # noqa: PTH108 - it shares its data with the others
        os.utime(running.song("happy/000.flac", 500, 0.2), (1.5e9, 1.5e9))
        await mpd.ask("update", "happy")
        await running.settled()
        library.forget()
        assert "happy/000.flac" in await choices(running, chooser, library, HAPPY, 6)


async def test_a_dead_stream_is_tried_again_after_a_rest(running: RunningPlayer) -> None:
    now = [0.0]
    (running.songs / "happy").mkdir()
    (running.songs / "happy" / "radio.m3u").write_text("https://example.org/radio.mp3\n")
    library = Library(running.songs)
    chooser = Picker(library, Forgetful(), now=lambda: now[0])
    async with running, running.other() as mpd:
        library.connection = mpd
        choice = await chooser.choose(HAPPY)
        assert choice
        chooser.broken(choice.track)
        assert await chooser.choose(HAPPY) is None
        now[0] = picker.STREAM_REST + 1
        assert await chooser.choose(HAPPY) == choice


async def test_the_nearest_emotion_with_songs_stands_in(running: RunningPlayer) -> None:
    links(running, "sad", 1)
    links_of = running.songs / "surprise"
    links_of.mkdir()
    os.link(running.folder / "source.flac", links_of / "x.flac")
    library = Library(None)
    async with running, running.other() as mpd:
        library.connection = mpd
        choice = await Picker(library, Forgetful()).choose(FEAR)
        assert choice
        assert (choice.track.file, choice.wish) == ("surprise/x.flac", FEAR)


async def test_without_any_track_there_is_no_choice(running: RunningPlayer) -> None:
    library = Library(None)
    async with running, running.other() as mpd:
        library.connection = mpd
        assert await Picker(library, Forgetful()).choose(SAD) is None


async def test_a_house_piece_does_not_follow_itself(running: RunningPlayer) -> None:
    running.song("happy/house/01 only.flac", seconds=0.1)
    running.song("surprise/house/01 near.flac", seconds=0.1)
    library = Library(running.songs)
    chooser = Picker(library, Forgetful())
    async with running:
        assert (
            await choices(running, chooser, library, HAPPY, 4)
            == [
                "happy/house/01 only.flac",
                "surprise/house/01 near.flac",
            ]
            * 2
        )


async def test_a_piece_that_is_alone_in_the_world_plays_again(running: RunningPlayer) -> None:
    running.song("happy/house/01 only.flac", seconds=0.1)
    library = Library(running.songs)
    async with running:
        found = await choices(running, Picker(library, Forgetful()), library, SAD, 2)
    assert found == ["happy/house/01 only.flac"] * 2
