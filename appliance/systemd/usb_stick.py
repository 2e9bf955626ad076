"""A USB stick that is plugged in or pulled out: python -m appliance.systemd.usb_stick add|remove DEVICE."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from appliance.errors import MoodboxError
from appliance.settings.last_good import load_or_last_good
from appliance.systemd.offered_disks import MEDIA, DiskError, mount_options, mounted, offer, withdraw

BLOCKS = Path("/sys/class/block")
UDEV = Path("/run/udev/data")
_KERNELS = {"ntfs": "ntfs3"}
"""What the kernel's own driver is called, where that is another name than the disk's."""


def main(arguments: list[str]) -> int:
    """0; 1 with a line on standard error if the stick cannot be offered."""
    verb, device = arguments
    settings, _ = load_or_last_good()
    library = settings.library_dir
    try:
        if verb == "remove":
            remove(device, library)
        elif settings.library.usb != "off":
            print(add(device, library, settings.library.usb == "writable"))
    except MoodboxError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def add(device: str, library: Path, writable: bool) -> str:
    """Offer the music of a partition (`sda1`); what was done, in words. Raises DiskError."""
    if place := place_of_the_system(device, BLOCKS, mounted()):
        return f"/dev/{device} is on the disk of {place}, which is the machine's own"
    about = described(device)
    kind = about.get("ID_FS_TYPE", "auto")
    name = stick_name(about.get("ID_FS_LABEL") or about.get("ID_FS_UUID") or device)
    offer(f"/dev/{device}", name, library, _KERNELS.get(kind, kind), mount_options(writable))
    return f"/dev/{device} is offered as {library / name}"


def remove(device: str, library: Path) -> None:
    """The stick has been pulled out: take its music away. Raises DiskError."""
    for source, place in mounted():
        if source == f"/dev/{device}" and Path(place).parent == MEDIA:
            withdraw(Path(place).name, library)


def stick_name(label: str) -> str:
    """The folder's name: `usb-` and what is plain of a label."""
    return f"usb-{re.sub(r'[^0-9A-Za-z._-]+', '-', label).strip('-.')[:60] or 'stick'}"


def described(device: str, blocks: Path = BLOCKS, udev: Path = UDEV) -> dict[str, str]:
    """What udev knows of a partition: `ID_FS_TYPE`, `ID_FS_LABEL` and others. Raises DiskError if there is none."""
    try:
        number = (blocks / device / "dev").read_text().strip()
    except OSError as error:
        raise DiskError(f"/dev/{device} is no disk") from error
    try:
        lines = (udev / f"b{number}").read_text(errors="replace").splitlines()
    except OSError:
        return {}
    return dict(line[2:].split("=", 1) for line in lines if line.startswith("E:") and "=" in line)


def place_of_the_system(device: str, blocks: Path, mounts: Sequence[tuple[str, str]]) -> str:
    """Where the disk of a partition is mounted as part of the machine itself; empty for a stick."""
    disk = _disk_of(device, blocks)
    for source, place in mounts:
        name = Path(source).resolve().name if source.startswith("/dev/") else ""
        if name and Path(place).parent != MEDIA and _disk_of(name, blocks) == disk:
            return place
    return ""


def _disk_of(partition: str, blocks: Path) -> str:
    place = (blocks / partition).resolve()
    return place.parent.name if (place / "partition").exists() else partition


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
