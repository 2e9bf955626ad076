"""A booted box is updated by release files: a good one, a broken one, altered and older ones, one cut by a crash."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.lib.ssh_signature import ssh_sign
from appliance.releases.container import NAMESPACE
from tests.machines.machine import NEEDS, Machine, install
from tests.machines.test_installation import BROKEN, current, plays
from tools.release.making import make_release
from tools.release.source import ReleaseSource

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(3600)]

SIGNERS = "opt/moodbox/release_signers"
HERE = "/root/releases"
PROGRESS = "run/moodbox-update/progress.json"


class Maker:
    """Makes releases of the project as it stands, and puts them onto the machine."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self.machine, self.key = machine, folder / "maker"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", self.key], check=True)
        self.folder = machine.root / HERE.lstrip("/")

    def trust(self) -> None:
        public = self.key.with_suffix(".pub").read_text()
        (self.machine.root / SIGNERS).write_text(f'maker namespaces="{NAMESPACE}" {public}')

    def make(self, version: str, change: str = "true") -> str:
        """A release without wheels: the environment is the one that is there. Its path on the machine."""
        place = self.machine.copy_project("/opt/next")
        line = f'__version__ = "{version}"'
        self.machine.done(f"cd /opt/next; sed -i 's/^__version__ = .*/{line}/' appliance/__init__.py; {change}")
        files = {str(file.relative_to(place)): file for file in sorted(place.rglob("*")) if file.is_file()}
        kept = {name: file for name, file in files.items() if "/." not in f"/{name}" and not name.endswith(".pyc")}
        source = ReleaseSource(version, "2026-11-29T12:00:00Z", kept, f"- This is {version}.\n", ("mpd",))
        made = make_release(source, {}, lambda data: ssh_sign(data, self.key, NAMESPACE), self.folder)
        return f"{HERE}/{made.name}"


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def box(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    """Installed and playing, with a maker whom it trusts."""
    machine = Machine(request.param, tmp_path_factory.mktemp("release"))
    try:
        machine.boot()
        install(machine)
        maker = Maker(machine, tmp_path_factory.mktemp("maker"))
        maker.trust()
        yield maker
    finally:
        machine.close()


def stage(machine: Machine) -> str:
    try:
        return str(json.loads(machine.run(f"cat /{PROGRESS}").stdout)["stage"])
    except (ValueError, KeyError):
        return ""


def test_a_box_is_updated_by_files_and_goes_back_from_a_broken_one(box: Maker) -> None:
    machine = box.machine
    began = time.monotonic()
    said = machine.done(f"moodbox update {box.make('8.0.0')}")
    print(said, f"{time.monotonic() - began:.0f} s")
    assert said.splitlines()[-1] == "Moodbox 8.0.0 runs."
    assert current(machine) == "8.0.0"
    assert plays(machine)

    broken = machine.run(f"moodbox update {box.make('8.1.0', BROKEN)}")
    assert broken.returncode == 1
    assert "the update was not taken" in broken.stderr
    assert current(machine) == "8.0.0"
    assert plays(machine)

    older = machine.run(f"moodbox update {box.make('7.0.0')}")
    assert (older.returncode, "is older than 8.0.0" in older.stderr) == (1, True)
    altered = Path(box.folder / "moodbox-8.0.1.release")
    box.make("8.0.1")
    altered.write_bytes(altered.read_bytes()[:-1] + b"?")
    refused = machine.run(f"moodbox update {HERE}/{altered.name}")
    assert (refused.returncode, "was altered" in refused.stderr) == (1, True)
    assert current(machine) == "8.0.0"


def test_an_index_offers_a_release_which_is_fetched_and_installed(box: Maker) -> None:
    machine = box.machine
    box.make("8.2.0")
    index = {"moodbox_releases": 1, "releases": [{"version": "8.2.0", "file": "moodbox-8.2.0.release"}]}
    (box.folder / "index.json").write_text(json.dumps(index))
    machine.done(f"cd {HERE} && setsid python3 -m http.server --bind 127.0.0.1 8123 >/dev/null 2>&1 &")
    setter = "/opt/moodbox/current/provisioning/start appliance.settings.reference --set /etc/moodbox/moodbox.toml"
    machine.done(f"{setter} updates.index http://127.0.0.1:8123/index.json")
    for _ in range(60):
        if "8.2.0" in machine.run("moodbox update").stdout:
            break
        time.sleep(1)
    assert "This is 8.2.0." in machine.done("moodbox update")
    assert machine.done("moodbox update latest").splitlines()[-1] == "Moodbox 8.2.0 runs."
    assert current(machine) == "8.2.0"
    assert plays(machine)


@pytest.mark.parametrize("moment", ["unpacking", "installing"])
def test_a_crash_in_the_middle_leaves_one_whole_release(box: Maker, moment: str) -> None:
    machine, before = box.machine, current(box.machine)
    file = box.make("8.3.0" if moment == "unpacking" else "8.4.0")
    machine.run(f"setsid moodbox update {file} >/dev/null 2>&1 &")
    end = time.monotonic() + 300
    while stage(machine) not in {moment, "installing", "done"}:
        assert time.monotonic() < end
        time.sleep(0.05)
    machine.crash()
    machine.boot()
    end = time.monotonic() + 300
    while not plays(machine) or machine.run("test -e /opt/moodbox/trial").returncode == 0:
        assert time.monotonic() < end
        time.sleep(1)
    assert current(machine) in {before, Path(file).name.removeprefix("moodbox-").removesuffix(".release")}
    assert machine.done(f"moodbox update {file}").splitlines()[-1].endswith(" runs.")
    assert plays(machine)
