"""What the owner can do with the songs."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.songs.errors import BadName, NoSuchSong, NotAllowed, NotMusic, SongError, SongExists
from appliance.songs.store import SongStore
from tests.songs.music import music, names

HAPPY, SAD = Emotion.HAPPY, Emotion.SAD


@pytest.fixture
def store(tmp_path: Path) -> SongStore:
    store = SongStore(tmp_path / "songs", 10_000_000, 0)
    store.prepare()
    return store


def put(store: SongStore, name: str, data: bytes | None = None) -> Path:
    file = store.songs / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(music(file.suffix.lower()) if data is None else data)
    return file


def test_folders_are_made_and_leftovers_swept(store: SongStore) -> None:
    left = [put(store, f"{folder}/.moodbox-x.part", b"half a song") for folder in ("happy", "library")]
    store.prepare()
    assert not any(each.exists() for each in left)
    assert names(store.songs) == sorted([*EMOTIONS, "library"])


def test_a_file_is_added_under_its_own_name(store: SongStore, tmp_path: Path) -> None:
    (tmp_path / "Who?.flac").write_bytes(music(size=400_000))
    assert store.add(HAPPY, tmp_path / "Who?.flac") == "Who_.flac"
    assert (store.songs / "happy" / "Who_.flac").stat().st_size == 400_000


def test_what_is_no_file_cannot_be_added(store: SongStore, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.flac")
    for name, says in (("missing.flac", "cannot be read"), (".", "is a folder")):
        with pytest.raises(SongError, match=says):
            store.add(HAPPY, tmp_path / name)
    with pytest.raises(NotMusic, match="is no file"):
        store.add(HAPPY, Path("/dev/null"))


def test_an_emotions_missing_folder_is_made(store: SongStore, tmp_path: Path) -> None:
    (tmp_path / "a.flac").write_bytes(music())
    (store.songs / "happy").rmdir()
    store.add(HAPPY, tmp_path / "a.flac")
    assert store.page(HAPPY, 0, 9)[0] == 1


def test_house_pieces_are_in_use_until_there_is_a_song_of_the_owners(store: SongStore) -> None:
    put(store, "happy/house/01.ogg")
    put(store, "happy/junk.mp3", b"junk")

    def in_use(store: SongStore) -> int:
        return store.house_in_use(store.survey()[EMOTIONS.index(HAPPY)])

    assert in_use(store) == 1
    assert in_use(SongStore(store.songs, 1, 0, house=False)) == 0
    put(store, "happy/radio.m3u", b"http://example.org/a")
    assert in_use(store) == 0


def test_a_song_moves_with_its_content_and_its_time(store: SongStore) -> None:
    file = put(store, "happy/album/a.flac")
    os.utime(file, (1000, 1000))
    assert store.move(HAPPY, "album/a.flac", SAD) == "a.flac"
    moved = store.songs / "sad" / "a.flac"
    assert (moved.read_bytes(), moved.stat().st_mtime) == (music(), 1000)
    assert not file.exists()


def test_a_song_is_not_moved_over_another(store: SongStore) -> None:
    put(store, "happy/a.flac", b"one")
    put(store, "sad/a.flac", b"other")
    with pytest.raises(SongExists, match=r"sad/a\.flac is there already"):
        store.move(HAPPY, "a.flac", SAD)
    with pytest.raises(SongExists, match="in happy already"):
        store.move(HAPPY, "a.flac", HAPPY)
    assert (store.songs / "happy" / "a.flac").read_bytes() == b"one"
    assert (store.songs / "sad" / "a.flac").read_bytes() == b"other"


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="needs a second filesystem, /dev/shm")
def test_a_song_moves_to_another_disk(store: SongStore, tmp_path: Path) -> None:
    if Path("/dev/shm").stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("needs a second filesystem, /dev/shm")
    stick = Path("/dev/shm") / tmp_path.name
    stick.mkdir()
    try:
        (store.songs / "sad").rmdir()
        (store.songs / "sad").symlink_to(stick)
        file = put(store, "happy/a.flac")
        store.move(HAPPY, "a.flac", SAD)
        assert (names(stick), file.exists()) == (["a.flac"], False)
        put(store, "happy/a.flac")
        with pytest.raises(SongExists):
            store.move(HAPPY, "a.flac", SAD)
        assert file.exists()
    finally:
        for left in stick.iterdir():
            left.unlink()
        stick.rmdir()


def test_a_link_moves_as_a_link_unless_it_would_lead_nowhere(store: SongStore, tmp_path: Path) -> None:
    (tmp_path / "a.flac").write_bytes(music())
    (store.songs / "happy" / "link.flac").symlink_to(tmp_path / "a.flac")
    store.move(HAPPY, "link.flac", SAD)
    assert (store.songs / "sad" / "link.flac").is_symlink()
    put(store, "happy/b.flac")
    (store.songs / "happy" / "c.flac").symlink_to("b.flac")
    with pytest.raises(NotAllowed, match="would lead nowhere"):
        store.move(HAPPY, "c.flac", SAD)


def test_a_removed_song_is_gone_and_of_a_link_the_link_alone(store: SongStore, tmp_path: Path) -> None:
    (tmp_path / "a.flac").write_bytes(music())
    (store.songs / "happy" / "link.flac").symlink_to(tmp_path / "a.flac")
    store.remove(HAPPY, "link.flac")
    assert names(store.songs / "happy") == []
    assert (tmp_path / "a.flac").exists()
    with pytest.raises(NoSuchSong):
        store.remove(HAPPY, "link.flac")


def test_house_music_is_neither_moved_nor_removed(store: SongStore) -> None:
    file = put(store, "happy/house/01.ogg")
    for change in (lambda: store.move(HAPPY, "house/01.ogg", SAD), lambda: store.remove(HAPPY, "house/01.ogg")):
        with pytest.raises(NotAllowed, match="steps aside by itself"):
            change()
    assert file.exists()
    with store.open(HAPPY, "house/01.ogg").file as opened:
        assert os.pread(opened.fileno(), 99, 0) == music(".ogg")


def test_what_is_no_song_is_not_there_for_anyone(store: SongStore, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the password")
    (store.songs / "happy" / "link.flac").symlink_to(tmp_path / "secret")
    (store.songs / "happy" / "folder.flac").mkdir()
    os.mkfifo(store.songs / "happy" / "pipe.flac")
    put(store, "happy/cover.jpg", b"picture")
    put(store, "happy/radio.m3u", b"http://example.org/a")
    put(store, "happy/.moodbox-x.part", music())
    for name in ("link.flac", "folder.flac", "pipe.flac", "cover.jpg", "radio.m3u", ".moodbox-x.part", "missing.flac"):
        with pytest.raises(NoSuchSong):
            store.open(HAPPY, name)
    for name in ("folder.flac", "cover.jpg", ".moodbox-x.part", "house", ""):
        with pytest.raises(NoSuchSong if name else BadName):
            store.remove(HAPPY, name)


@pytest.mark.parametrize("name", ["../sad/a.flac", "/sad/a.flac", "album/../../sad/a.flac", "..", "a.flac\0"])
def test_no_name_leads_to_another_folder(store: SongStore, name: str) -> None:
    put(store, "sad/a.flac")
    (store.songs / "happy" / "album").mkdir()
    for do in (store.open, store.remove, lambda emotion, name: store.move(emotion, name, Emotion.FEAR)):
        with pytest.raises(BadName):
            do(HAPPY, name)


def test_a_disk_that_refuses_is_told_in_words(store: SongStore, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, "happy/a.flac")
    for number, says in ((errno.EROFS, "read-only"), (errno.EACCES, "group moodbox"), (errno.EIO, "working disk")):

        def fail(*_: object, number: int = number) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr("appliance.lib.atomic_file.place", fail)
        monkeypatch.setattr("appliance.lib.atomic_file.remove", fail)
        for change in (lambda: store.move(HAPPY, "a.flac", SAD), lambda: store.remove(HAPPY, "a.flac")):
            with pytest.raises(SongError, match=says):
                change()


def test_five_thousand_songs_are_shown_page_by_page(store: SongStore) -> None:
    for number in range(5000):
        (store.songs / "happy" / f"{number:04}.flac").touch()
    total, songs = store.page(HAPPY, 4990, 100)
    assert total == 5000
    assert [song.name for song in songs] == [f"{number}.flac" for number in range(4990, 5000)]
    happy = store.survey()[EMOTIONS.index(HAPPY)]
    assert happy.songs + len(happy.problems) == 5000


def test_there_is_always_an_answer_to_how_much_is_free(store: SongStore, tmp_path: Path) -> None:
    assert store.free_bytes() > 0
    assert SongStore(tmp_path, 1, 1 << 60).free_bytes() == 0
    assert SongStore(tmp_path / "missing", 1, 0).free_bytes() == 0


def test_what_mpd_tried_in_vain_counts_as_unplayable_while_the_file_stays_as_it_is(store: SongStore) -> None:
    for name in ("happy/a.flac", "happy/b.flac", "happy/house/01.ogg", "happy/c.mid"):
        os.utime(put(store, name, None if "mid" not in name else b"MThd"), (0, 0))
    then, why = "1970-01-01T00:00:00Z", "cannot be played (truncated); replace it"
    store.tried = lambda: {
        "happy/a.flac": (then, why),
        "happy/b.flac": ("1999-01-01T00:00:00Z", why),
        "happy/house/01.ogg": (then, why),
        "happy/c.mid": (then, why),
        "happy/gone.flac": (then, why),
        "http://example.org/a": (None, why),
    }
    found = store.survey()[EMOTIONS.index(HAPPY)]
    assert (found.songs, found.house) == (1, 0)
    assert [str(problem) for problem in found.problems] == [
        f"{store.songs}/happy/a.flac: {why}",
        f"{store.songs}/happy/house/01.ogg: {why}",
    ]
    assert [song.problem for song in store.page(HAPPY, 0, 9)[1]] == [why, "", why]
