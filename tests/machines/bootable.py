"""An image of Moodbox that a virtual machine can boot: made of a Pi-like one with Debian's kernel, by build.sh."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.boxes.box import ROOT
from tests.machines.pi_image import NEEDS, make_pi_image
from tests.machines.test_image import build
from tests.machines.virtual import let_test_in
from tests.ssh_box import new_key

__all__ = ["NEEDS", "make_bootable"]

_PYTHONS = {"bookworm": "py311", "trixie": "py313"}
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
_MADE = "made"


def make_bootable(
    suite: str, architecture: str, folder: Path, prepare: Callable[[Path], None] = lambda _: None, *options: str
) -> None:
    """In `folder` the image as `one.img`, its kernel, and the key to log in by as `way-in`, unless they are there.

    `prepare` is given the root of the Pi-like file system; `options` are build.sh's. Wheels come from MOODBOX_WHEELS.
    """
    if (folder / _MADE).exists():
        return
    public_key = new_key(folder / "way-in").with_suffix(".pub").read_text()

    def ready(root: Path) -> None:
        let_test_in(root, public_key)
        prepare(root)
        for name in ("vmlinuz", "initrd.img"):
            (found,) = (root / "boot").glob(f"{name}-*")
            shutil.copy(found, folder / name)

    base = make_pi_image(suite, folder, architecture, ready)
    cache = folder / "cache"
    if given := os.environ.get("MOODBOX_WHEELS"):
        shutil.copytree(given, cache / "wheels", dirs_exist_ok=True)
    else:
        target = f"{_PYTHONS[suite]}-{_MACHINES[architecture]}"
        subprocess.run(
            [sys.executable, "-m", "tools.release", "wheels", target, cache / "wheels"], cwd=ROOT, check=True
        )
    build(base, folder / "one.img", cache, *options)
    base.unlink()
    (folder / _MADE).touch()
