"""Each test confines a process of its own, for there is no way back."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from appliance.vision.confinement import can_lock_memory, has_seccomp, landlock_version

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


@pytest.mark.skipif(not has_seccomp(), reason="this machine has no libseccomp")
def test_no_socket_but_unix_ones_is_opened(tmp_path: Path) -> None:
    script = """
for family in range(1, 46):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        try:
            socket.socket(family, kind)
        except PermissionError:
            continue
        except OSError as error:
            print(family, error)
        else:
            print(family)
one, other = socket.socketpair()
one.send(b"x")
print(other.recv(1) == b"x")"""
    assert set(confined(script, tmp_path)) <= {
        str(int(socket.AF_UNIX)),
        "1 [Errno 94] Socket type not supported",
        "True",
    }


@pytest.mark.skipif(not has_seccomp(), reason="this machine has no libseccomp")
def test_no_frame_leaves_by_io_uring_and_no_other_process_is_read(tmp_path: Path) -> None:
    script = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for number in (425, 101 if os.uname().machine == "x86_64" else 117):  # io_uring_setup, ptrace
    print(libc.syscall(number, 0, 0, 0, 0), ctypes.get_errno())"""
    assert confined(script, tmp_path) == ["-1 1", "-1 1"]


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


CGROUPS = Path("/sys/fs/cgroup/memory")
MARK = os.urandom(24)
"""Stands for a pixel row: it is made here, and so is nowhere else."""
HOLD = f"""
row = bytes.fromhex({(MARK.hex())!r})
held = bytearray(row) * (40_000_000 // len(row))
print("held", flush=True)
input()
"""


@pytest.fixture
def swap(tmp_path: Path) -> Iterator[Path]:
    """A file that the kernel swaps to."""
    file = tmp_path / "swap"
    # Really written: blocks that are only reserved are zeros for whoever reads the file, whatever is swapped there.
    with file.open("wb") as zeros:
        for _ in range(128):
            zeros.write(bytes(1 << 20))
        os.fsync(zeros.fileno())
    file.chmod(0o600)
    subprocess.run(["mkswap", file], check=True, capture_output=True)
    if subprocess.run(["swapon", file], check=False, capture_output=True).returncode:
        pytest.skip("this machine cannot swap to a file here")
    yield file
    subprocess.run(["swapoff", file], check=True)


@pytest.fixture
def tight(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A group of processes that has 80 MB of memory, and may swap."""
    group = CGROUPS / f"moodbox-test-{os.getpid()}"
    try:
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text("80000000")
    except OSError:
        pytest.skip("this machine's memory cannot be limited by cgroup v1")
    yield group
    group.rmdir()


@pytest.mark.slow
@pytest.mark.needs("root", "mkswap", "swapon")
@pytest.mark.parametrize("confine", [True, False])
def test_with_the_memory_filled_no_pixel_is_in_the_swap(swap: Path, tight: Path, confine: bool) -> None:
    """Without being confined they are, so that the search is known to find them."""
    begin = "from appliance.vision.confinement import confine\nconfine()\n" if confine else ""
    filler = "held = [os.urandom(1_000_000) for _ in range(90)]\nprint('held', flush=True)\ninput()"
    running = []
    try:
        for script in (begin + HOLD, "import os\n" + filler):
            process = subprocess.Popen(
                [sys.executable, "-c", f"open({str(tight / 'cgroup.procs')!r}, 'w').write('0')\n{script}"],
                env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
            running.append(process)
            assert process.stdout
            assert process.stdout.readline() == b"held\n"
        with swap.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            content = file.read()
    finally:
        for process in running:
            process.kill()
            process.wait()
    assert any(content[10 * 4096 :])  # something was swapped
    assert (MARK in content) is not confine
