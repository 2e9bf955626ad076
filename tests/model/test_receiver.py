"""Pushes through a real sshd: after each, good or bad, the box has a model in force that passed."""

import errno
import fcntl
import io
import json
import os
import struct
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.model import archive, bundle
from appliance.model.push_protocol import pack_push
from appliance.model.receiver import PushRules, Receiver, Uptake
from appliance.model.signature import sign
from appliance.model.store import SHIPPED, ModelStore
from tests.model import tiny
from tests.ssh_box import SshBox, new_key, ssh_box

pytestmark = pytest.mark.timeout(400)  # a push is three processes and their libraries, on a busy machine seconds each

GOOD = tiny.make("1.0.0")


@pytest.fixture(scope="module")
def shared_box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshBox]:
    with ssh_box(tmp_path_factory.mktemp("box")) as box:
        yield box


@pytest.fixture
def box(shared_box: SshBox) -> Iterator[SshBox]:
    """The box, with a model that proved itself in force and nothing changed about it when the test is over."""
    store = shared_box.store
    if store.current().id == SHIPPED:
        shared_box.push(tiny.make("0.9.0"))
        store.commit(store.current().sha256)
    before = store.current().id
    yield shared_box
    assert shared_box.still_classifies() == before


def refused(verdict: dict[str, Any], words: str) -> None:
    assert verdict["verdict"] == "refused"
    assert words in verdict["text"]
    assert verdict["current"].startswith("tiny-0.9.0")


def test_a_good_push_is_checked_installed_and_put_on_trial(tmp_path: Path) -> None:
    with ssh_box(tmp_path / "box") as box:
        status, lines = box.send(pack_push(sign(GOOD, box.signer), GOOD))
        assert status == 0
        checks = ["received", "signature", "format", "runtime", "golden", "finite", "latency"]
        assert [line["check"] for line in lines[:-1]] == checks
        assert lines[1]["text"] == "signed by desktop"
        verdict = lines[-1]
        assert verdict["verdict"] == "accepted"
        assert verdict["current"] == box.still_classifies() == box.store.current().id
        assert verdict["golden"] < 0.001
        assert verdict["latency_ms"] > 0
        assert "on trial for its first 300 s and 20 looks" in verdict["text"]
        trial = box.store.trial()
        assert trial is not None
        assert trial.previous == SHIPPED

        status, lines = box.send(b"", "list")
        assert [(model["id"], model["state"]) for model in lines[0]["list"]] == [
            (verdict["current"], "on trial"),
            (SHIPPED, "stored"),
        ]
        assert lines[0]["list"][0]["signer"] == "desktop"

        status, lines = box.send(b"", "rollback")
        assert (status, lines[0]["verdict"], lines[0]["current"]) == (0, "accepted", SHIPPED)
        assert box.still_classifies() == SHIPPED
        status, lines = box.send(b"", "rollback")
        assert (status, lines[0]["verdict"]) == (1, "refused")


def test_a_dry_run_checks_everything_and_changes_nothing(box: SshBox) -> None:
    status, verdict = box.push(GOOD, command="push --dry-run")
    assert (status, verdict["verdict"], verdict["dry_run"]) == (0, "accepted", True)
    assert verdict["latency_ms"] > 0
    assert verdict["current"].startswith("tiny-0.9.0")


def test_an_unsigned_bundle_is_refused(box: SshBox) -> None:
    status, lines = box.send(pack_push(b"no signature", GOOD))
    assert status == 1
    refused(lines[-1], "no signature by a signer listed in")


def test_a_bundle_signed_by_a_stranger_is_refused(box: SshBox, tmp_path: Path) -> None:
    refused(box.push(GOOD, new_key(tmp_path / "stranger"))[1], "no signature by a signer listed in")


def test_a_bundle_altered_on_its_way_is_refused_wherever_the_byte_is(box: SshBox) -> None:
    signed = sign(GOOD, box.signer)
    for at in range(0, len(GOOD), len(GOOD) // 5):
        altered = GOOD[:at] + bytes([GOOD[at] ^ 1]) + GOOD[at + 1 :]
        refused(box.send(pack_push(signed, altered))[1][-1], "signature by desktop is not for this bundle")


def test_a_push_cut_off_is_refused(box: SshBox) -> None:
    whole = pack_push(sign(GOOD, box.signer), GOOD)
    for cut in (0, 30, 300, len(whole) // 2, len(whole) - 1):
        refused(box.send(whole[:cut])[1][-1], "cut off")


def test_bytes_after_the_bundle_are_refused(box: SshBox) -> None:
    refused(box.send(pack_push(sign(GOOD, box.signer), GOOD) + b"x")[1][-1], "bytes follow")


def zip_bomb() -> bytes:
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archived:
            for name in bundle.LIMITS:
                archived.writestr(name, bytes(50_000_000))
        return file.getvalue()


def climbing() -> bytes:
    return archive.pack_archive({"../../../etc/cron.d/evil": b"*", "model.tflite": b"", "golden.npz": b""})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zip_bomb(), "compressed"),
        (climbing(), "must hold exactly"),
        (b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0, 0, 0, 0, 0), "must hold exactly"),
        (tiny.make(labels=tuple(reversed(tiny.LABELS))), "golden vectors differ"),
        (tiny.make(model=tiny.tflite(24)), "(1, 24, 24, 1), the manifest says (1, 16, 16, 1)"),
        (tiny.make(model=tiny.tflite(bias=float("nan"))), "not finite"),
        (tiny.make(model=tiny.tflite(version=99)), "runtime"),
        (tiny.make(model=tiny.crashing()), "runtime"),
        (tiny.make(model=tiny.tflite(256, burden=30, greedy=True), size=256), "runtime"),
    ],
    ids=["zip-bomb", "path", "empty-zip", "labels", "input-size", "nan", "operation-too-new", "crash", "memory"],
)
def test_a_bundle_that_is_signed_but_no_good_is_refused(box: SshBox, data: bytes, words: str) -> None:
    status, verdict = box.push(data)
    assert status == 1
    refused(verdict, words)


