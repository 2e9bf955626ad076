"""Having the house music composed by a process of its own, beside the running box."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from pathlib import Path

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.lib.child_process import DIE_WITH_PARENT

log = logging.getLogger(__name__)

_PATIENCE = 3.0  # seconds for the composer to end in


async def compose_in_process(songs: Path) -> None:
    """Have the house music composed by a process of its own, at low priority, while the box already plays."""
    # What the box begins with and what a smile asks for come first.
    first = (Emotion.NEUTRAL, Emotion.HAPPY)
    emotions = (*first, *(emotion for emotion in EMOTIONS if emotion not in first))
    process = await asyncio.create_subprocess_exec(
        *DIE_WITH_PARENT,
        sys.executable,
        "-m",
        "appliance.composer",
        str(songs),
        *emotions,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            with contextlib.suppress(TimeoutError):  # it may wait for a disk that is gone
                await asyncio.wait_for(process.wait(), _PATIENCE)
    if process.returncode:
        log.warning("The house music could not be composed: %s", said.decode(errors="replace").strip())
