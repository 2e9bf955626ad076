"""Who the box is to the broker and to Home Assistant, and where its topics lie."""

from __future__ import annotations

import hashlib
import hmac
import re
import socket
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from appliance import __version__
from appliance.settings.mqtt import MqttSettings
from appliance.words.languages import Language, LanguageChoice

_MACHINE_ID = Path("/etc/machine-id")
KEPT = "mqtt-device-id"
"""In the state directory of a box that was put back from a backup: the id of the machine that it was before."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The box's names. `id` matches `[A-Za-z0-9_-]+` and stays the same as long as the machine does, or its backups."""

    id: str
    name: str = "Moodbox"
    area: str = ""
    page: str | None = None
    """Address of the owner's page, with its scheme."""
    hardware: str | None = None
    version: str = __version__
    base: str = "moodbox"
    prefix: str = "homeassistant"
    power: bool = True
    """Whether the box may turn its machine off and restart it."""
    language: Language = "en"
    """That of the entities' names."""

    @property
    def slug(self) -> str:
        """The name as entity ids want it: `[a-z0-9_]+`."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        return _slug(plain) or _slug(self.id) or "moodbox"

    @property
    def discovery(self) -> str:
        """The topic of the device's discovery message."""
        return f"{self.prefix}/device/{self.id}/config"

    @property
    def birth(self) -> str:
        """The topic on which Home Assistant says that it is there."""
        return f"{self.prefix}/status"

    @property
    def availability(self) -> str:
        """The topic that says `online` or `offline`."""
        return self.topic("availability")

    def topic(self, *parts: str) -> str:
        """A topic of the box's own tree."""
        return "/".join((self.base, self.id, *parts))


def identify(
    settings: MqttSettings,
    state: Path | None = None,
    power: bool = True,
    language: Language = "en",
) -> Identity:
    """The box's identity from the settings, the state directory and the machine."""
    return Identity(
        id=settings.device_id or kept_id(state) or machine_id(),
        name=settings.device_name,
        area=settings.suggested_area,
        hardware=_hardware(),
        base=settings.base_topic,
        prefix=settings.discovery_prefix,
        power=power,
        language=language,
    )


def home_language(choice: LanguageChoice) -> Language:
    """The language of the entities' names: by itself English, for nobody's browser or system is asked."""
    return "en" if choice == "auto" else choice


def machine_id(file: Path = _MACHINE_ID) -> str:
    """`moodbox-` and eight hexadecimal digits that are this machine's own, from its host name if it has no id.

    machine-id(5) asks that the id itself be kept secret and a keyed hash of it be shown instead.
    """
    try:
        secret = file.read_text().strip()
    except (OSError, UnicodeDecodeError):
        secret = ""
    if not re.fullmatch("[0-9a-f]{32}", secret):
        secret = socket.gethostname()
    return "moodbox-" + hmac.new(b"moodbox device id", secret.encode(), hashlib.sha256).hexdigest()[:8]


def kept_id(state: Path | None) -> str:
    """The id that came with a backup; empty without one."""
    try:
        text = (state / KEPT).read_text().strip() if state else ""
    except (OSError, UnicodeDecodeError):
        return ""
    return text if re.fullmatch("[A-Za-z0-9_-]{1,64}", text) else ""


def _hardware() -> str | None:
    """The Raspberry Pi's model, in its own words; None on other machines."""
    try:
        return Path("/proc/device-tree/model").read_text().strip("\0\n ") or None
    except (OSError, UnicodeDecodeError):
        return None


def _slug(text: str) -> str:
    return re.sub("[^a-z0-9]+", "_", text.lower()).strip("_")
