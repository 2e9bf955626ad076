"""The page of an installed box: at port 80, for the whole network, by a conductor that may do nothing else new."""

import time
import urllib.error

import pytest

from tests.machines.machine import NEEDS, Machine
from tests.machines.test_power import ask

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(3600)]

PASSWORD = "a long enough one"
PORT_80 = 1 << 10  # CAP_NET_BIND_SERVICE


@pytest.fixture
def page(installed: Machine) -> str:
    """Its address, with a password set at the box."""
    installed.done(f"printf '{PASSWORD}' | moodbox page password")
    return f"http://{installed.network.there}"


def cookie_of(page: str) -> str:
    return ask(page, "/api/session", {"password": PASSWORD})[0]


def test_it_is_at_port_80_and_behind_its_password(installed: Machine, page: str) -> None:
    assert "http://moodbox.local/" in installed.done("moodbox page")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        ask(page, "/api/status")
    assert ask(page, "/api/status", cookie=cookie_of(page))[1]["vision"]["camera"] == "open"
    assert installed.done("stat -c '%a %U' /var/lib/moodbox/page-password.json").split() == ["600", "moodbox"]


def test_it_finds_the_box_healthy_from_within_its_sandbox(page: str) -> None:
    box = ask(page, "/api/box", cookie=cookie_of(page))[1]
    assert [line for line in box["health"] if line["ok"] is False] == []
    assert {"units", "sandbox", "page", "release"} <= {line["name"] for line in box["health"]}


def test_the_conductor_may_bind_the_port_and_what_it_starts_may_not(installed: Machine) -> None:
    conductor = installed.done("systemctl show -P MainPID moodbox.service").strip()
    assert int(installed.done(f"grep CapEff /proc/{conductor}/status").split()[1], 16) == PORT_80
    begun = "from appliance.lib.child_process import DIE_WITH_PARENT; print(*DIE_WITH_PARENT)"
    before = installed.done(
        f"/opt/moodbox/current/venv/bin/python -c 'import sys; sys.path[:0] = [\"/opt/moodbox/current\"]; {begun}'"
    )
    given = "setpriv --reuid moodbox --clear-groups --inh-caps=+net_bind_service --ambient-caps=+net_bind_service --"
    said = installed.done(f"{given} {before.strip()} grep -E 'Cap(Eff|Amb)' /proc/self/status")
    assert [int(word, 16) for word in said.split()[1::2]] == [0, 0]


def test_a_restart_from_the_page_signs_nobody_out(installed: Machine, page: str) -> None:
    cookie = cookie_of(page)
    before = installed.done("systemctl show -P MainPID moodbox.service")
    ask(page, "/api/restart", {}, cookie)
    end = time.monotonic() + 60
    while installed.done("systemctl show -P MainPID moodbox.service").strip() in {before.strip(), "0"}:
        assert time.monotonic() < end
        time.sleep(0.5)
    while time.monotonic() < end:
        try:
            assert ask(page, "/api/session", cookie=cookie)[1]["signed_in"]
        except urllib.error.URLError:
            time.sleep(0.5)
        else:
            return
    raise AssertionError("the page did not come back")
