"""A machine whose power can be cut: what had not reached its disk is lost, as on a card; the file system is as it was.

Its root is an ext4 file system in a file of this machine's. When every process has died, that file holds exactly what
the kernel had written out by then; a copy of it, taken at once and without a sync, is the disk after the power cut. A
real card may in addition lose or reorder what it has acknowledged; that is not tried.
"""

import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

from appliance.model import bundle
from appliance.model.shipped import shipped_model
from tests.faults.health import well_after_a_crash
from tests.machines.machine import Machine

NEEDS = ("mkfs.ext4", "mount", "umount", "cp")
SIZE = 6 * 2**30  # bytes, of which only those in use take room


class PoweredMachine(Machine):
    """`crash` cuts its power."""

    def __init__(self, suite: str, folder: Path) -> None:
        self._disk, self._place = folder / "disk.img", folder / suite
        with self._disk.open("wb") as file:
            file.truncate(SIZE)
        subprocess.run(["mkfs.ext4", "-q", self._disk], check=True)
        self._place.mkdir(parents=True)
        self._mount()
        super().__init__(suite, folder)
        subprocess.run(["sync", "-f", self._place], check=True)

    def crash(self) -> None:
        """Every process dies at once, and what was not on the disk is lost."""
        super().crash()
        after = self._disk.with_suffix(".cut")
        subprocess.run(["cp", "--sparse=always", self._disk, after], check=True)
        self._unmount()  # which writes the rest to a disk that is thrown away
        after.replace(self._disk)
        self._mount()

    def close(self) -> None:
        """Off, and away with it."""
        if self._nspawn:
            super().crash()
        self.network.close()
        self._unmount()
        shutil.rmtree(self._place)
        self._disk.unlink()

    def _mount(self) -> None:
        subprocess.run(["mount", "-o", "loop,noatime", self._disk, self._place], check=True)

    def _unmount(self) -> None:
        for _ in range(50):
            if subprocess.run(["umount", self._place], check=False, stderr=subprocess.DEVNULL).returncode == 0:
                return
            time.sleep(0.2)
        subprocess.run(["umount", "--lazy", self._place], check=True)


def cut_while_a_model_comes(machine: Machine, version: str) -> float | None:
    """The power goes while a model is taken in or tried; afterwards the box sees by that model or by the one before."""
    shipped = bundle.read_bundle(shipped_model())
    packed = bundle.pack_bundle(
        replace(shipped.manifest, version=version), shipped.model, shipped.golden, shipped.population
    )
    (machine.root / "root/new.moodmodel").write_bytes(packed)
    status = machine.status()
    before = status["vision"]["model"] if status else None
    machine.run("sync; setsid moodbox model install /root/new.moodmodel >/root/said 2>&1 &", patience=10)
    seconds = well_after_a_crash(machine, 0.5, 8.0)
    if seconds is None:
        return None
    status = machine.status()
    assert status is not None
    one_of_them = status["vision"]["model"] in {before, f"moodbox-edge {version}"}
    whole = machine.run("moodbox model list >/dev/null && moodbox doctor | grep -q '^ok *model'").returncode == 0
    return seconds if one_of_them and whole else None
