"""A new model comes onto a whole running box: pushed through a real sshd, taken up by the real vision process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.model import bundle
from appliance.model.shipped import shipped_model
from appliance.model.store import SHIPPED
from tests.running_box import RunningBox, write_songs
from tests.ssh_box import SshBox, ssh_box

RULES = "[mood]\nfirst_after = 7200\n[model]\nlatency_limit = 1000\ntrial_seconds = {seconds}\ntrial_faces = 3\n"

pytestmark = pytest.mark.timeout(400)  # a push is three processes and their libraries


def newer() -> bytes:
    """The shipped model under another version."""
    shipped = bundle.read_bundle(shipped_model())
    return bundle.pack_bundle(
        replace(shipped.manifest, version="99.0.0"), shipped.model, shipped.golden, shipped.population
    )


@contextmanager
def running(ssh: SshBox, seconds: float) -> Iterator[RunningBox]:
    """The box behind `ssh`, running, with a portrait before its camera."""
    rules = RULES.format(seconds=seconds) + f'allowed_signers = "{ssh.folder}/allowed_signers"\n'
    songs = write_songs(ssh.folder / "songs", seconds=20)
    box = RunningBox(ssh.folder, "portrait", songs, rules)
    try:
        box.wait(lambda status: bool(status["vision"]["faces"]))
        yield box
    finally:
        box.stop()


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[SshBox]:
    with ssh_box(tmp_path / "box") as ssh:
        yield ssh


def proven(status: dict[str, Any]) -> bool:
    return not status["vision"]["model_on_trial"]


def rolled_back(status: dict[str, Any]) -> bool:
    """The trial has ended, and so the store has been told."""
    return proven(status) and status["model"]["installed"] == SHIPPED


def test_a_pushed_model_is_taken_up_without_a_restart_and_proves_itself(ssh: SshBox) -> None:
    with running(ssh, seconds=1) as box:
        vision = box.children()["vision"]
        before = box.status()
        status, verdict = ssh.push(newer())
        assert status == 0
        assert "the box looks through moodbox-edge 99.0.0 now" in verdict["text"]
        assert "trial_until" in verdict
        after = box.wait(proven)
        assert after["vision"]["model"] == "moodbox-edge 99.0.0"
        assert after["vision"]["bundle"] == verdict["sha256"]
        assert box.children()["vision"] == vision
        due = [datetime.fromisoformat(status["next_judgement"]) for status in (before, after)]
        assert abs(due[0] - due[1]) <= timedelta(seconds=1)  # whole seconds, reckoned from now
        box.wait_printed("has proved itself")

        assert ssh.send(b"", "rollback")[0] == 0
        box.wait(lambda status: status["vision"]["bundle"] == before["vision"]["bundle"])
    assert ssh.still_classifies() == SHIPPED


def test_a_model_damaged_on_disk_is_rolled_back_by_itself(ssh: SshBox) -> None:
    ssh.push(newer())
    file = ssh.store.current().file
    file.write_bytes(file.read_bytes()[:-1000])
    with running(ssh, seconds=1) as box:
        box.wait_printed("failed its trial")
        status = box.wait(rolled_back)
        assert status["vision"]["model"] != "moodbox-edge 99.0.0"
        assert ssh.still_classifies() == SHIPPED
        assert "damaged" in ssh.send(b"", "list")[1][0]["list"][0]["failed"]


@pytest.mark.slow
def test_a_model_under_which_vision_keeps_dying_is_rolled_back_by_itself(ssh: SshBox) -> None:
    with running(ssh, seconds=3600) as box:
        _, verdict = ssh.push(newer())
        for _ in range(3):
            box.wait(lambda status: status["vision"]["bundle"] == verdict["sha256"])
            box.kill("vision")
            box.wait(lambda status: status["vision"]["bundle"] is None)
        status = box.wait(lambda status: bool(status["vision"]["faces"]) and rolled_back(status))
        assert status["vision"]["model"] != "moodbox-edge 99.0.0"
        box.wait_printed("taken up 3 times without getting through its trial")
        assert ssh.still_classifies() == SHIPPED
