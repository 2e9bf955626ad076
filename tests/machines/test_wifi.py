"""An image's first power-on without a network: set up from a phone by radio, in a machine that simulates the air.

mac80211_hwsim gives it three radios: the box's, the phone's and the home's router's, each of the latter in a network
namespace of its own. Chromium asks as the phone: by a proxy in the phone's namespace.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.machines.bootable import NEEDS as AN_IMAGE_NEEDS
from tests.machines.bootable import make_bootable
from tests.machines.virtual import HERE, NEEDS, VirtualMachine, program
from tests.ports import free_port
from tests.web.page.visitor import CHROMIUM

pytestmark = [
    pytest.mark.slow,
    pytest.mark.needs(*NEEDS, *AN_IMAGE_NEEDS, CHROMIUM, program(HERE)),
    pytest.mark.timeout(7200),
]

PHONE, HOME = "phone", "home"
PASSWORD, WRONG = "rain on the roof", "snow on the roof"
PLAYS = """moodbox status --json | grep -q '"state": *"play"'"""
AIR = "options mac80211_hwsim radios=3\n"
# The router of the home, and what a phone does to come into a network.
ROUTER = f"""
network={{
 ssid="At home"
 mode=2
 key_mgmt=WPA-PSK
 proto=RSN
 psk="{PASSWORD}"
 frequency=2437
}}
"""


def prepare(root: Path) -> None:
    """Three radios, of which NetworkManager is to have the first."""
    etc = root / "etc"
    (etc / "modules-load.d/air.conf").write_text("mac80211_hwsim\n")
    (etc / "modprobe.d/air.conf").write_text(AIR)
    unmanaged = "[keyfile]\nunmanaged-devices+=interface-name:wlan1;interface-name:wlan2\n"
    (etc / "NetworkManager/conf.d/test-air.conf").write_text(unmanaged)
    waits = etc / "systemd/system/moodbox-wifi.service.d"
    waits.mkdir()
    (waits / "air.conf").write_text(
        "[Service]\nExecStartPre=/bin/sh -c 'until [ -e /run/air-laid ]; do sleep 1; done'\n"
    )


@dataclass
class Air:
    """The machine, and who else is in the air around it."""

    machine: VirtualMachine
    folder: Path

    def lay(self) -> None:
        """Put the phone's and the router's radio into namespaces, and turn the router on."""
        (self.folder / "router.conf").write_text(ROUTER)
        self.machine.put(self.folder / "router.conf", "/run/router.conf")
        self.machine.put(Path(__file__).with_name("socks.py"), "/run/socks.py")
        for name, radio in ((PHONE, "wlan1"), (HOME, "wlan2")):
            self.machine.done(
                f"""ip netns add {name} && ip -n {name} link set lo up
                iw phy $(cat /sys/class/net/{radio}/phy80211/name) set netns name {name}"""
            )
        self.machine.done(
            f"""ip -n {HOME} link set wlan2 up && ip -n {HOME} address add 192.168.77.1/24 dev wlan2
            ip netns exec {HOME} wpa_supplicant -B -i wlan2 -c /run/router.conf
            ip netns exec {HOME} dnsmasq --conf-file=/dev/null --pid-file=/run/router.pid --interface=wlan2 \\
                --bind-interfaces --dhcp-leasefile=/run/router.leases --dhcp-range=192.168.77.50,192.168.77.90,1h
            touch /run/air-laid"""
        )

    def phone_joins(self, name: str, password: str) -> None:
        """Take the phone into a network, until it has an address there."""
        (self.folder / "phone.conf").write_text(f'network={{\n ssid="{name}"\n psk="{password}"\n scan_ssid=1\n}}\n')
        self.machine.put(self.folder / "phone.conf", "/run/phone.conf")
        self.machine.done(
            f"""pkill -F /run/phone.pid; dhclient -x -pf /run/phone-dhcp.pid >/dev/null 2>&1
            ip -n {PHONE} address flush dev wlan1; ip -n {PHONE} link set wlan1 up; mkdir -p /etc/netns/{PHONE}
            ip netns exec {PHONE} wpa_supplicant -B -P /run/phone.pid -i wlan1 -c /run/phone.conf -C /run/phone
            : >/etc/netns/{PHONE}/resolv.conf"""
        )
        self.machine.until(
            f"""ip netns exec {PHONE} wpa_cli -p /run/phone -i wlan1 status | grep -qx wpa_state=COMPLETED""", 120
        )
        self.machine.done(f"timeout 90 ip netns exec {PHONE} dhclient -1 -pf /run/phone-dhcp.pid wlan1", 120)

    @contextmanager
    def phone(self) -> Iterator[Page]:
        """Chromium as the phone's browser: names and connections by the phone's radio."""
        port, place = free_port(), "/run/phone.socks"
        start = f"rm -f {place}; exec ip netns exec {PHONE} python3 /run/socks.py {place}"
        proxy = subprocess.Popen([*self.machine.ssh(), start], stdin=subprocess.DEVNULL)
        self.machine.until(f"test -S {place}", 60)
        forward = subprocess.Popen(
            [*self.machine.ssh("-N", "-L", f"{port}:{place}", "-o", "ExitOnForwardFailure=yes")],
            stdin=subprocess.DEVNULL,
        )
        wait_for_port(port)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=shutil.which(CHROMIUM), args=["--no-sandbox", "--disable-gpu"],
                    proxy={"server": f"socks5://127.0.0.1:{port}"},
                )  # fmt: skip
                context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
                context.set_default_timeout(60_000)
                yield context.new_page()
                browser.close()
        finally:
            for process in (forward, proxy):
                process.terminate()
                process.wait()


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def air(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Air]:
    folder = Path(os.environ.get("MOODBOX_IMAGE") or tmp_path_factory.mktemp("wifi"))
    make_bootable(request.param, HERE, folder, prepare, "--read-only")
    machine = VirtualMachine(folder / "one.img", folder, folder, folder / "way-in", HERE)
    try:
        machine.boot()
        there = Air(machine, folder)
        there.lay()
        yield there
    finally:
        machine.close()


def test_a_phone_brings_the_box_home_at_the_second_try(air: Air) -> None:
    machine = air.machine
    name = machine.until("nmcli -g 802-11-wireless.ssid connection show moodbox-setup", 300).strip()
    assert name.startswith("Moodbox-")
    machine.until("test -s /run/moodbox-wifi/state.json", 60)
    air.phone_joins(name, "moodbox-setup")
    with air.phone() as page:
        page.goto("http://connectivitycheck.gstatic.com/generate_204")
        expect(page).to_have_url("http://10.42.0.1/wifi")
        pictures = os.environ.get("MOODBOX_PICTURES")
        page.get_by_label("At home").check()
        page.get_by_label("Its password").fill(WRONG)
        if pictures:
            page.screenshot(path=Path(pictures, "wifi.png"))
        page.get_by_role("button", name="Join").click()
        expect(page.get_by_role("heading", name="Joining At home")).to_be_visible()
    machine.until('grep -q \'"trouble":"password"\' /run/moodbox-wifi/state.json', 180)
    assert machine.done("ls /etc/NetworkManager/system-connections").strip() == ""
    air.phone_joins(name, "moodbox-setup")
    with air.phone() as page:
        page.goto("http://captive.apple.com/hotspot-detect.html")
        expect(page.get_by_role("alert")).to_contain_text("did not take the password")
        expect(page.get_by_label("At home")).to_be_checked()
        page.get_by_label("Its password").fill(PASSWORD)
        page.get_by_role("button", name="Join").click()
        expect(page.get_by_role("heading", name="Joining At home")).to_be_visible()
    machine.until("ip -4 address show dev wlan0 | grep -q 'inet 192\\.168\\.77\\.'", 180)
    assert machine.run("test -e /run/moodbox-wifi/state.json").returncode == 1
    assert machine.run("test -e /etc/NetworkManager/dnsmasq-shared.d/moodbox-setup.conf").returncode == 1
    air.phone_joins("At home", PASSWORD)
    address = machine.done("ip -4 -o address show dev wlan0").split()[3].partition("/")[0]
    with air.phone() as page:
        page.goto(f"http://{address}/")
        expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
        page.goto(f"http://{address}/wifi")
        expect(page.get_by_text("you are not signed in")).to_be_visible()


def test_from_the_next_power_on_it_is_at_home_with_a_read_only_root(air: Air) -> None:
    machine = air.machine
    machine.until("systemctl is-enabled -q moodbox-read-only", 60)
    machine.off()
    power_on(air)
    written = machine.run("touch /x /usr/x /opt/x /boot/x /etc/x /var/x /root/x /tmp/x")
    assert written.stderr.count("Read-only") == 4, written.stderr
    assert machine.done("systemctl --failed --no-legend --plain").strip() == ""
    machine.done("moodbox override sad")
    machine.until(f"{PLAYS} && grep -q sad /var/lib/moodbox/state.json", 60)


def test_a_power_cut_leaves_what_is_kept_and_nothing_else(air: Air) -> None:
    machine = air.machine
    machine.crash()
    power_on(air)
    assert machine.run("ls /etc/x /var/x /root/x").stdout == ""
    machine.until("""moodbox status --json | grep -q '"override": *"sad"'""", 60)
    machine.done("systemctl disable -q moodbox-read-only")
    machine.off()
    power_on(air)
    machine.done("touch /usr/x")


def wait_for_port(port: int, patience: float = 120) -> None:
    """Until somebody listens there."""
    end = time.monotonic() + patience
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 5):
                return
        except OSError:
            assert time.monotonic() < end, "ssh does not forward the phone's proxy"
            time.sleep(0.2)


def power_on(air: Air) -> None:
    """Until it has come home, and plays."""
    air.machine.boot()
    air.lay()
    air.machine.until("ip -4 address show dev wlan0 | grep -q 'inet 192\\.168\\.77\\.'", 240)
    air.machine.until(PLAYS, 240)
