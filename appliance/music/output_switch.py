"""Has MPD play to one of its outputs, and to none of the others."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from appliance.music.errors import MpdLost
from appliance.music.mpd.client import MpdClient, MpdOutput
from appliance.music.mpd.config import device_of
from appliance.music.playback_orders import PlaybackOrders
from appliance.outputs.cards import card_of

log = logging.getLogger(__name__)


class OutputSwitch:
    """Carries out the order where the sound is to go. An MPD of the owner's own gets none."""

    def __init__(self, orders: PlaybackOrders) -> None:
        self._orders = orders
        self.silent: str | None = None
        """The device at which no sound can be made; None while it can."""
        self._done: str | None = None
        self._began_anew_for: str | None = None

    @property
    def settled(self) -> bool:
        """The sound goes where it is wanted, as far as is known."""
        return self._orders.output is None or self._orders.output == self._done

    def arrive(self) -> None:
        """MPD has been started anew: its outputs are as it remembers them."""
        self._done = None

    def failed(self) -> None:
        """No sound can be made where it goes now."""
        self.silent = self._done

    async def apply(self, mpd: MpdClient) -> bool:
        """Bring MPD's outputs to what is wanted. True if that was to be done, and has been.

        MPD knows the outputs that there were when it started. For one that has come since, it is started anew, once.
        """
        wanted = self._orders.output
        outputs = [each for each in await mpd.outputs() if device_of(each.name)]
        here = next((each for each in outputs if device_of(each.name) == wanted), None)
        if here is None:
            if outputs and wanted != self._began_anew_for:
                self._began_anew_for = wanted
                await begin_anew(mpd)
            return False
        self._done, self._began_anew_for = wanted, None
        others = [each for each in outputs if each.enabled and each != here]
        if here.enabled and not others:
            return False
        if any(_share_a_card(here, other) for other in others):
            await self._replace(mpd, here, others)
        else:
            await mpd.ask("enableoutput", here.id)  # first, because without any output MPD reports a failure
            for other in others:
                await mpd.ask("disableoutput", other.id)
        return True

    async def _replace(self, mpd: MpdClient, here: MpdOutput, others: list[MpdOutput]) -> None:
        """The same for outputs of which only one can be open: while MPD is paused, none is."""
        playing = (await mpd.status()).state == "play"
        if playing:
            await mpd.ask("pause", 1)
        for other in others:
            await mpd.ask("disableoutput", other.id)
        await mpd.ask("enableoutput", here.id)
        if playing:
            await mpd.ask("pause", 0)


async def knows_output(mpd: MpdClient, device: str) -> bool:
    """Whether MPD has this output."""
    return any(device_of(each.name) == device for each in await mpd.outputs())


async def begin_anew(mpd: MpdClient) -> None:
    """Have MPD end, so that it is started with the outputs that there are now. Raises MpdLost."""
    log.info("MPD starts anew: an output has come that it does not know yet")
    with contextlib.suppress(OSError):
        # not by python-mpd2, whose asyncio client cannot send what has no answer
        reader, writer = await asyncio.open_unix_connection(mpd.address)
        await reader.readline()
        writer.write(b"kill\n")
        await reader.read()
        writer.close()
    mpd.close()
    raise MpdLost("it starts anew")


def _share_a_card(one: MpdOutput, other: MpdOutput) -> bool:
    if one.plugin != "alsa" or other.plugin != "alsa":
        return False
    cards = {card_of(device_of(each.name) or "") for each in (one, other)}
    return None in cards or len(cards) == 1
