"""One TOML file → frozen, validated settings; a mistake is answered with the key, what was found and what is right."""

from __future__ import annotations

import difflib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, inspect

from appliance.emotion import Policy
from appliance.section import Seconds
from appliance.section import Section as _Section
from appliance.section import SettingsError as SettingsError  # noqa: PLC0414 - where the others look for it
from appliance.settings_controls import Controls
from appliance.settings_controls import check as check_controls
from appliance.settings_file import read_toml
from appliance.settings_history import HistoryKept
from appliance.settings_mqtt import Mqtt as Mqtt  # noqa: PLC0414 - where the others look for it
from appliance.settings_mqtt import check as check_mqtt
from appliance.settings_music import Music as Music  # noqa: PLC0414 - where the others look for it
from appliance.settings_music import check as check_music
from appliance.settings_web import Web
from appliance.settings_web import check as check_web

Share = Annotated[float, Meta(ge=0, le=1)]

SYSTEM_FILE = Path("/etc/moodbox/moodbox.toml")


class Camera(_Section, frozen=True):
    """`[camera]`: where frames come from."""

    source: str = "auto"
    """`auto`, `picamera2`, `v4l2`, `portrait`, a device (`/dev/video0`), a picture, a film or a folder of pictures."""
    width: Annotated[int, Meta(ge=160, le=4096)] = 1280
    height: Annotated[int, Meta(ge=120, le=4096)] = 720
    rotate: Literal[0, 90, 180, 270] = 0
    """Degrees clockwise by which the picture is turned before it is looked at."""
    looks_per_second: Annotated[float, Meta(gt=0, le=10)] = 2.0
    """How often to look while someone is there."""
    idle_seconds: Annotated[float, Meta(gt=0, le=60)] = 2.0
    """Seconds from look to look while nobody is there."""


class Vision(_Section, frozen=True):
    """`[vision]`: how faces are found and read."""

    detector: Literal["auto", "mediapipe", "tflite"] = "auto"
    min_score: Share = 0.6
    """Detections that the detector is less sure of are dropped."""
    far: bool = True
    """Also look through the frame tile by tile for people who stand far away."""
    model: str = ""
    """A `.moodmodel` bundle; empty for the one that ships with Moodbox."""


class Model(_Section, frozen=True):
    """`[model]`: how new models come onto the box."""

    allowed_signers: str = ""
    """File of the signers who are trusted; empty for /etc/moodbox/allowed_signers, else one in the state folder."""
    latency_limit: Annotated[float, Meta(gt=0, le=10_000)] = 40.0
    """Milliseconds that a new model may take for one face on this box."""
    trial_seconds: Annotated[float, Meta(ge=0, le=86_400)] = 300.0
    """Seconds that a new model is on trial, at least."""
    trial_faces: Annotated[int, Meta(ge=0, le=100_000)] = 20
    """Looks with a face that it must come through in its trial."""
    keep: Annotated[int, Meta(ge=1, le=100)] = 3
    """Models kept on the box, beside the one that comes with Moodbox."""


class Moods(_Section, frozen=True):
    """`[mood]`: when and how the mood is judged."""

    first_after: Seconds = 20.0
    """Seconds after someone arrives until the first judgement."""
    evaluate_every: Annotated[float, Meta(ge=5, le=86_400)] = 300.0
    """Seconds from judgement to judgement."""
    gone_after: Seconds = 30.0
    """Seconds without a face after which someone who comes is a new arrival."""
    min_looks: Annotated[int, Meta(ge=1, le=10_000)] = 8
    """With fewer looks that show a face the mood is `unsure`."""
    min_confidence: Share = 0.35
    """Below this mean probability of the leading emotion the mood is `unsure`."""
    min_lead: Share = 0.08
    """A new emotion must lead the next one by this much."""
    hysteresis: Share = 0.08
    """A new emotion must lead the present mood by this much more."""
    policy: Policy = Policy.LIFT


class Paths(_Section, frozen=True):
    """`[paths]`: where Moodbox keeps what it must remember; empty for the place's default."""

    state: str = ""
    run: str = ""
    history_in_ram: bool = False
    """Keep the history in memory and put it on the disk every six hours and at the end."""


