"""Settings of when and how the mood is judged."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from appliance.domain.moods import Policy
from appliance.settings.base import Seconds, Section
from appliance.settings.vision import Share


class MoodSettings(Section, frozen=True):
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
