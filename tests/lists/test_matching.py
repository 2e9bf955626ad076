"""Entries of lists matched to songs on the box."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.lists.entries import ListEntry
from appliance.lists.folding import fold, fold_artist, fold_title
from appliance.lists.matching import SLACK, KnownSong, Matcher, isrc

ONE = KnownSong("happy/one.mp3", "One", "Somebody", 200.0, recording="r-1", isrc="GBAYE6900521")


def match(entry: ListEntry, *songs: KnownSong) -> str | None:
    return Matcher(songs).match(entry)


@pytest.mark.parametrize(
    "entry",
    [
        ListEntry(title="anything", recording="r-1"),
        ListEntry(title="anything", isrc="GBAYE6900521"),
        ListEntry(title="ONE!", artist="The  Somebody", seconds=200 + SLACK),
        ListEntry(title="One (feat. Nobody) - 2011 Remaster", artist="Somebody feat. Nobody"),
        ListEntry(title="Öne", artist="Somebody; Nobody"),
        ListEntry(file="file:///home/me/Music/happy/one.mp3"),
        ListEntry(file="E:\\Music\\ONE.mp3"),
    ],
)
def test_a_song_is_found_by_id_code_names_or_file(entry: ListEntry) -> None:
    assert match(entry, KnownSong("sad/two.mp3", "Two", "Nobody"), ONE) == "happy/one.mp3"


@pytest.mark.parametrize(
    "entry",
    [
        ListEntry(title="One", artist="Somebody", seconds=200 + SLACK + 0.1),
        ListEntry(title="One", artist="Somebody else"),
        ListEntry(title="One"),
        ListEntry(title="One (Live)", artist="Somebody"),
        ListEntry(file="https://example.org/one.mp3"),
        ListEntry(file="other.mp3"),
    ],
)
def test_a_song_that_is_not_here_is_not_taken_for_another(entry: ListEntry) -> None:
    assert match(entry, ONE) is None


def test_of_two_copies_the_one_with_the_same_title_and_length_is_taken() -> None:
    remaster = KnownSong("b.mp3", "One (2011 Remaster)", "Somebody", 200.5)
    assert match(ListEntry(title="One", artist="Somebody", seconds=200.5), remaster, ONE) == "happy/one.mp3"
    longer = KnownSong("c.mp3", "One", "Somebody", 202.0)
    assert match(ListEntry(title="One", artist="Somebody", seconds=201.9), ONE, longer) == "c.mp3"


def test_a_file_name_that_several_songs_have_is_matched_by_its_folder_or_not_at_all() -> None:
    songs = (KnownSong("a/album/01.mp3"), KnownSong("b/album/01.mp3"))
    assert match(ListEntry(file="/music/b/album/01.mp3"), *songs) == "b/album/01.mp3"
    assert match(ListEntry(file="/music/album/01.mp3"), *songs) is None


def test_names_are_folded_as_people_read_them() -> None:
    assert fold("Beyoncé") == fold("beyonce")
    assert fold("Ænima & Øst") == fold("aenima and ost")
    assert fold("!!!") == "!!!"
    assert fold("ᴬ") == fold("a")
    assert fold_title("(Remastered)") == "remastered"
    assert fold_artist("Beatles, The") == fold_artist("The Beatles")
    assert fold_artist("The") == "the"


def test_a_code_is_compared_without_its_hyphens() -> None:
    assert isrc("gb-aye-69-00521") == "GBAYE6900521"
    assert isrc("nonsense") == ""


names = st.text(min_size=1, max_size=30).filter(str.strip)


@given(names, names, st.floats(1, 10_000))
def test_a_song_is_always_found_by_its_own_names(title: str, artist: str, seconds: float) -> None:
    song = KnownSong("library/song.ogg", title, artist, seconds)
    assert match(ListEntry(title=title, artist=artist, seconds=seconds), song) == song.file


@given(names)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
