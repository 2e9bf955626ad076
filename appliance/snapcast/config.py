"""The configuration of Snapcast's server (every key: /etc/snapserver.conf of Debian's package)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from appliance.settings.snapcast import SnapcastSettings

STREAM = "Moodbox"
FORMAT = "44100:16:2"
"""Hertz, bits and channels of what MPD writes into a fifo."""


def render_snapserver(settings: SnapcastSettings, fifo: Path, data: Path) -> str:
    """The text of snapserver.conf: one stream from `fifo`; what it knows of the loudspeakers lies in `data`."""
    return "\n".join(
        [
            "[server]",
            f"datadir = {data}",
            "[http]",
            "enabled = false",
            "[tcp]",
            "enabled = true",
            f"port = {settings.control_port}",
            "[stream]",
            f"port = {settings.port}",
            f"source = pipe://{quote(str(fifo))}?name={STREAM}&mode=read&sampleformat={FORMAT}",
            "codec = flac",
            f"buffer = {settings.delay}",
            "[logging]",
            "sink = stderr",
            "",
        ]
    )
