"""The card of a box without the box: its state, its settings, and all that an owner has left in them."""

from __future__ import annotations

import hashlib
import io
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from appliance.backup import plan as plans
from appliance.backup.making import Backup
from appliance.backup.opening import open_backup
from appliance.backup.plan import RestorePlan, write_plan
from appliance.backup.switching import Resumed, resume
from appliance.catalogue.database import CatalogueDatabase
from appliance.core.saved_choices import SavedChoices, SavedChoicesFile
from appliance.domain.backups import BackupSummary
from appliance.domain.emotions import Emotion, Reading
from appliance.domain.moods import Correction, Policy
from appliance.domain.reasons import InWords
from appliance.domain.samples import FaceSample, FaceView
from appliance.history import History
from appliance.household.kept import KeptFaces, KeptFacesFile
from appliance.lists.tokens import keep_listenbrainz_token
from appliance.model import bundle
from appliance.model.store import ModelStore
from appliance.settings.settings import Settings, load_settings
from appliance.web.auth.passwords import PasswordStore
from tests.model import tiny

PASSPHRASE = "a passphrase of many words"
NOW = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
MODEL = tiny.make("2.0.0")
COPIED = {"etc/moodbox.toml", "state/history.sqlite", "state/catalogue.sqlite"}
"""Files that are the same after a restore by what is in them, and not byte for byte."""


class Card:
    """Settings in `etc/`, state in `state/`; the paths in both are those of every other card in its place."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state, self.run = folder, folder / "state", folder / "run"
        self.file = folder / "etc" / "moodbox.toml"
        for each in (self.file.parent, self.state, self.run, folder / "songs"):
            each.mkdir(parents=True)

    @property
    def settings(self) -> Settings:
        """As they stand in the file, if there is one."""
        text = self.file if self.file.exists() else self.folder / "none.toml"
        if not text.exists():
            text.write_text(
                f'[paths]\nstate = "{self.state}"\nrun = "{self.run}"\n[music]\nsongs = "{self.folder}/songs"\n'
            )
        return load_settings(text)

    def fill(self) -> Card:
        """Everything that a backup knows of."""
        secret = self.file.with_name("broker-password")
        secret.write_text("rosebud\n")
        secret.chmod(0o640)
        signers = self.folder / "elsewhere" / "signers"
        signers.parent.mkdir()
        signers.write_text('desktop namespaces="moodbox-model" ssh-ed25519 AAAA\n')
        self.file.write_text(
            f'# mine\n[paths]\nstate = "{self.state}"\nrun = "{self.run}"\n[music]\nsongs = "{self.folder}/songs"\n'
            f'volume = 33\n[model]\nallowed_signers = "{signers}"\n'
            f'[mqtt]\nhost = "broker"\nuser = "box"\npassword_file = "{secret}"\n'
        )
        view = FaceView(bytes(192), (0.0,) * 7, (1 / 7,) * 7)
        faces = KeptFacesFile(self.state)
        faces.save(KeptFaces((FaceSample(1, "2026-01-31T12:00:00Z", 1, 0, Emotion.FEAR, "f" * 64, (view, view)),)))
        assert faces.settle()
        SavedChoicesFile(self.state).save(SavedChoices(override=Emotion.SAD, policy=Policy.LIFT, volume=44))
        with closing(History(self.state)) as history:
            history.record_play("happy/a.flac", Emotion.HAPPY, InWords(text="so"), NOW)
            history.record_dislike("happy/a.flac", Emotion.HAPPY, NOW)
            reading = Reading((0.1, 0.1, 0.1, 0.4, 0.1, 0.1, 0.1))
            history.record_correction(Correction(7, NOW, Emotion.SAD, Emotion.HAPPY, reading, "tiny 2.0.0"))
        with closing(CatalogueDatabase(self.state)) as catalogue:
            catalogue.counts()
        shipped = self.folder / "shipped.moodmodel"
        shipped.write_bytes(tiny.make("0.1.0"))
        store = ModelStore(self.state / "models", shipped)
        model = store.install(MODEL, bundle.parse_bundle(MODEL), "desktop", 0.01, 1.5, "2026-01-31T12:00:00Z")
        store.commit(model.sha256)
        keep_listenbrainz_token(self.state / "lists", "a-token-of-mine")
        (self.state / "lists" / "summer.json").write_text("{}")
        PasswordStore(self.state).set("correct horse")
        (self.state / "page-tokens.json").write_text("[]")
        (self.state / "page-devices.json").write_text("{}")
        (self.state / ".ssh").mkdir(mode=0o700)
        (self.state / ".ssh" / "authorized_keys").write_text("ssh-ed25519 AAAA push\n")
        (self.folder / "songs" / "happy").mkdir()
        (self.folder / "songs" / "happy" / "a.flac").write_bytes(b"fLaC")
        return self

    def back_up(self, passphrase: str = PASSPHRASE) -> bytes:
        """A whole backup."""
        with Backup(self.settings, self.file) as backup:
            sealed = b"".join(backup.sealed(passphrase))
            assert len(sealed) == backup.size
            return sealed

    def open(self, sealed: bytes, passphrase: str = PASSPHRASE) -> tuple[BackupSummary, RestorePlan]:
        """Open a backup beside."""
        return open_backup(io.BytesIO(sealed), passphrase, self.settings, self.file)

    def confirm(self, sealed: bytes) -> None:
        """Open a backup, and have it put back at the next start."""
        write_plan(self.state, self.open(sealed)[1])

    def start(self) -> Resumed:
        """What the box does first at a start."""
        return resume(self.state, self.run)

    def content(self) -> dict[str, str]:
        """Every file's hash, and every link's target, but what is under way."""
        found = {}
        for place in (self.state, self.file.parent):
            for file in sorted(place.rglob("*")):
                name = str(file.relative_to(self.folder))
                if name.startswith(f"state/{plans.FOLDER}") or name.endswith((".lock", "-wal", "-shm")):
                    continue
                if file.is_symlink():
                    found[name] = str(file.readlink())
                elif file.is_file():
                    found[name] = hashlib.sha256(file.read_bytes()).hexdigest()
        return found
