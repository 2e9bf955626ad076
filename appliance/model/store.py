"""The models on the box, beside each other, and the one in force.

    models/
      moodbox-edge-1.1.0-3fa8b1c2/             bundle.moodmodel and record.json, which is written last
      current -> moodbox-edge-1.1.0-3fa8b1c2   absent: the model that ships with Moodbox is in force
      newest.json                              for each name the newest version that was ever installed

The vision process, a user of its own, reads all of it; only the owner of the folder writes.

Every change is a row of steps each of which a power cut leaves undone or done, ordered so that after any of them the
old or the new model is in force. A folder without its record counts for nothing. The model in force is on trial for as
long as its record does not say that it has proved itself.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from appliance.lib import atomic_file
from appliance.lib.checksum import sha256_of_file
from appliance.lib.json_file import read_json
from appliance.model import bundle as bundles
from appliance.model.bundle import Bundle
from appliance.model.errors import ModelError
from appliance.model.manifest import VERSION

log = logging.getLogger(__name__)

SHIPPED = "shipped"
"""The id of the model that comes with Moodbox."""

_WENT_BACK = "the owner went back"
_BUNDLE, _RECORD, _CURRENT, _NEWEST = "bundle.moodmodel", "record.json", "current", "newest.json"


class StoreError(ModelError):
    """The store cannot do what is asked; the model in force has not changed."""


class ModelRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a stored model."""

    name: str
    version: Annotated[str, msgspec.Meta(pattern=f"^{VERSION}$")]
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    """Of the bundle file."""
    sequence: Annotated[int, msgspec.Meta(ge=1)]
    """Counts installations; going back leads to a lower one."""
    previous: str
    """The id of the model that was in force, proven, when it was installed."""
    installed: str
    """UTC, as 2026-01-31T12:00:00Z; for people only."""
    signer: str | None = None
    """None if the owner installed it at the box."""
    golden: float
    """Largest difference of a golden probability on this box."""
    latency: float
    """Median milliseconds for one face on this box."""
    attempts: Annotated[int, msgspec.Meta(ge=0)] = 0
    """How often it was taken up without getting through its trial."""
    proved: bool = False
    """Whether it got through its trial; no other model is ever gone back to."""
    failed: str | None = None
    """Why it was left for the one before; it is not gone back to either, unless it is installed again."""


