"""A clone whose requirement locks name small made-up wheels, so that the real launcher runs without a network."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"

PICTURE = b"not really a picture"

CLI = """
import sys, os, demo
print("demo", demo.VERSION)
print("arguments", sys.argv[1:])
print("place", os.getcwd())
"""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Clone:
    """A clone of the project under `root`, with a command line that only says what it was given."""

    def __init__(self, root: Path, wheels: Path) -> None:
        self.root, self.wheels = root, wheels
        requirements = root / "provisioning" / "requirements"
        requirements.mkdir(parents=True)
        self.lock = requirements / f"py{VERSION.replace('.', '')}.txt"
        self.asset_lock = requirements / "assets.txt"
        self.sums = root / "provisioning" / "assets.sha256"
        shutil.copy(ROOT / "moodbox", root)
        for name in ("environment.sh", "progress.sh", "fetch_assets.py"):
            shutil.copy(ROOT / "provisioning" / name, root / "provisioning")
        (root / "appliance").mkdir()
        (root / "appliance" / "cli.py").write_text(CLI)
        self.require("1.0")
        self.asset_lock.write_text(self.wheel("portrait", "1.0", {"portrait/picture.png": PICTURE}))
        self.sums.write_text(f"{sha256(PICTURE)}  portrait/picture.png\n")

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def asset(self) -> Path:
        return self.venv / "share" / "moodbox" / "picture.png"

    def require(self, version: str) -> None:
        """Lock the package `demo` at a version."""
        content = f"VERSION = {version!r}\n".encode()
        self.lock.write_text(self.wheel("demo", version, {"demo/__init__.py": content}))

    def wheel(self, name: str, version: str, files: dict[str, bytes]) -> str:
        """Make a wheel; returns the line of a lock that names it with its hash."""
        path = self.wheels / f"{name}-{version}-py3-none-any.whl"
        info = f"{name}-{version}.dist-info"
        files = files | {
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
            f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        with zipfile.ZipFile(path, "w") as archive:
            for member, content in files.items():
                archive.writestr(member, content)
            archive.writestr(f"{info}/RECORD", "".join(f"{member},,\n" for member in files))
        return f"{name}=={version} --hash=sha256:{sha256(path.read_bytes())}\n"

    def environment(self, **more: str) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "MOODBOX_", "PYTHON"))
        }
        python = Path(sys.base_prefix, "bin", f"python{VERSION}")
        pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull}
        return kept | pip | {"MOODBOX_PYTHON": str(python)} | more

    def start(self, *arguments: str, by: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        """Run the launcher (by way of the path `by`) from another folder and wait for it."""
        return subprocess.run(
            [by or self.root / "moodbox", *arguments],
            cwd=self.wheels, env=self.environment(**more), capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip


def new_clone(folder: Path) -> Clone:
    (folder / "wheels").mkdir(parents=True)
    (folder / "a clone").mkdir()
    return Clone(folder / "a clone", folder / "wheels")


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clone in which nothing has been installed yet; there is a space in its path."""
    return new_clone(tmp_path)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A clone after its first start; a test that spoils it mends it too."""
    made = new_clone(tmp_path_factory.mktemp("installed"))
    first = made.start("status")
    assert first.returncode == 0, first.stderr
    return made


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
