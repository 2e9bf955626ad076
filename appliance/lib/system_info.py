"""What the machine says of itself."""

from __future__ import annotations

from pathlib import Path

_ZONE = Path("/sys/class/thermal/thermal_zone0/temp")  # on a Raspberry Pi the processor's; thousandths of a degree


def cpu_temperature(zone: Path = _ZONE) -> float | None:
    """The processor's temperature in °C, to a tenth; None where the machine does not tell."""
    try:
        return round(int(zone.read_text()) / 1000, 1)
    except (OSError, ValueError):
        return None
