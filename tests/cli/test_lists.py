"""`moodbox lists`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.cli.main import main
from appliance.lists.spotify import TOKEN
from appliance.lists.tokens import FILE

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def moodbox(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `moodbox lists` with some arguments: its exit status, output and errors."""
    settings = tmp_path / "moodbox.toml"
    settings.write_text(
        f'[paths]\nstate = "{tmp_path}/state"\nrun = "{tmp_path}/run"\n[music]\nsongs = "{tmp_path}/songs"\n'
    )
    (tmp_path / "songs" / "happy").mkdir(parents=True)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["--settings", str(settings), "lists", *arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def summer(tmp_path: Path) -> Path:
    file = tmp_path / "summer.csv"
    file.write_text("title,artist\nOne,Somebody\nTwo,Nobody\n")
    return file


def test_a_list_is_added_shown_refreshed_and_removed(moodbox: Run, summer: Path) -> None:
    assert moodbox("add", "--for", "happy", "--name", "Holidays", str(summer)) == (
        0,
        "holidays: Holidays – 2 new songs, 0 on this box\n  + Somebody – One\n  + Nobody – Two\n",
        "",
    )
    assert moodbox()[1].startswith("holidays: Holidays – 2 songs, 0 on this box, read 20")
    assert moodbox("show", "holidays")[1].splitlines()[1] == "  Somebody – One: not on this box"
    summer.write_text("title,artist\nThree,Somebody\n")
    assert moodbox("refresh")[1] == "holidays: Holidays – 1 new song, 0 on this box\n  + Somebody – Three\n"
    shown = json.loads(moodbox("--json")[1])["lists"][0]
    assert (shown["list"], shown["songs"], shown["here"], shown["emotion"]) == ("holidays", 3, 0, "happy")
    assert [entry["gone"] for entry in json.loads(moodbox("show", "holidays", "--json")[1])["entries"]] == [
        True,
        True,
        False,
    ]
    assert moodbox("remove", "holidays")[0] == 0
    assert "no lists yet" in moodbox()[1]


def test_a_source_that_is_no_list_is_told_and_nothing_is_kept(moodbox: Run, tmp_path: Path) -> None:
    for source, told in (
        (tmp_path / "missing.csv", "is no file"),
        (tmp_path, "is no file"),
        (tmp_path / "moodbox.toml", "a table needs columns"),
    ):
        status, _, error = moodbox("add", str(source))
        assert (status, told in error) == (1, True)
    assert "no lists yet" in moodbox()[1]


def test_a_list_that_is_not_there_is_told(moodbox: Run) -> None:
    assert moodbox("show", "winter")[::2] == (1, "moodbox: there is no list 'winter' yet\n")


def test_a_list_that_cannot_be_read_again_keeps_its_songs(moodbox: Run, summer: Path) -> None:
    moodbox("add", str(summer))
    summer.unlink()
    status, _, error = moodbox("refresh")
    assert status == 1
    assert "summer: " in error
    assert "is no file" in moodbox()[1]
    assert "Somebody – One" in moodbox("show", "summer")[1]


def test_a_token_of_listenbrainz_is_kept_for_the_box_alone(
    moodbox: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.input", lambda _: " abc-123 ")
    assert moodbox("sign-in", "listenbrainz")[0] == 0
    token = tmp_path / "state" / "lists" / FILE
    assert token.read_text() == "abc-123\n"
    assert token.stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr("builtins.input", lambda _: "x" * 300)
    assert "one short line" in moodbox("sign-in", "listenbrainz")[2]
    monkeypatch.setattr("builtins.input", lambda _: "")
    assert moodbox("sign-in", "listenbrainz")[0] == 0
    assert not token.exists()


def test_signing_in_to_spotify_without_an_app_says_what_to_do(moodbox: Run, tmp_path: Path) -> None:
    status, _, error = moodbox("sign-in", "spotify")
    assert status == 1
    assert "lists.spotify_client_id is empty" in error
    assert not (tmp_path / "state" / "lists" / TOKEN).exists()


def test_neither_the_box_nor_other_commands_pay_for_libraries_of_http() -> None:
    modules = "appliance.cli.main, appliance.app.box, appliance.web.app"
    code = f"import sys, {modules}; sys.exit(int(bool({{'requests', 'spotipy'}} & set(sys.modules))))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
