"""`moodbox songs`."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from appliance.cli import main
from appliance.control.messages import SOCKET, AskSongs, Request
from appliance.control.server import ControlServer
from appliance.domain.emotions import EMOTIONS, Emotion
from tests.songs.music import music, names

ROOT = Path(__file__).resolve().parents[2]


class Owner:
    """Types commands; what is said is in `out` and `err`."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.songs = folder, folder / "songs"
        self.settings = folder / "moodbox.toml"
        self.settings.write_text(
            f'[paths]\nstate = "{folder}/state"\nrun = "{folder}/run"\n[music]\nsongs = "{self.songs}"\nkeep_free = 0\n'
        )
        self._capsys = capsys
        self.out = self.err = ""

    def types(self, *words: str | Path) -> int:
        status = main.main(["--settings", str(self.settings), "songs", *map(str, words)])
        self.out, self.err = self._capsys.readouterr()
        return status

    def has(self, name: str, data: bytes | None = None) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(music(file.suffix) if data is None else data)
        return file


@pytest.fixture
def owner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Owner:
    return Owner(tmp_path, capsys)


def test_the_folders_are_told_with_what_is_wrong(owner: Owner) -> None:
    for name in ("songs/happy/a.flac", "songs/happy/b.flac", "songs/sad/house/c.ogg"):
        owner.has(name)
    owner.has("songs/sad/junk.mp3", b"junk")
    owner.has("songs/angry/radio.m3u", b"http://example.org/a")
    assert owner.types() == 0
    lines = owner.out.splitlines()
    assert "happy     2 songs" in lines
    assert "angry     1 stream" in lines
    at = lines.index("sad       1 piece of house music")
    assert lines[at + 1].endswith("sad/junk.mp3: holds no MPEG audio nor other music; copy it again, or replace it")
    assert any(line.endswith("fear: is missing; a folder of that name would be right") for line in lines)


def test_the_same_as_json(owner: Owner) -> None:
    owner.has("songs/happy/a.flac")
    owner.has("songs/happy/junk.mp3", b"junk")
    assert owner.types("--json") == 0
    told = json.loads(owner.out)
    assert [folder["emotion"] for folder in told["folders"]] == list(EMOTIONS)
    happy = told["folders"][EMOTIONS.index(Emotion.HAPPY)]
    assert (happy["songs"], happy["unplayable"][0]["file"]) == (1, "junk.mp3")
    assert told["free_bytes"] > 0
    assert owner.types("--json", "happy") == 0
    assert json.loads(owner.out)["songs"][0] == {
        "name": "a.flac", "bytes": 4, "house": False, "playable": True, "problem": None,
    }  # fmt: skip


def test_the_songs_of_an_emotion_are_listed(owner: Owner) -> None:
    owner.has("songs/happy/album/a.flac")
    owner.has("songs/happy/b.flac", b"")
    assert owner.types("happy") == 0
    assert owner.out.splitlines() == ["album/a.flac", "b.flac: is empty (0 bytes); copy it again"]


def test_files_are_added_and_a_bad_one_keeps_no_other_out(owner: Owner) -> None:
    files = [owner.has(name) for name in ("a.flac", "b.mp3")]
    junk = owner.has("junk.flac", b"junk")
    assert owner.types("add", "happy", files[0], junk, files[1]) == 1
    assert owner.out.splitlines() == ["happy/a.flac", "happy/b.mp3"]
    assert "'junk.flac' holds no FLAC" in owner.err
    assert names(owner.songs / "happy") == ["a.flac", "b.mp3"]
    assert owner.types("add", "happy", files[0]) == 1
    assert "is there already" in owner.err


def test_a_song_is_moved_and_removed_by_any_path_to_it(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    owner.has("songs/happy/a.flac")
    owner.has("songs/happy/album/b.flac")
    assert owner.types("move", "happy/a.flac", owner.songs / "happy" / "album" / "b.flac", "sad") == 0
    assert owner.out.splitlines() == ["sad/a.flac", "sad/b.flac"]
    monkeypatch.chdir(owner.songs / "sad")
    assert owner.types("remove", "a.flac", "../sad/b.flac") == 0
    assert names(owner.songs / "sad") == []


def test_nothing_outside_the_folders_is_touched(owner: Owner) -> None:
    other = owner.has("other/a.flac")
    for song in (other, "happy/../../other/a.flac", "../other/a.flac", "happy", "a.flac", ""):
        assert owner.types("remove", song) == 1
        assert owner.err.startswith("moodbox: ")
    assert other.exists()


@pytest.mark.parametrize(
    "words",
    [("joyful",), ("add",), ("add", "happy"), ("add", "a.flac", "happy"), ("move", "happy/a.flac"), ("remove",)],
)
def test_a_mistake_is_answered_with_the_usage(owner: Owner, words: tuple[str, ...]) -> None:
    assert owner.types(*words) == 2
    assert "moodbox songs add EMOTION FILE..." in owner.err
    assert "surprise" in owner.err


async def test_a_running_box_is_told_of_each_folder_once_and_of_what_is_new(owner: Owner) -> None:
    asked: list[Request] = []

    async def answer(request: Request) -> dict[str, Any]:
        asked.append(request)
        return {"done": True}

    (owner.folder / "run").mkdir()
    server = ControlServer(owner.folder / "run" / SOCKET, answer)
    await server.start()
    files = [owner.has(name) for name in ("a.flac", "b.flac")]
    junk = owner.has("junk.flac", b"junk")
    await asyncio.to_thread(owner.types, "add", "happy", *files, junk)
    await asyncio.to_thread(owner.types, "move", "happy/a.flac", "sad")
    await asyncio.to_thread(owner.types, "remove", "sad/a.flac")
    await server.stop()
    assert asked == [
        AskSongs(Emotion.HAPPY, ("happy/a.flac", "happy/b.flac")),
        AskSongs(Emotion.HAPPY), AskSongs(Emotion.SAD, ("sad/a.flac",)), AskSongs(Emotion.SAD, was=("happy/a.flac",)),
        AskSongs(Emotion.SAD),
    ]  # fmt: skip


async def test_a_running_box_is_told_of_very_many_songs_too(owner: Owner) -> None:
    new: list[str] = []

    async def answer(request: Request) -> dict[str, Any]:
        assert isinstance(request, AskSongs)
        new.extend(request.files)
        return {"done": True}

    (owner.folder / "run").mkdir()
    server = ControlServer(owner.folder / "run" / SOCKET, answer)
    await server.start()
    files = [owner.has(f"{number:03}{'é' * 120}.flac") for number in range(280)]
    await asyncio.to_thread(owner.types, "add", "happy", *files)
    await server.stop()
    assert new == [f"happy/{file.name}" for file in files]


def test_the_help_names_what_there_is() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "appliance.cli", "songs", "--help"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    for words in ("songs [--json] [EMOTION]", "add EMOTION FILE...", "move SONG... EMOTION", "remove SONG..."):
        assert words in done.stdout
