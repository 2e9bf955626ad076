"""Backups for the page: made to be sent, taken in, opened, and put back at the next start."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.backup import plan as plans
from appliance.backup.errors import BackupError, NoRoomForBackup, of_disk
from appliance.backup.making import Backup
from appliance.backup.opening import SPARE, check_none_under_way, drop, open_backup, settings_target
from appliance.backup.plan import RestorePlan, write_plan
from appliance.domain.backups import BackupSummary
from appliance.settings.last_good import LAST_GOOD
from appliance.settings.settings import Settings

INCOMING = "incoming"


class SealedBackup:
    """A backup that is being sent: `size` bytes in `pieces`, to be closed when they have gone or are not wanted."""

    def __init__(self, backup: Backup, passphrase: str) -> None:
        self._backup = backup
        self.name = file_name(backup.manifest.machine, backup.manifest.made)
        self.size = backup.size
        self.left_out = [f"{each.name}: {each.why}" for each in backup.manifest.left_out]
        self.pieces: Iterator[bytes] = backup.sealed(passphrase)

    def close(self) -> None:
        """Remove what was copied for it."""
        self._backup.close()


class BackupDesk:
    """One for the running box, for one thread at a time. Every call works on the disk, and raises BackupError."""

    def __init__(self, settings: Settings, file: Path | None) -> None:
        """`file`: where the settings in force stand."""
        self._settings = settings
        # a box whose settings are broken runs with a copy, which is nobody's to change
        self._target = settings_target(None if file and file.name == LAST_GOOD else file)
        self._state = settings.state_dir
        self._opened: RestorePlan | None = None

    def make(self, passphrase: str) -> SealedBackup:
        """Make a backup."""
        backup = Backup(self._settings, self._target)
        try:
            return SealedBackup(backup, passphrase)
        except BackupError:
            backup.close()
            raise

    def receive(self, size: int | None) -> Callable[[bytes], None]:
        """Begin to take in a file of so many bytes, in place of the last; what to call with each part, and b"" last."""
        self.discard()
        folder = self._state / plans.FOLDER
        try:
            folder.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(folder).free - SPARE
            if size and size * 2 > free:
                raise NoRoomForBackup(
                    f"the box has {free // 1_000_000} MB free; the backup and what it holds need "
                    f"{size * 2 // 1_000_000 + 1} MB: make room"
                )
            file = (folder / INCOMING).open("wb", buffering=0)
        except OSError as error:
            raise error if isinstance(error, BackupError) else of_disk(error, folder) from error

        def write(part: bytes) -> None:
            try:
                if part:
                    file.write(part)
                else:
                    file.close()
            except OSError as error:
                file.close()
                raise of_disk(error, folder) from error

        return write

    def open(self, passphrase: str) -> BackupSummary:
        """Open and check the file that was taken in."""
        self._opened = None
        try:
            file = (self._state / plans.FOLDER / INCOMING).open("rb")
        except FileNotFoundError as error:
            raise BackupError("there is no backup to open; send one first") from error
        with file:
            summary, self._opened = open_backup(file, passphrase, self._settings, self._target)
        return summary

    def confirm(self) -> None:
        """Have what was opened put back at the next start."""
        if self._opened is None:
            raise BackupError("there is no opened backup to put back; send and open one first")
        try:
            (self._state / plans.FOLDER / INCOMING).unlink(missing_ok=True)
            write_plan(self._state, self._opened)
        except OSError as error:
            raise of_disk(error, self._state) from error
        self._opened = None

    def discard(self) -> None:
        """Forget what was taken in or opened."""
        self._opened = None
        check_none_under_way(self._state)
        try:
            drop(self._state)
            (self._state / plans.FOLDER / INCOMING).unlink(missing_ok=True)
        except OSError as error:
            raise of_disk(error, self._state) from error


def file_name(machine: str, made: str) -> str:
    """What a backup is called, unless its owner calls it something else."""
    return re.sub(r"[^A-Za-z0-9.-]", "-", f"moodbox-{machine}-{made[:10]}") + ".moodbackup"
