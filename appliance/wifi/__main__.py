"""Sets up the Wi-Fi as root: python -m appliance.wifi [--fake FILE]."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from appliance.lib.clock import SystemClock
from appliance.wifi.card import access_point_name, read_card
from appliance.wifi.fake import FakeRadio
from appliance.wifi.nmcli import NetworkManager
from appliance.wifi.radio import Radio
from appliance.wifi.unit import SetupPlaces, SetupUnit

log = logging.getLogger(__name__)


def main() -> int:
    """Until the box is set up, or it is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m appliance.wifi", description=__doc__)
    parser.add_argument("--fake", type=Path, metavar="FILE", help="a radio whose surroundings stand in this JSON file")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    done = Path(os.environ.get("STATE_DIRECTORY", "/var/lib/moodbox-wifi"), "set-up")
    card = read_card()
    if card.problem:
        log.warning("%s", card.problem)
    if done.exists() and not card.asked:
        log.info("the box is set up; a file moodbox-setup.txt on the card's first partition has it set up anew")
        return 0
    radio: Radio = FakeRadio(options.fake) if options.fake else NetworkManager()
    places = SetupPlaces(run_dir=Path("/run/moodbox"), done=done)
    name = access_point_name(Path("/etc/machine-id").read_text().strip())
    return asyncio.run(_until_told(SetupUnit(radio, places, name, card.password, SystemClock(), asyncio.sleep)))


async def _until_told(unit: SetupUnit) -> int:
    running = asyncio.create_task(unit.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        log.info("told to stop")
    return 0


if __name__ == "__main__":
    sys.exit(main())
