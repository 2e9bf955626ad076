"""Settings of how new models come onto the box."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from appliance.settings.base import BY_HAND, Section


class ModelSettings(Section, frozen=True):
    """`[model]`: how new models come onto the box."""

    allowed_signers: Annotated[
        str,
        Meta(
            description="File of the signers who are trusted; empty for /etc/moodbox/allowed_signers, else one in "
            "the state folder."
        ),
        BY_HAND,
    ] = ""
    latency_limit: Annotated[
        float, Meta(gt=0, le=10_000, description="Milliseconds that a new model may take for one face on this box.")
    ] = 40.0
    trial_seconds: Annotated[
        float, Meta(ge=0, le=86_400, description="Seconds that a new model is on trial, at least.")
    ] = 300.0
    trial_faces: Annotated[
        int, Meta(ge=0, le=100_000, description="Looks with a face that it must come through in its trial.")
    ] = 20
    keep: Annotated[
        int, Meta(ge=1, le=100, description="Models kept on the box, beside the one that comes with Moodbox.")
    ] = 3
