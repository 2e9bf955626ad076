"""Settings of how new models come onto the box."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from appliance.settings.base import Section


class ModelSettings(Section, frozen=True):
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
