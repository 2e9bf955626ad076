"""The settings of the sound in several rooms."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from appliance.settings.base import Section, SettingsError

Port = Annotated[int, Meta(ge=1, le=65_535)]


class SnapcastSettings(Section, frozen=True):
    """`[snapcast]`: loudspeakers in several rooms, with `music.output` `snapcast`."""

    port: Annotated[Port, Meta(description="Where loudspeakers fetch the music.")] = 1704
    control_port: Annotated[Port, Meta(description="Where programs steer the loudspeakers, Home Assistant's too.")] = (
        1705
    )
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
    """Raises SettingsError for two servers at one port."""
    if snapcast.port == snapcast.control_port:
        raise SettingsError(
            f"snapcast.port and snapcast.control_port are both {snapcast.port}; they must differ",
            "snapcast",
            "control_port",
        )
