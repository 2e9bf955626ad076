"""What a backup holds: one table of the parts of the state folder, and one of the files that the settings name.

A new part of the box that keeps a file adds one line to `PARTS`.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.catalogue import schema as catalogue
from appliance.core import saved_choices
from appliance.history import erase
from appliance.history import schema as history
from appliance.household import kept
from appliance.lib.checksum import sha256_of_file
from appliance.lib.json_file import read_json
from appliance.lib.sqlite_file import fits
from appliance.model.store import SHIPPED, ModelStore
from appliance.mqtt import identity
from appliance.settings.settings import Settings
from appliance.web.auth import devices, passwords, tokens

MODELS = "models/"
LINK = f"{MODELS}current"
"""The one entry that is a link."""
SONGS = "songs.json"
"""An entry that is not put back: the owner's songs, by their paths within the songs' folder, with their sizes."""


DATABASE = ".sqlite"
"""How the names of databases end."""


class Unfit(Exception):
    """What is wrong with a file, in words."""


@dataclass(frozen=True, slots=True)
class BackupPart:
    """Something in the state folder. Its `check` raises Unfit, OSError or ValueError, given where it lies."""

    name: str
    """Its path there; with a slash at its end a folder, of which everything is kept."""
    about: str
    """What it is to the owner."""
    check: Callable[[Path], None]
    mode: int = 0o640

    @property
    def is_database(self) -> bool:
        """It is an SQLite file, which may be in use; what SQLite keeps beside it belongs to it."""
        return self.name.endswith(DATABASE)


def _check_choices(file: Path) -> None:
    read_json(file, dict[str, Any])


def _check_database(migrations: Sequence[str], tables: Sequence[str]) -> Callable[[Path], None]:
    def check(file: Path) -> None:
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            try:
                verdict = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
                version = database.execute("PRAGMA user_version").fetchone()[0]
                good = version <= len(migrations) or fits(database, migrations, tables)
            except sqlite3.Error as error:
                raise Unfit(str(error)) from error
        if verdict != "ok":
            raise Unfit(" ".join(str(verdict).split()))
        if not good:
            raise Unfit(f"a newer Moodbox made it: version {version}, known here {len(migrations)}; update this one")

    return check


def _check_models(folder: Path) -> None:
    for model in ModelStore(folder, folder / SHIPPED).models():
        if model.record and sha256_of_file(model.file) != model.record.sha256:
            raise Unfit(f"{model.id} is not what its record says")


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():  # what is damaged in it is found when it is used
        raise Unfit("it is no folder")


def _check_password(file: Path) -> None:
    if passwords.PasswordStore(file.parent).problem:
        raise Unfit("it cannot be read")


def _check_tokens(file: Path) -> None:
    read_json(file, list[tokens.Token])


def _check_devices(file: Path) -> None:
    read_json(file, dict[str, str])


def _check_faces(file: Path) -> None:
    kept.read_kept(file)


def _check_text(file: Path) -> None:
    file.read_bytes().decode()


PARTS: tuple[BackupPart, ...] = (
    BackupPart(saved_choices.FILE, "choices: override, policy, volume, interval", _check_choices),
    BackupPart(erase.FILE, "history, and what you taught", _check_database(history.MIGRATIONS, history.TABLES)),
    BackupPart(catalogue.FILE, "what is known of the songs", _check_database(catalogue.MIGRATIONS, catalogue.TABLES)),
    BackupPart(MODELS, "models", _check_models, 0o644),
    BackupPart("lists/", "lists from files and services, with the keys of the services", _check_folder, 0o600),
    BackupPart(kept.FILE, "what you taught of your faces, in numbers", _check_faces, kept.MODE),
    BackupPart(passwords.FILE, "the page's password", _check_password, 0o600),
    BackupPart(tokens.FILE, "keys for programs", _check_tokens, 0o600),
    BackupPart(devices.FILE, "browsers that are known", _check_devices, 0o600),
    BackupPart(".ssh/authorized_keys", "keys that may push models", _check_text, 0o600),
    BackupPart(identity.KEPT, "the identity to Home Assistant", _check_text),
)
"""All of them."""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A file that a key of the settings names."""

    key: str
    about: str
    name: str
    """What it is called beside the settings, if it cannot be put back where it was."""
    mode: int = 0o640


SETTINGS_FILES: tuple[SettingsFile, ...] = (
    SettingsFile("model.allowed_signers", "the signers of models", "allowed_signers", 0o644),
    SettingsFile("mqtt.password_file", "the broker's password", "mqtt-password"),
    SettingsFile("music.lan_password_file", "the password of MPD in the network", "mpd-password"),
    SettingsFile("mqtt.ca", "the broker's authority", "mqtt-ca.pem", 0o644),
    SettingsFile("mqtt.cert", "the box's certificate", "mqtt-cert.pem", 0o644),
    SettingsFile("mqtt.key", "the certificate's key", "mqtt-key.pem"),
)
"""All of them."""


def named_file(settings: Settings, key: str) -> Path | None:
    """The file that a key names; None if it names none."""
    if key == "model.allowed_signers":
        return settings.allowed_signers
    section, name = key.split(".")
    value = getattr(getattr(settings, section), name)
    return Path(value).expanduser() if value else None


def part_of(name: str) -> BackupPart | None:
    """The part that an entry belongs to."""
    return next((part for part in PARTS if name == part.name or _within(name, part)), None)


def _within(name: str, part: BackupPart) -> bool:
    return part.name.endswith("/") and name.startswith(part.name)
