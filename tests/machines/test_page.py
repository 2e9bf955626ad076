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
    restarted(installed, page, cookie)


def restarted(installed: Machine, page: str, cookie: str) -> None:
    """Restart from the page, and wait until all of the box is there again."""
    show = "systemctl show -P MainPID moodbox.service moodbox-vision.service moodbox-mpd.service"
    before = set(installed.done(show).split())
    ask(page, "/api/restart", {}, cookie)
    end = time.monotonic() + 90
    while {"0", *before} & set(installed.done(show).split()):
        assert time.monotonic() < end, "not all units were restarted"
        time.sleep(0.5)
    while time.monotonic() < end:
        try:
            assert ask(page, "/api/session", cookie=cookie)[1]["signed_in"]
        except urllib.error.URLError:
            time.sleep(0.5)
        else:
            return
    raise AssertionError("the page did not come back")


def test_settings_are_changed_in_the_owners_file_and_hold_after_a_restart(installed: Machine, page: str) -> None:
    cookie, file = cookie_of(page), "/etc/moodbox/moodbox.toml"
    before = installed.done(f"cat {file}")

    def change(**changes: object) -> dict[str, object]:
        wanted = {key.replace("__", "."): value for key, value in changes.items()}
        answer: dict[str, object] = ask(page, "/api/settings", {"changes": wanted}, cookie, "PATCH")[1]
        return answer

    assert change(camera__looks_per_second=3.0) == {"was": {"camera.looks_per_second": None}, "restart": True}
    assert installed.done(f"stat -c '%U %a' {file}").split() == ["root", "644"]
    assert [line for line in installed.done(f"cat {file}").splitlines() if line not in before.splitlines()] == [
        "looks_per_second = 3.0"
    ]
    restarted(installed, page, cookie)
    (looks,) = [
        each
        for each in ask(page, "/api/settings", cookie=cookie)[1]["settings"]
        if each["about"]["key"] == "camera.looks_per_second"
    ]
    assert (looks["value"], looks["source"]) == (3.0, file)
    with pytest.raises(urllib.error.HTTPError, match="409"):
        change(model__allowed_signers="/tmp/mine")
    assert "mine" not in installed.done(f"cat {file}")
    installed.done(
        "runuser -u moodbox -- ln -s /etc/shadow /run/moodbox/settings/wish.json; sleep 3; "
        "! test -e /run/moodbox/settings/wish.json; ! grep -q root: /run/moodbox-settings/answer.json"
    )
    change(camera__looks_per_second=None)
    restarted(installed, page, cookie)
