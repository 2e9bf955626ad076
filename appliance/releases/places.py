"""Where updates lie on an installed box, and which version it may not fall below."""

from __future__ import annotations

import contextlib
import platform
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from appliance import __version__
from appliance.lib.plain_file import read_plain
from appliance.releases.errors import ReleaseError
from appliance.releases.manifest import VERSION, in_order

FOLDER = "update"
"""Within the state folder: what is fetched and what was offered. Within the run directory: the wish for an update."""
_LARGEST_NOTE = 100  # bytes


@dataclass(frozen=True, slots=True)
class UpdatePlaces:
    """Root's own places. Nothing that talks to the network may write there."""

    opt: Path = Path("/opt/moodbox")
    answers: Path = Path("/run/moodbox-update")

    @property
    def signers(self) -> Path:
        """Who may sign releases. Not in `/etc/moodbox`, which the units that change or restore settings may write."""
        return self.opt / "release_signers"

    @property
    def incoming(self) -> Path:
        """A release that is being unpacked and installed."""
        return self.opt / "incoming"

    @property
    def newest(self) -> Path:
        """The newest version that the box has had, as `update.sh` keeps it."""
        return self.opt / "newest"

    @property
    def progress(self) -> Path:
        """How far the updater is."""
        return self.answers / "progress.json"

    @property
    def older(self) -> Path:
        """The one manifest, by its hash, that may be older than the newest: root's word, given at the box."""
        return self.answers / "older"

    def floor(self) -> str:
        """The version that a release may not be older than: the newest that this box has had, or runs."""
        with contextlib.suppress(OSError, ValueError):
            kept = read_plain(self.newest, _LARGEST_NOTE).decode().strip()
            if re.fullmatch(VERSION, kept):
                return max(kept, __version__, key=in_order)
        return __version__

    def check_floor(self, version: str, sha256: str) -> None:
        """Raises ReleaseError for a version below the floor, unless root has allowed the manifest with this hash."""
        floor = self.floor()
        if in_order(version) >= in_order(floor):
            return
        with contextlib.suppress(OSError, ValueError):
            if read_plain(self.older, _LARGEST_NOTE).decode().strip() == sha256:
                return
        raise ReleaseError(
            f"Moodbox {version} is older than {floor}, which this box has had; if you want it, install it at the box: "
            "sudo moodbox update --older FILE"
        )

    def allow_older(self, sha256: str) -> None:
        """Root's word for one release that is older. Raises OSError."""
        self.answers.mkdir(mode=0o755, exist_ok=True)
        partial = self.older.with_name("older.part")
        partial.write_text(f"{sha256}\n")
        partial.replace(self.older)


def target_of_this_box() -> str:
    """Which wheels it needs, as `py313-aarch64`."""
    return f"py{sys.version_info.major}{sys.version_info.minor}-{platform.machine()}"
