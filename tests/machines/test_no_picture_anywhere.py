"""After an hour's number of looks: searches the disk, all that vision sent, and all that left the machine.

Meanwhile the owner is at the page: signed in, the aim open, one section after the other fetched. An hour at the usual
two looks a second has 7200 of them. They are taken at ten a second, the most that may be set; MOODBOX_PACE=2 takes the
hour itself, MOODBOX_LOOKS=600 makes a shorter search.
"""

import os
import shutil
import time

import pytest

from appliance.web.assets import STATIC
from tests.faults.faults import begin_broker
from tests.machines.listening import CARRIED, SAID, begin_listening, end_listening, holding_pictures, inside
from tests.machines.machine import NEEDS, Machine
from tests.machines.owner_at_home import PICTURES, owner_at_home
from tests.machines.picture_search import (
    is_text,
    message_holds_a_picture,
    payloads,
    picture_within,
    without,
)

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS, "chromium"), pytest.mark.timeout(3 * 3600)]

LOOKS = int(os.environ.get("MOODBOX_LOOKS", "7200"))
PACE = float(os.environ.get("MOODBOX_PACE", "10"))
PORT = 18_840
PLANTED = ("/var/lib/moodbox/planted.db", "/run/moodbox/planted")


def test_what_was_seen_is_nowhere(installed: Machine) -> None:
    broker = begin_broker(installed.network.here, PORT) if shutil.which("mosquitto") else None
    try:
        home = f'[mqtt]\nhost = "{installed.network.here}"\nport = {PORT}\n' if broker else ""
        begin_listening(installed, f"[camera]\nlooks_per_second = {PACE}\n{home}")
        began = time.monotonic()
        said = inside(installed, SAID)
        with owner_at_home(installed) as owner:
            while not said.exists() or said.read_bytes().count(b"\n") < LOOKS:
                assert time.monotonic() - began < 2 * LOOKS / PACE + 600
                owner.look_around()
                time.sleep(15)
        took = time.monotonic() - began
        pid = installed.done("systemctl show -P MainPID moodbox-vision").strip()
        of_the_eyes = installed.done(f"cat /proc/{pid}/net/dev").splitlines()[2:]
        end_listening(installed)
    finally:
        if broker:
            broker.kill()
            broker.wait()

    assert [line for line in of_the_eyes if any(int(number) for number in line.split(":")[1].split())] == []
    messages = said.read_bytes().splitlines()
    assert [line for line in messages if message_holds_a_picture(line)] == []
    left = list(payloads(inside(installed, CARRIED).read_bytes()))
    icons = [(STATIC / name).read_bytes() for name in PICTURES]
    unknown = [without(icons, payload) for payload in left]
    assert [payload for payload in unknown if picture_within(payload) or not is_text(payload)] == []
    assert unknown != left
    aims = b"".join(left).count(b"event: aim")
    assert aims > len(messages) / 20
    assert owner.drawings
    if broker:
        assert any(b"homeassistant/" in payload for payload in left)

    written, found = holding_pictures(installed)
    assert found == set()
    assert written
    print(f"\n{len(messages)} messages in {took:.0f} s; {sum(map(len, left))} bytes in {len(left)} packets left; "
          f"{owner.visits} visits of the page, {aims} aims told; {written} files written")  # fmt: skip

    # The search would have found one, on the disk and in memory.
    installed.done(f"dd if=/dev/urandom of={PLANTED[0]} bs=921600 count=1 2>&1")
    installed.done(f"cp /opt/moodbox/current/venv/share/moodbox/astronaut.png {PLANTED[1]}")
    assert holding_pictures(installed)[1] == set(PLANTED)
    installed.done(f"rm {PLANTED[0]} {PLANTED[1]}")
