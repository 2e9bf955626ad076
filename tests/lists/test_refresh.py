"""Lists read again from files, servers, ListenBrainz and Spotify: real HTTP on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from appliance.domain.emotions import Emotion
from appliance.lists.download import TRIES, Downloader
from appliance.lists.entries import ListEntry
from appliance.lists.errors import ListError, NotFetched, NotSignedIn
from appliance.lists.matching import KnownSong, Matcher
from appliance.lists.playlist_file import remove_playlist
from appliance.lists.refresh import Sources, refresh_list, rewrite_playlists
from appliance.lists.spotify import TOKEN, Spotify
from appliance.lists.spotify_address import REDIRECT
from appliance.lists.store import ListStore, SongList
from tests.lists.services import (
    MBID,
    Answer,
    Asked,
    Service,
    listenbrainz_playlist,
    made_for,
    serving,
    spotify_item,
    spotify_page,
)

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PLAYLIST = "37i9dQZF1DXcBWIGoYBM5M"
SCOPE = "playlist-read-collaborative playlist-read-private"
ON_SPOTIFY = f"https://open.spotify.com/intl-de/playlist/{PLAYLIST}?si=abc"


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as service:
        yield service


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def spotify(tmp_path: Path, service: Service, slept: list[float]) -> Spotify:
    return Spotify("an-app", tmp_path / "lists", slept.append, f"{service.url}/v1/", f"{service.url}/accounts")


@pytest.fixture
def sources(service: Service, slept: list[float], spotify: Spotify) -> Sources:
    return Sources(Downloader(slept.append), lambda: spotify, "secret", service.url)


def refresh(
    store: ListStore, kept: SongList, sources: Sources, *songs: KnownSong, folder: Path | None = None
) -> SongList:
    return refresh_list(store, kept, sources.read, Matcher(songs), folder, NOW).kept


def sign_in(service: Service, spotify: Spotify) -> None:
    service.on["/accounts/api/token"] = Answer(
        {"access_token": "first", "expires_in": 3600, "refresh_token": "again", "scope": SCOPE, "token_type": "Bearer"}
    )
    spotify.sign_in(f"{REDIRECT}?code=granted&state=x")


def test_a_file_or_its_address_gives_the_same_list(tmp_path: Path, service: Service, sources: Sources) -> None:
    text = "title,artist\nOne,Somebody\nTwo,Nobody\n"
    (tmp_path / "list.csv").write_text(text)
    service.on["/list.csv"] = Answer(text)
    assert sources.read(str(tmp_path / "list.csv")) == sources.read(f"{service.url}/list.csv")


def test_a_playlist_of_listenbrainz_is_read_with_the_owners_token(service: Service, sources: Sources) -> None:
    service.on[f"/1/playlist/{MBID.format(7)}"] = Answer(listenbrainz_playlist("Jams", ("Somebody", "One")))
    name, (entry,) = sources.read(f"https://listenbrainz.org/playlist/{MBID.format(7)}/")
    assert (name, entry.title, entry.recording) == ("Jams", "One", MBID.format(0))
    assert service.asked[0].headers["Authorization"] == "Token secret"


def test_the_newest_weekly_playlists_of_a_listener_are_read_page_by_page(service: Service, sources: Sources) -> None:
    made = [
        *[made_for(MBID.format(9), "year-in-music", "2025-12-01")] * 24,
        made_for(MBID.format(1), "weekly-jams", "2026-11-16"),
        made_for(MBID.format(2), "weekly-jams", "2026-11-23"),
        made_for(MBID.format(3), "weekly-exploration", "2026-11-23"),
    ]

    def page(asked: Asked) -> Answer:
        offset, count = int(asked.query["offset"]), int(asked.query["count"])
        return Answer({"count": count, "playlist_count": len(made), "playlists": made[offset : offset + count]})

    service.on["/1/user/rob%20b/playlists/createdfor"] = page
    service.on[f"/1/playlist/{MBID.format(2)}"] = Answer(listenbrainz_playlist("Jams", ("Somebody", "One")))
    service.on[f"/1/playlist/{MBID.format(3)}"] = Answer(listenbrainz_playlist("New", ("Nobody", "A"), ("Nobody", "B")))
    name, entries = sources.read("https://listenbrainz.org/user/rob%20b/recommendations/")
    assert name == "ListenBrainz weekly for rob b"
    assert [entry.title for entry in entries] == ["One", "A", "B"]


def test_a_listener_without_weekly_playlists_is_told(service: Service, sources: Sources) -> None:
    service.on["/1/user/rob/playlists/createdfor"] = Answer({"playlist_count": 0, "playlists": []})
    with pytest.raises(NotFetched, match="no weekly playlist for rob yet"):
        sources.read("https://listenbrainz.org/user/rob/recommendations")


def test_a_busy_service_is_waited_for_as_long_as_it_asks(
    service: Service, sources: Sources, slept: list[float]
) -> None:
    service.on["/list.csv"] = [
        Answer("", 429, {"Retry-After": "7"}),
        Answer("", 429, {"X-RateLimit-Reset-In": "3"}),
        Answer("", 503),
        Answer("title,artist\nOne,Somebody\n"),
    ]
    assert sources.read(f"{service.url}/list.csv").entries
    assert slept == [7.0, 3.0, 8.0]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer("", 429, {"Retry-After": "86400"}), "asks to come back in 1440 minutes"),
        (Answer("", 500), "is busy; the next refresh tries again (HTTP 500)"),
        (Answer("", 404), "has no such list"),
        (Answer("", 401), "is it private?"),
        (Answer("", 418), "does not give the list (HTTP 418)"),
        (Answer("", 302, {"Location": "/list.csv"}), "without end"),
        (Answer("", 302, {"Location": "file:///etc/passwd"}), "cannot be reached"),
        (Answer("x", 200, {"Content-Length": "100"}), "cannot be reached"),
        (Answer("<html>not found</html>"), "no XSPF"),
    ],
)
def test_what_a_server_answers_instead_of_a_list_is_told(
    answer: Answer, told: str, service: Service, sources: Sources
) -> None:
    service.on["/list.csv"] = answer
    with pytest.raises(ListError) as refused:
        sources.read(f"{service.url}/list.csv")
    assert told in str(refused.value)
    assert len(service.asked) <= max(TRIES, 7)


def test_an_answer_without_end_is_cut_off(service: Service, slept: list[float]) -> None:
    service.on["/list.csv"] = Answer(b"x" * 300_000)
    clock = iter(range(0, 10_000, 100))
    with pytest.raises(NotFetched, match="within 120 seconds"):
        Downloader(slept.append, lambda: float(next(clock))).get(f"{service.url}/list.csv")


def test_a_server_that_is_not_there_is_told_after_some_tries(sources: Sources, slept: list[float]) -> None:
    with pytest.raises(NotFetched, match=r"127\.0\.0\.1 cannot be reached \(Connection refused\)"):
        sources.read("http://127.0.0.1:9/list.csv")
    assert slept == [2.0, 4.0, 8.0]


@pytest.mark.parametrize("address", ["ftp://example.org/x.csv", "file:///etc/passwd", "gopher://x/"])
def test_an_address_that_is_not_of_the_web_is_refused(address: str, sources: Sources) -> None:
    with pytest.raises(NotFetched, match="must begin with https://"):
        sources.read(address)


def test_a_playlist_of_spotify_is_read_page_by_page(service: Service, spotify: Spotify, sources: Sources) -> None:
    sign_in(service, spotify)
    items = [spotify_item(f"Song {n}", "Somebody", "Nobody", isrc="GBAYE6900521" if n == 0 else "") for n in range(120)]
    items[5] = {"item": None, "is_local": True}
    items[6] = {"track": items[6]["item"]}  # as it was before February 2026
    service.on[f"/v1/playlists/{PLAYLIST}"] = Answer({"name": "My own"})
    service.on[f"/v1/playlists/{PLAYLIST}/items"] = lambda asked: Answer(
        spotify_page(items, int(asked.query["offset"]), int(asked.query["limit"]), service.url)
    )
    name, entries = sources.read(ON_SPOTIFY)
    assert (name, len(entries)) == ("My own", 119)
    assert entries[0] == ListEntry(
        title="Song 0", artist="Somebody, Nobody", album="An album", seconds=200.0, isrc="GBAYE6900521"
    )
    assert service.asked[-1].headers["Authorization"] == "Bearer first"


def test_signing_in_proves_itself_without_a_secret(tmp_path: Path, service: Service, spotify: Spotify) -> None:
    address = spotify.sign_in_address()
    assert address.startswith(f"{service.url}/accounts/authorize?")
    assert "code_challenge_method=S256" in address
    sign_in(service, spotify)
    form = service.asked[-1].form
    assert (form["code"], form["client_id"], form["grant_type"]) == ("granted", "an-app", "authorization_code")
    assert len(form["code_verifier"]) >= 43
    token = tmp_path / "lists" / TOKEN
    assert token.stat().st_mode & 0o777 == 0o600
    assert json.loads(token.read_text())["refresh_token"] == "again"


def test_a_token_that_has_run_out_is_renewed(
    tmp_path: Path, service: Service, spotify: Spotify, sources: Sources
) -> None:
    sign_in(service, spotify)
    token = tmp_path / "lists" / TOKEN
    token.write_text(json.dumps({**json.loads(token.read_text()), "expires_at": 0}))
    service.on["/accounts/api/token"] = Answer({"access_token": "second", "expires_in": 3600, "scope": SCOPE})
    service.on[f"/v1/playlists/{PLAYLIST}"] = Answer({"name": "My own"})
    service.on[f"/v1/playlists/{PLAYLIST}/items"] = Answer(spotify_page([spotify_item("One", "Somebody")], 0, 50, "x"))
    assert sources.read(ON_SPOTIFY).name == "My own"
    assert service.asked[-1].headers["Authorization"] == "Bearer second"
    assert json.loads(token.read_text())["refresh_token"] == "again"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer({"error": {"status": 403, "message": "Premium"}}, 403), "one's own playlists only"),
        (Answer({"error": {"status": 404, "message": "Not found"}}, 404), "has no such playlist"),
        (Answer({"error": {"status": 401, "message": "expired"}}, 401), "moodbox lists sign-in spotify"),
        (Answer({"error": {"status": 429}}, 429, {"Retry-After": "7200"}), "come back in 120 minutes"),
        (Answer({"error": {"status": 503}}, 503), "HTTP 503"),
        (Answer("no json"), "something else than a playlist"),
        (Answer({"items": []}), "gives no songs of the playlist"),
    ],
)
def test_what_spotify_answers_instead_of_a_playlist_is_told(
    answer: Answer, told: str, service: Service, spotify: Spotify, sources: Sources
) -> None:
    sign_in(service, spotify)
    service.on[f"/v1/playlists/{PLAYLIST}"] = answer
    service.on[f"/v1/playlists/{PLAYLIST}/items"] = answer
    with pytest.raises(ListError) as refused:
        sources.read(ON_SPOTIFY)
    assert told in str(refused.value)


def test_spotify_wants_an_app_and_a_sign_in_first(
    tmp_path: Path, service: Service, spotify: Spotify, sources: Sources
) -> None:
    with pytest.raises(NotSignedIn, match="spotify_client_id is empty"):
        Spotify("", tmp_path)
    with pytest.raises(NotSignedIn, match="sign-in spotify"):
        sources.read(f"spotify:playlist:{PLAYLIST}")
    with pytest.raises(NotSignedIn, match="holds no code"):
        spotify.sign_in("https://example.org/")
    service.on["/accounts/api/token"] = Answer({"error": "invalid_grant"}, 400)
    with pytest.raises(NotSignedIn, match="does not accept the code"):
        spotify.sign_in(f"{REDIRECT}?code=old")


def test_a_list_that_cannot_be_read_keeps_what_it_had_and_the_reason(
    tmp_path: Path, service: Service, sources: Sources
) -> None:
    store = ListStore(tmp_path / "lists")
    service.on["/list.csv"] = [Answer("title,artist\nOne,Somebody\n"), Answer("", 404)]
    kept = refresh(store, store.add("Summer", f"{service.url}/list.csv", None), sources)
    failed = refresh(store, kept, sources)
    assert failed.entries == kept.entries
    assert "no such list" in failed.problem
    assert failed.refreshed == kept.refreshed
    assert store.get("summer") == failed


def test_a_list_with_an_emotion_plays_what_of_it_is_on_the_box(tmp_path: Path, sources: Sources) -> None:
    store, songs = ListStore(tmp_path / "lists"), tmp_path / "songs"
    (songs / "happy").mkdir(parents=True)
    (tmp_path / "summer.csv").write_text("title,artist\nOne,Somebody\nTwo,Nobody\nÜber,Somebody\n")
    one = KnownSong("library/a b/one.mp3", "One", "Somebody")
    kept = store.add("Summer", str(tmp_path / "summer.csv"), Emotion.HAPPY)
    kept = refresh(store, kept, sources, one, KnownSong("happy/über.mp3", "Über", "Somebody"), folder=songs)
    playlist = songs / "happy" / "list-summer.m3u"
    assert playlist.read_text() == "#EXTM3U\n#PLAYLIST:Summer\n../library/a b/one.mp3\nüber.mp3\n"

    written = playlist.stat().st_mtime_ns
    assert rewrite_playlists([kept], [one, KnownSong("happy/über.mp3", "Über", "Somebody")], songs) == []
    assert playlist.stat().st_mtime_ns == written
    assert rewrite_playlists([kept], [one, KnownSong("library/two.mp3", "Two", "Nobody")], songs) == [kept]
    assert "../library/two.mp3" in playlist.read_text()
    assert rewrite_playlists([kept], [], songs) == [kept]
    assert not playlist.exists()
    assert not remove_playlist(songs, kept)


def test_a_list_without_an_emotion_writes_no_playlist(tmp_path: Path, sources: Sources) -> None:
    store, songs = ListStore(tmp_path / "lists"), tmp_path / "songs"
    songs.mkdir()
    (tmp_path / "summer.csv").write_text("title,artist\nOne,Somebody\n")
    kept = store.add("Summer", str(tmp_path / "summer.csv"), None)
    refresh(store, kept, sources, KnownSong("library/one.mp3", "One", "Somebody"), folder=songs)
    assert list(songs.iterdir()) == []


def test_a_moment_is_kept_in_utc_whatever_the_clock_shows(tmp_path: Path, sources: Sources) -> None:
    (tmp_path / "summer.csv").write_text("title,artist\nOne,Somebody\n")
    store = ListStore(tmp_path / "lists")
    now = NOW.astimezone(timezone(timedelta(hours=9)))
    kept = store.add("Summer", str(tmp_path / "summer.csv"), None)
    assert refresh_list(store, kept, sources.read, Matcher(()), None, now).kept.refreshed == NOW.isoformat()
