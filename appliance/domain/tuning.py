"""Settings that hold as soon as they are changed, without a restart."""

from __future__ import annotations

from enum import StrEnum

QUIET_HOURS = "quiet.hours"
"""The one such setting that is no number."""


class TuneKey(StrEnum):
    """Such a setting, as the settings file calls it."""

    MIN_CONFIDENCE = "mood.min_confidence"
    GONE_AFTER = "mood.gone_after"
    PAUSE_AFTER = "music.pause_after"
    FADE = "music.fade"
