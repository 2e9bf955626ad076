"""What `moodbox doctor` says of an installed box: its units, watchdogs and sandboxes, its rights, heat and power."""

from __future__ import annotations

import grp
import subprocess
from collections.abc import Iterator
from pathlib import Path

from appliance.doctor.finding import Finding
from appliance.lib.system_info import cpu_temperature
from appliance.lib.text import plural
from appliance.systemd.layout import INSTALLED
from appliance.systemd.notify import has_library

UNITS = ("moodbox.service", "moodbox-vision.service", "moodbox-mpd.service", "moodbox-analyser.service")
_WITHOUT_NETWORK = ("moodbox-vision.service", "moodbox-analyser.service")
_RELEASES = Path("/opt/moodbox")
_PORT_80 = 1 << 10  # CAP_NET_BIND_SERVICE (linux/capability.h), for the page
_HOT = 80.0  # °C from which a Raspberry Pi slows itself down
_THROTTLED = Path("/sys/devices/platform/soc/soc:firmware/get_throttled")
_THROTTLING = {0: "the voltage is too low now", 1: "the processor is slowed down now", 2: "it is throttled now",
               3: "it is at its limit of heat now", 16: "the voltage was too low", 17: "the processor was slowed down",
               18: "it was throttled", 19: "it was at its limit of heat"}  # fmt: skip
_ASKED = ("ActiveState", "SubState", "NRestarts", "StatusText", "MainPID", "WatchdogUSec", "PrivateNetwork",
          "DropInPaths", "LoadState", "RestrictAddressFamilies")  # fmt: skip


def examine_installed() -> Iterator[Finding]:
    """Every finding; nothing where Moodbox is not installed for good."""
    if not INSTALLED.is_symlink():
        return
    yield _library()
    for unit in UNITS:
        said = _show(unit)
        yield _state(unit, said)
        if said.get("ActiveState") == "active" and said.get("MainPID", "0") != "0":
            yield _watchdog(unit, said)
            yield _sandbox(unit, said)
    yield from _rights()
    yield from _heat()
    yield from _update()


def _library() -> Finding:
    there = has_library()
    return Finding("systemd", there, "python3-systemd carries watchdog and journal" if there else
                   "python3-systemd is missing, so systemd is not told that the units run, and ends them: "
                   "sudo apt install python3-systemd, then sudo systemctl restart moodbox.target")  # fmt: skip


def _show(unit: str) -> dict[str, str]:
    command = ["systemctl", "show", unit, "--property", ",".join(_ASKED)]
    try:
        text = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10).stdout
    except (OSError, subprocess.TimeoutExpired):
        return {}
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def _state(unit: str, said: dict[str, str]) -> Finding:
    state = f"{said.get('ActiveState', 'unknown')} ({said.get('SubState', '?')})"
    restarts, words = int(said.get("NRestarts") or 0), said.get("StatusText", "")
    well = said.get("ActiveState") == "active" or (unit == UNITS[2] and "not needed" in words)
    text = f"{unit} {state}{f', {words}' if words else ''}"
    if restarts:
        text += f"; started again {plural(restarts, 'time')}"
    return Finding("units", well, text if well else f"{text}; see: journalctl -u {unit} -n 30")


def _watchdog(unit: str, said: dict[str, str]) -> Finding:
    limit = said.get("WatchdogUSec", "0")
    watched = limit not in {"0", "infinity"}
    return Finding("watchdog", watched, f"{unit} is restarted after {limit} without progress" if watched else
                   f"{unit} has none; its unit file was changed: install again")  # fmt: skip


def _sandbox(unit: str, said: dict[str, str]) -> Finding:
    """What the kernel itself says of the running process, and what systemd was asked for."""
    try:
        text = Path(f"/proc/{said['MainPID']}/status").read_text()
    except OSError as error:
        return Finding("sandbox", None, f"{unit}: not to be seen ({error.strerror}); ask as root")
    kernel = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
    open_doors = []
    if kernel.get("NoNewPrivs") != "1":
        open_doors.append("it may gain privileges")
    if kernel.get("Seccomp") != "2":
        open_doors.append("its system calls are not filtered")
    if int(kernel.get("CapEff", "0"), 16) & ~(_PORT_80 if unit == UNITS[0] else 0):
        open_doors.append(f"it has capabilities ({kernel['CapEff']})")
    if kernel.get("Uid", "0").split()[0] == "0":
        open_doors.append("it runs as root")
    if unit in _WITHOUT_NETWORK and (said.get("PrivateNetwork"), said.get("RestrictAddressFamilies")) != (
        "yes",
        "AF_UNIX",
    ):
        open_doors.append("it has a network")
    changed = said.get("DropInPaths", "")
    note = f"; changed by {changed}" if changed else ""
    return Finding("sandbox", not open_doors, f"{unit}: {', '.join(open_doors) or 'locked in'}{note}")


def _rights() -> Iterator[Finding]:
    """The groups that devices belong to here, and who must and must not be in them."""
    for user, group, wanted, what in (
        ("moodbox-vision", "video", True, "open a camera"),
        ("moodbox", "video", False, "open a camera"),
        ("moodbox", "audio", True, "use the sound card"),
        ("moodbox", "gpio", True, "use the pins"),
    ):
        try:
            member = user in grp.getgrnam(group).gr_mem
        except KeyError:
            continue
        if member != wanted:
            change = f"sudo usermod -aG {group} {user}" if wanted else f"sudo gpasswd -d {user} {group}"
            yield Finding("rights", False, f"{user} may {'not ' if wanted else ''}{what}: {change}")
            return
    cameras = sorted(Path("/dev").glob("video*")) + sorted(Path("/dev").glob("media*"))
    strange = [str(device) for device in cameras if device.stat().st_mode & 0o007]
    if strange:
        yield Finding("rights", None, f"everyone may open {', '.join(strange)}; the units may not all the same")
    yield Finding("rights", True, "vision alone may open a camera; the conductor may use sound and pins")


def _heat() -> Iterator[Finding]:
    temperature = cpu_temperature()
    if temperature is not None:
        yield Finding("heat", temperature < _HOT, f"{temperature:.0f} °C"
                      + ("" if temperature < _HOT else "; give the box air or a heat sink"))  # fmt: skip
    try:
        bits = int(_THROTTLED.read_text(), 16)
    except (OSError, ValueError):
        return
    said = [text for bit, text in _THROTTLING.items() if bits >> bit & 1]
    yield Finding("power", not bits & 0xF, "; ".join(said) + "; use a stronger power supply" if said else "enough")


def _update() -> Iterator[Finding]:
    current = _RELEASES / "current"
    try:
        release = current.readlink().name
    except OSError:
        yield Finding("release", False, f"{current} leads nowhere; install again")
        return
    yield Finding("release", True, release)
    if (_RELEASES / "trial").exists():
        yield Finding("release", None, "an update is on trial")
    if (refused := _RELEASES / "refused").exists():
        yield Finding("release", None, f"the last update was not taken: {refused.read_text().strip()}")
