"""A machine that boots: Debian in a folder, its own systemd as process 1, its own network behind this machine."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.boxes.box import NEEDS as A_BOX_NEEDS
from tests.boxes.box import ROOT, image, trust_as_here
from tests.machines.network import Network

NEEDS = (*A_BOX_NEEDS, "ip", "iptables", "nsenter")

# bpf: without it DevicePolicy= and IPAddressDeny= would not be enforced
OPTIONS = (
    "--quiet", "--register=no", "--keep-unit", "--boot", "--resolv-conf=copy-host", "--timezone=off",
    "--link-journal=no", "--console=pipe", "--system-call-filter=bpf", "--capability=CAP_BPF,CAP_NET_ADMIN,CAP_PERFMON",
)  # fmt: skip
ENVIRONMENT = {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1", "SYSTEMD_NSPAWN_TMPFS_TMP": "0"}
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# Asks the running box by its control socket, from inside and without the start of a whole moodbox command.
ASK = """python3 -c '
import socket
s = socket.socket(socket.AF_UNIX); s.settimeout(10); s.connect("/run/moodbox/control.sock")
s.sendall(b"{\\"do\\": \\"status\\"}\\n"); print(s.makefile().readline())'"""


class Machine:
    """Unpacked fresh, or the one in the folder MOODBOX_MACHINE names, which is kept (for work on these tests)."""

    def __init__(self, suite: str, folder: Path, architecture: str = "") -> None:
        kept = os.environ.get("MOODBOX_MACHINE")
        self.root = Path(kept) if kept else folder / suite
        self._keep = bool(kept)
        self._nspawn: subprocess.Popen[bytes] | None = None
        if not self.root.joinpath("etc").exists():
            self.root.mkdir(parents=True, exist_ok=True)
            subprocess.run(["tar", "-C", self.root, "-xpf", image(suite, architecture)], check=True)
            trust_as_here(self.root)
            if architecture:
                _spare_the_emulator(self.root)
        self.network = Network()

    def copy_project(self, target: str) -> Path:
        """Put the project, as it stands, into a folder of the machine."""
        place = self.root / target.lstrip("/")
        shutil.rmtree(place, ignore_errors=True)
        for part in ("appliance", "models", "provisioning", "systemd", "docs", "LICENSE", "README.md"):
            from_, to = ROOT / part, place / part
            if from_.is_dir():
                shutil.copytree(from_, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(from_, to)
        subprocess.run(["chown", "-R", "0:0", place], check=True)
        return place

    def boot(self, *options: str, patience: float = 300, settled: bool = True, **environment: str) -> None:
        """Start it, with further options and settings of systemd-nspawn's, and wait until systemd has settled.

        Where something dies and is started again and again it never does: with `settled` False it need only be there.
        """
        wheels = os.environ.get("MOODBOX_WHEELS")
        bind = [f"--bind-ro={wheels}"] if wheels else []
        command = ["systemd-nspawn", *OPTIONS, *bind, f"--directory={self.root}", "--hostname=raspberrypi"]
        command += [f"--machine={self.network.name}", f"--network-namespace-path={self.network.path}", *options]
        self._nspawn = subprocess.Popen(
            command, env=os.environ | ENVIRONMENT | environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        there = {"running", "degraded"} if settled else {"starting", "running", "degraded"}
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if self._leader() and self.run("systemctl is-system-running").stdout.strip() in there:
                return
            time.sleep(0.2)
        asked = "systemctl list-jobs --no-pager; systemctl --failed --no-legend"
        waiting = self.run(asked).stdout if self._leader() else ""
        raise TimeoutError(f"the machine does not come up; systemd waits for:\n{waiting}")

    def run(self, script: str, patience: float = 1800) -> subprocess.CompletedProcess[str]:
        """Run a shell script as root in the running machine, to its end."""
        leader = self._leader()
        assert leader, "the machine does not run"
        enter = ["nsenter", "-t", str(leader), *["-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w", "--"]]
        command = [*enter, "env", "-i", f"PATH={PATH}", "HOME=/root", "LANG=C.UTF-8", "sh", "-c", script]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=patience, check=False, stdin=subprocess.DEVNULL
        )

    def done(self, script: str, patience: float = 1800) -> str:
        """Run a script that must succeed; what it printed."""
        return printed(script, self.run(script, patience))

    def status(self) -> dict[str, Any] | None:
        """What the box in it says of itself; None if it does not answer."""
        answered = self.run(ASK, patience=30)
        return json.loads(answered.stdout) if answered.returncode == 0 and answered.stdout.strip() else None

    def crash(self) -> None:
        """Every process dies at once; nothing is stopped in order."""
        assert self._nspawn
        for process in (self._leader(), self._nspawn.pid):
            if process:
                os.kill(process, signal.SIGKILL)
        self._nspawn.wait()
        self._nspawn = None

    def off(self) -> None:
        """Power it off in order."""
        if self._nspawn:
            self.run("systemctl --no-block poweroff")
            try:
                self._nspawn.wait(90)
                self._nspawn = None
            except subprocess.TimeoutExpired:
                self.crash()

    def gone_off(self, patience: float = 60) -> int:
        """Wait until it has turned itself off: 0, or 133 if it wants to be started again."""
        assert self._nspawn
        status = self._nspawn.wait(patience)
        self._nspawn = None
        return status

    def reboot(self) -> None:
        """Off in order, and on again."""
        self.off()
        self.boot()

    def close(self) -> None:
        """Off, and away with it unless it is to be kept."""
        if self._nspawn:
            self.crash()
        self.network.close()
        if not self._keep:
            shutil.rmtree(self.root, ignore_errors=True)

    def _leader(self) -> int | None:
        """The machine's process 1, as this machine numbers it."""
        if self._nspawn is None:
            return None
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children")
        try:
            for child in children.read_text().split():
                names = Path(f"/proc/{child}/status").read_text().split("NSpid:")[1].splitlines()[0].split()
                if len(names) > 1 and names[-1] == "1":
                    return int(child)
        except (OSError, IndexError):
            pass
        return None


def printed(script: str, ran: subprocess.CompletedProcess[str]) -> str:
    """What a script printed, which must have succeeded."""
    assert ran.returncode == 0, f"{script}\n{ran.stdout[-4000:]}{ran.stderr[-4000:]}"
    return ran.stdout


def _spare_the_emulator(root: Path) -> None:
    """qemu-user can neither give units credentials nor hand namespaces from one process to another."""
    folder = root / "etc/systemd/system/service.d"
    folder.mkdir(parents=True)
    (folder / "emulated.conf").write_text(
        "[Service]\nLoadCredential=\nImportCredential=\nPrivateIPC=no\nPrivateNetwork=no\n"
    )


def install(machine: Machine, *options: str) -> str:
    """Copy the project in and install it; what the installer said."""
    machine.copy_project("/opt/source")
    return install_again(machine, *options)


def install_again(machine: Machine, *options: str) -> str:
    """Run the installer of the project that was copied in; what it said."""
    return machine.done(installer(*options))


def installer(*options: str) -> str:
    """The command that installs the project that was copied in."""
    wheels = os.environ.get("MOODBOX_WHEELS")
    offline = ["--offline", wheels] if wheels else []
    return " ".join(["sh /opt/source/provisioning/install.sh", *offline, *options])


def hurry_the_analyser(machine: Machine) -> None:
    """Have it run at the niceness MOODBOX_NICE, where the test's machine has no idle time to speak of."""
    if nice := os.environ.get("MOODBOX_NICE"):
        hurry = (
            f"[Service]\\nNice={nice}\\nCPUSchedulingPolicy=other\\nCPUWeight=1000\\nIOSchedulingClass=best-effort\\n"
        )
        folder = "/run/systemd/system/moodbox-analyser.service.d"
        machine.done(f"mkdir -p {folder}; printf '{hurry}' >{folder}/hurry.conf; systemctl daemon-reload")
        machine.done("systemctl restart moodbox-analyser")
        # MPD's own update thread takes idle time alone, whatever its unit says
        thread = 'chrt --other --pid 0 "$task"'
        tasks = "for task in $(ls /proc/$(pidof mpd)/task)"
        machine.done(f"systemd-run --unit=hurry sh -c 'while sleep 1; do {tasks}; do {thread}; done; done'")
