"""The faults that a box must heal by itself, and how each is provoked. Seconds count from the fault to good health."""

import random
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import paho.mqtt.client as mqtt

from appliance.music.mpd.state_files import STARTS, STARTS_WITHIN
from tests.faults import slow_disk
from tests.faults.clock import clock_jumps
from tests.faults.health import main_pid, tells, until_well, well, well_after_a_crash
from tests.faults.power_cut import cut_while_a_model_comes
from tests.machines.machine import Machine

UNITS = ("moodbox", "moodbox-vision", "moodbox-mpd")
STATE, SETTINGS = "/var/lib/moodbox", "/etc/moodbox/moodbox.toml"


@dataclass
class Outcome:
    """One row of the table."""

    fault: str
    tried: int = 0
    healed: int = 0
    longest: float = 0.0
    total: float = 0.0

    def add(self, seconds: float | None) -> None:
        """Count one try; None for one that did not heal."""
        self.tried += 1
        if seconds is not None:
            self.healed += 1
            self.longest = max(self.longest, seconds)
            self.total += seconds

    def row(self) -> str:
        mean = f"{self.total / self.healed:7.1f} {self.longest:7.1f}" if self.healed else "      -       -"
        return f"{self.fault:<52} {self.tried:5} {self.healed:6} {mean}"


HEAD = f"{'fault':<52} {'tried':>5} {'healed':>6} {'mean s':>7} {'max s':>7}"


def kill(machine: Machine, unit: str) -> float | None:
    """kill -9 at a random moment; it has healed when another process is there and all is well."""
    time.sleep(random.uniform(0.0, 2.0))
    if unit == "moodbox-mpd":
        time.sleep(STARTS_WITHIN / (STARTS - 1))  # oftener, and its files would be suspected
    return struck(machine, unit, "KILL", 60)


def hang(machine: Machine, unit: str) -> float | None:
    """SIGSTOP: the process lives and does nothing; the watchdog must end it."""
    return struck(machine, unit, "STOP", 120)


def struck(machine: Machine, unit: str, signal: str, patience: float) -> float | None:
    pid = main_pid(machine, unit)
    began = time.monotonic()
    machine.done(f"kill -{signal} {pid}")
    while time.monotonic() - began < patience:
        if main_pid(machine, unit) not in {pid, "0"} and well(machine):
            return time.monotonic() - began
        time.sleep(0.1)
    return None


def mpd_away(machine: Machine, seconds: float) -> float | None:
    machine.done("systemctl stop moodbox-mpd")
    time.sleep(seconds)
    status = machine.status()
    truthful = status is not None and status["player"]["state"] == "lost"
    machine.done("systemctl start moodbox-mpd")
    return until_well(machine) if truthful else None


def state_file(machine: Machine, damage: str) -> float | None:
    """The state file is damaged while the box is off; what was damaged is kept beside the new one."""
    machine.done(f"systemctl stop moodbox; cd {STATE}; {damage}; systemctl start moodbox")
    healed = until_well(machine)
    aside = machine.done(f"ls {STATE} | grep -c state.json.broken || true").strip()
    return healed if int(aside) or "override" in damage else None


def settings_broken(machine: Machine, garbage: str) -> float | None:
    """Safe mode: it plays, and says what is wrong; mended, it says nothing more."""
    machine.done(f"cp {SETTINGS} /root/kept.toml; printf '{garbage}' >{SETTINGS}; systemctl restart moodbox.target")
    healed = until_well(machine, problems=("settings: /etc/moodbox/moodbox.toml",))
    told = "settings:" in machine.done("moodbox status") and "settings:" in machine.done(
        "systemctl show -P StatusText moodbox"
    )
    machine.done(f"cp /root/kept.toml {SETTINGS}; systemctl restart moodbox.target")
    return healed if told and until_well(machine) is not None else None


