"""The settings of the hours at which the box keeps quiet."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from appliance.domain.quiet_hours import WANTED, QuietSpan, read_quiet_hours
from appliance.settings.base import OWNER, Seconds, Section, SettingsError


class QuietSettings(Section, frozen=True):
    """`[quiet]`: hours at which the camera stays closed and the music is silent."""

    hours: Annotated[
        str,
        Meta(
            max_length=500,
            description="Hours, in local time, at which the camera stays closed and the music pauses: `22:30-07:00`, "
            "or by days `mon-fri 22:00-06:30, sat,sun 23:30-09:00`; empty for none.",
        ),
        OWNER,
    ] = ""
    fade_out: Annotated[
        float,
        Meta(
            ge=0,
            le=3600,
            description="Seconds over which the music grows softer before it pauses for quiet hours or the sleep "
            "timer; 0 stops at once.",
        ),
        OWNER,
    ] = 60.0
    wake_seconds: Annotated[
        Seconds,
        Meta(description="For so many seconds a button, or whoever asks for music, interrupts the quiet hours."),
        OWNER,
    ] = 3600.0

    @property
    def spans(self) -> tuple[QuietSpan, ...]:
        """The hours as they are reckoned with."""
        return read_quiet_hours(self.hours)


def check_quiet(quiet: QuietSettings) -> None:
    """Raises SettingsError for hours that cannot be understood."""
    try:
        read_quiet_hours(quiet.hours)
    except ValueError as error:
        raise SettingsError(f"quiet.hours is {quiet.hours!r}: {error}; it must be {WANTED}", "quiet", "hours") from None
