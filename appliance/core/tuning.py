"""The values of the settings that hold as soon as they are changed."""

from __future__ import annotations

from appliance.domain.commands import Tune
from appliance.domain.status import TuningStatus
from appliance.domain.tuning import TuneKey
from appliance.settings.settings import Settings


class Tuning:
    """What is in force: the settings' values, and what was changed since."""

    def __init__(self, settings: Settings) -> None:
        moods, music = settings.mood, settings.music
        self.quiet_hours = settings.quiet.hours
        self._values = {
            TuneKey.MIN_CONFIDENCE: moods.min_confidence,
            TuneKey.GONE_AFTER: moods.gone_after,
            TuneKey.PAUSE_AFTER: music.pause_after,
            TuneKey.FADE: music.fade,
        }

    def change(self, command: Tune) -> bool:
        """Whether this changes anything."""
        before = self._values[command.key]
        self._values[command.key] = command.value
        return before != command.value

    @property
    def status(self) -> TuningStatus:
        """The values as the box tells them."""
        values = {key.name.lower(): value for key, value in self._values.items()}
        return TuningStatus(**values, quiet_hours=self.quiet_hours)