def disk_full(machine: Machine) -> float | None:
    """The state's disk has no byte left while the owner chooses; music plays on, the choice counts, and it is told."""
    machine.done(
        f"""set -e; systemctl stop moodbox.target; rm -rf /root/state; cp -a {STATE} /root/state
        mount -t tmpfs -o size=64m none {STATE}; cp -a /root/state/. {STATE}/; systemctl start moodbox.target"""
    )
    try:
        return _on_a_full_disk(machine)
    finally:
        machine.done(f"systemctl stop moodbox.target; umount -l {STATE}; systemctl start moodbox.target")


def _on_a_full_disk(machine: Machine) -> float | None:
    if until_well(machine) is None:
        return None
    machine.run(f"cat /dev/zero >{STATE}/filler 2>/dev/null")
    machine.done("moodbox override sad; sleep 3; moodbox skip; sleep 3")
    status = machine.status()
    went_on = status is not None and status["player"]["state"] == "play" and status["override"] == "sad"
    went_on = tells(machine, "disk: ") and went_on
    machine.done(f"rm {STATE}/filler; moodbox override auto")
    healed = until_well(machine)
    return healed if went_on else None


def online(host: str, port: int, patience: float = 120) -> float | None:
    """Seconds until the box says at the broker that it is online, None if it does not."""
    heard = threading.Event()
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.reconnect_delay_set(1, 1)
    client.on_connect = lambda client, *_: client.subscribe("moodbox/+/availability")
    client.on_message = lambda _client, _data, message: heard.set() if message.payload == b"online" else None
    began = time.monotonic()
    client.connect_async(host, port)
    client.loop_start()
    there = heard.wait(patience)
    client.disconnect()
    client.loop_stop()
    return time.monotonic() - began if there else None


