"""House music on disk: made once, kept whole, and never in the owner's way."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from appliance.composer import ComposerError, Piece, compose, encode, ensure_house_music, files, has_own_songs
from appliance.composer.render import VERSION, title
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.errors import MoodboxError

ROOT = Path(__file__).resolve().parents[2]
HAPPY = (Emotion.HAPPY,)


@pytest.fixture(scope="module")
def happy_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five happy pieces, made once for all tests here."""
    songs = tmp_path_factory.mktemp("songs")
    ensure_house_music(songs, emotions=HAPPY)
    return songs / "happy" / "house"


@pytest.fixture
def songs(tmp_path: Path, happy_house: Path) -> Path:
    """A songs folder with the happy house music in it."""
    house = tmp_path / "songs" / "happy" / "house"
    house.mkdir(parents=True)
    for path in happy_house.iterdir():
        (house / path.name).write_bytes(path.read_bytes())
    return tmp_path / "songs"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def stamped(version: int, number: int, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The bytes of a very short happy piece by another version of the composer."""
    with monkeypatch.context() as patch:
        patch.setattr(encode, "VERSION", version)
        return encode.ogg(Piece(Emotion.HAPPY, number, "Old", np.zeros((4410, 2), dtype=np.float32)))


def test_five_pieces_with_number_and_title_are_made(happy_house: Path) -> None:
    assert names(happy_house) == [f"{n:02d} {title(Emotion.HAPPY, n)}.ogg" for n in range(1, 6)]
    for path in happy_house.iterdir():
        with soundfile.SoundFile(path) as file:
            assert 40 <= file.frames / file.samplerate <= 90
        assert path.stat().st_size < 1_500_000
        assert path.stat().st_mode & 0o044 == 0o044, "MPD may run as another user"


def test_the_file_sounds_like_the_piece(happy_house: Path) -> None:
    piece = compose(Emotion.HAPPY, 1)
    heard, _ = soundfile.read(happy_house / "01 Kitchen Window.ogg", dtype="float32")
    assert heard.shape == piece.samples.shape
    assert np.abs(heard).max() < 1
    assert np.corrcoef(heard[:, 0], piece.samples[:, 0])[0, 1] > 0.98


def test_a_second_run_makes_nothing_and_touches_nothing(songs: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (songs / "happy" / "house").iterdir()}
    assert ensure_house_music(songs, emotions=HAPPY) == []
    assert {path: path.stat().st_mtime_ns for path in (songs / "happy" / "house").iterdir()} == before


def test_only_what_is_missing_is_made_and_told(songs: Path) -> None:
    missing = songs / "happy" / "house" / "03 Saturday Roundabout.ogg"
    missing.unlink()
    told: list[Path] = []
    assert ensure_house_music(songs, told.append, HAPPY) == [missing] == told
    assert encode.stamp(missing) is not None


def test_each_mood_has_a_first_piece_before_any_has_a_second(songs: Path) -> None:
    class EnoughError(Exception):
        pass

    told: list[Path] = []

    def listen(path: Path) -> None:
        told.append(path)
        if len(told) == 3:
            raise EnoughError

    with pytest.raises(EnoughError):
        ensure_house_music(songs, listen, [Emotion.SAD, Emotion.HAPPY, Emotion.NEUTRAL])
    assert [f"{path.parent.parent.name} {path.name[:2]}" for path in told] == ["sad 01", "neutral 01", "sad 02"]
    assert not any(name.startswith(".") for name in names(songs))


@pytest.mark.parametrize(
    "song", ["mine.mp3", "MINE.FLAC", "radio.m3u", "album/deep/track.ogg", "houses/a.opus", 'it\'s "ours"\n.mp3']
)
def test_folders_with_a_song_of_the_owners_are_left_alone(tmp_path: Path, song: str) -> None:
    path = tmp_path / "happy" / song
    path.parent.mkdir(parents=True)
    path.write_bytes(b"music")
    assert has_own_songs(tmp_path / "happy")
    assert ensure_house_music(tmp_path, emotions=HAPPY) == []
    assert not (tmp_path / "happy" / "house").exists()


@pytest.mark.parametrize(
    "name", ["cover.jpg", "notes.txt", ".hidden.mp3", ".trash/a.mp3", "house/a.mp3", "house/x/a.mp3"]
)
def test_other_files_do_not_count_as_songs(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"something")
    (tmp_path / "empty.mp3").touch()
    assert not has_own_songs(tmp_path)


def test_songs_behind_links_count_and_loops_of_links_end(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "happy", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "loop").symlink_to(folder)
    (folder / "broken.mp3").symlink_to(tmp_path / "nowhere")
    (folder / "music").symlink_to(elsewhere)
    assert not has_own_songs(folder)
    (elsewhere / "a.mp3").write_bytes(b"music")
    assert has_own_songs(folder)


def test_names_that_are_not_utf8_do_no_harm(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path / "happy")
    os.mkdir(folder)  # noqa: PTH102 - a path of bytes
    with open(folder + b"/caf\xe9.mp3", "wb") as file:  # noqa: PTH123 - a path of bytes
        file.write(b"music")
    assert has_own_songs(tmp_path / "happy")


def test_an_older_piece_of_ours_is_replaced_and_nothing_else(songs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = songs / "happy" / "house"
    current = house / "02 Bicycle Bell.ogg"
    current.unlink()
    (house / "02 Its Former Title.ogg").write_bytes(stamped(VERSION - 1, 2, monkeypatch))
    (house / "my own.ogg").write_bytes(b"kept by the owner")
    before = contents(house)
    assert ensure_house_music(songs, emotions=HAPPY) == [current]
    after = contents(house)
    assert "02 Its Former Title.ogg" not in after
    assert encode.stamp(current) == encode.Stamp(VERSION, "happy", 2)
    untouched = before.keys() & after.keys()
    assert "my own.ogg" in untouched
    assert all(before[name] == after[name] for name in untouched)


def test_a_piece_by_a_newer_composer_stays(songs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = songs / "happy" / "house" / "02 Bicycle Bell.ogg"
    newer = stamped(VERSION + 1, 2, monkeypatch)
    path.write_bytes(newer)
    assert ensure_house_music(songs, emotions=HAPPY) == []
    assert path.read_bytes() == newer


def test_a_file_of_the_owners_under_our_name_is_never_overwritten(
    songs: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = songs / "happy" / "house" / "02 Bicycle Bell.ogg"
    path.write_bytes(b"the owner's")
    assert ensure_house_music(songs, emotions=HAPPY) == []
    assert path.read_bytes() == b"the owner's"
    assert str(path) in caplog.text


def test_an_empty_file_under_our_name_is_filled(songs: Path) -> None:
    path = songs / "happy" / "house" / "02 Bicycle Bell.ogg"
    path.write_bytes(b"")
    assert ensure_house_music(songs, emotions=HAPPY) == [path]


def test_what_a_power_cut_left_half_written_is_swept_away(songs: Path) -> None:
    house = songs / "happy" / "house"
    old, young = house / ".moodbox-old.part", house / ".moodbox-young.part"
    old.write_bytes(b"half a piece")
    young.write_bytes(b"another run is writing this")
    os.utime(old, (0, 0))
    ensure_house_music(songs, emotions=HAPPY)
    assert not old.exists()
    assert young.exists()


def test_a_missing_songs_folder_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ComposerError, match="does not exist; make that folder") as caught:
        ensure_house_music(tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in str(caught.value)
    assert isinstance(caught.value, MoodboxError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("spot", [".", "happy", "happy/house"])
def test_a_file_where_a_folder_should_be_is_one_clear_error(tmp_path: Path, spot: str) -> None:
    path = tmp_path / "songs" / spot
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("not a folder")
    with pytest.raises(ComposerError, match="is a file") as caught:
        ensure_house_music(tmp_path / "songs", emotions=HAPPY)
    assert str(path) in str(caught.value)
    assert path.read_text() == "not a folder"


def test_a_link_that_leads_nowhere_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "happy").symlink_to(tmp_path / "unplugged disk")
    with pytest.raises(ComposerError, match="link that leads nowhere"):
        ensure_house_music(tmp_path, emotions=HAPPY)
    assert not (tmp_path / "unplugged disk").exists()


def test_a_fault_in_one_folder_does_not_keep_the_others_from_music(songs: Path) -> None:
    (songs / "angry").write_text("in the way")
    missing = songs / "happy" / "house" / "05 Skipping Stones.ogg"
    missing.unlink()
    with pytest.raises(ComposerError, match=r"angry is a file"):
        ensure_house_music(songs, emotions=[Emotion.ANGRY, Emotion.HAPPY])
    assert missing.exists()


class Mounts:
    """Small file systems in memory, for root."""

    def __init__(self) -> None:
        self.places: list[Path] = []

    def add(self, place: Path, options: str) -> Path:
        place.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"this machine may not mount a tmpfs: {done.stderr.strip()}")
        self.places.append(place)
        return place

    def clear(self) -> None:
        for place in self.places:
            subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def mounts() -> Iterator[Mounts]:
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    result = Mounts()
    yield result
    result.clear()


def test_a_full_disk_is_one_clear_error_and_leaves_only_whole_pieces(tmp_path: Path, mounts: Mounts) -> None:
    disk = mounts.add(tmp_path / "disk", "size=1500k")
    with pytest.raises(ComposerError, match="the disk is full; free") as caught:
        ensure_house_music(disk, emotions=HAPPY)
    assert "02 Bicycle Bell.ogg" in str(caught.value)
    assert names(disk) == ["01 Kitchen Window.ogg"], "no partial files"
    assert encode.stamp(disk / "happy" / "house" / "01 Kitchen Window.ogg") is not None


def test_a_read_only_disk_is_one_clear_error(tmp_path: Path, mounts: Mounts) -> None:
    disk = mounts.add(tmp_path / "disk", "size=4m,ro")
    with pytest.raises(ComposerError, match="mounted read-only"):
        ensure_house_music(disk, emotions=HAPPY)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir(mode=0o555)
    with pytest.raises(ComposerError, match="may not be written"):
        ensure_house_music(tmp_path, emotions=HAPPY)


def run(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "appliance.composer", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_killed_at_work_it_leaves_whole_pieces_and_the_next_run_goes_on(tmp_path: Path) -> None:
    with run(str(tmp_path), "happy", "sad") as child:
        assert child.stdout is not None
        first = Path(child.stdout.readline().rstrip("\n"))
        child.stdout.readline()
        child.kill()
    whole = [path for path in tmp_path.rglob("*.ogg") if not path.name.startswith(".")]
    assert first in whole
    assert all(encode.stamp(path) is not None for path in whole)
    before = first.stat().st_mtime_ns
    made = ensure_house_music(tmp_path, emotions=HAPPY)
    assert len(made) == 5 - sum("happy" in path.parts for path in whole)
    assert first.stat().st_mtime_ns == before


def test_by_hand_it_answers_mistakes_in_one_line(tmp_path: Path) -> None:
    with run(str(tmp_path / "nowhere")) as child:
        _, error = child.communicate()
    assert child.returncode == 1
    assert error.strip().splitlines() == [
        f"{tmp_path / 'nowhere'} does not exist; make that folder or set music.songs in the settings"
    ]
    with run(str(tmp_path), "joyful") as child:
        _, error = child.communicate()
    assert child.returncode == 2
    assert "'joyful' is not an emotion" in error


def test_every_emotion_has_five_titles_that_any_file_system_takes() -> None:
    for emotion in EMOTIONS:
        for number in range(1, files.PIECES + 1):
            assert set('\\/:*?"<>|').isdisjoint(title(emotion, number))
