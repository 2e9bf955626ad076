"""The settings of lists from files and services."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from appliance.settings.base import OWNER, Section


class ListsSettings(Section, frozen=True):
    """`[lists]`: lists of songs that are read again every week (`moodbox lists`)."""

    day: Annotated[
        Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "never"],
        Meta(description="The day on which lists are read again, at four in the morning; `never` for by hand alone."),
        OWNER,
    ] = "monday"
    spotify_client_id: Annotated[
        str,
        Meta(
            description="The client id of your own app at Spotify, for your own playlists; see the owner's guide to "
            "lists."
        ),
        OWNER,
    ] = ""