class Settings(_Section, frozen=True):
    """All settings, each with a default: an empty file is a valid one."""

    camera: Camera = Camera()
    vision: Vision = Vision()
    model: Model = Model()
    mood: Moods = Moods()
    music: Music = Music()
    mqtt: Mqtt = Mqtt()
    controls: Controls = Controls()
    web: Web = Web()
    history: HistoryKept = HistoryKept()
    paths: Paths = Paths()

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
    def allowed_signers(self) -> Path:
        """The file that names whose signatures of models are trusted."""
        if self.model.allowed_signers:
            return Path(self.model.allowed_signers).expanduser()
        system = SYSTEM_FILE.with_name("allowed_signers")
        return system if _there(system) else self.state_dir / "allowed_signers"

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
        beside = Path(__file__).resolve().parent.parent / "songs"
        return beside if beside.is_dir() else Path("/srv/moodbox/songs")


def default_file() -> Path | None:
    """The settings file in force when none is named: the system's, else the user's, else none."""
    config = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    for file in (SYSTEM_FILE, Path(config).expanduser() / "moodbox" / "moodbox.toml"):
        if _there(file):
            return file
    return None


def _there(file: Path) -> bool:
    """Whether there is anything of that name, be it unreadable or a folder: then it is to be complained of."""
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def load(file: Path | None = None) -> Settings:
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
        return parse(text)
    except SettingsError as error:
        raise SettingsError(f"{file}: {error}") from error


def parse(text: str) -> Settings:
    """Settings from TOML text. Raises SettingsError naming the key, what was found and what would be right."""
    return _validate(read_toml(text))


def _validate(table: dict[str, Any]) -> Settings:
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(_explain(str(error), table)) from error
    _check_text(table)
    check_music(settings.music)
    check_mqtt(settings.mqtt)
    check_controls(settings.controls)
    check_web(settings.web)
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
                raise SettingsError(f"{section}.{key} is {value!r}; {problem}")


def _has_home(path: str) -> bool:
    try:
        Path(path).expanduser()
    except RuntimeError:
        return False
    return True


_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>.*)`")
_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)


def _explain(message: str, table: dict[str, Any]) -> str:
    """Put msgspec's message into the owner's words: the dotted key, the value found, what would be right."""
    match = _AT.match(message)
    what, path = (match["what"], match["path"] or "") if match else (message, "")
    kind: inspect.Type = inspect.type_info(Settings)
    found: Any = table
    for key in filter(None, path.split(".")):
        found = found.get(key) if isinstance(found, dict) else None
        if isinstance(kind, inspect.StructType):
            kind = next(field.type for field in kind.fields if field.name == key)
    if (unknown := _UNKNOWN.match(what)) and isinstance(kind, inspect.StructType):
        known = [field.name for field in kind.fields]
        what = f"[{path}] has no key" if path else "the file has no table"
        return f"{what} {_unknown(unknown['key'], known)}"
    return f"{path} is {found!r}; it must be {_wanted(kind, path)}"


def _unknown(key: str, known: list[str]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"it may have {', '.join(known)}"
    return f"{key!r}; {hint}"


def _wanted(kind: inspect.Type, path: str) -> str:
    """What the value of a key of this type looks like, in words."""
    match kind:
        case inspect.EnumType(cls):
            return _one_of([member.value for member in cls])
        case inspect.LiteralType(values):
            return _one_of(list(values))
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType() | inspect.FloatType():
            number = "a whole number" if isinstance(kind, inspect.IntType) else "a number"
            low = f"above {kind.gt:g}" if kind.gt is not None else f"from {kind.ge:g}"
            return f"{number} {low} {'and at most' if kind.gt is not None else 'to'} {kind.le:g}"
        case inspect.Metadata(extra_json_schema={"description": words}):
            return str(words)
        case inspect.StructType():
            return f"a table: a line [{path}] and its keys below it"
        case _:
            return 'text in "quotes"'


def _one_of(values: list[Any]) -> str:
    *most, last = (f'"{value}"' if isinstance(value, str) else str(value) for value in values)
    return f"{', '.join(most)} or {last}"


def override_with(settings: Settings, changes: dict[str, Any]) -> Settings:
    """Settings with some dotted keys changed, validated as if they stood in the file. Raises SettingsError."""
    table = msgspec.to_builtins(settings)
    for key, value in changes.items():
        section, name = key.split(".")
        table[section][name] = value
    return _validate(table)


def as_toml(settings: Settings) -> str:
    """The settings in force as TOML text that `parse` reads back to the same settings."""
    lines: list[str] = []
    for section, values in msgspec.to_builtins(settings).items():
        lines.append(f"[{section}]")
        # A JSON scalar is a TOML scalar too, but for DEL, which TOML wants escaped.
        lines += [
            f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
            for key, value in values.items()
        ]
    return "\n".join(lines) + "\n"
