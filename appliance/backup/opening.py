"""Opening a backup: unsealed beside what is in use, checked whole, and planned. Nothing in use is changed."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from appliance.backup import plan as plans
from appliance.backup.contents import LINK, PARTS, SETTINGS_FILES, SONGS, Unfit, named_file, part_of
from appliance.backup.errors import BackupError, DamagedBackup, NoRoomForBackup, UnfitBackup, UnknownFormat, of_disk
from appliance.backup.making import FILE
from appliance.backup.manifest import SETTINGS, BackupContent, BackupEntry, BackupManifest
from appliance.backup.plan import NEW, NewSettings, RestorePlan
from appliance.backup.sealing import unseal
from appliance.domain.backups import BackupSummary
from appliance.lib import atomic_file
from appliance.lib.checksum import sha256_of_file
from appliance.settings.base import SettingsError
from appliance.settings.edit import change_keys
from appliance.settings.paths import SYSTEM_FILE, default_file, user_file
from appliance.settings.settings import Settings, parse_settings
from appliance.systemd.layout import INSTALLED

SPARE = 20_000_000
"""Bytes that stay free on the disk beside what a backup holds."""
_KNOWN = {named.key for named in SETTINGS_FILES} | {FILE}


def settings_target(file: Path | None) -> Path:
    """Where the settings of a backup go: to the file in force, or where one would be looked for."""
    if found := file or default_file():
        return found
    if INSTALLED.is_symlink():
        return SYSTEM_FILE
    return user_file()


def open_backup(file: BinaryIO, passphrase: str, settings: Settings, target: Path) -> tuple[BackupSummary, RestorePlan]:
    """Unseal and check a backup, to be put back by a plan that is not yet in force. Raises BackupError.

    `target`: the settings' file in force. What was opened before and not confirmed is removed.
    """
    state, folder = settings.state_dir, settings.state_dir / plans.FOLDER
    check_none_under_way(state)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / plans.OPENED).unlink(missing_ok=True)
        for name in (NEW, plans.SETTINGS):
            shutil.rmtree(folder / name, ignore_errors=True)
            (folder / name).mkdir()
        for place in (folder, folder / plans.SETTINGS):
            place.chmod(0o770)  # the unit that puts the settings back reads and notes here as one of the group
        manifest, songs = _unpack(file, passphrase, folder)
        return _planned(manifest, songs, settings, target)
    except BackupError:
        drop(state)
        raise
    except OSError as error:
        drop(state)
        raise of_disk(error, folder) from error


def check_none_under_way(state: Path) -> None:
    """Raises BackupError while another one is being put back."""
    try:
        under_way = plans.read_plan(state) is not None
    except (OSError, ValueError) as error:
        raise BackupError(f"{state / plans.FOLDER} cannot be understood ({error}); remove that folder") from error
    if under_way:
        raise BackupError("a backup is being put back; wait until the box has run with it for a minute")


def drop(state: Path) -> None:
    """Remove what was opened and not confirmed."""
    if not os.path.lexists(state / plans.FOLDER / plans.PLAN):
        with contextlib.suppress(OSError):
            (state / plans.FOLDER / plans.OPENED).unlink(missing_ok=True)
        for name in (NEW, plans.SETTINGS):
            shutil.rmtree(state / plans.FOLDER / name, ignore_errors=True)


def _unpack(file: BinaryIO, passphrase: str, folder: Path) -> tuple[BackupManifest, bytes]:
    """Put the files beside; the list of songs stays in memory."""
    content = BackupContent(unseal(file, passphrase))
    manifest = content.manifest()
    needed = sum(entry.size for entry in manifest.files) + SPARE
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoRoomForBackup(
            f"{folder} has {free // 1_000_000} MB free; {needed // 1_000_000 + 1} MB are needed: make room"
        )
    songs = b"[]"
    for entry in manifest.files:
        if not (entry.name.startswith(SETTINGS) and entry.name.removeprefix(SETTINGS) in _KNOWN) and not (
            part_of(entry.name) or entry.name == SONGS
        ):
            raise UnknownFormat(
                f"the backup, made by Moodbox {manifest.release}, holds {entry.name}, which this one does not know; "
                "update it first"
            )
        if entry.name.startswith(SETTINGS):
            place = folder / plans.SETTINGS / entry.name.removeprefix(SETTINGS)
        else:
            place = folder / NEW / entry.name
        _write(content.take(entry.size), place, entry)
        if entry.name == SONGS:
            songs = place.read_bytes()
            place.unlink()
    content.end()
    return manifest, songs


def _write(parts: Iterator[bytes], place: Path, entry: BackupEntry) -> None:
    part = part_of(entry.name)
    for parent in (place.parent.parent, place.parent):
        atomic_file.make_folder(parent, 0o700 if parent.name.startswith(".") else 0o755)
    with place.open("xb") as file:
        os.fchmod(file.fileno(), part.mode if part else 0o640)
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())
    if sha256_of_file(place) != entry.sha256:
        raise DamagedBackup(f"{entry.name} in the backup is not what its description says; make another backup")
    if entry.link:
        to = os.fsdecode(place.read_bytes())
        if entry.name != LINK or not re.fullmatch(r"[A-Za-z0-9_+-][A-Za-z0-9._+-]*", to):
            raise DamagedBackup(f"the backup holds a link {entry.name} to {to!r}, which no Moodbox makes")
        place.unlink()
        place.symlink_to(to)


def _planned(
    manifest: BackupManifest, songs: bytes, settings: Settings, target: Path
) -> tuple[BackupSummary, RestorePlan]:
    """The plan for what has been unpacked, once all of it has been found fit."""
    state, left_out = settings.state_dir, {each.name for each in manifest.left_out}
    new, parts = state / plans.FOLDER / NEW, []
    for part in PARTS:
        if (new / part.name).exists():
            try:
                part.check(new / part.name)
            except (Unfit, OSError, ValueError, sqlite3.Error) as error:
                raise UnfitBackup(f"{part.name} in the backup cannot be used here: {error}") from error
            parts.append(part.about)
    files = _settings_files(manifest, settings, target)
    if files:
        parts.insert(0, "settings")
    try:
        listed = msgspec.json.decode(songs, type=list[tuple[str, int]])
    except msgspec.DecodeError as error:
        raise DamagedBackup(f"the backup's list of songs cannot be understood ({error})") from error
    replaced = tuple(part.name for part in PARTS if part.name not in left_out)
    for name in replaced:
        _check_writable(state / name)
    summary = BackupSummary(
        release=manifest.release,
        made=manifest.made,
        machine=manifest.machine,
        device=manifest.device,
        parts=parts,
        left_out=[f"{each.name}: {each.why}" for each in manifest.left_out],
        songs=len(listed),
        missing=[name for name, _ in listed if not os.path.lexists(settings.songs_dir / name)],
    )
    about = f"the backup of {manifest.machine}, made {manifest.made} by Moodbox {manifest.release}"
    helper = INSTALLED.is_symlink() and target.parent == SYSTEM_FILE.parent
    opened = secrets.token_hex(8)
    atomic_file.write(state / plans.FOLDER / plans.OPENED, opened.encode(), 0o640)
    return summary, RestorePlan(about=about, opened=opened, targets=replaced, settings=files, helper=helper)


def _check_writable(place: Path) -> None:
    """Raises BackupError where what is there could not be moved."""
    if place.parent.exists() and not os.access(place.parent, os.W_OK | os.X_OK, effective_ids=True):
        raise BackupError(f"{place.parent} belongs to another user than the box; give it to the box's own user first")


def _settings_files(manifest: BackupManifest, settings: Settings, target: Path) -> tuple[NewSettings, ...]:
    """Where the settings and the files that they name go; what was elsewhere goes beside them, and they name it there.

    Raises UnfitBackup or OSError.
    """
    folder = settings.state_dir / plans.FOLDER / plans.SETTINGS
    if any(each.name == SETTINGS + FILE for each in manifest.left_out):
        shutil.rmtree(folder)
        folder.mkdir()
        return ()
    own, files, taken = folder / FILE, [], {target}
    try:
        text = own.read_bytes().decode("utf-8-sig") if own.exists() else ""
        found = parse_settings(text)
        for key, there, here in (
            ("state", found.state_dir, settings.state_dir),
            ("run", found.run_dir, settings.run_dir),
        ):
            if there != here:
                raise UnfitBackup(
                    f"paths.{key} in the backup's settings means {there}, on this box {here}; set it to the same first"
                )
        for named in SETTINGS_FILES:
            entry = next((each for each in manifest.files if each.name == SETTINGS + named.key), None)
            if entry is None:
                continue
            place = _place(named.key, named.name, entry, settings, target)
            place = target.parent / named.name if place in taken else place
            taken.add(place)
            files.append(NewSettings(named.key, str(place), named.mode))
            by_default = named.key == "model.allowed_signers" and not found.model.allowed_signers
            if not by_default and named_file(found, named.key) != place:
                text = change_keys(text, {named.key: str(place)})
    except (SettingsError, UnicodeDecodeError) as error:
        raise UnfitBackup(
            f"the backup's settings, made by Moodbox {manifest.release}, cannot be used here: {error}"
        ) from error
    atomic_file.write(own, text.encode(), 0o640)
    return (*files, NewSettings(FILE, str(target), 0o644))


def _place(key: str, name: str, entry: BackupEntry, settings: Settings, target: Path) -> Path:
    if key == "model.allowed_signers" and target != SYSTEM_FILE:
        return settings.state_dir / name
    was = Path(entry.path).name
    return target.parent / (was if re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", was) else name)
