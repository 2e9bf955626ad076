"""What a song sounds like, as data, of which `appliance.words` makes words."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from appliance.domain.reasons import Trait


class Sounding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is heard in a song."""

    bpm: int | None = None
    mode: Literal["major", "minor"] | None = None
    traits: tuple[Trait, ...] = ()
    """What stands out about its sound among other songs."""
