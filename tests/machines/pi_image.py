"""An image as Raspberry Pi OS Lite's: a FAT partition to boot from, and Debian on ext4 in the second."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.boxes.box import image, trust_as_here

MB = 1024 * 1024
BOOT, ROOT_SIZE, KERNEL_SIZE = 64, 1800, 700
"""Megabytes of the two partitions, and of what comes with a kernel."""
DISK_ID = "0x6d6f6f64"
NEEDS = ("mkfs.vfat", "sfdisk", "mke2fs", "debugfs", "losetup", "systemd-nspawn")


KERNEL = (
    "initramfs-tools", "zstd", "network-manager", "wpasupplicant", "openssh-server", "avahi-daemon", "rfkill", "iw",
    "isc-dhcp-client",
)  # fmt: skip
"""What Raspberry Pi OS Lite has as well, beside its kernel: for an image that is booted with a kernel of its own."""
_INITRD = "printf 'MODULES=list\\nCOMPRESS=zstd\\n' >$1/etc/initramfs-tools/conf.d/small"
_MODULES = "printf '%s\\n' virtio_pci virtio_blk ext4 crc32c_generic >$1/etc/initramfs-tools/modules"


def with_kernel(suite: str, architecture: str) -> Path:
    """The archive of a machine with Debian's kernel, and a small initial file system that suits qemu's machines."""
    hook = f"--essential-hook=mkdir -p $1/etc/initramfs-tools/conf.d; {_INITRD}; {_MODULES}"
    packages = (f"linux-image-{architecture}", *KERNEL)
    return image(suite, architecture, packages, (hook, "--dpkgopt=force-confold"))


def make_pi_image(
    suite: str, folder: Path, kernel_for: str = "", prepare: Callable[[Path], None] = lambda _: None
) -> Path:
    """Make one of a bare machine's archive, or with Debian's kernel `kernel_for` an architecture; the image's path.

    `prepare` is given the root of its file system.
    """
    root, made = folder / "pi-root", folder / f"pi-{suite}.img"
    root.mkdir()
    archive = with_kernel(suite, kernel_for) if kernel_for else image(suite)
    subprocess.run(["tar", "-C", root, "-xpf", archive], check=True)
    trust_as_here(root)
    (root / "boot" / "firmware").mkdir(parents=True, exist_ok=True)
    (root / "etc" / "fstab").write_text("PARTUUID=6d6f6f64-01 /boot/firmware vfat defaults,nofail 0 2\n")
    prepare(root)
    boot, system = folder / "boot.part", folder / "root.part"
    for part, size in ((boot, BOOT), (system, ROOT_SIZE + (KERNEL_SIZE if kernel_for else 0))):
        with part.open("wb") as file:
            file.truncate(size * MB)
    subprocess.run(["mkfs.vfat", "-n", "bootfs", boot], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-L", "rootfs", "-d", root, system], check=True)
    shutil.rmtree(root)
    table = f"label: dos\nlabel-id: {DISK_ID}\nstart=1MiB, size={BOOT}MiB, type=c\nstart={BOOT + 1}MiB, type=83\n"
    with made.open("wb") as file:
        file.truncate(MB + boot.stat().st_size + system.stat().st_size)
    subprocess.run(["sfdisk", "-q", made], input=table, text=True, check=True)
    with made.open("r+b") as file:
        for part, start in ((boot, 1), (system, BOOT + 1)):
            file.seek(start * MB)
            with part.open("rb") as content:
                shutil.copyfileobj(content, file)
            part.unlink()
    return made
