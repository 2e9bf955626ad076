"""The box turns its machine off, or starts it anew, without any right to do so itself."""

import pytest

from .machine import NEEDS, Machine

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(3600)]

WITHOUT_THE_HELPER = "runuser -u moodbox -- systemctl poweroff"


@pytest.mark.parametrize(("verb", "status"), [("off", 0), ("restart", 133)])
def test_the_box_does_what_its_owner_wishes(installed: Machine, verb: str, status: int) -> None:
    assert installed.run(WITHOUT_THE_HELPER).returncode != 0
    owner = installed.done("getent passwd 1000 | cut -d: -f1").strip()
    installed.done(f"runuser -l {owner} -c 'moodbox power {verb}'")
    assert installed.gone_off() == status
    installed.boot()
    assert installed.run("ls /run/moodbox/power").stdout == ""


def test_who_is_no_member_cannot_wish(installed: Machine) -> None:
    assert installed.run("runuser -u nobody -- moodbox power off").returncode == 1
    assert installed.run("runuser -u nobody -- touch /run/moodbox/power/off").returncode != 0
    assert installed.run("runuser -u moodbox-vision -- touch /run/moodbox/power/off").returncode != 0
