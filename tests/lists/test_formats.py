"""Lists in every format that is read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.lists.entries import ENTRIES, ListEntry
from appliance.lists.errors import NotAList
from appliance.lists.formats import BYTES, read_entries
from tests.lists.services import MBID, listenbrainz_playlist

EXPORTIFY = """\
"Track URI","Track Name","Album Name","Artist Name(s)","Release Date","Duration (ms)","Popularity","ISRC"
"spotify:track:1","Here, There","An Album","The Some;Other Body","1999-01-01","201500","44","GB-AYE-69-00521"
"spotify:track:2","Été","","Zoé","2001","",,""
"""


def test_exportify_gives_title_artist_length_and_isrc() -> None:
    assert read_entries(EXPORTIFY.encode(), "summer.csv").entries == [
        ListEntry(
            title="Here, There", artist="The Some;Other Body", album="An Album", seconds=201.5, isrc="GBAYE6900521"
        ),
        ListEntry(title="Été", artist="Zoé"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "title,artist,length\nOne,Somebody,3:21\n",
        "Artist;Title;Duration\nSomebody;One;201\n",
        "Somebody,One\n",
        "\ufefftitle\tartist\tduration\nOne\tSomebody\t201000\n",
    ],
)
def test_a_table_by_hand_is_read_whatever_separates_it(text: str) -> None:
    (entry,) = read_entries(text.encode(), "list.csv").entries
    assert (entry.title, entry.artist) == ("One", "Somebody")
    assert entry.seconds in {None, 201.0}


def test_m3u_is_read_by_its_comments_or_by_the_names_of_files() -> None:
    text = "#EXTM3U\n#PLAYLIST:Evenings\n#EXTINF:201,Somebody - One\nC:\\Music\\1.mp3\nmusic/02 - Nobody - Two.flac\n"
    name, entries = read_entries(text.encode(), "list.m3u8")
    assert name == "Evenings"
    assert entries == [
        ListEntry(title="One", artist="Somebody", seconds=201.0, file="C:\\Music\\1.mp3"),
        ListEntry(title="Two", artist="Nobody", file="music/02 - Nobody - Two.flac"),
    ]


def test_xspf_is_read_with_its_identifiers() -> None:
    text = f"""<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><title>Evenings</title><trackList>
    <track><location>file:///music/a%20b.mp3</location><title>One</title><creator>Somebody</creator>
    <duration>201000</duration><identifier>https://musicbrainz.org/recording/{MBID.format(1)}</identifier></track>
    </trackList></playlist>"""
    name, entries = read_entries(text.encode(), "list.xspf")
    assert name == "Evenings"
    assert entries == [
        ListEntry(title="One", artist="Somebody", seconds=201.0, recording=MBID.format(1), file="file:///music/a b.mp3")
    ]


def test_jspf_is_read_with_its_identifiers() -> None:
    name, entries = read_entries(json.dumps(listenbrainz_playlist("Jams", ("Somebody", "One"))).encode(), "x")
    assert name == "Jams"
    assert entries == [
        ListEntry(title="One", artist="Somebody", album="An album", seconds=201.0, recording=MBID.format(0))
    ]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "names no song"),
        (b"just words", "a table needs columns such as `title,artist`"),
        (b"a,b,c\n1,2,3\n", "no column with the title: its columns are a, b, c"),
        (b'{"playlist": 3}', "no JSPF; it must hold a `playlist`"),
        (b'{"playlist": ', "is no JSPF"),
        (b"[" * 100_000, "a table needs columns"),
        (b"{" * 100_000, "is no JSPF"),
        (b"<html><body></body></html>", "its first element is 'html'"),
        (b"<playlist", "is no XSPF"),
        (b'<!DOCTYPE x [<!ENTITY a "aa">]><playlist>&a;</playlist>', "declares a document type"),
        (b"#EXTM3U\n#nothing\n", "names no song"),
        (b"x" * (BYTES + 1), f"a list has at most {BYTES}"),
    ],
)
def test_what_is_no_list_is_refused_in_words(data: bytes, told: str) -> None:
    with pytest.raises(NotAList) as refused:
        read_entries(data, "list.any")
    assert told in str(refused.value)
    assert "list.any" in str(refused.value)


def test_a_song_named_twice_is_one_entry_and_there_is_a_limit() -> None:
    rows = [f"Song {number},Somebody" for number in range(ENTRIES + 50)]
    entries = read_entries("\n".join(["title,artist", "song 0,SOMEBODY", *rows]).encode(), "list.csv").entries
    assert len(entries) <= ENTRIES
    assert entries[0].title == "song 0"
    assert entries[1].title == "Song 1"


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: f"title,artist\n{text}".encode()))
def test_whatever_the_bytes_are_a_list_is_read_or_refused(data: bytes) -> None:
    try:
        entries = read_entries(data, "list").entries
    except NotAList:
        return
    assert entries
    assert len({entry.identity for entry in entries}) == len(entries)
