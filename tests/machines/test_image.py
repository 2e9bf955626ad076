"""An image for a card: Moodbox put into a system that does not run, twice alike, and what it is when it is booted."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance import __version__
from tests.boxes.box import ROOT
from tests.machines.machine import NEEDS, Machine
from tests.machines.pi_image import BOOT, MB, make_pi_image
from tests.machines.pi_image import NEEDS as AN_IMAGE_NEEDS
from tests.ssh_box import new_key

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS, *AN_IMAGE_NEEDS, "ssh-keygen"), pytest.mark.timeout(7200)]


def build(base: Path, out: Path, cache: Path, *options: str) -> None:
    script = ROOT / "provisioning" / "image" / "build.sh"
    command = ["sh", script, "--cache", cache, *options, base, out]
    built = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert built.returncode == 0, built.stdout[-4000:]


def unpack(image: Path, folder: Path) -> None:
    """The files of an image's second partition."""
    table = json.loads(subprocess.run(["sfdisk", "--json", image], capture_output=True, check=True).stdout)
    start = table["partitiontable"]["partitions"][1]["start"] * 512
    place = folder.parent / "mounted"
    place.mkdir()
    subprocess.run(["mount", "-o", f"loop,ro,offset={start}", image, place], check=True)
    try:
        subprocess.run(["cp", "-a", place, folder], check=True)
    finally:
        subprocess.run(["umount", place], check=True)


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The release, and a folder with `base.img`, `one.img`, and the cache that it was built from."""
    folder = tmp_path_factory.mktemp("image")
    make_pi_image(request.param, folder).rename(folder / "base.img")
    cache = folder / "cache"
    given = os.environ.get("MOODBOX_WHEELS")
    if given:
        shutil.copytree(given, cache / "wheels")
    else:
        target = {"bookworm": "py311", "trixie": "py313"}[request.param] + f"-{os.uname().machine}"
        fetch = [sys.executable, "-m", "tools.release", "wheels", target, cache / "wheels"]
        subprocess.run(fetch, cwd=ROOT, check=True)
    build(
        folder / "base.img", folder / "one.img", cache, "--key", str(new_key(folder / "key")), "--url", "http://here/x"
    )
    yield request.param, folder
    shutil.rmtree(folder)


def test_the_same_input_gives_the_same_bytes_without_a_network(made: tuple[str, Path]) -> None:
    folder = made[1]
    build(folder / "base.img", folder / "two.img", folder / "cache", "--offline")
    assert subprocess.run(["cmp", folder / "one.img", folder / "two.img"], check=False).returncode == 0
    (folder / "two.img").unlink()


def test_its_boot_partition_is_the_base_s_to_the_byte(made: tuple[str, Path]) -> None:
    with (made[1] / "base.img").open("rb") as base, (made[1] / "one.img").open("rb") as image:
        start = base.read(440), image.read(440)
        assert start[0] == start[1]
        base.seek(MB)
        image.seek(MB)
        assert base.read(BOOT * MB) == image.read(BOOT * MB)


def test_what_is_in_it_and_how_it_is_fetched_stands_beside_it(made: tuple[str, Path]) -> None:
    folder = made[1]
    bom = json.loads((folder / "one.cdx.json").read_text())
    found = {component["name"] for component in bom["components"]}
    assert found >= {"mpd", "systemd", "numpy", "opencv-python-headless"}
    assert bom["metadata"]["component"]["version"] == __version__
    (entry,) = json.loads((folder / "one.imager.json").read_text())["os_list"]
    assert entry["url"] == "http://here/x/one.img"
    sums = subprocess.run(["sha256sum", folder / "one.img"], capture_output=True, text=True, check=True).stdout
    assert entry["extract_sha256"] == entry["image_download_sha256"] == sums.split()[0]
    assert entry["extract_size"] == (folder / "one.img").stat().st_size
    public = (folder / "key.pub").read_text()
    (folder / "signers").write_text(f'maker namespaces="moodbox-image" {public}')
    verify = ["ssh-keygen", "-Y", "verify", "-f", folder / "signers", "-I", "maker", "-n", "moodbox-image"]
    with (folder / "one.img").open("rb") as file:
        assert subprocess.run([*verify, "-s", folder / "one.img.sig"], stdin=file, check=False).returncode == 0


def test_it_plays_at_its_first_boot_and_is_a_box_of_its_own(made: tuple[str, Path], tmp_path: Path) -> None:
    suite, folder = made
    unpack(folder / "one.img", tmp_path / suite)
    assert (tmp_path / suite / "etc/machine-id").read_text() == ""
    machine = Machine(suite, tmp_path)
    try:
        began = time.monotonic()
        machine.boot()
        while not ((status := machine.status()) and status["player"]["state"] == "play"):
            assert time.monotonic() - began < 300, machine.run("journalctl -b --no-pager | tail -n 50").stdout
            time.sleep(1)
        print(f"{suite}: plays {time.monotonic() - began:.0f} s after its first power-on")
        assert len(machine.done("cat /etc/machine-id").strip()) == 32
        assert "Nothing had to be changed." in machine.done("sh /opt/moodbox/current/provisioning/install.sh")
        assert machine.run("systemctl is-enabled moodbox.target").stdout.strip() == "enabled"
    finally:
        machine.close()
