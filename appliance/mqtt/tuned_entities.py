"""Settings that owners tune in Home Assistant: they hold at once, and are written into the settings file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from appliance.domain.status import Status
from appliance.domain.tuning import TuneKey
from appliance.mqtt.entity import CONFIG, Entity
from appliance.settings.described import described_settings

NEVER = "never"
"""The entity's word for no quiet hours: a text may not be empty."""
LONGEST_HOURS = 255
"""Characters; Home Assistant takes no longer states."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """One such setting, and how it is shown."""

    key: TuneKey
    name: str
    icon: str
    unit: str = "s"
    scale: int = 1
    """How many of the unit make one of the setting's own."""
    step: float = 1

    @property
    def short(self) -> str:
        """Its name in the status and as an entity."""
        return self.key.name.lower()

    @property
    def limits(self) -> tuple[float, float]:
        """The setting's own, in the entity's unit."""
        setting = next(each for each in described_settings() if each.key == self.key)
        assert setting.least is not None
        assert setting.most is not None
        return setting.least * self.scale, setting.most * self.scale


_TUNED = (
    Tuned(TuneKey.MIN_CONFIDENCE, "Min confidence", "mdi:gauge-low", "%", 100),
    Tuned(TuneKey.GONE_AFTER, "Gone after", "mdi:account-off-outline"),
    Tuned(TuneKey.PAUSE_AFTER, "Pause after", "mdi:timer-pause-outline"),
    Tuned(TuneKey.FADE, "Fade", "mdi:volume-minus", step=0.1),
)


def _entity(tuned: Tuned) -> Entity:
    low, high = tuned.limits
    config: dict[str, Any] = {
        "unit_of_measurement": tuned.unit,
        "icon": tuned.icon,
        "min": low,
        "max": high,
        "step": tuned.step,
        "mode": "box",
        "enabled_by_default": False,
        **CONFIG,
    }
    if tuned.unit == "s":
        config["device_class"] = "duration"

    def value(status: Status) -> float | None:
        return None if status.tuning is None else round(getattr(status.tuning, tuned.short) * tuned.scale, 3)

    return Entity(tuned.short, "number", tuned.name, config, value, command=True)


BY_KEY = {tuned.short: tuned for tuned in _TUNED}
TUNED = (
    *map(_entity, _TUNED),
    Entity(
        "quiet_hours",
        "text",
        "Quiet hours",
        {"icon": "mdi:weather-night", "min": 1, "max": LONGEST_HOURS, "enabled_by_default": False, **CONFIG},
        lambda status: _hours(status.tuning.quiet_hours) if status.tuning else None,
        command=True,
    ),
)


def _hours(hours: str) -> str | None:
    """None for more than Home Assistant shows."""
    return (hours or NEVER) if len(hours) <= LONGEST_HOURS else None
