"""The owner's songs by way of the page: real sockets, real files."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yarl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.events import SongMoved, SongsChanged
from appliance.songs.store import SongStore
from tests.songs.music import music, names, tagged
from tests.web.running_page import Browser, RunningPage, staged, until

SONG = music(size=300_000)


async def put(owner: Browser, path: str, data: Any = SONG, **more: Any) -> Any:
    return await owner.ask("PUT", f"/api/songs/{path}", data=data, **more)


async def raw(owner: Browser, method: str, path: str, **more: Any) -> tuple[int, str]:
    """A request whose path goes out just as it is written here."""
    url = yarl.URL(f"{owner.url}/api/songs/{path}", encoded=True)
    async with owner.session.request(method, url, headers={"Origin": owner.url}, **more) as response:
        return response.status, await response.text()


def all_files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


async def test_an_uploaded_song_is_there_shown_and_told(running: RunningPage, owner: Browser, songs: Path) -> None:
    answer = await put(owner, "happy/My%20song%3F.flac")
    assert (answer.status, answer.json) == (201, {"name": "My song_.flac"})
    assert (songs / "happy" / "My song_.flac").read_bytes() == SONG
    assert running.emitted == [SongsChanged(Emotion.HAPPY, "happy/My song_.flac")]
    page = (await owner.ask("GET", "/api/songs/happy")).json
    assert page == {
        "total": 1,
        "songs": [{"name": "My song_.flac", "bytes": 300_000, "house": False, "playable": True, "problem": None}],
    }


async def test_the_folders_are_counted_and_what_is_wrong_is_told(owner: Browser, songs: Path) -> None:
    (songs / "happy" / "house").mkdir()
    (songs / "sad" / "house").mkdir()
    (songs / "fear").rmdir()
    for name in ("happy/a.flac", "happy/house/b.ogg", "sad/house/c.ogg"):
        (songs / name).write_bytes(music(Path(name).suffix))
    (songs / "happy" / "junk.mp3").write_bytes(b"junk")
    (songs / "angry" / "radio.m3u").write_text("http://example.org/a\nhttp://example.org/b\n")
    answer = (await owner.ask("GET", "/api/songs")).json
    found = {folder["emotion"]: (folder["songs"], folder["house"]) for folder in answer["folders"]}
    assert list(found) == list(EMOTIONS)
    assert (found["happy"], found["sad"], found["angry"], found["fear"]) == ((1, 0), (0, 1), (2, 0), (0, 0))
    happy, fear = (next(each for each in answer["folders"] if each["emotion"] == name) for name in ("happy", "fear"))
    assert happy["unplayable"] == [
        {"file": "junk.mp3", "problem": "holds no MPEG audio nor other music; copy it again, or replace it"}
    ]
    assert "is missing" in fear["unplayable"][0]["problem"]
    assert answer["limit_bytes"] == 300_000_000
    assert {".flac", ".mp3", ".m3u"} <= set(answer["types"])
    assert answer["free_bytes"] > 0


async def test_a_list_of_streams_is_taken(owner: Browser, songs: Path) -> None:
    assert (await put(owner, "sad/radio.m3u", b"https://example.org/radio.mp3\n")).status == 201
    assert (await put(owner, "sad/local.m3u", b"/etc/passwd\n")).status == 415


@pytest.mark.parametrize(
    ("path", "data", "status", "says"),
    [
        ("happy/song.flac", b"", 415, "empty"),
        ("happy/song.exe", SONG, 415, ".flac"),
        ("happy/song", SONG, 400, "end like a song"),
        ("happy/song.flac", b"MZ" + bytes(200_000), 415, "no FLAC"),
        ("happy/song.mp3", tagged(b"<html>"), 415, "no MPEG audio"),
        ("happy/song.mp3", SONG, 415, "ends in .flac"),
        ("joyful/song.flac", SONG, 404, "no emotion"),
        ("happy%2Falbum/song.flac", SONG, 404, "no emotion"),
        ("..%2F..%2Fetc/song.flac", SONG, 404, "no emotion"),
    ],
)
async def test_what_is_no_song_is_refused_and_leaves_nothing(
    running: RunningPage, owner: Browser, songs: Path, path: str, data: bytes, status: int, says: str
) -> None:
    code, text = await raw(owner, "PUT", path, data=data)
    assert code == status
    assert says in text
    assert all_files(songs) == []
    assert running.emitted == []


HOSTILE = [
    "..", "%2e%2e", ".", "..%2Fsad%2Fa.flac", "%2Fetc%2Fpasswd.mp3", "a%2Fb.flac", "a%5Cb.flac", "a%00.flac",
    "a.flac%00", "a%0Ab.flac", "a%0D%0AX-Evil:%201.flac", "a%7F.flac", "a%1B%5B2J.flac", "a%FF.flac", "a%C3.flac",
    "a%ED%A0%80.flac", ".hidden.flac", "%20.flac", "con.flac", "LPT1.mp3", "a%E2%80%AEcalf.mp3", "a" * 252 + ".flac",
    "%C3%A4" * 126 + ".mp3", "a%E2%80%A8b.flac", "%2E%2E%2F%2E%2E%2Fa.flac", "%252e%252e%252fa",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_is_refused_in_words_and_touches_nothing(
    running: RunningPage, owner: Browser, songs: Path, name: str
) -> None:
    (songs / "sad" / "a.flac").write_bytes(SONG)
    before = all_files(running.folder)
    status, text = await raw(owner, "PUT", f"happy/{name}", data=SONG)
    assert status == 400
    assert '{"error":' in text
    for method, path in (("GET", name), ("DELETE", name), ("POST", f"{name}/move")):
        more = {"json": {"to": "fear"}} if method == "POST" else {}
        assert (await raw(owner, method, f"happy/{path}", **more))[0] in {400, 404}
    assert all_files(running.folder) == before


async def test_names_of_every_script_and_sign_come_back_as_they_went_in(owner: Browser, songs: Path) -> None:
    for name in (
        "歌 🎵.flac",
        "a{b}c.flac",
        "50% of it & more #1.flac",
        "%41.flac",
        "it's; $(reboot) `id`.flac",
        "+.flac",
    ):
        assert (await put(owner, f"happy/{quote(name, safe='')}")).status == 201
    shown = (await owner.ask("GET", "/api/songs/happy")).json["songs"]
    assert [song["name"] for song in shown] == sorted(names(songs / "happy"), key=str.casefold)
    for song in shown:
        status, _ = await raw(owner, "GET", f"happy/{quote(song['name'], safe='')}")
        assert status == 200, song
        assert (await raw(owner, "DELETE", f"happy/{quote(song['name'], safe='')}"))[0] == 204
    assert all_files(songs) == []


async def test_nothing_is_ever_overwritten(owner: Browser, songs: Path) -> None:
    (songs / "happy" / "song.flac").write_bytes(b"mine")
    answer = await put(owner, "happy/song.flac")
    assert answer.status == 409
    assert "is there already" in answer.json["error"]
    assert (songs / "happy" / "song.flac").read_bytes() == b"mine"


async def test_of_ten_uploads_of_one_name_exactly_one_comes_through(owner: Browser, songs: Path) -> None:
    answers = await asyncio.gather(*(put(owner, "happy/song.flac", music(size=size * 1000)) for size in range(1, 11)))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 9
    assert names(songs / "happy") == ["song.flac"]


async def test_what_is_too_large_is_refused_announced_or_not(tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield music()
        while True:
            yield bytes(100_000)

    async with staged(tmp_path, music__upload_limit=1) as running:
        owner = await running.owner()
        for data in (music(size=1_000_001), endless()):
            answer = await put(owner, "happy/song.flac", data)
            assert answer.status == 413
            assert "larger than 1 MB" in answer.json["error"]
        assert (await put(owner, "happy/song.flac", music(size=1_000_000))).status == 201
        assert names(tmp_path / "songs" / "happy") == ["song.flac"]


async def test_what_the_disk_has_no_room_for_is_refused(tmp_path: Path) -> None:
    async with staged(tmp_path, music__keep_free=1_000_000) as running:
        owner = await running.owner()
        if (await owner.ask("GET", "/api/songs")).json["free_bytes"] > 0:
            pytest.skip("this disk has a terabyte free")
        answer = await put(owner, "happy/song.flac")
        assert answer.status == 507
        assert "music.keep_free" in answer.json["error"]


async def cut_off(running: RunningPage, owner: Browser) -> asyncio.StreamWriter:
    """An upload of which only a part has come."""
    cookies = owner.session.cookie_jar.filter_cookies(yarl.URL(owner.url))
    host, port = owner.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    cookie = "; ".join(f"{cookie.key}={cookie.value}" for cookie in cookies.values())
    writer.write(
        f"PUT /api/songs/happy/song.flac HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {owner.url}\r\n"
        f"Cookie: {cookie}\r\nContent-Length: 9000000\r\n\r\n".encode()
        + music(size=3_000_000)
    )
    await writer.drain()
    folder = running.folder / "songs" / "happy"
    await until(lambda: any(path.stat().st_size for path in folder.glob(".moodbox-*.part")))
    return writer


async def test_an_upload_that_is_cut_off_leaves_nothing(running: RunningPage, owner: Browser, songs: Path) -> None:
    writer = await cut_off(running, owner)
    writer.transport.abort()
    await until(lambda: all_files(songs) == [])
    assert (await put(owner, "happy/song.flac")).status == 201


async def test_an_upload_that_stalls_is_given_up(
    running: RunningPage, owner: Browser, songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.web.api.songs.STALLED", 0.3)
    writer = await cut_off(running, owner)
    await until(lambda: all_files(songs) == [])
    writer.close()


@pytest.mark.parametrize("pause", [0.02, 0.1])
async def test_an_upload_that_drips_is_given_up(
    running: RunningPage, owner: Browser, songs: Path, monkeypatch: pytest.MonkeyPatch, pause: float
) -> None:
    monkeypatch.setattr("appliance.web.api.songs.STALLED", 0.3)
    writer = await cut_off(running, owner)

    async def drip() -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"\0")
                await writer.drain()
                await asyncio.sleep(pause)

    dripping = asyncio.create_task(drip())
    await until(lambda: all_files(songs) == [])
    dripping.cancel()
    writer.close()


async def test_a_slow_upload_that_keeps_coming_is_taken_in(
    owner: Browser, songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.web.api.songs.STALLED", 1.0)

    async def slow() -> AsyncIterator[bytes]:
        for start in range(0, len(SONG), 10_000):
            yield SONG[start : start + 10_000]
            await asyncio.sleep(0.08)

    assert (await put(owner, "happy/song.flac", slow())).status == 201


async def test_a_third_upload_hears_when_to_try_again(
    running: RunningPage, owner: Browser, songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.web.api.songs.TURN", 0.2)
    stuck = [await cut_off(running, owner) for _ in range(2)]
    answer = await put(owner, "sad/song.flac")
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "being sent" in answer.json["error"]
    for writer in stuck:
        writer.transport.abort()
    await until(lambda: all_files(songs) == [])
    assert (await put(owner, "sad/song.flac")).status == 201


async def test_an_upload_under_way_when_the_page_ends_leaves_nothing(tmp_path: Path) -> None:
    async with staged(tmp_path) as running:
        owner = await running.owner()
        (tmp_path / "songs" / "happy").mkdir(parents=True)
        writer = await cut_off(running, owner)
    assert all_files(tmp_path / "songs") == []
    writer.close()


async def test_further_uploads_wait_for_their_turn(running: RunningPage, owner: Browser, songs: Path) -> None:
    stuck = [await cut_off(running, owner) for _ in range(2)]
    waiting = asyncio.create_task(put(owner, "sad/song.flac"))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    for writer in stuck:
        writer.transport.abort()
    assert (await waiting).status == 201


async def test_house_pieces_and_albums_are_heard_by_their_path(owner: Browser, songs: Path) -> None:
    for name in ("house/01 Title.ogg", "album/b.flac"):
        (songs / "happy" / name).parent.mkdir()
        (songs / "happy" / name).write_bytes(music(Path(name).suffix))
    assert (await raw(owner, "GET", "happy/house%2F01%20Title.ogg"))[0] == 200
    assert (await raw(owner, "DELETE", "happy/house%2F01%20Title.ogg"))[0] == 403
    assert (await raw(owner, "POST", "happy/album%2Fb.flac/move", json={"to": "sad"}))[0] == 204
    assert all_files(songs) == ["happy/house/01 Title.ogg", "sad/b.flac"]


async def test_a_song_moves_to_another_mood_and_both_are_told(
    running: RunningPage, owner: Browser, songs: Path
) -> None:
    (songs / "happy" / "song.flac").write_bytes(SONG)
    assert (await owner.ask("POST", "/api/songs/happy/song.flac/move", {"to": "sad"})).status == 204
    assert all_files(songs) == ["sad/song.flac"]
    assert running.emitted == [
        SongMoved("happy/song.flac", Emotion.SAD),
        SongsChanged(Emotion.HAPPY),
        SongsChanged(Emotion.SAD, "sad/song.flac"),
    ]
    (songs / "happy" / "song.flac").write_bytes(b"another")
    assert (await owner.ask("POST", "/api/songs/happy/song.flac/move", {"to": "sad"})).status == 409
    for wrong in ({"to": "joyful"}, {}, {"to": "sad", "from": "happy"}):
        assert (await owner.ask("POST", "/api/songs/happy/song.flac/move", wrong)).status == 400
    assert (await owner.ask("POST", "/api/songs/happy/missing.flac/move", {"to": "sad"})).status == 404


async def test_a_deleted_song_is_gone_and_told(running: RunningPage, owner: Browser, songs: Path) -> None:
    (songs / "happy" / "song.flac").write_bytes(SONG)
    assert (await owner.ask("DELETE", "/api/songs/happy/song.flac")).status == 204
    assert all_files(songs) == []
    assert running.emitted == [SongsChanged(Emotion.HAPPY)]
    assert (await owner.ask("DELETE", "/api/songs/happy/song.flac")).status == 404


async def test_pages_of_a_large_folder(owner: Browser, songs: Path) -> None:
    for number in range(5000):
        (songs / "happy" / f"{number:04}.flac").touch()
    page = (await owner.ask("GET", "/api/songs/happy?offset=4999&limit=2")).json
    assert (page["total"], [song["name"] for song in page["songs"]]) == (5000, ["4999.flac"])
    assert len((await owner.ask("GET", "/api/songs/happy")).json["songs"]) == 100
    happy = next(each for each in (await owner.ask("GET", "/api/songs")).json["folders"] if each["emotion"] == "happy")
    assert len(happy["unplayable"]) == 200
    for wrong in ("offset=-1", "limit=0", "limit=501", "limit=x", "page=1", "offset=1&offset=2"):
        assert (await owner.ask("GET", f"/api/songs/happy?{wrong}")).status == 400


async def test_files_are_not_worked_on_in_the_conductors_loop(
    owner: Browser, songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow card or a huge folder must not hold up buttons and looks."""
    seen: list[str] = []
    for name in ("survey", "free_bytes", "page", "receive", "open", "move", "remove"):
        kept = getattr(SongStore, name)

        def note(*arguments: Any, name: str = name, kept: Any = kept) -> Any:
            assert threading.current_thread() is not threading.main_thread()
            seen.append(name)
            return kept(*arguments)

        monkeypatch.setattr(SongStore, name, note)
    for method, path, more in (
        ("GET", "/api/songs", {}),
        ("GET", "/api/songs/happy", {}),
        ("PUT", "/api/songs/happy/song.flac", {"data": SONG}),
        ("GET", "/api/songs/happy/song.flac", {}),
        ("POST", "/api/songs/happy/song.flac/move", {"json": {"to": "sad"}}),
        ("DELETE", "/api/songs/sad/song.flac", {}),
    ):
        assert (await owner.ask(method, path, **more)).status < 300
    assert set(seen) == {"survey", "free_bytes", "page", "receive", "open", "move", "remove"}


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.binary(min_size=1, max_size=40), st.sampled_from(["PUT", "GET", "DELETE"])), max_size=30))
def test_no_bytes_in_a_name_bring_about_a_fault_or_leave_the_folder(
    tmp_path_factory: pytest.TempPathFactory, requests: list[tuple[bytes, str]]
) -> None:
    folder = tmp_path_factory.mktemp("box")

    async def check() -> None:
        async with staged(folder) as running:
            owner = await running.owner()
            before = {path for path in all_files(folder) if not path.startswith("songs/happy/")}
            for name, method in requests:
                encoded = "".join(f"%{byte:02X}" for byte in name + b".flac")
                status, _ = await raw(owner, method, f"happy/{encoded}", data=SONG if method == "PUT" else None)
                assert status in {200, 201, 204, 400, 404, 409}
            assert {path for path in all_files(folder) if not path.startswith("songs/happy/")} == before

    asyncio.run(check())


async def test_without_signing_in_nothing_can_be_heard_or_changed(
    running: RunningPage, owner: Browser, songs: Path
) -> None:
    (songs / "happy" / "song.flac").write_bytes(SONG)
    stranger = running.browser()
    for method, path in (
        ("GET", "/api/songs"),
        ("GET", "/api/songs/happy"),
        ("GET", "/api/songs/happy/song.flac"),
        ("PUT", "/api/songs/happy/other.flac"),
        ("POST", "/api/songs/happy/song.flac/move"),
        ("DELETE", "/api/songs/happy/song.flac"),
    ):
        assert (await stranger.ask(method, path)).status == 401
    assert all_files(songs) == ["happy/song.flac"]
