"""The settings of the box as a whole."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from appliance.settings.base import OWNER, Section
from appliance.words.languages import LanguageChoice


class BoxSettings(Section, frozen=True):
    """`[box]`: what concerns all of the box."""

    language: Annotated[
        LanguageChoice,
        Meta(
            description="The language of the page, the terminal and the names in Home Assistant. `auto`: that of the "
            "browser on the page, that of the system in a terminal, English in Home Assistant. A visitor may choose "
            "another one for their own browser."
        ),
        OWNER,
    ] = "auto"
