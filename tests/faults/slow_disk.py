"""A disk that takes seconds for each fsync or read of the box's own files, as a worn card does.

A library that the testing machine's C compiler makes is preloaded into the three units; while the file `SPEED` names a
call and seconds, each such call on a file of the box's waits first. The programs themselves are read at full speed, as
they lie in the page cache of a box that has been running.
"""

import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.faults.health import until_well
from tests.machines.machine import Machine

NEEDS = "cc"
UNITS = ("moodbox", "moodbox-vision", "moodbox-mpd")
SPEED, LIBRARY = "/etc/moodbox-slow", "/usr/local/lib/moodbox-slow.so"
WATCHED, PROMPT = 60.0, 3.0
"""Seconds for which the box is watched, and within which it answers; its status is asked by a whole Python."""
SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static void wait_for(const char *call, int file) {
    char link[64], path[512], wanted[16];
    int seconds = 0;
    FILE *speed = fopen("SPEED", "re");
    if (!speed) return;
    int found = fscanf(speed, "%15s %d", wanted, &seconds);
    fclose(speed);
    if (found != 2 || strcmp(wanted, call)) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return;
    path[length] = 0;
    if (!strncmp(path, "/var/lib/", 9) || !strncmp(path, "/srv/moodbox/", 13)) sleep(seconds);
}

#define SLOW(kind, result, name, given, passed)                                   \
    result name given {                                                           \
        static result (*real) given;                                              \
        if (!real) real = (result (*) given)dlsym(RTLD_NEXT, #name);              \
        wait_for(kind, file);                                                     \
        return real passed;                                                       \
    }

SLOW("fsync", int, fsync, (int file), (file))
SLOW("fsync", int, fdatasync, (int file), (file))
SLOW("read", ssize_t, read, (int file, void *into, size_t count), (file, into, count))
SLOW("read", ssize_t, pread, (int file, void *into, size_t count, off_t at), (file, into, count, at))
SLOW("read", ssize_t, pread64, (int file, void *into, size_t count, off64_t at), (file, into, count, at))
SLOW("read", ssize_t, readv, (int file, const struct iovec *into, int count), (file, into, count))
"""


def slow_disk(machine: Machine, call: str, seconds: int) -> float | None:
    """Seconds until all is well again after a minute on a slow disk.

    None if a process died meanwhile, or the box did not answer promptly by its socket and its page, or an order of the
    owner's did not count, or was lost. MPD reads songs while others wait for it: the status may then say that it cannot
    be reached, but must say so among the problems too.
    """
    _between(machine)
    try:
        before = _pids(machine)
        machine.done(f"echo {call} {seconds} >{SPEED}")
        began, number = time.monotonic(), 0
        while time.monotonic() - began < WATCHED:
            if number % 8 == 0:
                machine.done(f"moodbox override {('sad', 'happy')[number // 8 % 2]}; moodbox skip")
            number += 1
            asked = time.monotonic()
            status = machine.status()
            with urllib.request.urlopen(f"http://{machine.network.there}/api/session", timeout=60) as answer:
                answer.read()
            if status is None or time.monotonic() - asked > PROMPT or not _honest(status, call):
                print(f"after {time.monotonic() - began:.0f} s: {time.monotonic() - asked:.1f} s, {status}", flush=True)
                return None
            time.sleep(0.5)
        if _pids(machine) != before:
            return None
        machine.done(f"moodbox override fear; rm {SPEED}")
        healed = until_well(machine)
        time.sleep(seconds + 2)
        machine.done("systemctl restart moodbox")
        kept = until_well(machine) is not None and (machine.status() or {}).get("override") == "fear"
        return healed if kept else None
    finally:
        machine.run(f"rm -f {SPEED}; moodbox override auto")
        _away(machine)


def _honest(status: dict[str, Any], call: str) -> bool:
    if status["player"]["state"] != "lost":
        return True
    return call == "read" and any(text.startswith("music: MPD") for text in status["problems"])


def _pids(machine: Machine) -> str:
    return machine.done(f"systemctl show -P MainPID {' '.join(UNITS)}")


def _between(machine: Machine) -> None:
    """Put the library between the units and their files, at full speed yet."""
    library = machine.root / LIBRARY.lstrip("/")
    library.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O1", "-x", "c", "-", "-o", library, "-ldl"],
        input=SOURCE.replace("SPEED", SPEED).encode(), check=True,
    )  # fmt: skip
    for unit in UNITS:
        drop_in = Path(machine.root, f"etc/systemd/system/{unit}.service.d/slow.conf")
        drop_in.parent.mkdir(parents=True, exist_ok=True)
        drop_in.write_text(f"[Service]\nEnvironment=LD_PRELOAD={LIBRARY}\n")
    machine.done("systemctl daemon-reload; systemctl restart moodbox.target")
    assert until_well(machine) is not None


def _away(machine: Machine) -> None:
    machine.done(
        """rm -r /etc/systemd/system/moodbox*.service.d/slow.conf
        systemctl daemon-reload; systemctl restart moodbox.target"""
    )
    assert until_well(machine) is not None
