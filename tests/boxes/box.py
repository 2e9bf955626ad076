"""A bare Debian machine in a folder: made by mmdebstrap once, unpacked fresh for each test, run by systemd-nspawn."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDS = ("root", "mmdebstrap", "systemd-nspawn", "apt-get", "tar")

# Not even Python: whatever else Moodbox needs, the launcher must bring in.
PACKAGES = "ca-certificates,sudo,init,procps"
USER = (
    "useradd --create-home --shell /bin/bash --root {root} owner",
    "echo 'owner ALL=(ALL) NOPASSWD: ALL' > {root}/etc/sudoers.d/owner",
)


def images() -> Path:
    """Where machines are kept that have been made before."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "moodbox" / "boxes"


def sources(suite: str) -> str:
    """Debian's archives as this machine's own apt knows them, for another release."""
    known = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    security = sorted({uri for uri in known if "security" in uri})
    main = sorted(set(known) - set(security))
    if not main:
        pytest.skip("this machine's apt knows no archive of Debian's; `apt-get update` first")
    lines = [f"deb {main[0]} {suite} main", f"deb {main[0]} {suite}-updates main"]
    return "\n".join(lines + [f"deb {uri} {suite}-security main" for uri in security[:1]])


def image(suite: str, architecture: str = "", more: tuple[str, ...] = (), options: tuple[str, ...] = ()) -> Path:
    """The archive of a bare machine of this release; made at the first call, which takes a minute or two.

    Of another `architecture` than this machine's (arm64) it takes seven: its programs are emulated. With `more`
    packages, installed with more `options` of mmdebstrap's, it is a machine that boots by itself, and so is its name.
    """
    archive = images() / f"{suite}{architecture and '-'}{architecture}{'-pi' if more else ''}.tar"
    archive.parent.mkdir(parents=True, exist_ok=True)
    with archive.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests that run side by side want it at once
        if archive.exists():
            return archive
        unfinished = archive.with_suffix(".new.tar")
        hooks = [f"--customize-hook={hook.format(root='$1')}" for hook in USER]
        command = ["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", *hooks, *options]
        command += [f"--include={','.join((PACKAGES, *more))}"]
        command += [f"--architectures={architecture}"] if architecture else []
        command += [suite, str(unfinished), "-"]
        subprocess.run(command, input=sources(suite), text=True, check=True)
        unfinished.rename(archive)
    return archive


def trust_as_here(root: Path) -> None:
    """The machine reaches package indexes as this one does: the same authorities, the same settings of pip."""
    for path in ("etc/ssl/certs/ca-certificates.crt", "etc/pip.conf"):
        if Path("/", path).is_file():
            shutil.copy(Path("/", path), root / path)


class Box:
    """A machine of its own file system that shares this machine's network."""

    def __init__(self, suite: str, folder: Path) -> None:
        self.root = folder / suite
        self.root.mkdir()
        subprocess.run(["tar", "-C", self.root, "-xpf", image(suite)], check=True)
        self.home = self.root / "home" / "owner"
        trust_as_here(self.root)

    def copy_project(self) -> None:
        """Put the project, as it stands and with nothing that was made in it, into the owner's home."""
        listed = subprocess.run(
            ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True, check=True,
        ).stdout.decode().split("\0")  # fmt: skip
        for name in listed:
            if name and (ROOT / name).is_file():
                target = self.home / "moodbox" / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, target)
        self.run("chown -R owner: /home/owner", user="root")

    def run(self, script: str, user: str = "owner", patience: float = 1800) -> subprocess.CompletedProcess[str]:
        """Run a shell script in the machine as a user, in that user's home, to its end."""
        command = [
            "systemd-nspawn",
            "--quiet",
            "--register=no",
            "--keep-unit",
            "--pipe",
            "--as-pid2",
            "--suppress-sync=yes",
        ]
        command += ["--resolv-conf=copy-host", "--timezone=off", f"--directory={self.root}", f"--user={user}"]
        command += ["--setenv=LANG=C.UTF-8", "/bin/sh", "-c", f"cd\n{script}"]
        return subprocess.run(command, capture_output=True, text=True, timeout=patience, check=False)
