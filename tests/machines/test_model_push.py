"""A model made on a desktop arrives on an installed box: signed, pushed over SSH, looked through, named by status."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.model import bundle
from appliance.model.shipped import shipped_model
from tests.boxes.box import ROOT
from tests.machines.machine import NEEDS, Machine
from tests.ssh_box import new_key

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS, "ssh", "ssh-keygen"), pytest.mark.timeout(3600)]

# As docs/owner/push.md tells the owner.
OPEN_THE_DOOR = """
apt-get -q -y install openssh-server >/dev/null 2>&1
systemctl start ssh
mkdir -p /var/lib/moodbox/.ssh
echo 'desktop namespaces="moodbox-model" {signer}' >/etc/moodbox/allowed_signers
echo 'restrict,command="/usr/local/bin/moodbox model receive" {login}' >/var/lib/moodbox/.ssh/authorized_keys
chown -R moodbox: /var/lib/moodbox/.ssh
chmod 700 /var/lib/moodbox/.ssh
cat /etc/ssh/ssh_host_ed25519_key.pub
"""


@pytest.fixture
def desktop(installed: Machine, tmp_path: Path) -> Iterator[Path]:
    """A folder with a desktop's keys, whose `ssh moodbox@kitchen` reaches the machine."""
    signer, login = new_key(tmp_path / "signer"), new_key(tmp_path / "login")
    keys = {key.name: key.with_suffix(".pub").read_text().strip() for key in (signer, login)}
    host = installed.done(OPEN_THE_DOOR.format(**keys)).splitlines()[-1]
    (tmp_path / "known_hosts").write_text(f"{installed.network.there} {host}\n")
    (tmp_path / "ssh_config").write_text(
        f"Host kitchen\n HostName {installed.network.there}\n IdentityFile {login}\n IdentitiesOnly yes\n"
        f" IdentityAgent none\n UserKnownHostsFile {tmp_path}/known_hosts\n BatchMode yes\n"
    )
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "ssh").write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {tmp_path}/ssh_config "$@"\n')
    (tmp_path / "bin" / "ssh").chmod(0o755)
    yield tmp_path
    installed.run("moodbox model rollback; rm -rf /var/lib/moodbox/.ssh /etc/moodbox/allowed_signers")


def push(desktop: Path, version: str, key: Path) -> tuple[int, str]:
    """Push the shipped model under another version: exit status and output of the tool."""
    shipped = bundle.read_bundle(shipped_model())
    file = desktop / f"{version}.moodmodel"
    file.write_bytes(
        bundle.pack_bundle(
            replace(shipped.manifest, version=version), shipped.model, shipped.golden, shipped.population
        )
    )
    done = subprocess.run(
        [sys.executable, "-m", "tools.train_and_quantize", "push", "moodbox@kitchen",
         "--bundle", file, "--key", key],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=False, cwd=ROOT,
        env=os.environ | {"PATH": f"{desktop}/bin:{os.environ['PATH']}", "HOME": str(desktop)},
    )  # fmt: skip
    return done.returncode, done.stdout


def test_a_pushed_model_is_the_one_that_looks(installed: Machine, desktop: Path) -> None:
    owner = installed.done("getent passwd 1000 | cut -d: -f1").strip()
    vision = installed.done("systemctl show -P MainPID moodbox-vision").strip()

    status, said = push(desktop, "98.0.0", new_key(desktop / "stranger"))
    assert status == 1, said
    assert "moodbox@kitchen: refused" in said

    status, said = push(desktop, "99.0.0", desktop / "signer")
    print(said)
    assert status == 0, said
    assert "signature: signed by desktop" in said
    assert "the box looks through moodbox-edge 99.0.0 now" in said

    told = json.loads(installed.done(f"runuser -l {owner} -c 'moodbox status --json'"))
    assert told["vision"]["model"] == "moodbox-edge 99.0.0"
    assert installed.done("systemctl show -P MainPID moodbox-vision").strip() == vision
    stored = installed.done("ls -ld --time-style=+ /var/lib/moodbox/models/moodbox-edge-99.0.0-*")
    assert "moodbox moodbox-vision" in stored


def test_a_pushed_model_that_sees_a_face_gets_through_its_trial(installed: Machine, desktop: Path) -> None:
    installed.done(
        "cp /etc/moodbox/moodbox.toml /root/kept.toml"
        "; printf '[model]\\ntrial_seconds = 5\\n' >/etc/moodbox/moodbox.toml; systemctl restart moodbox"
    )
    try:
        until(installed, lambda vision: bool(vision["faces"]))  # without a camera the box looks at a portrait
        status, said = push(desktop, "99.1.0", desktop / "signer")
        assert status == 0, said
        until(installed, lambda vision: vision["model"] == "moodbox-edge 99.1.0" and not vision["model_on_trial"])
        assert "moodbox-edge-99.1.0" in installed.done("journalctl -b --no-pager -u moodbox | grep 'has proved itself'")
    finally:
        installed.run("cp /root/kept.toml /etc/moodbox/moodbox.toml; systemctl restart moodbox")


def until(machine: Machine, ready: Callable[[dict[str, Any]], bool], patience: float = 300) -> None:
    end = time.monotonic() + patience
    while (status := machine.status()) is None or not ready(status["vision"]):
        assert time.monotonic() < end, status and status["vision"]
        time.sleep(0.5)
