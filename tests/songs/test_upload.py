"""Songs that come in piece by piece."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from appliance.songs.errors import NoRoom, NotMusic, SongError, SongExists, TooLarge
from appliance.songs.upload import Upload, free_bytes, sweep
from tests.songs.music import music, names, tagged

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 10_000_000


def incoming(folder: Path, name: str = "song.flac", announced: int | None = None, limit: int = LIMIT) -> Upload:
    return Upload(folder, name, announced, limit, 0)


def send(folder: Path, name: str, data: bytes, step: int = 50_000) -> None:
    with incoming(folder, name) as song:
        for at in range(0, len(data), step):
            song.write(data[at : at + step])
        song.finish()


def pour(song: Upload, data: bytes, times: int) -> None:
    for _ in range(times):
        song.write(data)


@pytest.mark.parametrize(("suffix", "step"), [(".flac", 1), (".mp3", 70_000), (".opus", 64 * 1024)])
def test_a_song_is_whole_when_it_can_be_seen(tmp_path: Path, suffix: str, step: int) -> None:
    data = music(suffix, 3000 if step == 1 else 300_000)
    with incoming(tmp_path, f"song{suffix}", len(data)) as song:
        for at in range(0, len(data), step):
            song.write(data[at : at + step])
            assert not (tmp_path / f"song{suffix}").exists()
        song.finish()
    assert (tmp_path / f"song{suffix}").read_bytes() == data
    assert names(tmp_path) == [f"song{suffix}"]


def test_nobody_but_mpd_is_shown_a_song_under_way_and_mpd_takes_nothing_of_that_name(tmp_path: Path) -> None:
    with incoming(tmp_path) as song:
        song.write(music())
        (name,) = names(tmp_path)
        assert name.startswith(".")
        assert name.endswith(".part")


def test_what_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    with incoming(tmp_path) as song:
        song.write(music(size=5_000_000))
    assert names(tmp_path) == []


def test_folders_of_a_name_are_made_once_the_song_is_whole(tmp_path: Path) -> None:
    tmp_path.chmod(0o2775)
    with incoming(tmp_path, "Artist/Album/song.flac") as song:
        song.write(music())
        assert not (tmp_path / "Artist").exists()
        song.finish()
    assert (tmp_path / "Artist" / "Album" / "song.flac").read_bytes() == music()
    assert (tmp_path / "Artist" / "Album").stat().st_mode == tmp_path.stat().st_mode
    with pytest.raises(SongExists, match=r"Album/song\.flac is there already"):
        incoming(tmp_path, "Artist/Album/song.flac")


def test_a_taken_name_stays_with_who_has_it(tmp_path: Path) -> None:
    (tmp_path / "song.flac").write_bytes(b"first")
    with pytest.raises(SongExists, match="is there already"):
        incoming(tmp_path)
    (tmp_path / "dead.flac").symlink_to("nowhere")
    with pytest.raises(SongExists):
        incoming(tmp_path, "dead.flac")
    (tmp_path / "e\u0301tude.flac").write_bytes(b"as a Mac spells it")
    with pytest.raises(SongExists):
        incoming(tmp_path, "\u00e9tude.flac")


def test_of_two_at_once_the_first_to_finish_has_the_name(tmp_path: Path) -> None:
    with incoming(tmp_path) as one, incoming(tmp_path) as other:
        one.write(music(size=100))
        other.write(music(size=200))
        other.finish()
        with pytest.raises(SongExists):
            one.finish()
    assert (tmp_path / "song.flac").stat().st_size == 200
    assert names(tmp_path) == ["song.flac"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("song.flac", b"", r"empty \(0 bytes\)"),
        ("song.flac", b"<!doctype html>", "holds no FLAC, nor other music"),
        ("song.flac", b"junk" * 100_000, "holds no FLAC, nor other music"),
        ("song.mp3", music(".flac"), r"holds FLAC and not MPEG audio; rename it so that it ends in \.flac"),
        ("song.mp3", tagged(b"MZ" + bytes(300_000)), "holds no MPEG audio"),
        ("radio.m3u", b"http://example.org/a\n../../etc/passwd\n", "line 2 is '../../etc/passwd'"),
        ("radio.m3u", b"#EXTM3U\n", "names no stream"),
    ],
)
def test_junk_is_refused_and_leaves_nothing(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    with pytest.raises(NotMusic, match=says):
        send(tmp_path, name, data)
    assert names(tmp_path) == []


def test_junk_is_refused_before_all_of_it_has_come(tmp_path: Path) -> None:
    with incoming(tmp_path) as song, pytest.raises(NotMusic):
        pour(song, b"junk" * 20_000, 4)


def test_an_ending_that_is_no_songs_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(NotMusic, match=r"\.flac, .*\.m3u, .*\.mp3"):
        incoming(tmp_path, "virus.exe")


def test_music_behind_the_picture_of_a_cover_is_music(tmp_path: Path) -> None:
    send(tmp_path, "song.mp3", tagged(music(".mp3"), 3_000_000))
    assert names(tmp_path) == ["song.mp3"]


def test_a_list_of_streams_is_taken_and_stays_small(tmp_path: Path) -> None:
    send(tmp_path, "radio.m3u", b"#EXTM3U\nhttps://example.org/radio.mp3\n")
    with pytest.raises(TooLarge, match="65536 bytes"):
        send(tmp_path, "long.m3u", b"https://example.org/\n" * 10_000)
    assert names(tmp_path) == ["radio.m3u"]


def test_a_song_over_the_limit_is_refused_whether_announced_or_not(tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match=r"larger than 10 MB, .* \(music\.upload_limit\)"):
        incoming(tmp_path, announced=LIMIT + 1)
    with incoming(tmp_path) as song, pytest.raises(TooLarge):
        pour(song, music(size=1_000_000), 11)
    assert names(tmp_path) == []


@pytest.mark.parametrize("size", [999, 1001])
def test_a_song_that_is_not_as_long_as_announced_is_refused(tmp_path: Path, size: int) -> None:
    with incoming(tmp_path, announced=1000) as song:
        song.write(music(size=size))
        with pytest.raises(SongError, match=f"incomplete: {size} of 1000 bytes"):
            song.finish()
    assert names(tmp_path) == []


def test_the_reserve_on_the_disk_stays_free(tmp_path: Path) -> None:
    with pytest.raises(NoRoom, match=r"does not fit: \d+ MB are free, of which \d+ MB stay so \(music\.keep_free\)"):
        Upload(tmp_path, "song.flac", 1, LIMIT, free_bytes(tmp_path) + 1_000_000_000)
    assert names(tmp_path) == []


def test_the_reserve_holds_also_against_a_song_that_did_not_say_how_long_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = 9_000_000
    monkeypatch.setattr(
        "appliance.songs.upload.free_bytes",
        lambda folder: free - sum(file.stat().st_size for file in folder.iterdir()),
    )
    with Upload(tmp_path, "song.flac", None, LIMIT, 5_000_000) as song, pytest.raises(NoRoom):
        pour(song, music(size=1_000_000), 9)
    assert names(tmp_path) == []


_FILL = """
import sys
from pathlib import Path
from appliance.songs.errors import NoRoom
from appliance.songs.upload import Upload
folder = Path(sys.argv[1])
try:
    with Upload(folder, "song.flac", None, 100_000_000, 0) as song:
        song.write(b"fLaC")
        while True:
            song.write(bytes(100_000))
