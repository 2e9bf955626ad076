"""What the vision process takes from itself before it holds a frame: core dumps, swap, places to write, and networks.

On an installed box systemd forbids the same and more (docs/reference/units.md); from a clone this is all there is.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import socket
import struct
from pathlib import Path

DEVICES = Path("/dev")
"""Cameras are opened for writing, so what exists here may be; nothing with a name can be made here."""

_libc = ctypes.CDLL(None, use_errno=True)

# linux/prctl.h, linux/mman.h, linux/capability.h
_SET_DUMPABLE, _SET_NO_NEW_PRIVS = 4, 38
_LOCK_CURRENT, _LOCK_FUTURE, _LOCK_ON_FAULT = 1, 2, 4
_CAN_LOCK = 1 << 14

# linux/landlock.h; the numbers of the calls are the same on every architecture
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1
_WRITE_FILE = 1 << 1
_WRITES = _WRITE_FILE | sum(1 << bit for bit in range(4, 13))  # remove and make, of every kind
_REFER, _TRUNCATE = 1 << 13, 1 << 14  # since versions 2 and 3
_TCP = 0b11  # bind and connect, since version 4
_SCOPES = 0b11  # abstract Unix sockets and signals, since version 6

# seccomp.h
_SECCOMP = "libseccomp.so.2"
_ALLOW, _DENY, _NOT_EQUAL = 0x7FFF0000, 0x00050000, 1
_NEVER = (
    "io_uring_setup", "ptrace", "process_vm_readv", "process_vm_writev", "bpf", "perf_event_open", "userfaultfd",
    "mount", "umount2", "swapon", "swapoff", "keyctl", "add_key", "request_key",
)  # fmt: skip
"""Calls that could carry a frame past the rules, or look into other processes; the first does I/O that no rule sees."""


def confine() -> None:
    """Forbid this process, and whatever it starts, all of it as far as the kernel lets it. There is no way back.

    To be called before any library is loaded, for threads that run already keep their rights.
    """
    forbid_dumps()
    lock_memory()
    forbid_writing()
    forbid_calls()


def forbid_dumps() -> None:
    """No core file, whichever way the kernel would store it, and no other process of this user may read the memory."""
    with contextlib.suppress(OSError):  # a unit has no right to set limits, and has this one
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def can_lock_memory() -> bool:
    """Whether a process may keep all its memory out of swap: without a limit, or by the right to ignore it."""
    limit = resource.getrlimit(resource.RLIMIT_MEMLOCK)[1]
    return limit == resource.RLIM_INFINITY or bool(_effective_capabilities() & _CAN_LOCK)


def lock_memory() -> bool:
    """Keep what is in memory out of swap, now and later; whether that is so.

    All or nothing: a decoder's own buffers hold pictures too, and under a limit each later allocation could fail.
    """
    if not can_lock_memory():
        return False
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return bool(_libc.mlockall(_LOCK_CURRENT | _LOCK_FUTURE | _LOCK_ON_FAULT) == 0)


def swaps_to_disk() -> bool:
    """Whether the kernel swaps, and not just to compressed memory."""
    try:
        used = Path("/proc/swaps").read_text().splitlines()[1:]
    except OSError:
        return False
    return any(not line.startswith("/dev/zram") for line in used)


def landlock_version() -> int:
    """The version of Landlock that the kernel has, 0 for none."""
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))))


def forbid_writing() -> bool:
    """Nothing can be written but devices and what is open by now, and no TCP be used; whether the kernel sees to it."""
    version = landlock_version()
    if not version:
        return False
    writes = _WRITES | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    network, scopes = _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0
    # an older kernel takes fields that it does not know if they are zero
    handled = struct.pack("=QQQ", writes, network, scopes)
    rules = _libc.syscall(_CREATE_RULESET, handled, ctypes.c_size_t(len(handled)), ctypes.c_uint32(0))
    if rules < 0:
        return False
    devices = os.open(DEVICES, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", _WRITE_FILE, devices)
        added = _libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, ctypes.c_uint32(0))
        _libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return bool(added == 0 and _libc.syscall(_RESTRICT_SELF, rules, ctypes.c_uint32(0)) == 0)
    finally:
        os.close(devices)
        os.close(rules)


def has_seccomp() -> bool:
    """Whether libseccomp is there, which Debian's systemd needs too."""
    try:
        ctypes.CDLL(_SECCOMP)
    except OSError:
        return False
    return True


def forbid_calls() -> bool:
    """No socket but Unix ones, and none of `_NEVER`; whether the kernel sees to it."""
    if not has_seccomp():
        return False
    seccomp = ctypes.CDLL(_SECCOMP)
    seccomp.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(_ALLOW)))
    if not rules:
        return False

    def deny(name: str, *only: _Argument) -> bool:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        values = (_Argument * len(only))(*only)
        added = seccomp.seccomp_rule_add_array(
            rules, ctypes.c_uint32(_DENY | errno.EPERM), number, ctypes.c_uint(len(only)), values
        )
        return bool(added == 0)

    try:
        sockets = all(deny(name, _Argument(0, _NOT_EQUAL, socket.AF_UNIX, 0)) for name in ("socket", "socketpair"))
        return sockets and all(map(deny, _NEVER)) and seccomp.seccomp_load(rules) == 0
    finally:
        seccomp.seccomp_release(rules)


class _Argument(ctypes.Structure):
    """seccomp.h, struct scmp_arg_cmp: a rule about one of a call's arguments."""

    _fields_ = (
        ("number", ctypes.c_uint),
        ("comparison", ctypes.c_int),
        ("value", ctypes.c_uint64),
        ("other", ctypes.c_uint64),
    )


def _effective_capabilities() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("CapEff:", 1)[1].split(None, 1)[0], 16)
