"""Settings of when and how the mood is judged."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from appliance.domain.moods import Policy
from appliance.settings.base import OWNER, Seconds, Section
from appliance.settings.vision import Share

AUTO = "auto"
"""The policy's word for one that the box chooses by itself."""
_POLICIES = (AUTO, *Policy)
_WANTED = ", ".join(f'"{policy}"' for policy in _POLICIES[:-1]) + f' or "{_POLICIES[-1]}"'


class MoodSettings(Section, frozen=True):
    """`[mood]`: when and how the mood is judged."""

    first_after: Annotated[
        Seconds, Meta(description="Seconds after someone arrives until the first judgement."), OWNER
    ] = 20.0
    evaluate_every: Annotated[
        float, Meta(ge=5, le=86_400, description="Seconds from judgement to judgement."), OWNER
    ] = 300.0
    gone_after: Annotated[
        Seconds, Meta(description="Seconds without a face after which someone who comes is a new arrival."), OWNER
    ] = 30.0
    min_looks: Annotated[
        int, Meta(ge=1, le=10_000, description="With fewer looks that show a face the mood is `unsure`.")
    ] = 8
    min_confidence: Annotated[
        Share, Meta(description="Below this mean probability of the leading emotion the mood is `unsure`."), OWNER
    ] = 0.35
    min_lead: Annotated[Share, Meta(description="A new emotion must lead the next one by this much.")] = 0.08
    hysteresis: Annotated[Share, Meta(description="A new emotion must lead the present mood by this much more.")] = 0.08
    policy: Annotated[
        str,
        Meta(
            pattern=f"^({'|'.join(_POLICIES)})$",
            description="How a mood chooses its music: `match`, `cheer`, `lift`, `journey`; `auto` is `journey` once "
            "100 songs have been heard, and `lift` before.",
            extra={"wanted": _WANTED, "choices": _POLICIES},
        ),
        OWNER,
    ] = AUTO

    @property
    def usual_policy(self) -> Policy | None:
        """The policy that the owner has set, None for `auto`."""
        return None if self.policy == AUTO else Policy(self.policy)
