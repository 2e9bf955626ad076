"""What the machine says of itself."""

from __future__ import annotations

import shutil
from pathlib import Path

_ZONE = Path("/sys/class/thermal/thermal_zone0/temp")  # on a Raspberry Pi the processor's; thousandths of a degree

# Raspberry Pi's firmware, hexadecimal; bits 0 to 3: too little power, frequency capped, throttled, hot, all at present.
_THROTTLED = Path("/sys/devices/platform/soc/soc:firmware/get_throttled")
_NOW = 0xF


def cpu_temperature(zone: Path = _ZONE) -> float | None:
    """The processor's temperature in °C, to a tenth; None where the machine does not tell."""
    try:
        return round(int(zone.read_text()) / 1000, 1)
    except (OSError, ValueError):
        return None


def throttled(file: Path = _THROTTLED) -> bool:
    """Whether the machine runs slower than it could now, for want of cooling or power; False where it does not tell."""
    try:
        return bool(int(file.read_text(), 16) & _NOW)
    except (OSError, ValueError):
        return False


def free_megabytes(folder: Path) -> int:
    """How many MB (10^6 bytes) the disk of this folder has free. Raises OSError."""
    return shutil.disk_usage(folder).free // 1_000_000
