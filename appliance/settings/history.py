"""The settings of the history."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from appliance.settings.base import OWNER, Section


class HistorySettings(Section, frozen=True):
    """`[history]`: what is remembered of moods and songs."""

    keep_days: Annotated[
        int,
        Meta(
            ge=1,
            le=3650,
            description="Days after which moods, plays and skips are deleted; what you taught stays until you take "
            "it back.",
        ),
        OWNER,
    ] = 400
