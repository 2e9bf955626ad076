"""The `user-data` for Raspberry Pi Imager, carried out by Debian's own cloud-init."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.boxes.box import ROOT
from tests.machines.machine import NEEDS, Machine

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(3600)]

# The machine shares this one's network and disk: those two stay as they are.
TAME = """
datasource_list: [NoCloud]
network: {config: disabled}
growpart: {mode: "off"}
resize_rootfs: false
"""


@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_a_box_installs_itself_at_its_first_boot(suite: str, tmp_path: Path) -> None:
    machine = Machine(suite, tmp_path)
    try:
        machine.boot()
        machine.done("apt-get -qq update && apt-get -qq -y --no-install-recommends install cloud-init")
        machine.off()

        seed = machine.root / "var/lib/cloud/seed/nocloud"
        seed.mkdir(parents=True, exist_ok=True)
        wheels = os.environ.get("MOODBOX_WHEELS")
        data = (ROOT / "provisioning/cloud-init/user-data").read_text()
        (seed / "user-data").write_text(data.replace("options=''", f"options='--offline {wheels}'") if wheels else data)
        (seed / "meta-data").write_text("instance-id: first\n")
        (machine.root / "etc/cloud/cloud.cfg.d/99-tame.cfg").write_text(TAME)
        (machine.root / "boot/firmware").mkdir(parents=True)
        archive = machine.root / "boot/firmware/moodbox.tar.gz"
        subprocess.run(["sh", ROOT / "provisioning" / "archive.sh", archive], check=True)

        began = time.monotonic()
        machine.boot(patience=1800)  # the installation is a part of this boot
        while not ((status := machine.status()) and status["player"]["state"] == "play"):
            assert time.monotonic() - began < 1800, machine.run(
                "journalctl -b --no-pager | tail -n 50; tail /var/log/cloud-init-output.log"
            ).stdout
            time.sleep(1)
        print(f"{suite}: plays {time.monotonic() - began:.0f} s after its first power-on")
        while machine.run("test -e /etc/moodbox-seed").returncode == 0:
            time.sleep(1)
        assert machine.run("systemctl is-enabled moodbox.target").stdout.strip() == "enabled"
        machine.reboot()
        began = time.monotonic()
        while not ((status := machine.status()) and status["player"]["state"] == "play"):
            assert time.monotonic() - began < 30
            time.sleep(0.2)
        assert machine.run("ls /usr/local/sbin/moodbox-first-boot").returncode != 0
    finally:
        machine.close()
