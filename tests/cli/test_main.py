import argparse
import asyncio
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance import __version__
from appliance.cli import main as cli
from appliance.cli.main import main
from appliance.control.messages import SOCKET, AskOverride, AskPower, AskSkip, Request
from appliance.control.server import ControlServer
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.vision import assets

ROOT = Path(__file__).resolve().parents[2]

with_faces = pytest.mark.skipif(
    not (assets.assets_folder() / assets.PORTRAIT).exists(), reason="needs the installed face detector"
)


def moodbox(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "appliance.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=180)


def settings_in(folder: Path, text: str = "") -> Path:
    file = folder / "moodbox.toml"
    file.write_text(f'[paths]\nstate = "{folder}/state"\nrun = "{folder}/run"\n{text}')
    return file


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"moodbox {__version__}\n"


@pytest.mark.parametrize("command", [("status",), ("status", "--json"), ("skip",), ("override", "happy")])
def test_without_a_running_box_a_command_says_how_to_start_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    assert main(["--settings", str(settings_in(tmp_path)), *command]) == 1
    assert "no running Moodbox" in capsys.readouterr().err


class Box:
    """Takes whatever it is asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    async def answer(self, request: Request) -> dict[str, Any]:
        self.asked.append(request)
        return {"done": True}


@pytest.mark.parametrize(
    ("command", "request_", "answer"),
    [
        (("skip",), AskSkip(), "On to the next track."),
        (("override", "happy"), AskOverride(Emotion.HAPPY), "Playing by happy until: moodbox override auto"),
        (("override", "auto"), AskOverride(None), "The camera decides what plays."),
        (("power", "off"), AskPower("off"), "The machine turns itself off."),
    ],
)
@pytest.mark.parametrize("settings_first", [True, False])
async def test_what_is_asked_of_the_box_is_answered_with_a_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    request_: Request,
    answer: str,
    settings_first: bool,
) -> None:
    file = settings_in(tmp_path)
    (tmp_path / "run").mkdir()
    box = Box()
    server = ControlServer(tmp_path / "run" / SOCKET, box.answer)
    await server.start()
    option = ("--settings", str(file))
    words = (*option, *command) if settings_first else (*command, *option)
    assert await asyncio.to_thread(main, words) == 0
    await server.stop()
    assert box.asked == [request_]
    assert capsys.readouterr().out == f"{answer}\n"


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield each
                yield from parsers(each)


@pytest.mark.parametrize("parser", [pytest.param(each, id=each.prog) for each in parsers(cli._parser())])
def test_every_command_has_a_description_an_example_and_settings(parser: argparse.ArgumentParser) -> None:
    told, _, examples = parser.format_help().partition("\nexample")
    assert parser.description
    assert parser.description in told
    assert "--settings FILE" in told
    assert re.search(re.escape(parser.prog).replace("FILE", r"\S+"), examples)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_settings_may_be_named_before_or_after_a_command(place: int) -> None:
    words = ["model", "list"]
    words[place:place] = ["--settings", "mine.toml"]
    assert cli._parser().parse_args(words).settings == Path("mine.toml")
    assert cli._parser().parse_args(["model", "list"]).settings is None


def test_an_override_that_is_no_emotion_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["override", "joy"])
    told = capsys.readouterr().err
    assert all(emotion in told for emotion in EMOTIONS)


def test_a_mistake_in_the_settings_is_answered_in_one_line_that_names_file_and_key(tmp_path: Path) -> None:
    result = moodbox("--settings", settings_in(tmp_path, "[camera]\nwidht = 640\n"), "run")
    assert result.returncode == 1
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert "moodbox.toml" in line
    assert "did you mean 'width'" in line


def test_a_mistake_in_an_option_is_answered_like_one_in_the_settings(tmp_path: Path) -> None:
    songs = tmp_path / "songs.txt"
    songs.write_text("a file where a folder should be")
    result = moodbox("--settings", settings_in(tmp_path), "run", "--songs", songs)
    assert result.returncode == 1
    assert str(songs) in result.stderr
    assert "Traceback" not in result.stderr


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file where a folder should be")
    result = moodbox("--settings", settings_in(tmp_path), "run")
    assert result.returncode == 1
    assert f"{tmp_path}/run" in result.stderr
    assert "Traceback" not in result.stderr


@with_faces
def test_look_prints_one_line_of_json_for_each_file(tmp_path: Path) -> None:
    portrait, broken = tmp_path / "a.png", tmp_path / "b.png"
    portrait.write_bytes(assets.read_asset(assets.PORTRAIT))
    broken.write_bytes(b"no picture")
    result = moodbox("look", "--json", tmp_path)
    assert result.returncode == 1
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert first["file"] == str(portrait)
    [face] = first["faces"]
    assert face["emotion"] == "happy"
    assert sum(face["probabilities"].values()) == pytest.approx(1, abs=0.01)
    assert set(face["probabilities"]) == set(EMOTIONS)
    assert second["file"] == str(broken)
    assert "error" in second


@with_faces
def test_look_without_json_reads_as_words(tmp_path: Path) -> None:
    portrait = tmp_path / "a.png"
    portrait.write_bytes(assets.read_asset(assets.PORTRAIT))
    empty = tmp_path / "b.png"
    empty.touch()
    result = moodbox("look", portrait, empty)
    assert result.returncode == 1
    first, second = result.stdout.splitlines()
    assert first.startswith(f"{portrait}: happy ")
    assert second == f"{empty}: is empty"


@with_faces
@pytest.mark.skipif(shutil.which("mpd") is None, reason="needs MPD: apt install mpd")
def test_the_doctor_finds_a_fresh_installation_healthy(tmp_path: Path) -> None:
    result = moodbox("--settings", settings_in(tmp_path, f'[music]\nsongs = "{ROOT}/songs"\n'), "doctor")
    assert result.returncode == 0, result.stdout
    parts = {line.split()[1] for line in result.stdout.splitlines()}
    assert parts >= {"versions", "settings", "camera", "faces", "model", "mpd", "songs", "state", "box"}
    assert result.stderr == ""  # the libraries chat while they load


def test_the_doctor_names_every_fault_and_goes_on_after_each(tmp_path: Path) -> None:
    faults = f"""
[camera]
source = "{tmp_path}/nowhere.png"
[vision]
model = "{tmp_path}/nothing.moodmodel"
[music]
songs = "{tmp_path}/songs"
"""
    result = moodbox("--settings", settings_in(tmp_path, faults), "doctor")
    assert result.returncode == 1
    bad = [line for line in result.stdout.splitlines() if line.startswith("BAD")]
    assert any("nowhere.png" in line for line in bad)
    assert any("nothing.moodmodel" in line for line in bad)
    assert any(f"{tmp_path}/songs" in line for line in bad)
    assert "Traceback" not in result.stderr


def test_the_doctor_examines_the_rest_when_the_settings_are_broken(tmp_path: Path) -> None:
    result = moodbox("--settings", settings_in(tmp_path, "[musik]\n"), "doctor")
    assert result.returncode == 1
    assert "did you mean 'music'" in result.stdout
    assert "model" in result.stdout
