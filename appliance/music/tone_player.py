"""Plays the test tone through one of MPD's outputs, in a partition of MPD of its own: the queue never hears of it."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from appliance.lib import atomic_file
from appliance.music.errors import MpdRefused, MusicError
from appliance.music.mpd.client import MpdClient
from appliance.music.mpd.config import device_of
from appliance.music.output_switch import begin_anew, knows_output
from appliance.music.playback_orders import PlaybackOrders
from appliance.outputs.tone import tone_file
from appliance.words.speaking import t

PARTITION = "moodbox-test"
FILE = "test-tone.wav"
"""Beside MPD's socket."""
LONGEST = 15.0
"""Seconds after which a tone that does not come to its end is given up."""
_POLL = 0.05
_HOME = "default"  # MPD's name of the partition that there is from the start


async def play_ordered_tone(mpd: MpdClient, orders: PlaybackOrders) -> None:
    """Play the tone that is ordered and tell who asked for it; the music pauses meanwhile.

    Raises MpdLost once MPD's connection is gone, also where MPD starts anew for an output that it does not know yet:
    then the order stands.
    """
    tone = orders.tone
    assert tone
    if not tone.again and not await knows_output(mpd, tone.device):
        tone.again = True
        await begin_anew(mpd)
    playing = (await mpd.status()).state == "play"
    if playing:
        await mpd.ask("pause", 1)
    error: MusicError | None = None
    try:
        await play_test_tone(mpd.address, tone.device)
    except MusicError as failure:
        error = failure
    orders.tone = None
    tone.reply(error)
    if playing:
        with contextlib.suppress(MpdRefused):  # the song cannot be played; the next look shows it
            await mpd.ask("pause", 0)


async def play_test_tone(address: str, device: str) -> None:
    """Play it through the output with this device; returns when it has been heard.

    Raises MusicError if MPD has no such output or cannot open it.
    """
    file = Path(address).parent / FILE
    mpd = MpdClient(address, asyncio.Event())
    await mpd.open()
    try:
        name = next((each.name for each in await mpd.outputs() if device_of(each.name) == device), None)
        if name is None:
            raise MusicError(t("MPD does not know the output {device}", device=device))
        await asyncio.to_thread(_write, file)
        await mpd.ask("newpartition", PARTITION)
        try:
            await _in_partition(mpd, name, file)
        finally:
            await mpd.ask("partition", _HOME)
            await mpd.ask("delpartition", PARTITION)
    finally:
        mpd.close()


def _write(file: Path) -> None:
    try:
        if not file.exists():
            atomic_file.write(file, tone_file(), 0o644)
    except OSError as error:
        raise MusicError(f"{file}: {error.strerror}; the test tone cannot be written there") from error


async def _in_partition(mpd: MpdClient, name: str, file: Path) -> None:
    await mpd.ask("partition", PARTITION)
    await mpd.ask("moveoutput", name)
    output = next(each for each in await mpd.outputs() if each.name == name)
    try:
        if not output.enabled:
            await mpd.ask("enableoutput", output.id)
        await mpd.ask("addid", file.as_uri())
        await mpd.ask("play")
        await _end(mpd)
    finally:
        with contextlib.suppress(MusicError):
            await mpd.ask("stop")
            await mpd.ask("clear")
        if not output.enabled:
            await mpd.ask("disableoutput", output.id)
        await mpd.ask("partition", _HOME)
        await mpd.ask("moveoutput", name)


async def _end(mpd: MpdClient) -> None:
    """Wait for the end of the tone. Raises MusicError."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LONGEST):
            while True:
                status = await mpd.status()
                if status.error:
                    raise MusicError(t("no sound can be made there: {error}", error=status.error))
                if status.state == "stop":
                    return
                await asyncio.sleep(_POLL)
    raise MusicError(t("the test tone has not come to its end; is something else using the output?"))
