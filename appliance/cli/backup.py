"""`moodbox backup` and `moodbox restore`."""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

from appliance.backup import plan as plans
from appliance.backup.desk import file_name
from appliance.backup.errors import BackupError, of_disk
from appliance.backup.making import Backup
from appliance.backup.opening import drop, open_backup, settings_target
from appliance.backup.plan import read_plan, write_plan
from appliance.backup.sealing import check_passphrase
from appliance.backup.switching import WELL_AFTER, resume
from appliance.cli.commands import Family
from appliance.cli.history import at_rest
from appliance.cli.passphrase import add_passphrase_file, read_passphrase
from appliance.control.client import ask
from appliance.control.messages import SOCKET, AskRestart, NotRunning
from appliance.domain.backups import BackupSummary
from appliance.lib import atomic_file
from appliance.lib.privileges import as_owner_of
from appliance.lib.text import padded, printable
from appliance.settings.last_good import load_or_last_good
from appliance.settings.settings import Settings
from appliance.systemd.layout import INSTALLED
from appliance.words.numbers import decimal
from appliance.words.retelling import retold
from appliance.words.speaking import t, tn

_PATIENCE = 240.0  # seconds in which a restarted box has run well, or has gone back
_TARGET = "moodbox.target"
_SHOWN = 10  # missing songs that are named


def declare_backup(commands: Family) -> None:
    """Add both commands."""
    backup = commands.add(
        "backup",
        t("keep all that the box knows in one encrypted file"),
        "moodbox backup",
        "moodbox backup /media/stick/kitchen.moodbackup",
        "moodbox backup --passphrase-file secret.txt kitchen.moodbackup",
        description=t(
            "Keep settings, choices, history, what you taught, models, passwords, keys and the list of songs "
            "in one file, encrypted with a passphrase that is asked for. The songs themselves are not in it. On an "
            "installed box with sudo."
        ),
    )
    backup.add_argument("file", type=Path, nargs="?", metavar="FILE", help=t("a name with the date, unless given"))
    add_passphrase_file(backup)
    backup.set_defaults(do=_backup)

    restore = commands.add(
        "restore",
        t("put back what a backup holds, all or nothing"),
        "moodbox restore kitchen.moodbackup",
        "moodbox restore --check kitchen.moodbackup",
        description=t(
            "Put back what a backup holds, in place of what the box has now; that is kept until the box has "
            "run for {seconds} seconds with it. A running box restarts. On an installed box with sudo.",
            seconds=f"{WELL_AFTER:.0f}",
        ),
    )
    restore.add_argument("file", type=Path, metavar="FILE", help=t("what `moodbox backup` or the page made"))
    restore.add_argument("--check", action="store_true", help=t("say what it holds and which songs are missing here"))
    restore.add_argument("--yes", action="store_true", help=t("do not ask"))
    add_passphrase_file(restore)
    restore.set_defaults(do=_restore)


def _backup(options: argparse.Namespace) -> None:
    settings, _ = load_or_last_good(options.settings)
    state = settings.state_dir
    if not state.is_dir():
        raise BackupError(f"{state} is not there, so there is nothing to keep; start Moodbox once")
    file: Path | None = options.file
    if file and os.path.lexists(file):
        raise BackupError(f"{file} is there already; name another file")
    passphrase = read_passphrase(options.passphrase_file, again=True)
    check_passphrase(passphrase)
    with as_owner_of(state):
        backup = Backup(settings, settings_target(options.settings))
    with backup:
        file = file or Path(file_name(backup.manifest.machine, backup.manifest.made))
        _write(backup, passphrase, file)
    size = decimal(backup.size / 1e6)
    print(t("{file} holds the backup ({size} MB). Without its passphrase nobody can open it.", file=file, size=size))
    for each in backup.manifest.left_out:
        print(f"moodbox: {t('left out')}: {each.name}: {printable(retold(each.why))}", file=sys.stderr)


