"""A Moodbox behind a real sshd on the loopback: keys, forced command and settings of its own."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from appliance.model import bundle
from appliance.model.classifier import ExpressionClassifier
from appliance.model.push_protocol import pack_push
from appliance.model.shipped import shipped_model
from appliance.model.signature import sign
from appliance.model.store import ModelStore
from tests.ports import free_port

ROOT = Path(__file__).parents[1]
SSHD = Path("/usr/sbin/sshd")


@dataclass(frozen=True)
class SshBox:
    """What a test needs to push to the box and to look at what came of it."""

    folder: Path
    port: int

    @property
    def settings(self) -> Path:
        return self.folder / "moodbox.toml"

    @property
    def signer(self) -> Path:
        """A private key that the box trusts."""
        return self.folder / "signer"

    @property
    def store(self) -> ModelStore:
        return ModelStore(self.folder / "state" / "models", shipped_model())

    @property
    def ssh(self) -> list[str]:
        """The command that logs in."""
        return ["ssh", "-F", str(self.folder / "ssh_config"), "box"]

    def send(self, data: bytes, command: str = "push", **environment: str) -> tuple[int, list[dict[str, Any]]]:
        """Have sshd run the forced command with `data` on its standard input: its exit status and its lines."""
        options = [f"-oSetEnv={name}={value}" for name, value in environment.items()]
        login = [*self.ssh[:-1], *options, "box", *command.split()]
        done = subprocess.run(login, input=data, capture_output=True, timeout=200, check=False)
        try:
            return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]
        except ValueError:
            raise AssertionError(f"{done.stdout!r} {done.stderr!r}") from None

    def push(self, data: bytes, key: Path | None = None, command: str = "push") -> tuple[int, dict[str, Any]]:
        """Push a bundle signed by `key`, by default a trusted one: the exit status and the verdict."""
        status, lines = self.send(pack_push(sign(data, key or self.signer), data), command)
        return status, lines[-1]

    def still_classifies(self) -> str:
        """The id of the model in force, after it has been shown to be whole and right."""
        current = self.store.current()
        ExpressionClassifier(bundle.read_bundle(current.file)).golden()
        return current.id


def new_key(file: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file], check=True)
    return file


@contextlib.contextmanager
def ssh_box(folder: Path, more_settings: str = "", shell: bool = False) -> Iterator[SshBox]:
    """A box that trusts the key `signer`, and lets the key `login` in for pushes alone.

    With `shell` that key does everything else too, for which a real box has another user; what it is asked for stands
    in the file `asked`.
    """
    if not SSHD.exists():
        pytest.skip(f"{SSHD} is not installed")
    folder.mkdir(exist_ok=True)
    box = SshBox(folder, free_port())
    host, login, signer = (new_key(folder / name) for name in ("host", "login", "signer"))
    public = signer.with_suffix(".pub").read_text()
    (folder / "allowed_signers").write_text(f'desktop namespaces="moodbox-model" {public}')
    box.settings.write_text(
        f'[paths]\nstate = "{folder}/state"\nrun = "{folder}/run"\n'
        f'[model]\nallowed_signers = "{folder}/allowed_signers"\nlatency_limit = 1000\n{more_settings}'
    )
    receive = f"cd {ROOT} && {sys.executable} -m appliance.cli --settings {box.settings} model receive"
    if shell:
        script = folder / "log-in"
        script.write_text(
            f'#!/bin/sh\necho "$SSH_ORIGINAL_COMMAND" >>{folder}/asked\n'
            f"case $SSH_ORIGINAL_COMMAND in push* | list | rollback) {receive} ;;\n"
            '*) exec sh -c "$SSH_ORIGINAL_COMMAND" ;; esac\n'
        )
        script.chmod(0o755)
        receive = str(script)
    (folder / "authorized_keys").write_text(f'restrict,command="{receive}" {login.with_suffix(".pub").read_text()}')
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1:{box.port}\nHostKey {host}\nAuthorizedKeysFile {folder}/authorized_keys\n"
        "PidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nAcceptEnv *\n"
    )
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{box.port} {host.with_suffix('.pub').read_text()}")
    (folder / "ssh_config").write_text(
        f"Host box box2\n HostName 127.0.0.1\n Port {box.port}\n User {getpass.getuser()}\n IdentityFile {login}\n"
        f" IdentitiesOnly yes\n IdentityAgent none\n UserKnownHostsFile {folder}/known_hosts\n BatchMode yes\n"
    )
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    log = folder / "sshd.log"
    with log.open("wb") as errors:
        sshd = subprocess.Popen([SSHD, "-D", "-e", "-f", folder / "sshd_config"], stderr=errors)
        try:
            _wait_for(sshd, log)
            yield box
        finally:
            sshd.terminate()
            sshd.wait()


def _wait_for(sshd: subprocess.Popen[bytes], log: Path) -> None:
    """Until it says itself that it listens: what answers at the port may be another process that was quicker."""
    while b"Server listening on" not in (said := log.read_bytes()):
        assert sshd.poll() is None, said.decode(errors="replace")
        time.sleep(0.05)
