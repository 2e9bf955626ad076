"""The settings of the catalogue of songs."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from appliance.settings.base import Section


class CatalogueSettings(Section, frozen=True):
    """`[catalogue]`: what the box finds out about the songs by listening to them."""

    listen: Annotated[
        bool, Meta(description="Listen to every song once, when there is time, so that it gets a place by its sound.")
    ] = True
    hottest: Annotated[
        float,
        Meta(ge=40, le=100, description="Degrees Celsius of the processor from which no song is listened to."),
    ] = 70.0
    write_lists: Annotated[
        bool,
        Meta(
            description="Write `from-your-library.m3u` into each emotion's folder: the songs of songs/library that the "
            "box would play for it."
        ),
    ] = True
