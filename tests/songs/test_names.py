"""Names of songs."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.songs.errors import BadName
from appliance.songs.formats import SONG
from appliance.songs.names import DEEPEST, LONGEST, new_folder, new_name, new_names, steps

HOSTILE = [
    "",
    ".",
    "..",
    "../song.flac",
    "..\\song.flac",
    "/etc/passwd.mp3",
    "a/b.flac",
    "a\\b.flac",
    "\\\\server\\share.mp3",
    "song\0.flac",
    "song.flac\0.txt",
    "a\nb.flac",
    "a\rb.flac",
    "a\tb.flac",
    "a\x1b[2Jb.flac",
    "a\x7fb.flac",
    "a\u2028b.flac",
    "gpj\u202ecalf.mp3",
    ".hidden.flac",
    "  .hidden.flac",
    "song",
    "song.",
    "song.flac.",
    "con.flac",
    "NUL.mp3",
    "aux .mp3",
    "com1.tar.mp3",
    "LPT\u00b9.mp3",
    "latin\udce9.flac",
    "a" * 251 + ".flac",
    "ä" * 126 + ".mp3",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_refused_in_words_that_can_be_printed(name: str) -> None:
    with pytest.raises(BadName) as caught:
        new_name(name)
    text = str(caught.value)
    text.encode()
    assert text.isprintable()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("song.flac", "song.flac"),
        ("Ein Lied – ümläut (live) [2001] & mehr, 'so'.MP3", "Ein Lied – ümläut (live) [2001] & mehr, 'so'.MP3"),
        ("歌 🎵.ogg", "歌 🎵.ogg"),
        ("e\u0301tude.flac", "\u00e9tude.flac"),
        ("Who Are You?.mp3", "Who Are You_.mp3"),
        ('AC:DC "<live>" | a*b.mp3', "AC_DC __live__ _ a_b.mp3"),
        (" song.mp3 ", "song.mp3"),
        ("console.flac", "console.flac"),
        ("a" * 250 + ".flac", "a" * 250 + ".flac"),
    ],
)
def test_a_good_name_is_kept_such_that_every_computer_can_hold_it(name: str, kept: str) -> None:
    assert new_name(name) == kept


names = st.text(max_size=40) | st.text(
    st.sampled_from("ab./\\\0\n\r\t :?*<>|\"'%~$`;&e\u0301\u202e\u00a0\udc80🎵"), max_size=12
).map(lambda text: text + ".mp3")


@given(names)
def test_whatever_is_kept_is_one_harmless_name(name: str) -> None:
    try:
        kept = new_name(name)
    except BadName:
        return
    assert new_name(kept) == kept
    assert Path("/songs/happy", kept).name == kept
    assert not kept.startswith(".")
    assert not set(kept) & set('/\\\0\n\r<>:"|?*')
    assert len(kept.encode()) <= LONGEST
    assert unicodedata.is_normalized("NFC", kept)


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ("", ""),
        ("Music/Album/CD 1", "Music/Album/CD 1"),
        ("Music\\Album", "Music/Album"),
        ("../../etc", "etc"),
        (" .hidden /a...", "hidden/a"),
        ("What? <live>/e\u0301tudes", "What_ _live_/\u00e9tudes"),
        ("con/LPT1.old", "_con/_LPT1.old"),
        ("a\0b/\u202e/\n", "ab"),
        ("1/2/3/4/5/6/7/8/9", "2/3/4/5/6/7/8/9"),
    ],
)
def test_a_folder_is_kept_as_every_computer_can_hold_it(wanted: str, kept: str) -> None:
    assert new_folder(wanted) == kept


@given(st.lists(names | st.text(max_size=300), max_size=10).map("/".join))
def test_whatever_folders_are_told_they_are_harmless(wanted: str) -> None:
    kept = new_folder(wanted)
    assert new_folder(kept) == kept
    parts = kept.split("/") if kept else []
    assert len(parts) <= DEEPEST
    for part in parts:
        assert part == part.strip()
        assert not part.startswith(".")
        assert not part.endswith(".")
        assert not set(part) & set('/\\\0\n\r<>:"|?*')
        assert 0 < len(part.encode()) <= LONGEST


@given(names | st.text(st.sampled_from("./a\\\0\udc80"), max_size=12))
def test_no_path_leads_out_of_the_folder(path: str) -> None:
    try:
        parts = steps(path)
    except BadName:
        return
    joined = Path("/songs/happy").joinpath(*parts)
    assert Path("/songs/happy") in joined.parents
    assert ".." not in joined.parts


@pytest.mark.parametrize("path", ["", "/", "a//b.flac", "/a.flac", "a/../../b.flac", "./a.flac", "a/..", "a\0.flac"])
def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(BadName):
        steps(path)


def test_a_path_may_lead_through_folders_and_to_what_the_owner_called_oddly() -> None:
    assert steps("album/CD 1/._a\nb?.flac") == ("album", "CD 1", "._a\nb?.flac")


@pytest.mark.parametrize("name", HOSTILE[:-3])  # the last are refused for the number of their bytes
def test_the_names_that_programs_are_told_of_leave_out_the_hostile_ones(name: str) -> None:
    assert not re.match(new_names(SONG), name)


@given(st.text(max_size=12), st.sampled_from([".flac", ".Mp3", ".m3u8 ", ".txt", ""]))
def test_the_names_that_programs_are_told_of_are_those_that_are_taken(stem: str, ending: str) -> None:
    try:
        taken = PurePosixPath(new_name(stem + ending)).suffix.lower() in SONG
    except BadName:
        taken = False
    assert bool(re.match(new_names(SONG), stem + ending)) == taken
