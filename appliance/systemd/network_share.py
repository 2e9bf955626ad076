"""A unit for the share named in the settings: mounted when it answers, taken away when it hangs, again and again."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from pathlib import Path

from appliance.settings.last_good import load_or_last_good
from appliance.settings.library import LibrarySettings
from appliance.systemd.notify import Notifier
from appliance.systemd.offered_disks import MEDIA, DiskError, answers, is_offered, mount_options, offer, withdraw

NAME = "share"
LOOK = 20.0
"""Seconds from look to look whether the share answers."""
SILENT = 10.0
"""Seconds that it may take to."""
AGAIN = 60.0
"""Seconds until a share that could not be mounted is tried again."""


def mounting(library: LibrarySettings) -> tuple[str, str]:
    """The kind of filesystem and the options for the share that the settings name.

    Reads of a server that is away end with an error: NFS is mounted softly, and Samba does so by itself.
    """
    if not library.share.startswith("//"):
        return "nfs", mount_options(library.share_writable, "soft", "timeo=50", "retrans=2")
    who = f"credentials={library.share_credentials}" if library.share_credentials else "guest"
    return "cifs", mount_options(
        library.share_writable, who, "soft", "iocharset=utf8", "file_mode=0644", "dir_mode=0755", "echo_interval=10"
    )


class ShareKeeper:
    """Offers one share for as long as it answers. `kind` and `options` are those of `mount`."""

    def __init__(self, source: str, kind: str, options: str, library: Path) -> None:
        self._source, self._kind, self._options = source, kind, options
        self._library = library
        self.problem = ""
        """Why it is not offered, in words; empty while it is."""

    def look(self, patience: float = SILENT) -> float:
        """See that the share is offered if it answers; the seconds until the next look."""
        if is_offered(NAME):
            if answers(MEDIA / NAME, patience):
                self.problem = ""
                return LOOK
            self.problem = f"{self._source} does not answer any more; its music is left out until it does"
            with contextlib.suppress(DiskError):  # it is tried again with the next look
                self.withdraw()
            return AGAIN
        try:
            offer(self._source, NAME, self._library, self._kind, self._options)
        except DiskError as error:
            self.problem = f"{error}; trying again until it can be"
            return AGAIN
        self.problem = ""
        return LOOK

    def withdraw(self) -> None:
        """Take the share away."""
        withdraw(NAME, self._library)


def main() -> int:
    """Until it is told to stop; 0 at once if the settings name no share."""
    settings, _ = load_or_last_good()
    notifier, wanted = Notifier(), settings.library
    library = settings.library_dir
    if not wanted.share:
        withdraw(NAME, library)
        notifier.ready("the settings name no share")
        return 0
    keeper = ShareKeeper(wanted.share, *mounting(wanted), library)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    notifier.ready(f"looking for {wanted.share}")
    pause, told = 0.0, None
    while not stop.wait(pause):
        pause = keeper.look()
        if keeper.problem != told:
            told = keeper.problem
            notifier.status(told or f"offering {wanted.share}")
            print(told or f"{wanted.share} is offered as {library / NAME}", file=sys.stderr, flush=True)
    with contextlib.suppress(DiskError):
        keeper.withdraw()
    return 0


if __name__ == "__main__":
    sys.exit(main())
