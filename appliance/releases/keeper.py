"""Carries out a wish for an update, as root: python -m appliance.releases.keeper WISH STATE.

The wish and the file come from the process that talks to the network, so nothing of them is trusted: the file is read
once, its signature and version are judged by files of root's, and each content is verified while it is written to a
folder of root's. Only then does the release's own `update.sh` run, with all of root's rights, as it does by hand.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from appliance.errors import MoodboxError
from appliance.lib.text import printable_line
from appliance.releases.container import open_release, unpack
from appliance.releases.errors import NotPossible, ReleaseError
from appliance.releases.manifest import CODE, WHEELS
from appliance.releases.places import FOLDER, UpdatePlaces, target_of_this_box
from appliance.releases.wish import Stage, UpdateProgress, UpdateWish, take_wish, write_progress

SPARE = 50_000_000
"""Bytes that stay free beside an unpacked release."""
UNIT = "moodbox-update-run"
_SAID = 300  # characters of a line of the installer's that are told
_RUN = ("systemd-run", "--quiet", "--collect", "--wait", "--pipe", f"--unit={UNIT}")

Run = Callable[[Sequence[str], Callable[[str], None]], int]
"""Runs a command as root in full, tells each line that it says, and returns its exit status."""


def run_in_full(command: Sequence[str], said: Callable[[str], None]) -> int:
    """Have systemd run it in a unit of its own: this one has none of root's rights."""
    with subprocess.Popen([*_RUN, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout
        for line in process.stdout:
            if text := printable_line(line.decode(errors="replace").strip())[:_SAID]:
                said(text)
    return process.returncode


class UpdateKeeper:
    """`folder` is the box's update folder; `target` what this box is; `run` runs the installer."""

    def __init__(
        self,
        folder: Path,
        places: UpdatePlaces,
        run: Run = run_in_full,
        target: str | None = None,
    ) -> None:
        self._folder, self._places, self._run = folder, places, run
        self._target = target or target_of_this_box()
        self._wish = UpdateWish(id="", file="")
        self._version = ""

    def carry_out(self, wish: Path) -> str:
        """Take a wish away and do it; why it was refused, or empty."""
        try:
            self._wish = take_wish(wish)
        except (OSError, ValueError) as error:
            return f"{wish} is no wish: {error}"
        self._version = ""
        try:
            self._tell("checking")
            self._clear()
            self._install(self._unpacked())
        except MoodboxError as error:
            refused = str(error)
        except OSError as error:
            refused = f"{error.filename or self._places.opt}: {error.strerror}"
        else:
            refused = ""
        self._clear()
        self._tell("refused" if refused else "done", refused)
        return refused

    def _unpacked(self) -> Path | None:
        """Verify the file and unpack what this box needs; the wheels' folder, if it brings any."""
        path, places = self._folder / self._wish.file, self._places
        with _plain(path) as file:
            head = open_release(file, places.signers, self._wish.file)
            self._version = head.manifest.version
            places.check_floor(head.manifest.version, head.sha256)
            wanted = head.manifest.unpacked(self._target)
            needed = sum(member.size for member in wanted) + SPARE
            free = shutil.disk_usage(places.opt).free
            if free < needed:
                raise NotPossible(
                    f"{places.opt} has {free // 1_000_000} MB of free space; {needed // 1_000_000 + 1} MB are needed"
                )
            self._tell("unpacking")
            places.incoming.mkdir(mode=0o700)
            unpack(file, head, places.incoming, wanted, self._wish.file)
        return places.incoming / WHEELS if head.manifest.targets else None

    def _install(self, wheels: Path | None) -> None:
        script = self._places.incoming / CODE / "provisioning" / "update.sh"
        last = ""

        def said(text: str) -> None:
            nonlocal last
            last = text
            self._tell("installing", text)

        self._tell("installing")
        status = self._run(["sh", str(script), *(["--offline", str(wheels)] if wheels else [])], said)
        if status:
            raise ReleaseError(last.removeprefix("moodbox: ") or f"update.sh ended with status {status}")

    def _clear(self) -> None:
        shutil.rmtree(self._places.incoming, ignore_errors=True)

    def _tell(self, stage: Stage, text: str = "") -> None:
        progress = UpdateProgress(id=self._wish.id, stage=stage, version=self._version, text=text)
        write_progress(self._places.progress, progress)


def _plain(file: Path) -> IO[bytes]:
    """A regular file opened without following a link or waiting for a pipe. Raises OSError or ReleaseError."""
    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    opened = os.fdopen(handle, "rb")
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        opened.close()
        raise ReleaseError(f"{file.name}: it is no file")
    return opened


def main() -> None:
    """Carry out the wish that is there; one that is refused is no fault of this unit's, which says why."""
    wish, state = Path(sys.argv[1]), Path(sys.argv[2])
    if refused := UpdateKeeper(state / FOLDER, UpdatePlaces()).carry_out(wish):
        print(refused, file=sys.stderr)


if __name__ == "__main__":
    main()
