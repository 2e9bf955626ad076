"""One TOML file → frozen, validated settings; a mistake is answered with the key, what was found and what is right."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from appliance.settings.base import Section, SettingsError
from appliance.settings.box import BoxSettings
from appliance.settings.catalogue import CatalogueSettings
from appliance.settings.controls import ControlsSettings, check_controls
from appliance.settings.explain import explain
from appliance.settings.history import HistorySettings
from appliance.settings.library import LIBRARY, LibrarySettings, check_library
from appliance.settings.lists import ListsSettings
from appliance.settings.model import ModelSettings
from appliance.settings.mood import MoodSettings
from appliance.settings.mqtt import MqttSettings, check_mqtt
from appliance.settings.music import MusicSettings, check_music
from appliance.settings.paths import SYSTEM_FILE, PathsSettings, default_file, system_signers
from appliance.settings.quiet import QuietSettings, check_quiet
from appliance.settings.snapcast import SnapcastSettings, check_snapcast
from appliance.settings.toml_file import find_line, read_toml
from appliance.settings.updates import UpdatesSettings, check_updates
from appliance.settings.vision import CameraSettings, VisionSettings
from appliance.settings.web import WebSettings, check_web


class Settings(Section, frozen=True):
    """All settings, each with a default: an empty file is a valid one."""

    camera: CameraSettings = CameraSettings()
    vision: VisionSettings = VisionSettings()
    model: ModelSettings = ModelSettings()
    mood: MoodSettings = MoodSettings()
    music: MusicSettings = MusicSettings()
    snapcast: SnapcastSettings = SnapcastSettings()
    quiet: QuietSettings = QuietSettings()
    catalogue: CatalogueSettings = CatalogueSettings()
    library: LibrarySettings = LibrarySettings()
    mqtt: MqttSettings = MqttSettings()
    controls: ControlsSettings = ControlsSettings()
    web: WebSettings = WebSettings()
    history: HistorySettings = HistorySettings()
    lists: ListsSettings = ListsSettings()
    updates: UpdatesSettings = UpdatesSettings()
    box: BoxSettings = BoxSettings()
    paths: PathsSettings = PathsSettings()

    @property
    def state_dir(self) -> Path:
        """The folder for state that survives a reboot."""
        if self.paths.state:
            return Path(self.paths.state).expanduser()
        if by_systemd := os.environ.get("STATE_DIRECTORY"):
            return Path(by_systemd)
        return Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser() / "moodbox"

    @property
    def models_dir(self) -> Path:
        """The folder of the models that came after the one that ships with Moodbox."""
        return self.state_dir / "models"

    @property
    def lists_dir(self) -> Path:
        """The folder of the lists from files and services."""
        return self.state_dir / "lists"

    @property
    def update_dir(self) -> Path:
        """The folder of what is fetched and offered of new releases."""
        return self.state_dir / "update"

    @property
    def library_dir(self) -> Path:
        """The folder among the songs for whole collections, in any tree."""
        return self.songs_dir / LIBRARY

    @property
    def allowed_signers(self) -> Path:
        """The file that names whose signatures of models are trusted."""
        if self.model.allowed_signers:
            return Path(self.model.allowed_signers).expanduser()
        return system_signers() or self.state_dir / "allowed_signers"

    @property
    def run_dir(self) -> Path:
        """The folder for sockets and what may vanish at a reboot."""
        if self.paths.run:
            return Path(self.paths.run).expanduser()
        if by_systemd := os.environ.get("RUNTIME_DIRECTORY"):
            return Path(by_systemd)
        base = os.environ.get("XDG_RUNTIME_DIR")
        return Path(base) / "moodbox" if base else Path(tempfile.gettempdir()) / f"moodbox-{os.getuid()}"

    @property
    def songs_dir(self) -> Path:
        """The folder that holds one folder of songs for each emotion."""
        if self.music.songs:
            return Path(self.music.songs).expanduser()
        beside = Path(__file__).resolve().parents[2] / "songs"
        if beside.is_dir():
            return beside
        # A box that is installed has its settings' folder, whatever became of the disk with the songs.
        return Path("/srv/moodbox/songs") if SYSTEM_FILE.parent.is_dir() else self.songs_at_home

    @property
    def songs_at_home(self) -> Path:
        """The folder of the songs where pip installed Moodbox."""
        return Path("~/Music/Moodbox").expanduser()


def load_settings(file: Path | None = None) -> Settings:
    """Settings from `file`, or from the default place, or the defaults. Raises SettingsError."""
    file = file or default_file()
    if file is None:
        return Settings()
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(
            f"{file}: cannot be read ({error.strerror}); name a readable file with --settings"
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8 text") from error
    try:
        return parse_settings(text)
    except SettingsError as error:
        raise SettingsError(f"{file}: {error}") from error


def parse_settings(text: str) -> Settings:
    """Settings from TOML text. Raises SettingsError naming key, what was found, what would be right, and the line."""
    table = read_toml(text)
    try:
        return _validate(table)
    except SettingsError as error:
        line = find_line(text, error.at)
        raise SettingsError(f"{error} ({line})" if line else str(error), *error.at) from error


def _validate(table: dict[str, Any]) -> Settings:
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        raise explain(str(error), table, Settings) from error
    _check_text(table)
    check_music(settings.music)
    check_library(settings.library)
    check_mqtt(settings.mqtt)
    check_controls(settings.controls)
    check_web(settings.web)
    check_quiet(settings.quiet)
    check_snapcast(settings.snapcast)
    check_updates(settings.updates)
    return settings


def _check_text(table: dict[str, Any]) -> None:
    """Raises SettingsError for a text that can be no name of a file or a machine, whatever the key means by it."""
    for section, values in table.items():
        for key, value in values.items():
            if not isinstance(value, str):
                continue
            problem = ""
            if "\0" in value:
                problem = "it must not hold a NUL character"
            elif not value.isascii() and value.encode(errors="replace").decode() != value:
                problem = "it must be UTF-8 text"
            elif value.startswith("~") and "/" in value and not _has_home(value):
                problem = "there is no such user; write the whole path"
            if problem:
                raise SettingsError(f"{section}.{key} is {value!r}; {problem}", section, key)


def _has_home(path: str) -> bool:
    try:
        Path(path).expanduser()
    except RuntimeError:
        return False
    return True


def override_with(settings: Settings, changes: dict[str, Any]) -> Settings:
    """Settings with some dotted keys changed, validated as if they stood in the file. Raises SettingsError."""
    table = msgspec.to_builtins(settings)
    for key, value in changes.items():
        section, name = key.split(".")
        table[section][name] = value
    return _validate(table)


def as_toml(settings: Settings) -> str:
    """The settings in force as TOML text that `parse_settings` reads back to the same settings."""
    lines: list[str] = []
    for section, values in msgspec.to_builtins(settings).items():
        lines.append(f"[{section}]")
        # A JSON scalar is a TOML scalar too, but for DEL, which TOML wants escaped.
        lines += [
            f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
            for key, value in values.items()
        ]
    return "\n".join(lines) + "\n"