except NoRoom as error:
    print(error)
print([entry.name for entry in folder.iterdir()])
"""


@pytest.mark.needs("root", "unshare", "mount")
def test_a_disk_that_runs_full_is_told_and_left_as_it_was(tmp_path: Path) -> None:
    """A real one: a filesystem of three megabytes in memory."""
    command = f'mount -t tmpfs -o size=3m none "{tmp_path}" && exec "{sys.executable}" -c "$1" "{tmp_path}"'
    found = subprocess.run(
        ["unshare", "--mount", "sh", "-c", command, "sh", textwrap.dedent(_FILL)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    if "unshare:" in found.stderr or "mount:" in found.stderr:
        pytest.skip(f"needs to mount a filesystem: {found.stderr.strip()}")
    told, left = found.stdout.splitlines()
    assert told == f"{tmp_path}/song.flac: the disk is full; delete something first"
    assert left == "[]"


def test_who_may_change_the_folder_may_change_the_song_and_everyone_may_hear_it(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        for name, mode, right in (("shared", 0o2775, 0o664), ("own", 0o755, 0o644)):
            folder = tmp_path / name
            folder.mkdir()
            folder.chmod(mode)
            send(folder, "song.flac", music())
            assert stat.S_IMODE((folder / "song.flac").stat().st_mode) == right
    finally:
        os.umask(before)


@pytest.mark.needs("root")
def test_a_song_belongs_to_its_folders_group(tmp_path: Path) -> None:
    os.chown(tmp_path, -1, 12_345)
    send(tmp_path, "song.flac", music())
    assert (tmp_path / "song.flac").stat().st_gid == 12_345


def test_a_missing_folder_and_one_that_is_a_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(SongError, match="is no folder"):
        incoming(tmp_path / "missing")
    (tmp_path / "file").write_text("")
    with pytest.raises(SongError, match="is no folder"):
        incoming(tmp_path / "file")


_UPLOAD = """
import sys
from pathlib import Path
from appliance.songs.upload import Upload
with Upload(Path(sys.argv[1]), "song.flac", None, 100_000_000, 0) as song:
    song.write(b"fLaC")
    print("under way", flush=True)
    sys.stdin.read()
"""


def test_what_a_power_cut_left_is_swept_away_and_what_is_under_way_stays(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _UPLOAD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as other:
        assert other.stdout
        other.stdout.readline()
        (tmp_path / "mine.flac").write_bytes(music())
        with incoming(tmp_path, "second.flac") as song:
            song.write(music())
            sweep(tmp_path)
            assert len(names(tmp_path)) == 3
            song.finish()
        other.kill()
    assert len(names(tmp_path)) == 3
    sweep(tmp_path)
    assert names(tmp_path) == ["mine.flac", "second.flac"]


def test_nothing_to_sweep_is_no_fault(tmp_path: Path) -> None:
    sweep(tmp_path / "missing")