def begin_broker(host: str, port: int) -> subprocess.Popen[bytes]:
    """A broker for everyone at this address of the testing machine's."""
    # Mosquitto reads a file alone; a pipe is one
    settings = f"listener {port} {host}\nallow_anonymous true\n"
    broker = subprocess.Popen(
        ["mosquitto", "-c", "/dev/stdin"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    assert broker.stdin
    broker.stdin.write(settings.encode())
    broker.stdin.close()
    return broker


def broker_gone(machine: Machine, port: int = 18_839) -> float | None:
    """The broker is killed and comes back; seconds from then until the box is online there. The music never stops."""
    here = machine.network.here
    machine.done(
        f"""cp {SETTINGS} /root/kept.toml; printf '[mqtt]\\nhost = "{here}"\\nport = {port}\\n' >{SETTINGS}
        systemctl restart moodbox"""
    )
    broker = begin_broker(here, port)
    try:
        first = online(here, port)
        broker.kill()
        broker.wait()
        time.sleep(10)
        plays = well(machine)
        broker = begin_broker(here, port)
        back = online(here, port)
    finally:
        broker.kill()
        broker.wait()
        machine.done(f"cp /root/kept.toml {SETTINGS}; systemctl restart moodbox")
    return back if first is not None and plays and until_well(machine) is not None else None


def update_stopped(machine: Machine, after: float, version: str, wheels: str) -> float | None:
    """update.sh is killed; whatever it had done, one whole release runs, and the next update passes."""
    machine.done(f"sed -i 's/^__version__ = .*/__version__ = \"{version}\"/' /opt/next/appliance/__init__.py")
    machine.run(f"timeout -s KILL {after} sh /opt/next/provisioning/update.sh {wheels}")
    began = time.monotonic()
    while machine.run("test -e /opt/moodbox/trial").returncode == 0:
        if time.monotonic() - began > 200:
            return None
        time.sleep(0.5)
    whole = machine.run("test -e $(readlink -f /opt/moodbox/current)/.digest").returncode == 0
    return until_well(machine) if whole else None


def stopped_on_trial(machine: Machine, version: str, wheels: str) -> float | None:
    """The plug is pulled while an update is made or judged; after power-on it is judged again, or was never begun."""
    machine.done(f"sed -i 's/^__version__ = .*/__version__ = \"{version}\"/' /opt/next/appliance/__init__.py")
    machine.run(f"setsid sh /opt/next/provisioning/update.sh {wheels} >/dev/null 2>&1 &")
    time.sleep(random.uniform(3.0, 30.0))
    machine.crash()
    began = time.monotonic()
    machine.boot(settled=False)  # a trial goes on for minutes
    while machine.run("test -e /opt/moodbox/trial").returncode == 0:
        if time.monotonic() - began > 300:
            return None
        time.sleep(0.5)
    whole = machine.run("test -e $(readlink -f /opt/moodbox/current)/.digest").returncode == 0
    return time.monotonic() - began if whole and until_well(machine) is not None else None


def hard_stop(machine: Machine) -> float | None:
    """Every process of the machine dies at once while it writes; then it is powered on again."""
    machine.run(f"rm -f {STATE}/*broken*")
    machine.run(
        "for n in 1 2 3 4; do moodbox override sad; moodbox override happy; done >/dev/null 2>&1 &", patience=10
    )
    seconds = well_after_a_crash(machine, 0.5, 3.0)
    if seconds is None:
        return None
    mine = machine.run("grep -qx 'the owner wrote this' /srv/moodbox/songs/sad/mine.txt").returncode == 0
    whole = machine.run(f"ls {STATE} | grep broken").stdout == ""
    return seconds if mine and whole else None


Step = Callable[[Machine], float | None]


def steps(wheels: str) -> Iterator[tuple[str, int, Step]]:
    """Every fault: its name, how often it is tried, and one try."""
    for unit in UNITS:
        yield f"kill -9 {unit} at a random moment", 50, lambda machine, unit=unit: kill(machine, unit)
    for unit in UNITS:
        yield f"{unit} hangs (SIGSTOP)", 3, lambda machine, unit=unit: hang(machine, unit)
    yield "MPD gone for a minute", 1, lambda machine: mpd_away(machine, 60)
    yield "MPD gone for five seconds", 5, lambda machine: mpd_away(machine, 5)
    for name, damage in (
        ("truncated", "head -c 20 state.json >x; cat x >state.json; rm x"),
        ("garbled", "head -c 200 /dev/urandom >state.json"),
        ("empty", ": >state.json"),
    ):
        yield f"state file {name}", 3, lambda machine, damage=damage: state_file(machine, f"rm -f *broken*; {damage}")
    for name, garbage in (
        ("no TOML", "[camera\\nsource = "),
        ("unknown key", '[camera]\\nsorce = "auto"\\n'),
        ("not UTF-8", "\\377\\376\\n"),
    ):
        yield f"settings broken: {name}", 2, lambda machine, garbage=garbage: settings_broken(machine, garbage)
    yield "disk full", 2, disk_full
    for days in (1, -1):
        yield f"wall clock jumps {days:+d} day", 3, lambda machine, days=days: clock_jumps(machine, days)
    if shutil.which(slow_disk.NEEDS):
        yield "every fsync takes 15 s", 2, lambda machine: slow_disk.slow_disk(machine, "fsync", 15)
        yield "every read takes 5 s", 2, lambda machine: slow_disk.slow_disk(machine, "read", 5)
    if shutil.which("mosquitto"):
        yield "broker gone", 3, broker_gone
    for number in range(16):
        after, version = 0.3 + 0.7 * number, f"9.{number}"
        yield (
            "update.sh killed after 0.3 to 10.8 s",
            1,
            lambda machine, after=after, version=version: update_stopped(machine, after, version, wheels),
        )
    for number in range(6):
        version = f"10.{number}"
        yield (
            "hard stop of the whole box during an update",
            1,
            lambda machine, version=version: stopped_on_trial(machine, version, wheels),
        )
    yield "hard stop of the whole box while it writes", 100, hard_stop


def power_cuts(wheels: str) -> Iterator[tuple[str, int, Step]]:
    """What loses unwritten data: for a machine whose `crash` cuts its power."""
    yield "power cut while it writes", 30, hard_stop
    for number in range(10):
        version = f"12.{number}.0"
        yield (
            "power cut while a model comes",
            1,
            lambda machine, version=version: cut_while_a_model_comes(machine, version),
        )
    for number in range(8):
        version = f"11.{number}"
        yield (
            "power cut during an update",
            1,
            lambda machine, version=version: stopped_on_trial(machine, version, wheels),
        )
