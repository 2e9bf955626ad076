"""The settings of the sound in several rooms."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from appliance.domain.outputs import SNAPCAST
from appliance.settings.base import OWNER, Section, SettingsError

Port = Annotated[int, Meta(ge=1, le=65_535)]


class SnapcastSettings(Section, frozen=True):
    """`[snapcast]`: loudspeakers in several rooms, with `music.output` `snapcast`."""

    port: Annotated[Port, Meta(description="Where loudspeakers fetch the music.")] = 1704
    control_port: Annotated[Port, Meta(description="Where programs steer the loudspeakers, Home Assistant's too.")] = (
        1705
    )
    here: Annotated[
        str,
        Meta(
            description="Where the box itself plays too, named as in `music.output`; empty if it has no loudspeaker "
            "or a `snapclient` of its own."
        ),
        OWNER,
    ] = ""
    delay: Annotated[
        int,
        Meta(
            ge=200,
            le=10_000,
            description="Milliseconds from the box to all ears: more survives a worse network, and every change is "
            "heard later.",
        ),
    ] = 1000


def check_snapcast(snapcast: SnapcastSettings) -> None:
    """Raises SettingsError for two servers at one port, and for music that would go round in a circle."""
    if snapcast.here == SNAPCAST or "\n" in snapcast.here or "\r" in snapcast.here:
        raise SettingsError(
            f"snapcast.here is {snapcast.here!r}; it must be an output of the box's own: auto, or the device's name",
            "snapcast",
            "here",
        )
    if snapcast.port == snapcast.control_port:
        raise SettingsError(
            f"snapcast.port and snapcast.control_port are both {snapcast.port}; they must differ",
            "snapcast",
            "control_port",
        )
