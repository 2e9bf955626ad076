"""A virtual machine: an image for a card, booted by qemu with the kernel that lies in it, and steered by ssh."""

import contextlib
import os
import subprocess
import time
from pathlib import Path

from tests.machines.machine import printed
from tests.ports import free_port

NEEDS = ("root", "ssh", "ssh-keygen", "qemu-img")
HERE = {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine]
"""This machine's architecture, as Debian calls it."""
_MACHINES = {
    "amd64": ("qemu-system-x86_64", "q35", "max", "ttyS0"),
    "arm64": ("qemu-system-aarch64", "virt", "cortex-a72", "ttyAMA0"),
}
"""For each architecture the emulator, its machine, its processor without KVM, and the console."""
_CABLE_MAC, _PORT = "52:54:00:6d:6f:6f", 2222
# The test's own way in: by a network that NetworkManager neither has nor sees, and before anything else has started.
_WAY_IN = f"""[Unit]
Description=the test's cable, and what listens at it
DefaultDependencies=no
After=systemd-udevd.service
[Service]
RuntimeDirectory=sshd
RuntimeDirectoryPreserve=yes
ExecStartPre=-modprobe virtio_net
ExecStartPre=/bin/sh -c 'until found=$$(grep -l {_CABLE_MAC} /sys/class/net/*/address); do sleep 0.5; done; \\
    cable=$$(basename $$(dirname $$found)); ip link set $$cable up; ip address add 10.0.2.15/24 dev $$cable'
ExecStart=/usr/sbin/sshd -D -p {_PORT}
[Install]
WantedBy=sysinit.target
"""
# An emulated machine is twenty times as slow as a Pi, and on a busy one a hundred times.
_PATIENT = "[Service]\nTimeoutStartSec=infinity\nWatchdogSec=0\n"


def program(architecture: str) -> str:
    """The emulator for machines of this architecture."""
    return _MACHINES[architecture][0]


def by_kvm(architecture: str) -> bool:
    """Whether such a machine is to run on this machine's own processor: MOODBOX_KVM=yes, where that works."""
    return architecture == HERE and os.environ.get("MOODBOX_KVM") == "yes"


def let_test_in(root: Path, public_key: str) -> None:
    """Prepare a file system that is to be booted: ssh by a cable of the test's own, and no hurry."""
    etc = root / "etc"
    units = etc / "systemd/system"
    (units / "test-way-in.service").write_text(_WAY_IN)
    (units / "sysinit.target.wants").mkdir(parents=True, exist_ok=True)
    (units / "sysinit.target.wants/test-way-in.service").symlink_to("../test-way-in.service")
    (units / "service.d").mkdir(exist_ok=True)
    (units / "service.d/emulated.conf").write_text(_PATIENT)
    (etc / "NetworkManager/conf.d").mkdir(parents=True, exist_ok=True)
    (etc / "NetworkManager/conf.d/test.conf").write_text(f"[keyfile]\nunmanaged-devices=mac:{_CABLE_MAC}\n")
    ssh = root / "root/.ssh"
    ssh.mkdir(mode=0o700, exist_ok=True)
    (ssh / "authorized_keys").write_text(public_key)
    (etc / "hostname").write_text("raspberrypi\n")
    with (etc / "hosts").open("a") as hosts:
        hosts.write("127.0.1.1 raspberrypi\n")


class VirtualMachine:
    """`boot` it; what it writes goes into a layer over the image, which stays as it is."""

    def __init__(
        self, image: Path, kernel: Path, folder: Path, key: Path, architecture: str, memory: int = 1024
    ) -> None:
        """`kernel` is a folder with `vmlinuz` and `initrd.img`; `memory` is in MiB."""
        self._folder, self._key, self._kernel = folder, key, kernel
        self._architecture, self._memory = architecture, memory
        self.port = free_port()
        self.console = folder / "console.log"
        self._disk = folder / "card.qcow2"
        self._qemu: subprocess.Popen[bytes] | None = None
        create = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", image.resolve(), self._disk, "8G"]
        subprocess.run(create, check=True)

    def boot(self, patience: float = 300) -> None:
        """Power it on, and wait until one can log in."""
        emulator, machine, processor, console = _MACHINES[self._architecture]
        accelerator, processor = ("kvm", "host") if by_kvm(self._architecture) else ("tcg,thread=multi", processor)
        # emulated, Debian's kernel for x86-64 does not survive two processors on a machine that is busy
        processors = "1" if self._architecture == "amd64" and accelerator != "kvm" else "2"
        forwarded = f"user,id=test,restrict=on,hostfwd=tcp:127.0.0.1:{self.port}-:{_PORT}"
        self._qemu = subprocess.Popen(
            [emulator, "-no-user-config", "-display", "none", "-monitor", "none", "-serial", f"file:{self.console}",
             "-accel", accelerator, "-machine", machine, "-cpu", processor, "-smp", processors, "-m", str(self._memory),
             "-kernel", self._kernel / "vmlinuz", "-initrd", self._kernel / "initrd.img",
             "-append", f"root=/dev/vda2 rw rootwait console={console} no_timer_check quiet systemd.show_status=0",
             "-drive", f"file={self._disk},if=virtio,format=qcow2,cache=unsafe", "-netdev", forwarded,
             "-device", f"virtio-net-pci,netdev=test,mac={_CABLE_MAC},romfile=", "-device", "virtio-rng-pci"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=(self._folder / "qemu.log").open("wb"),
        )  # fmt: skip
        end = time.monotonic() + patience
        while not self._lets_in():
            assert self._qemu.poll() is None, (self._folder / "qemu.log").read_text()
            assert time.monotonic() < end, self.console.read_text(errors="replace")[-4000:]
            time.sleep(1)

    def _lets_in(self) -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.run("true", patience=120).returncode == 0
        return False

    def ssh(self, *options: str) -> list[str]:
        """The beginning of a command line that logs in as root."""
        return [
            "ssh", "-q", "-i", str(self._key), "-p", str(self.port), "-o", "BatchMode=yes", "-o", "ConnectTimeout=90",
            "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", *options, "root@127.0.0.1",
        ]  # fmt: skip

    def run(self, script: str, patience: float = 600) -> subprocess.CompletedProcess[str]:
        """Run a shell script as root, to its end; 255 where one cannot log in."""
        command = [*self.ssh(), script]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=patience, check=False, stdin=subprocess.DEVNULL
        )

    def done(self, script: str, patience: float = 600) -> str:
        """Run a script that must succeed; what it printed."""
        return printed(script, self.run(script, patience))

    def until(self, script: str, patience: float) -> str:
        """Run a script again and again until it succeeds; what it printed then."""
        end = time.monotonic() + patience
        while (ran := self.run(script)).returncode:
            said = self.run("journalctl -b --no-pager | tail -n 60").stdout if time.monotonic() > end else ""
            assert time.monotonic() < end, f"{script}\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}{said}"
            time.sleep(1)
        return ran.stdout

    def put(self, file: Path, place: str) -> None:
        """Copy a file into it."""
        with file.open("rb") as content:
            subprocess.run([*self.ssh(), f"cat >{place}"], stdin=content, check=True)

    def crash(self) -> None:
        """Cut its power: what was not on the disk is lost."""
        assert self._qemu
        self._qemu.kill()
        self._qemu.wait()
        self._qemu = None

    def off(self) -> None:
        """Power it off in order."""
        assert self._qemu
        self.run("systemctl poweroff")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._qemu.wait(120)
        self.crash()

    def close(self) -> None:
        """Off, and away with its disk."""
        if self._qemu:
            self.crash()
        self._disk.unlink(missing_ok=True)
