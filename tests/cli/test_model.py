"""`moodbox model …` as its owner types it."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from appliance.model.shipped import shipped_model
from appliance.model.store import ModelStore
from tests.model import tiny

ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "moodbox.toml"
    file.write_text(f'[paths]\nstate = "{tmp_path}/state"\nrun = "{tmp_path}/run"\n[model]\nlatency_limit = 1000\n')
    return file


def moodbox(settings: Path, *arguments: object, **environment: str) -> tuple[int, str]:
    """Exit status and output of `moodbox model …`."""
    done = subprocess.run(
        [sys.executable, "-m", "appliance.cli", "--settings", settings, "model", *map(str, arguments)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, check=False,
        env=os.environ | environment,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_a_bundle_is_installed_listed_and_gone_back_from(settings: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.moodmodel"
    file.write_bytes(tiny.make("1.0.0"))
    status, said = moodbox(settings, "install", file)
    assert status == 0, said
    assert "golden: 8 golden vectors" in said
    assert "accepted: tiny 1.0.0: on trial for its first 300 s" in said
    assert "the box is not running" in said

    status, said = moodbox(settings, "list")
    assert status == 0
    assert [line.split()[0] for line in said.splitlines()] == ["on", "stored"]
    assert "tiny-1.0.0" in said
    assert "comes with Moodbox" in said

    assert moodbox(settings, "rollback")[0] == 0
    status, said = moodbox(settings, "list", "--json")
    assert [(model["id"][:10], model["state"]) for model in json.loads(said)] == [
        ("tiny-1.0.0", "left"),
        ("shipped", "in force"),
    ]


@pytest.mark.parametrize("answer", [b'{"error": "not a request"}', b'{"vision": null}', b"{}"])
def test_a_running_box_of_another_release_does_not_undo_an_installation(
    settings: Path, tmp_path: Path, answer: bytes
) -> None:
    file = tmp_path / "new.moodmodel"
    file.write_bytes(tiny.make("1.0.0"))
    with tempfile.TemporaryDirectory() as run, socket.socket(socket.AF_UNIX) as listener:  # the path must be short
        settings.write_text(settings.read_text().replace(f"{tmp_path}/run", run))
        listener.bind(f"{run}/control.sock")
        listener.listen()
        threading.Thread(target=answer_all, args=(listener, answer), daemon=True).start()
        status, said = moodbox(settings, "install", file)
        listener.shutdown(socket.SHUT_RDWR)
    assert status == 0, said
    assert "accepted: tiny 1.0.0: on trial" in said
    assert "the running box did not say that it takes it up; see `moodbox status`" in said


def answer_all(listener: socket.socket, answer: bytes) -> None:
    """Give the same answer to every request until the listener is closed."""
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer + b"\n")


def test_a_dry_run_changes_nothing(settings: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.moodmodel"
    file.write_bytes(tiny.make("1.0.0"))
    status, said = moodbox(settings, "install", "--dry-run", file)
    assert (status, "would be put on trial" in said) == (0, True)
    assert ModelStore(tmp_path / "state" / "models", shipped_model()).trial() is None


def test_a_bundle_that_is_no_good_is_refused_in_one_line(settings: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.moodmodel"
    file.write_bytes(tiny.make("1.0.0")[:-1])
    status, said = moodbox(settings, "install", file)
    assert status == 1
    assert said.startswith("moodbox: format: bundle: truncated or damaged")
    assert len(said.splitlines()) == 1
    status, said = moodbox(settings, "install", tmp_path / "missing")
    assert (status, said) == (1, f"moodbox: {tmp_path}/missing: cannot be read: No such file or directory\n")


def test_with_nothing_to_go_back_to_it_is_said_so(settings: Path) -> None:
    status, said = moodbox(settings, "rollback")
    assert status == 1
    assert "there is none before it" in said


def test_an_owner_who_named_a_model_in_the_settings_is_told_that_no_other_can_be_in_force(settings: Path) -> None:
    settings.write_text(settings.read_text() + '[vision]\nmodel = "/srv/mine.moodmodel"\n')
    for command in ("list", "rollback", "receive"):
        status, said = moodbox(settings, command, SSH_ORIGINAL_COMMAND="list")
        assert status == 1
        assert "vision.model" in said
        assert "/srv/mine.moodmodel" in said


def others_may_run_this_python() -> bool:
    command = [sys.executable, "-c", "import appliance.model.store"]
    try:
        done = subprocess.run(
            command, cwd=ROOT, user=65534, group=65534, extra_groups=[], capture_output=True, check=False
        )
    except PermissionError:
        return False
    return done.returncode == 0


def test_what_root_installs_belongs_to_the_user_of_the_store(settings: Path, tmp_path: Path) -> None:
    if os.getuid() or not others_may_run_this_python():
        pytest.skip("only root may become another user, who must be able to run this Python")
    with tempfile.TemporaryDirectory() as place:  # pytest's own folders may be entered by root alone
        state = Path(place) / "state"
        state.mkdir()
        for folder in (place, state):
            os.chown(folder, 65534, 65534)
        settings.write_text(f'[paths]\nstate = "{state}"\nrun = "{state}"\n[model]\nlatency_limit = 1000\n')
        file = tmp_path / "new.moodmodel"
        file.write_bytes(tiny.make("1.0.0"))
        status, said = moodbox(settings, "install", file)
        assert status == 0, said
        entries = [state / "models", *(state / "models").rglob("*")]
        assert len(entries) >= 5
        assert {entry.lstat().st_uid for entry in entries} == {65534}


def test_the_receiver_answers_in_lines_of_json(settings: Path) -> None:
    status, said = moodbox(settings, "receive", SSH_ORIGINAL_COMMAND="list")
    assert (status, json.loads(said)["list"][0]["id"]) == (0, "shipped")
    status, said = moodbox(settings, "receive", SSH_ORIGINAL_COMMAND="push")
    assert (status, json.loads(said)["verdict"]) == (1, "refused")
