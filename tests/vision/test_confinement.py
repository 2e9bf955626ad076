"""Each test confines a process of its own, for there is no way back."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from appliance.vision.confinement import can_lock_memory, landlock_version

ROOT = Path(__file__).resolve().parents[2]
landlock = pytest.mark.skipif(landlock_version() < 4, reason="this machine's kernel has no Landlock, or an old one")


def confined(script: str, folder: Path, within: Sequence[str] = ()) -> list[str]:
    """The lines that a script prints when it runs confined in a folder."""
    code = f"import os, pathlib, socket\nfrom appliance.vision.confinement import confine\nconfine()\n{script}"
    command = [*within, sys.executable, "-B", "-c", code]
    ran = subprocess.run(
        command, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


@landlock
@pytest.mark.parametrize("place", ["{folder}", "/tmp", "/var/tmp", "/dev/shm", "/run", "~"])
@pytest.mark.parametrize(
    "act",
    ["open({file!r}, 'wb')", "os.mkdir({file!r})", "os.symlink('x', {file!r})", "os.mkfifo({file!r})",
     "socket.socket(socket.AF_UNIX).bind({file!r})"],
)  # fmt: skip
def test_nothing_can_be_made_anywhere(tmp_path: Path, place: str, act: str) -> None:
    act = act.format(file=str(Path(place.format(folder=tmp_path)).expanduser() / "of-the-eyes"))
    assert confined(f"try:\n    {act}\nexcept PermissionError:\n    print('denied')", tmp_path) == ["denied"]


@landlock
def test_nothing_without_a_name_can_be_written_either(tmp_path: Path) -> None:
    act = f"os.open({str(tmp_path)!r}, os.O_TMPFILE | os.O_RDWR)"
    assert confined(f"try:\n    {act}\nexcept PermissionError:\n    print('denied')", tmp_path) == ["denied"]


@landlock
def test_files_that_exist_can_be_read_but_not_changed(tmp_path: Path) -> None:
    file = tmp_path / "picture"
    file.write_bytes(b"kept")
    acts = ["open('picture', 'r+b')", "open('picture', 'ab')", "os.truncate('picture', 0)", "os.remove('picture')",
            "os.rename('picture', 'another')", "os.link('picture', 'another')"]  # fmt: skip
    script = "".join(f"try:\n    {act}\nexcept OSError as error:\n    print('denied')\n" for act in acts)
    assert confined(f"print(open('picture').read())\n{script}", tmp_path) == ["kept", *["denied"] * len(acts)]
    assert [entry.name for entry in tmp_path.iterdir()] == ["picture"]


@landlock
def test_no_tcp_leaves_it(tmp_path: Path) -> None:
    acts = ["connect(('127.0.0.1', 9))", "bind(('127.0.0.1', 0))"]
    script = "".join(f"try:\n    socket.socket().{act}\nexcept PermissionError:\n    print('denied')\n" for act in acts)
    assert confined(script, tmp_path) == ["denied", "denied"]


def test_devices_and_memory_files_stay_usable(tmp_path: Path) -> None:
    script = """
with open("/dev/null", "r+b") as device:
    device.write(b"x")
shared = os.memfd_create("libcamera's")
os.ftruncate(shared, 4096)
print(os.write(shared, b"12345"))"""
    assert confined(script, tmp_path) == ["5"]


@pytest.mark.skipif(not can_lock_memory(), reason="this user may not lock memory")
def test_its_memory_is_kept_out_of_swap(tmp_path: Path) -> None:
    script = """
held = bytearray(30_000_000)
status = pathlib.Path("/proc/self/status").read_text()
print(int(status.split("VmLck:")[1].split()[0]) > 30_000, int(status.split("VmSwap:")[1].split()[0]))"""
    assert confined(script, tmp_path) == ["True 0"]


def test_a_limit_on_locked_memory_keeps_it_from_nothing(tmp_path: Path) -> None:
    limited = ["prlimit", "--memlock=65536:65536", "setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock", "--"]
    assert confined("print(len(bytearray(30_000_000)))", tmp_path, limited) == ["30000000"]


def test_it_can_neither_be_dumped_nor_read_by_others(tmp_path: Path) -> None:
    script = "import ctypes, resource\nprint(ctypes.CDLL(None).prctl(3), resource.getrlimit(resource.RLIMIT_CORE))"
    assert confined(script, tmp_path) == ["0 (0, 0)"]