def _write(backup: Backup, passphrase: str, file: Path) -> None:
    """Write it whole or not at all, for the eyes of who has asked for it alone."""
    partial = file.with_name(f"{file.name}.part")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise of_disk(error, partial) from error
    try:
        with os.fdopen(handle, "wb") as out:
            if os.geteuid() == 0 and (owner := os.environ.get("SUDO_UID", "")).isdecimal():
                os.fchown(out.fileno(), int(owner), -1)
            out.writelines(backup.sealed(passphrase))
            out.flush()
            os.fsync(out.fileno())
        atomic_file.place(partial, file)
    except FileExistsError as error:
        raise BackupError(f"{file} is there already; name another file") from error
    except OSError as error:
        raise error if isinstance(error, BackupError) else of_disk(error, file) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _restore(options: argparse.Namespace) -> int:
    settings, _ = load_or_last_good(options.settings)
    state = settings.state_dir
    try:
        file = options.file.open("rb")
    except OSError as error:
        raise BackupError(f"{options.file}: cannot be read ({error.strerror}); name a backup") from error
    with file:
        passphrase = read_passphrase(options.passphrase_file)
        _make(state)
        with as_owner_of(state):
            summary, plan = open_backup(file, passphrase, settings, settings_target(options.settings))
            try:
                _show(summary)
                if options.check:
                    return 0
                _confirm(options)
                write_plan(state, plan)
            finally:
                drop(state)
    return _carry_out(settings)


def _make(state: Path) -> None:
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise of_disk(error, state) from error


def _show(summary: BackupSummary) -> None:
    made = {"machine": printable(summary.machine), "time": summary.made, "release": summary.release}
    print(t("A backup of {machine}, made {time} by Moodbox {release}", **made))
    for part in summary.parts:
        print(f"  {padded(t('holds'), 8)}  {retold(part)}")
    for part in summary.left_out:
        print(f"  {padded(t('left out'), 8)}  {printable(retold(part))}")
    listed = tn(
        "{count} song in its list, {missing} of them not here",
        "{count} songs in its list, {missing} of them not here",
        summary.songs,
        missing=len(summary.missing),
    )
    print(f"  {padded(t('songs'), 8)}  {listed}")
    for name in summary.missing[:_SHOWN]:
        print(f"            {printable(name)}")
    if len(summary.missing) > _SHOWN:
        print(f"            {t('and {count} more', count=len(summary.missing) - _SHOWN)}")


def _confirm(options: argparse.Namespace) -> None:
    if options.yes:
        return
    print(t("This takes the place of what the box has now. Type yes to go on: "), end="", flush=True)
    if sys.stdin.readline().strip().lower() != "yes":
        raise BackupError("nothing has been changed")


def _carry_out(settings: Settings) -> int:
    """Have what is planned done: by a restart of the box, or here where none runs."""
    if INSTALLED.is_symlink() and (plan := read_plan(settings.state_dir)) and plan.helper:
        if subprocess.run(["systemctl", "-q", "is-active", _TARGET], check=False).returncode:
            print(t("It is put back at the next start: systemctl start {unit}", unit=_TARGET))
            return 0
        print(t("The box restarts with it."), flush=True)
        subprocess.run(["systemctl", "restart", _TARGET], check=False)
        return _outcome(settings.state_dir)
    try:
        ask(settings.run_dir / SOCKET, AskRestart())
    except NotRunning:
        with at_rest(settings.run_dir):
            resumed = resume(settings.state_dir, settings.run_dir)
        if resumed.problem:
            raise BackupError(resumed.problem) from None
        print(t("It is put back. What was before is kept until Moodbox has run with it."))
        return 0
    print(t("The box restarts with it."), flush=True)
    return _outcome(settings.state_dir)


def _outcome(state: Path) -> int:
    """Wait until the box runs well with it, or has gone back."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError):
            plan = read_plan(state)
            if plan is None:
                print(t("It is put back, and the box runs well with it."))
                return 0
            if plan.stage == "undone":
                raise BackupError(f"it was not put back: {plan.reason}; all is as it was before")
        time.sleep(0.5)
    raise BackupError(f"the box has not run well with it yet; see moodbox status, and {state / plans.FOLDER}")
