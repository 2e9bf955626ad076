"""The tool's push, typed as its user types it, to a real sshd."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.model.store import SHIPPED
from tests.model import tiny
from tests.ssh_box import ROOT, SshBox, new_key, ssh_box

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[SshBox]:
    with ssh_box(tmp_path / "box") as box:
        yield box


def push(
    box: SshBox, data: bytes, *options: str, hosts: tuple[str, ...] = ("box",), usual_key: bool = False,
    path: Path | None = None,
) -> tuple[int, str]:  # fmt: skip
    """Exit status and output of the command. `ssh` on its PATH reads the test's configuration instead of the user's."""
    programs = box.folder / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "ssh").write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {box.folder}/ssh_config "$@"\n')
    (programs / "ssh").chmod(0o755)
    file = box.folder / "new.moodmodel"
    file.write_bytes(data)
    command = [sys.executable, "-m", "tools.train_and_quantize", "push", *hosts, "--bundle", str(file)]
    if "--key" not in options and not usual_key:
        command += ["--key", str(box.signer)]
    done = subprocess.run(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=200, check=False,
        cwd=ROOT, env=os.environ | {"PATH": f"{path or programs}:{os.environ['PATH']}", "HOME": str(box.folder)},
    )  # fmt: skip
    return done.returncode, done.stdout


def test_a_push_shows_the_boxs_own_verdict(box: SshBox) -> None:
    status, said = push(box, tiny.make("1.0.0"))
    assert status == 0, said
    for words in (
        "signature: signed by desktop",
        "golden: 8 golden vectors",
        "latency: a face takes",
        "accepted: tiny 1.0",
    ):
        assert f"box: {words}" in said
    assert "on trial for its first 300 s" in said
    assert box.still_classifies().startswith("tiny-1.0.0")


def test_a_dry_run_changes_nothing(box: SshBox) -> None:
    status, said = push(box, tiny.make("1.0.0"), "--dry-run")
    assert status == 0, said
    assert "box: accepted: tiny 1.0.0 passed every check and would be put on trial" in said
    assert box.still_classifies() == SHIPPED


def test_a_refusal_is_shown_and_told_by_the_exit_status(box: SshBox) -> None:
    status, said = push(box, tiny.make(model=tiny.tflite(bias=float("nan"))))
    assert status == 1
    assert "box: refused: golden: the model gave a number that is not finite" in said
    assert "not accepted by box" in said
    assert box.still_classifies() == SHIPPED


def test_a_key_the_box_does_not_trust_is_refused(box: SshBox) -> None:
    status, said = push(box, tiny.make("1.0.0"), "--key", str(new_key(box.folder / "stranger")))
    assert status == 1
    assert "box: refused: no signature by a signer listed in" in said


def test_several_boxes_are_pushed_to_and_one_that_is_missing_is_named(box: SshBox) -> None:
    status, said = push(box, tiny.make("1.0.0"), hosts=("box", "no-such-box.invalid"))
    assert status == 1
    assert "box: accepted" in said
    assert "no-such-box.invalid: no verdict: ssh: Could not resolve hostname" in said
    assert "not accepted by no-such-box.invalid" in said
    assert box.still_classifies().startswith("tiny-1.0.0")


def test_a_box_that_is_named_twice_is_pushed_to_once(box: SshBox) -> None:
    status, said = push(box, tiny.make("1.0.0"), hosts=("box", "box"))
    assert status == 0, said
    assert said.count("box: accepted") == 1


def ssh_that_says(box: SshBox, said: bytes, status: int) -> tuple[int, str]:
    """Push through a stand-in for ssh, which says this and ends so."""
    (box.folder / "said").write_bytes(said)
    stand_in = box.folder / "stand-in" / "ssh"
    stand_in.parent.mkdir()
    stand_in.write_text(f"#!/bin/sh\ncat > /dev/null; cat {box.folder}/said; exit {status}\n")
    stand_in.chmod(0o755)
    return push(box, tiny.make("1.0.0"), path=stand_in.parent)


def test_a_machine_that_babbles_is_no_box(box: SshBox) -> None:
    status, said = ssh_that_says(box, b"x" * 300_000 + b"\nwelcome\n", 1)
    assert status == 1
    assert "box: a line too long to be a box's answer" in said
    assert "box: welcome" in said
    assert "no verdict: the connection ended; is the forced command in its authorized_keys" in said
    assert "Traceback" not in said


def test_what_a_box_says_does_not_steer_the_terminal(box: SshBox) -> None:
    line = json.dumps({"verdict": "accepted", "text": "\x1b[2Jgood\r"}).encode()
    status, said = ssh_that_says(box, line + b"\n\x1b]0;title\x07\n", 0)
    assert status == 0
    assert "box: accepted: \\x1b[2Jgood" in said
    assert "\x1b" not in said


def test_a_host_is_never_taken_for_an_option(box: SshBox) -> None:
    mark = box.folder / "mark"
    status, _ = push(box, tiny.make("1.0.0"), "--", f"-oProxyCommand=touch {mark}", hosts=())
    assert status == 1
    assert not mark.exists()


def test_a_bundle_that_is_damaged_is_not_sent_at_all(box: SshBox) -> None:
    status, said = push(box, tiny.make("1.0.0")[:-1])
    assert status == 1
    assert "new.moodmodel: truncated or damaged" in said
    assert "box:" not in said


def test_without_a_key_the_usual_one_signs_or_the_places_looked_at_are_named(box: SshBox) -> None:
    status, said = push(box, tiny.make("1.0.0"), usual_key=True)
    assert status == 1
    assert f"none of id_ed25519, id_ecdsa, id_rsa is in {box.folder}/.ssh" in said
    (box.folder / ".ssh").mkdir()
    shutil.copy(box.signer, box.folder / ".ssh" / "id_ed25519")
    assert push(box, tiny.make("1.0.0"), usual_key=True)[0] == 0