def test_a_model_too_slow_for_this_box_is_refused(tmp_path: Path) -> None:
    with ssh_box(tmp_path / "box") as box:
        box.settings.write_text(box.settings.read_text().replace("latency_limit = 1000", "latency_limit = 0.001"))
        status, verdict = box.push(GOOD)
        assert (status, verdict["verdict"]) == (1, "refused")
        assert "allowed 0.001 ms" in verdict["text"]
        assert box.still_classifies() == SHIPPED


def test_a_full_disk_refuses_a_push_and_the_box_goes_on(tmp_path: Path) -> None:
    with ssh_box(tmp_path / "box") as box:
        state = box.folder / "state"
        state.mkdir()
        if (
            os.getuid()
            or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", state], check=False).returncode
        ):
            pytest.skip("only root may mount a small disk")
        try:
            assert box.push(GOOD)[0] == 0
            box.store.commit(box.store.current().sha256)
            left = os.statvfs(state)
            (state / "filler").write_bytes(bytes((left.f_bavail - 2) * left.f_frsize))
            status, verdict = box.push(tiny.make("2.0.0"))
            assert (status, verdict["verdict"]) == (1, "refused")
            assert "the disk is full; tiny-1.0.0-" in verdict["text"]
            assert box.still_classifies() == verdict["current"]
            (state / "filler").unlink()
            assert box.push(tiny.make("2.0.0"))[0] == 0
            assert box.still_classifies().startswith("tiny-2.0.0")
        finally:
            subprocess.run(["umount", state], check=True)


def under_way(box: SshBox) -> bool:
    """Whether a push holds the lock of pushes."""
    with (box.store.root / ".push").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_a_second_push_at_the_same_time_is_told_so_and_a_dead_one_frees_its_place(box: SshBox) -> None:
    whole = pack_push(sign(GOOD, box.signer), GOOD)
    box.send(whole, "push --dry-run")
    until = time.monotonic() + 200
    with subprocess.Popen([*box.ssh, "push"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as hanging:
        assert hanging.stdin
        hanging.stdin.write(whole[:5000])
        hanging.stdin.flush()
        while not under_way(box):
            assert time.monotonic() < until
            time.sleep(0.1)
        refused(box.send(whole)[1][-1], "another push is under way")
        hanging.kill()
    while box.send(whole, "push --dry-run")[0]:
        assert time.monotonic() < until


@pytest.mark.parametrize(
    "command", ["bash", "push; touch /tmp/x", "push --force", "receive", "", "list\n", "model install x"]
)
def test_nothing_else_may_be_asked_for(box: SshBox, command: str) -> None:
    done = subprocess.run([*box.ssh, command], input=b"", capture_output=True, timeout=200, check=False)
    assert done.returncode == 1
    refused(json.loads(done.stdout), "may not be asked for")


def test_the_clients_environment_decides_nothing(box: SshBox, tmp_path: Path) -> None:
    elsewhere = str(tmp_path / "elsewhere")
    _, lines = box.send(b"", "list", STATE_DIRECTORY=elsewhere, XDG_STATE_HOME=elsewhere, XDG_CONFIG_HOME=elsewhere,
                        HOME=elsewhere, TMPDIR=elsewhere, SSH_ORIGINAL_COMMAND="bash")  # fmt: skip
    assert lines[0]["list"][0]["id"] == box.store.current().id


def receiver(folder: Path, lines: list[dict[str, Any]]) -> Receiver:
    """A receiver in this process, which trusts nobody."""
    shipped = folder / "shipped.moodmodel"
    shipped.write_bytes(tiny.make("0.1.0"))
    rules = PushRules(folder / "allowed_signers", 1000.0, 300.0, 20)
    return Receiver(ModelStore(folder / "models", shipped), rules, lines.append, lambda _: Uptake(False, "no box"))


def obey(receiver: Receiver, data: bytes) -> int:
    with os.fdopen(os.memfd_create("push"), "w+b") as source:
        source.write(data)
        source.flush()
        source.seek(0)
        return receiver.obey("push", source.fileno())


def test_a_push_cut_off_at_every_tenth_byte_is_refused(tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = []
    box, whole = receiver(tmp_path, lines), pack_push(b"signature" * 30, GOOD)
    for cut in range(0, len(whole), 10):
        assert obey(box, whole[:cut]) == 1
        assert "cut off" in lines[-1]["text"]
        assert lines[-1]["current"] == SHIPPED
    assert obey(box, whole) == 1
    assert "allowed_signers" in lines[-1]["text"]


def test_a_bundle_of_the_owners_own_needs_no_signature_but_passes_the_same_checks(tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = []
    box = receiver(tmp_path, lines)
    box.install(GOOD, None, dry_run=False)
    assert lines[-1]["verdict"] == "accepted"
    assert [line["check"] for line in lines[:-1]] == ["format", "runtime", "golden", "finite", "latency"]


def test_a_box_that_cannot_start_a_process_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*_: object, **__: object) -> str:
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    lines: list[dict[str, Any]] = []
    box = receiver(tmp_path, lines)
    monkeypatch.setattr("appliance.model.signature.verify", no_memory)
    assert obey(box, pack_push(b"signature", GOOD)) == 1
    assert lines[-1]["verdict"] == "refused"
    assert lines[-1]["text"] == "the box could not do it: Cannot allocate memory"
    assert lines[-1]["current"] == SHIPPED
