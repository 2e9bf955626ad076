"""Making a backup: everything is looked at and copied first, then it is sealed as it is read."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from appliance import __version__
from appliance.backup.contents import LINK, MODELS, PARTS, SETTINGS_FILES, SONGS, BackupPart, Unfit, named_file
from appliance.backup.errors import BackupError, is_full, no_room, of_disk
from appliance.backup.manifest import MOST_FILES, SETTINGS, BackupEntry, BackupManifest, LeftOut, written
from appliance.backup.sealing import check_passphrase, seal, sealed_size
from appliance.domain.emotions import EMOTIONS
from appliance.history import erase, in_ram
from appliance.lib.checksum import sha256_of, sha256_of_file
from appliance.lib.clock import utc
from appliance.model.store import SHIPPED, ModelStore
from appliance.mqtt.identity import KEPT, identify
from appliance.settings.base import SettingsError
from appliance.settings.settings import Settings, parse_settings
from appliance.songs.survey import own_songs

FILE = "moodbox.toml"
_WORK = "backup."  # begins the name of the folder for copies, in the state folder
_CHUNK = 256 * 1024
_KEPT = re.compile(r"[A-Za-z0-9_-]+\.(json|token)")  # not what is half written or set aside


class Backup:
    """A backup that is about to be written. As a context manager: what was copied for it goes at the end.

    Work on the disk that may take seconds: not for an event loop. Raises BackupError.
    """

    def __init__(self, settings: Settings, file: Path) -> None:
        """`file`: where the settings stand, if they stand anywhere. What is damaged is left out, and named."""
        self._settings, self._state = settings, settings.state_dir
        self._content: list[bytes | Path] = []
        self._entries: list[BackupEntry] = []
        self._left_out: list[LeftOut] = []
        try:
            self._state.mkdir(parents=True, exist_ok=True)
            for old in self._state.glob(f"{_WORK}*"):  # of one that was killed
                shutil.rmtree(old, ignore_errors=True)
            self._work = Path(tempfile.mkdtemp(prefix=_WORK, dir=self._state))
        except OSError as error:
            raise of_disk(error, self._state) from error
        try:
            self._gather(file)
        except BaseException:
            self.close()
            raise
        self.manifest = BackupManifest(
            release=__version__,
            made=utc(datetime.now(UTC)),
            machine=socket.gethostname(),
            device=identify(settings.mqtt, state=self._state).id,
            files=tuple(self._entries),
            left_out=tuple(self._left_out),
        )

    def __enter__(self) -> Backup:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove what was copied."""
        shutil.rmtree(self._work, ignore_errors=True)

    @property
    def size(self) -> int:
        """Bytes of the file that `sealed` makes."""
        return sealed_size(len(written(self.manifest)) + sum(entry.size for entry in self.manifest.files))

    def sealed(self, passphrase: str) -> Iterator[bytes]:
        """The file, piece by piece. Raises PassphraseError at once, and BackupError if something changes meanwhile."""
        check_passphrase(passphrase)
        return seal(self._bytes(), passphrase)

    def _bytes(self) -> Iterator[bytes]:
        yield written(self.manifest)
        for entry, content in zip(self._entries, self._content, strict=True):
            if isinstance(content, bytes):
                yield content
                continue
            left = entry.size
            try:
                with content.open("rb") as file:
                    while part := file.read(_CHUNK):
                        left -= len(part)
                        yield part
                    changed = left or sha256_of_file(content) != entry.sha256
            except OSError as error:
                raise of_disk(error, content) from error
            if changed:
                raise BackupError(f"{entry.name} has changed while it was read; try again")

    def _gather(self, file: Path) -> None:
        self._gather_settings(file)
        for part in PARTS:
            try:
                self._gather_part(part)
            except Unfit as error:
                self._leave_out(part.name, str(error))
            except (OSError, ValueError, sqlite3.Error) as error:
                if is_full(error):  # that is no damage
                    raise no_room(self._state) from error
                self._leave_out(part.name, str(error))
        self._put(SONGS, msgspec.json.encode(list(_songs(self._settings))))
        if len(self._entries) > MOST_FILES:
            raise BackupError(f"there are {len(self._entries)} files to keep; a backup holds at most {MOST_FILES}")

    def _gather_settings(self, file: Path) -> None:
        """The settings' file, and the files that it names, wherever they are."""
        try:
            text = file.read_bytes()
            parse_settings(text.decode("utf-8-sig"))
        except FileNotFoundError:
            pass
        except (OSError, UnicodeDecodeError, SettingsError) as error:
            self._leave_out(SETTINGS + FILE, str(error))
        else:
            self._put(SETTINGS + FILE, text, path=str(file))
        for named in SETTINGS_FILES:
            place = named_file(self._settings, named.key)
            if place is None:
                continue
            try:
                self._put(SETTINGS + named.key, place.read_bytes(), path=str(place))
            except FileNotFoundError:
                continue
            except OSError as error:
                self._leave_out(SETTINGS + named.key, f"{place}: {error.strerror}")

    def _gather_part(self, part: BackupPart) -> None:
        """Raises Unfit, OSError, ValueError or sqlite3.Error."""
        place = self._state / part.name
        if part.name == KEPT:
            if not self._settings.mqtt.device_id:
                self._put(KEPT, identify(self._settings.mqtt, state=self._state).id.encode() + b"\n")
        elif part.is_database:
            self._gather_database(part)
        elif part.name == MODELS:
            self._gather_models(part)
        elif part.name.endswith("/"):
            for found in sorted(place.glob("*")):
                if found.is_file() and _KEPT.fullmatch(found.name):
                    self._put_file(part.name + found.name, found)
        elif os.path.lexists(place):
            part.check(place)
            self._put(part.name, place.read_bytes())

    def _gather_database(self, part: BackupPart) -> None:
        folder, paths = self._state, self._settings.paths
        if part.name == erase.FILE:
            folder = in_ram.folder_in_use(self._state, self._settings.run_dir, paths.history_in_ram)
        if (folder / part.name).exists():
            copy = self._work / part.name
            in_ram.copy(folder / part.name, copy)
            part.check(copy)
            self._put_file(part.name, copy)

    def _gather_models(self, part: BackupPart) -> None:
        """Every model that can be used, which of them is in force, and the newest versions that there were."""
        folder = self._state / part.name
        part.check(folder)
        for model in ModelStore(folder, folder / SHIPPED).models():
            if model.record:
                for file in (model.file, model.file.with_name("record.json")):
                    self._put_file(str(file.relative_to(self._state)), file)
        for file in folder.glob("*.json"):
            self._put_file(str(file.relative_to(self._state)), file)
        with contextlib.suppress(FileNotFoundError):
            self._put(LINK, os.fsencode((self._state / LINK).readlink()), link=True)

    def _put(self, name: str, content: bytes, link: bool = False, path: str = "") -> None:
        self._entries.append(BackupEntry(name, len(content), sha256_of(content), link, path))
        self._content.append(content)

    def _put_file(self, name: str, file: Path) -> None:
        self._entries.append(BackupEntry(name, file.stat().st_size, sha256_of_file(file)))
        self._content.append(file)

    def _leave_out(self, name: str, why: str) -> None:
        self._left_out.append(LeftOut(name, why))


def _songs(settings: Settings) -> Iterator[tuple[str, int]]:
    """The owner's songs: path within the songs' folder, and bytes."""
    for emotion in EMOTIONS:
        for name, size in own_songs(settings.songs_dir / emotion):
            yield f"{emotion}/{name}", size
