"""Fleets of boxes behind a real sshd, and the command as its user types it."""

from __future__ import annotations

import contextlib
import io
import json
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.cli.main import main
from tests.ssh_box import ROOT, SshBox


@dataclass
class TypedFleet:
    """`box` is logged in on under each of its boxes' names; what Moodbox is there is a script's, or the real one."""

    box: SshBox
    file: Path
    lines: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def add(self, name: str, script: str = "", host: str = "", more: str = "") -> None:
        """A box; `script` is what its `moodbox` does with "$@", and without one that is the real program."""
        command = f"{sys.executable} -m appliance.cli --settings {self.box.folder}/{name}.toml"
        if script:
            program = self.box.folder / f"moodbox-{name}"
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
            command = str(program)
        else:
            command = f"env PYTHONPATH={shlex.quote(str(ROOT))} {command}"
        self.names.append(name)
        self.lines += ["[[box]]", f'name = "{name}"', f'host = "{host or name}"', f'moodbox = "{command}"', more]

    def write(self, more: str = "", fleet: str = "", limits: str = "status = 200") -> None:
        config = self.box.folder / "ssh_config"
        config.write_text(config.read_text().replace("Host box box2", f"Host box {' '.join(self.names)}"))
        self.file.write_text(
            f'[fleet]\nsudo = ""\npush_user = ""\nssh_config = "{config}"\n{fleet}\n[time_limits]\n{limits}\n{more}\n'
            + "\n".join(self.lines)
        )

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """The command in a process of its own."""
        command = [sys.executable, "-m", "appliance.cli", "fleet", str(self.file), *words]
        return subprocess.Popen(command, cwd=ROOT, start_new_session=True)

    def typed(self, *words: str) -> tuple[int, str]:
        """Exit status and all that the command says."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            status = main(["fleet", str(self.file), *words])
        return status, said.getvalue()

    def reported(self, *words: str) -> dict[str, Any]:
        """The report as JSON."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
            main(["fleet", str(self.file), *words, "--json"])
        report: dict[str, Any] = json.loads(said.getvalue())
        return report

    def results(self, *words: str) -> dict[str, str]:
        """How each box ended."""
        return {box["name"]: box["result"] for box in self.reported(*words)["boxes"]}
