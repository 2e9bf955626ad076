"""Started in a unit's place: prints what it may do there, one line each. Needs nothing but Python."""

import contextlib
import errno
import json
import os
import socket
import tempfile
from pathlib import Path

KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET)
OURS = ("/run/moodbox/vision/link.sock", "/run/moodbox/mpd/mpd.sock", "/run/moodbox/control.sock")


def tried(name: str, verdict: object) -> None:
    print("tried", name, verdict, flush=True)


def attempt(name: str, action) -> None:  # type: ignore[no-untyped-def]
    try:
        action()
    except OSError:
        tried(name, "denied")
    else:
        tried(name, "allowed")


for number in range(1, 46):
    names = [name for name in dir(socket) if name.startswith("AF_") and getattr(socket, name) == number]
    verdict = "denied"
    for kind in KINDS:
        with contextlib.suppress(OSError):
            socket.socket(number, kind).close()
            verdict = "allowed"
    tried(f"socket-{(names or [number])[0]}", verdict)

# as this process's own network has them; /sys shows the machine's
lines = Path("/proc/self/net/dev").read_text().splitlines()
tried("interfaces", ",".join(line.split(":")[0].strip() for line in lines if ":" in line))

folders, creatable, writable = 0, [], []
for place, inside, _ in os.walk("/"):
    inside[:] = [name for name in inside if str(Path(place, name)) not in ("/proc", "/sys")]
    folders += 1
    with contextlib.suppress(OSError), tempfile.TemporaryFile(dir=place, buffering=0) as file:
        creatable.append(place)
        file.write(b"x")
        writable.append(place)
tried("folders", folders)
tried("creatable", json.dumps(creatable))
tried("writable", json.dumps(writable))

for device in ("/dev/video0", "/dev/media0"):
    attempt(f"open-{device}", lambda device=device: os.close(os.open(device, os.O_RDWR)))
for device in ("/dev/of-video", "/dev/of-sound"):  # nothing is there: whether it may be opened shows in the error
    try:
        os.close(os.open(device, os.O_RDWR))
    except OSError as error:
        tried(f"open-{device}", "denied" if error.errno in {errno.EPERM, errno.EACCES} else "allowed")
with contextlib.suppress(OSError):
    memory = os.memfd_create("shared")
    attempt("memory-file", lambda: os.ftruncate(memory, 200_000))
for path in (*OURS, "/run/systemd/private"):
    with socket.socket(socket.AF_UNIX) as unix:
        attempt(f"connect-{path}", lambda path=path, unix=unix: unix.connect(path))
