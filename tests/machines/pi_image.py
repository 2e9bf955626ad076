"""An image as Raspberry Pi OS Lite's: a FAT partition to boot from, and Debian on ext4 in the second."""

import shutil
import subprocess
from pathlib import Path

from tests.boxes.box import image, trust_as_here

MB = 1024 * 1024
BOOT, ROOT_SIZE = 64, 1800
"""Megabytes of the two partitions."""
DISK_ID = "0x6d6f6f64"
NEEDS = ("mkfs.vfat", "sfdisk", "mke2fs", "debugfs", "losetup", "systemd-nspawn")


def make_pi_image(suite: str, folder: Path, architecture: str = "") -> Path:
    """Make one of a bare machine's archive; the image's path."""
    root, made = folder / "pi-root", folder / f"pi-{suite}.img"
    root.mkdir()
    subprocess.run(["tar", "-C", root, "-xpf", image(suite, architecture)], check=True)
    trust_as_here(root)
    (root / "boot" / "firmware").mkdir(parents=True, exist_ok=True)
    (root / "etc" / "fstab").write_text("PARTUUID=6d6f6f64-01 /boot/firmware vfat defaults,nofail 0 2\n")
    boot, system = folder / "boot.part", folder / "root.part"
    for part, size in ((boot, BOOT), (system, ROOT_SIZE)):
        with part.open("wb") as file:
            file.truncate(size * MB)
    subprocess.run(["mkfs.vfat", "-n", "bootfs", boot], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-L", "rootfs", "-d", root, system], check=True)
    shutil.rmtree(root)
    table = f"label: dos\nlabel-id: {DISK_ID}\nstart=1MiB, size={BOOT}MiB, type=c\nstart={BOOT + 1}MiB, type=83\n"
    with made.open("wb") as file:
        file.truncate((BOOT + ROOT_SIZE + 1) * MB)
    subprocess.run(["sfdisk", "-q", made], input=table, text=True, check=True)
    with made.open("r+b") as file:
        for part, start in ((boot, 1), (system, BOOT + 1)):
            file.seek(start * MB)
            with part.open("rb") as content:
                shutil.copyfileobj(content, file)
            part.unlink()
    return made
