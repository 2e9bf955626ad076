"""Images for cards: what is said of bad input, and what stands beside an image. Whole ones: tests/machines."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from tests.provisioning.shell import PROVISIONING

PACKAGES = "opt/moodbox/venvs/1/lib/python3.11/site-packages"
BUILD = PROVISIONING / "image" / "build.sh"


@pytest.fixture(scope="module")
def describe() -> ModuleType:
    spec = importlib.util.spec_from_file_location("describe", PROVISIONING / "image" / "describe.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small system with Moodbox in it."""
    files = {
        "etc/os-release": 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
        "var/lib/dpkg/status": "Package: mpd\nStatus: install ok installed\nVersion: 1:0.23.12+b1\n"
        "Architecture: arm64\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\nArchitecture: all\n",
        f"{PACKAGES}/a.dist-info/METADATA": "Name: Typing_Extensions\nVersion: 4.1\n",
        "opt/moodbox/releases/1.2.3/appliance/__init__.py": '__version__ = "1.2.3"\n',
    }
    for name, content in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    (tmp_path / "opt/moodbox/current").symlink_to("/opt/moodbox/releases/1.2.3")
    return tmp_path


def test_the_bill_names_installed_packages_and_python_s_own(describe: ModuleType, root: Path) -> None:
    bom = describe.bom(root, 0)
    assert [component["purl"] for component in bom["components"]] == [
        "pkg:deb/debian/mpd@1%3A0.23.12%2Bb1?arch=arm64&distro=debian-12",
        "pkg:pypi/typing-extensions@4.1",
    ]
    assert bom["metadata"]["component"]["version"] == "1.2.3"
    assert bom["metadata"]["timestamp"] == "1970-01-01T00:00:00Z"


def test_imager_is_told_sizes_and_sums_of_both_forms(describe: ModuleType, root: Path, tmp_path: Path) -> None:
    image = tmp_path / "x.img.xz"
    image.write_bytes(b"packed")
    (entry,) = describe.entry(root, 86400, image, 1000, "ab" * 32, "https://here/images/", image.name)["os_list"]
    assert (entry["extract_size"], entry["image_download_size"]) == (1000, 6)
    assert entry["url"] == "https://here/images/x.img.xz"
    assert (entry["release_date"], entry["init_format"]) == ("1970-01-02", "systemd")
    json.dumps(entry)


@pytest.mark.needs("mke2fs", "dumpe2fs", "debugfs")
def test_no_moment_of_the_build_is_left_in_a_file_system(describe: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "files" / "folder").mkdir(parents=True)
    (tmp_path / "files" / "folder" / "file").write_text("x")
    image, commands = tmp_path / "root.img", tmp_path / "commands"
    with image.open("wb") as file:
        file.truncate(8 * 1024 * 1024)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", tmp_path / "files", image], check=True)
    commands.write_text("\n".join(describe.moments(image, 86400)))
    subprocess.run(["debugfs", "-w", "-f", commands, image], check=True, capture_output=True)
    said = subprocess.run(
        ["debugfs", "-R", "stat folder/file", image], capture_output=True, text=True, check=True
    ).stdout
    assert [line.split()[0] for line in said.splitlines() if "Jan  2" in line and "1970" in line] == [
        "ctime:", "atime:", "crtime:",
    ]  # fmt: skip


@pytest.mark.needs("root", "systemd-nspawn", "sfdisk", "mke2fs", "xz")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("missing.img", "out.img"), "missing.img: cannot be read; name an image of Raspberry Pi OS Lite"),
        (("base.img", "out.iso"), "out.iso: the image's name must end in .img or .img.xz"),
        (("base.img", "out.img"), "base.img has no partitions: an image of Raspberry Pi OS Lite is wanted"),
        (("cut.img.xz", "out.img"), "cut.img.xz is no whole .xz file; fetch it again"),
        (("--slack", "much", "base.img", "out.img"), "--slack much: a number of megabytes, such as 256"),
        (("--offline", "base.img", "out.img"), "--offline: without --cache has not both packages and wheels"),
    ],
)
def test_what_cannot_be_built_is_told_and_leaves_nothing(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "base.img").write_bytes(bytes(4096))
    (tmp_path / "cut.img.xz").write_bytes(b"\xfd7zXZ\0\0\4")
    before = sorted(tmp_path.iterdir())
    done = subprocess.run(["sh", BUILD, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert sorted(tmp_path.iterdir()) == before
