"""Songs of several people: the box and its owner share the folders by their group, as an installed box has it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.domain.emotions import EMOTIONS
from tests.songs.music import music, names

ROOT = Path(__file__).resolve().parents[2]
BOX, OWNER, GROUP = 64_001, 64_002, 64_010

pytestmark = pytest.mark.needs("root", "setpriv")


@pytest.fixture
def songs() -> Iterator[Path]:
    """Folders as `provisioning/accounts.sh` makes them, where other users may come: pytest's are root's alone."""
    with tempfile.TemporaryDirectory(prefix="moodbox-songs-") as place:
        Path(place).chmod(0o755)
        if subprocess.run(_as(BOX, "-c", "import appliance"), cwd="/", env=_ENVIRONMENT, check=False).returncode:
            pytest.skip("needs the project to lie where other users may read it")
        for folder in ("songs", *(f"songs/{emotion}" for emotion in EMOTIONS)):
            path = Path(place, folder)
            path.mkdir()
            os.chown(path, BOX, GROUP)
            path.chmod(0o2775)
        yield Path(place, "songs")


def by(user: int, songs: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """`moodbox songs …` by a user who is in the group."""
    (songs.parent / "moodbox.toml").write_text(
        f'[paths]\nrun = "{songs}/../run"\nstate = "{songs}/../state"\n[music]\nsongs = "{songs}"\nkeep_free = 0\n'
    )
    words = ("--settings", songs.parent / "moodbox.toml", "songs", *words)
    command = _as(user, "-c", _COMMAND, *map(str, words))
    return subprocess.run(command, cwd="/", env=_ENVIRONMENT, capture_output=True, text=True, check=False)


def _as(user: int, *words: str) -> list[str]:
    return ["setpriv", f"--reuid={user}", f"--regid={user}", f"--groups={GROUP}", sys.executable, *words]


_ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
_COMMAND = "import os, sys; os.umask(0o077); from appliance.cli.main import main; sys.exit(main(sys.argv[1:]))"


def put(file: Path, user: int, mode: int) -> None:
    """A file as a user copies it in."""
    file.write_bytes(music(file.suffix))
    os.chown(file, user, GROUP)
    file.chmod(mode)


def test_what_the_box_takes_in_its_owner_may_change(songs: Path) -> None:
    new = songs.parent / "new.flac"
    put(new, BOX, 0o644)
    ran = by(BOX, songs, "add", "happy", new)
    assert ran.returncode == 0, ran.stderr
    status = (songs / "happy" / "new.flac").stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (BOX, GROUP, 0o664)
    assert by(OWNER, songs, "move", "happy/new.flac", "sad").returncode == 0
    assert by(OWNER, songs, "remove", "sad/new.flac").returncode == 0
    assert names(songs / "sad") == []


def test_what_its_owner_has_copied_in_the_box_may_move_and_remove_but_not_overwrite(songs: Path) -> None:
    """Linux lets nobody make a hard link to a file that is another's and not theirs to write."""
    for name in ("happy/a.flac", "happy/b.flac", "sad/b.flac"):
        put(songs / name, OWNER, 0o644)
    ran = by(BOX, songs, "move", "happy/a.flac", "sad")
    assert ran.returncode == 0, ran.stderr
    assert (songs / "sad" / "a.flac").stat().st_uid == OWNER
    assert by(BOX, songs, "move", "happy/b.flac", "sad").returncode == 1
    assert names(songs / "happy") == ["b.flac"]
    assert by(BOX, songs, "remove", "sad/a.flac").returncode == 0
    assert names(songs / "sad") == ["b.flac"]


def test_an_album_that_its_owner_alone_may_change_stays_as_it_is_with_a_word_of_how_to_change_that(songs: Path) -> None:
    album = songs / "happy" / "album"
    album.mkdir()
    put(album / "a.flac", OWNER, 0o644)
    os.chown(album, OWNER, OWNER)
    for words in (("remove", "happy/album/a.flac"), ("move", "happy/album/a.flac", "sad")):
        ran = by(BOX, songs, *words)
        assert ran.returncode == 1
        assert "group moodbox" in ran.stderr
    assert names(album) == ["a.flac"]
    assert names(songs / "sad") == []


def test_a_song_that_cannot_be_read_is_told(songs: Path) -> None:
    put(songs / "happy" / "a.flac", OWNER, 0o600)
    ran = by(BOX, songs, "happy")
    assert ran.stdout == "a.flac: cannot be read; make it readable, such as by `chmod a+r`\n"