@dataclass(frozen=True, slots=True)
class TrialRecord:
    """The model in force has yet to prove itself."""

    model: str
    """Its id."""
    sha256: str
    previous: str
    """The id of the model that comes back if it fails."""
    attempts: int
    """How often it was taken up without getting through its trial."""


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model that the box has."""

    id: str
    file: Path
    record: ModelRecord | None
    """None for the model that comes with Moodbox."""

    @property
    def sha256(self) -> str:
        """Of the bundle file, in hex; empty if it is the shipped one and cannot be read."""
        if self.record:
            return self.record.sha256
        try:
            return sha256_of_file(self.file)
        except OSError:
            return ""


class ModelStore:
    """The models under `root`. `shipped` is the bundle that always exists; the last `keep` installed are kept."""

    def __init__(self, root: Path, shipped: Path, keep: int = 3, step: Callable[[str], None] = lambda _: None) -> None:
        """`step` is called before every step that changes the disk, with its name: where a test cuts the power."""
        self.root = root
        self._shipped = StoredModel(SHIPPED, shipped, None)
        self._keep = keep
        self._step = step

    # Reading: needs no lock, for whatever is there is whole

    def current(self) -> StoredModel:
        """The model in force: what `current` points to, or the shipped one if it points to nothing usable."""
        for _ in range(2):  # what the link named may be gone by now, as another process has turned it since
            try:
                name = str((self.root / _CURRENT).readlink())
            except OSError:
                return self._shipped
            if found := self._stored(name):
                return found
        return self._shipped

    def trial(self) -> TrialRecord | None:
        """The trial of the model in force, if it is on trial."""
        current = self.current()
        record = current.record
        if record is None or record.proved:
            return None
        return TrialRecord(current.id, record.sha256, self._before(current).id, record.attempts)

    def proven(self) -> StoredModel:
        """The model in force, or while it is on trial the one that comes back if it fails."""
        current = self.current()
        return current if current.record is None or current.record.proved else self._before(current)

    def models(self) -> list[StoredModel]:
        """Every model, the one installed last first, the shipped one last."""
        try:
            names = [entry.name for entry in self.root.iterdir()]
        except OSError:  # not there yet
            names = []
        stored = [model for name in names if name != _CURRENT and (model := self._stored(name))]
        return [*sorted(stored, key=_sequence, reverse=True), self._shipped]

    def problems(self) -> list[str]:
        """Which records are there and cannot be read, in words; their models are passed over."""
        records = [path for path in sorted(self.root.glob(f"*/{_RECORD}")) if path.parent.name != _CURRENT]
        return [
            f"{path} is damaged, so this model is passed over; install or push it again"
            for path in records
            if self._stored(path.parent.name) is None
        ]

    def latest(self) -> StoredModel:
        """The model installed last that has not failed by itself; the owner may go forward again after going back."""
        return next(model for model in self.models() if not model.record or model.record.failed in (None, _WENT_BACK))

    def previous(self) -> StoredModel | None:
        """The model that a rollback goes to; None when the shipped one is in force."""
        current = self.current()
        return None if current.id == SHIPPED else self._before(current)

    def newest(self, name: str) -> str | None:
        """The newest version of a model of this name that the box has ever had, also if it was removed since."""
        had = [model.record.version for model in self.models() if model.record and model.record.name == name]
        with contextlib.suppress(ModelError):
            shipped = bundles.read_bundle(self._shipped.file).manifest
            had += [shipped.version] if shipped.name == name else []
        return max([*had, *filter(None, [self._noted().get(name)])], key=in_order, default=None)

    def _noted(self) -> dict[str, str]:
        """What was noted of the newest versions; nothing if the file is damaged, for the stored models tell as well."""
        try:
            noted = read_json(self.root / _NEWEST, dict[str, str])
        except (OSError, ValueError):
            return {}
        return {name: version for name, version in noted.items() if re.fullmatch(VERSION, version)}

    def _before(self, current: StoredModel) -> StoredModel:
        """The one in force when `current` was installed, else the newest older one that may be gone back to."""
        known = current.record.previous if current.record else SHIPPED
        choices = [model for model in self.models() if _sequence(model) < _sequence(current) and _trusted(model)]
        return next((model for model in choices if model.id == known), choices[0])

    # Changing: one at a time

    def install(self, data: bytes, bundle: Bundle, signer: str | None, golden: float, latency: float,
                installed: str) -> StoredModel:  # fmt: skip
        """Keep a bundle that passed its checks and put it in force, on trial. Raises StoreError.

        A model that has proved itself and is only covered by another one's trial comes back without a trial.
        """
        manifest = bundle.manifest
        name = f"{manifest.name}-{manifest.version}-{bundle.sha256[:8]}"
        with self._changing():
            proven = self.proven()
            if proven.id == name:
                if self.current().id == name:
                    raise StoreError(f"{name} is in force already")
                self._go_back("an earlier model was installed in its place")
                return proven
            self._prune()  # what earlier installations left when the power failed
            record = ModelRecord(
                name=manifest.name, version=manifest.version, sha256=bundle.sha256,
                sequence=1 + max(map(_sequence, self.models())), previous=proven.id,
                installed=installed, signer=signer, golden=golden, latency=latency,
            )  # fmt: skip
            fresh = self._stored(name) is None
            try:
                self._write(self.root / name, data, record)
            except OSError:
                if fresh:
                    shutil.rmtree(self.root / name, ignore_errors=True)
                raise
            self._step("note the newest version")
            newest = max(manifest.version, self.newest(manifest.name) or manifest.version, key=in_order)
            atomic_file.write(self.root / _NEWEST, msgspec.json.encode(self._noted() | {manifest.name: newest}))
            self._step("switch")
            self._switch(name)
            self._prune()
        return StoredModel(name, self.root / name / _BUNDLE, record)

    def install_again(self, model: StoredModel, installed: str) -> StoredModel:
        """Put a stored model in force once more, on trial. Raises StoreError or BundleError."""
        if model.record is None:
            raise StoreError("the model that comes with Moodbox needs no installation; go back to it")
        record = model.record
        try:
            data = model.file.read_bytes()
        except OSError as error:
            raise StoreError(f"{model.file}: cannot be read ({error.strerror}); push the model again") from error
        return self.install(
            data, bundles.parse_bundle(data, model.id), record.signer, record.golden, record.latency, installed
        )

    def count_attempt(self, sha256: str) -> int:
        """Remember that the model on trial is being taken up once more; how often that makes."""
        with self._changing():
            trial = self.trial()
            if trial is None or trial.sha256 != sha256:
                return 0
            self._note(self.current(), attempts=trial.attempts + 1)
            return trial.attempts + 1

    def discount_attempt(self, sha256: str) -> None:
        """The attempt under way came to an orderly end, for the box was stopped: it says nothing about the model."""
        with self._changing():
            if (trial := self.trial()) and trial.sha256 == sha256 and trial.attempts:
                self._note(self.current(), attempts=trial.attempts - 1)

    def commit(self, sha256: str) -> None:
        """The model on trial has proved itself. Nothing happens if another one is on trial by now."""
        with self._changing():
            if (trial := self.trial()) and trial.sha256 == sha256:
                self._note(self.current(), proved=True)

    def fail(self, sha256: str, reason: str) -> StoredModel:
        """The model on trial has failed: the one before comes back. Returns the model then in force."""
        with self._changing():
            if (trial := self.trial()) and trial.sha256 == sha256:
                self._go_back(reason)
            return self.current()

    def roll_back(self) -> StoredModel:
        """Go back to the previous model, which is returned. Raises StoreError if there is none."""
        with self._changing():
            if self.current().id == SHIPPED:
                raise StoreError("the model that comes with Moodbox is in force; there is none before it")
            self._go_back(_WENT_BACK)
            return self.current()

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the store for one change. A full disk, or one that is not ours to write, becomes a StoreError."""
        try:
            atomic_file.make_folder(self.root)
            with (self.root / ".lock").open("wb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StoreError(f"{self.root}: the disk is full; {self.current().id} stays in force") from error
            raise StoreError(f"{self.root}: {error.strerror or error}; {self.current().id} stays in force") from error

    def _write(self, folder: Path, data: bytes, record: ModelRecord) -> None:
        self._step("make folder")
        atomic_file.make_folder(folder)
        self._step("write bundle")
        atomic_file.write(folder / _BUNDLE, data)
        self._step("write record")
        atomic_file.write(folder / _RECORD, msgspec.json.encode(record))
        atomic_file.sync_folder(self.root)

    def _go_back(self, reason: str) -> None:
        """Switch first: a full disk may hinder the note, which is for people, but not the way back."""
        leaving, to = self.current(), self.previous()
        self._step("switch back")
        self._switch(to.id if to else SHIPPED)
        try:
            self._note(leaving, failed=reason)
        except OSError as error:
            log.warning("%s was left (%s), which cannot be noted: %s", leaving.id, reason, error.strerror or error)

    def _switch(self, name: str) -> None:
        """Put a stored model in force. Raises OSError if it is not in force then."""
        try:
            if name == SHIPPED:
                atomic_file.remove(self.root / _CURRENT)
            else:
                atomic_file.point(self.root / _CURRENT, name)
        except OSError:
            if (
                self.current().id != name
            ):  # else only the last fsync failed, and either model may come after a power cut
                raise

    def _note(self, model: StoredModel, **changes: bool | int | str) -> None:
        if model.record:
            self._step("note in record")
            record = msgspec.structs.replace(model.record, **changes)
            atomic_file.write(model.file.with_name(_RECORD), msgspec.json.encode(record))

    def _prune(self) -> None:
        """Remove what is half written and, of the rest, the oldest beyond `keep`; never what is in force or proven."""
        needed = {self.current().id, self.proven().id}
        models = [model.id for model in self.models() if model.id != SHIPPED]
        kept = needed.union(models[: self._keep])
        for folder in self.root.iterdir():
            if not folder.is_dir() or folder.is_symlink():
                continue
            if folder.name not in kept:
                self._step("prune")
                shutil.rmtree(folder, ignore_errors=True)
                continue
            for partial in folder.glob("*.part"):
                self._step("remove what is half written")
                with contextlib.suppress(OSError):
                    partial.unlink()

    def _stored(self, name: str) -> StoredModel | None:
        if "/" in name or name.startswith("."):
            return None
        folder = self.root / name
        try:
            record = read_json(folder / _RECORD, ModelRecord)
        except (OSError, ValueError):
            return None
        file = folder / _BUNDLE
        return StoredModel(name, file, record) if file.is_file() else None


def in_order(version: str) -> tuple[int, ...]:
    """A version as what orders it: 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in version.split("."))


def _sequence(model: StoredModel) -> int:
    return model.record.sequence if model.record else 0


def _trusted(model: StoredModel) -> bool:
    return model.record is None or (model.record.proved and model.record.failed is None)
