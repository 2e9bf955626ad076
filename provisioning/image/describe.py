"""What an image holds, as CycloneDX and as Raspberry Pi Imager want it told, and how debugfs is to date its files.

describe.py bom ROOT EPOCH
describe.py entry ROOT EPOCH IMAGE SIZE SHA256 URL NAME
describe.py moments ROOT_IMAGE EPOCH
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email.parser import HeaderParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

_MOMENTS = ("atime", "ctime", "crtime")


def debian_packages(status: str) -> Iterator[tuple[str, str, str]]:
    """Name, version and architecture of each package that dpkg's status calls installed."""
    for paragraph in status.split("\n\n"):
        fields = dict(re.findall(r"^([A-Za-z-]+): (.*)$", paragraph, re.MULTILINE))
        if fields.get("Status", "").endswith(" installed"):
            yield fields["Package"], fields["Version"], fields["Architecture"]


def python_packages(root: Path) -> Iterator[tuple[str, str]]:
    """Name and version of each package in Moodbox's environments."""
    for file in sorted(root.glob("opt/moodbox/venvs/*/lib/python3*/site-packages/*.dist-info/METADATA")):
        fields = HeaderParser().parsestr(file.read_text(encoding="utf-8"))
        yield fields["Name"], fields["Version"]


def version_of(root: Path) -> str:
    """The version of the Moodbox in it."""
    release = (root / "opt/moodbox/current").readlink()  # a path within the image
    text = (root / release.relative_to("/") / "appliance/__init__.py").read_text()
    found = re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE)
    if not found:
        raise SystemExit("moodbox: the image's Moodbox names no version")
    return found[1]


def system_of(root: Path) -> dict[str, str]:
    """The fields of its os-release."""
    lines = (root / "etc/os-release").read_text().splitlines()
    return {name: value.strip('"') for name, _, value in (line.partition("=") for line in lines)}


def bom(root: Path, epoch: int) -> dict[str, Any]:
    """The bill of materials, CycloneDX 1.5."""
    system = system_of(root)
    distribution = f"{system.get('ID', 'debian')}-{system.get('VERSION_ID', '')}"
    components = [
        {
            "type": "library", "name": name, "version": version,
            "purl": f"pkg:deb/debian/{name}@{quote(version)}?arch={machine}&distro={distribution}",
        }
        for name, version, machine in debian_packages((root / "var/lib/dpkg/status").read_text(encoding="utf-8"))
    ]  # fmt: skip
    components += [
        {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name.lower().replace('_', '-')}@{version}",
        }
        for name, version in python_packages(root)
    ]
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {
            "timestamp": moment(epoch),
            "component": {"type": "operating-system", "name": "moodbox", "version": version_of(root)},
        },
        "components": components,
    }  # fmt: skip


def _plain(name: str) -> str:
    """As PyPI's addresses spell it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def entry(root: Path, epoch: int, image: Path, size: int, digest: str, url: str, name: str) -> dict[str, Any]:
    """An entry of Raspberry Pi Imager's list of operating systems: a repository of one."""
    codename = system_of(root).get("VERSION_CODENAME", "")
    with image.open("rb") as file:
        download = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "os_list": [
            {
                "name": f"Moodbox {version_of(root)}",
                "description": f"Plays music by the mood on the faces in the room ({codename.capitalize()})",
                "url": f"{url.rstrip('/')}/{name}" if url else name,
                "release_date": moment(epoch)[:10],
                "extract_size": size,
                "extract_sha256": digest,
                "image_download_size": image.stat().st_size,
                "image_download_sha256": download,
                "devices": ["pi5-64bit", "pi4-64bit", "pi3-64bit"],
                "init_format": "systemd" if codename == "bookworm" else "cloudinit-rpi",
            }
        ]
    }


def moment(epoch: int) -> str:
    """As both formats write it."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moments(image: Path, epoch: int) -> Iterator[str]:
    """The commands for debugfs that date the access, change and creation of every file of an ext4 image."""
    listed = subprocess.run(["dumpe2fs", image], capture_output=True, text=True, check=True).stdout
    inodes = int(re.findall(r"^Inode count: +(\d+)", listed, re.MULTILINE)[0])
    free: set[int] = set()
    for ranges in re.findall(r"^  Free inodes: (.*)$", listed, re.MULTILINE):
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", ranges):
            free.update(range(int(first), int(last or first) + 1))
    when = datetime.fromtimestamp(epoch, UTC).strftime("%Y%m%d%H%M%S")
    for inode in (2, *range(11, inodes + 1)):  # 1 and 3 to 10 are ext4's own
        if inode not in free:
            for name in _MOMENTS:
                yield f"set_inode_field <{inode}> {name} {when}"


def main(what: str, *words: str) -> None:
    """Print one of the three."""
    if what == "moments":
        print("\n".join(moments(Path(words[0]), int(words[1]))))
        return
    root, epoch = Path(words[0]), int(words[1])
    if what == "bom":
        told = bom(root, epoch)
    else:
        image, size, digest, url, name = words[2:]
        told = entry(root, epoch, Path(image), int(size), digest, url, name)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
