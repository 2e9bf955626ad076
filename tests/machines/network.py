"""A network of a test machine's own: one cable to this machine, which passes its packets on."""

import subprocess
from pathlib import Path

FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")


def _do(*command: str, check: bool = True) -> bool:
    return subprocess.run(command, check=check, stderr=None if check else subprocess.DEVNULL).returncode == 0


class Network:
    """Laid when it is made; `path` is for systemd-nspawn, `here` is this machine's address at the cable's end."""

    def __init__(self) -> None:
        number = next(number for number in range(1, 250) if _do("ip", "netns", "add", f"moodbox{number}", check=False))
        self.name, self.cable = f"moodbox{number}", f"mb{number}"
        self.path = Path("/run/netns", self.name)
        self.here, self.there = f"10.197.{number}.1", f"10.197.{number}.2"
        self._rules = [
            ("nat", "POSTROUTING", "-s", f"10.197.{number}.0/24", "!", "-o", "mb+", "-j", "MASQUERADE"),
            ("filter", "FORWARD", "-i", self.cable, "-j", "ACCEPT"),
            ("filter", "FORWARD", "-o", self.cable, "-j", "ACCEPT"),
        ]
        _do("ip", "-n", self.name, "link", "set", "lo", "up")
        # 1280: passes wherever IPv6 does, also where this machine's own way out is narrower than Ethernet
        _do("ip", "link", "add", self.cable, "mtu", "1280", "type", "veth", "peer", "name", "host0", "mtu", "1280",
            "netns", self.name)  # fmt: skip
        _do("ip", "address", "add", f"{self.here}/24", "dev", self.cable)
        _do("ip", "link", "set", self.cable, "up")
        _do("ip", "-n", self.name, "address", "add", f"{self.there}/24", "dev", "host0")
        _do("ip", "-n", self.name, "link", "set", "host0", "up")
        _do("ip", "-n", self.name, "route", "add", "default", "via", self.here)
        if FORWARDING.read_text().strip() != "1":
            FORWARDING.write_text("1")
        for table, *rule in self._rules:
            _do("iptables", "-w", "-t", table, "-I", *rule)

    def close(self) -> None:
        """Take it up again."""
        for table, *rule in self._rules:
            _do("iptables", "-w", "-t", table, "-D", *rule, check=False)
        _do("ip", "link", "del", self.cable, check=False)
        _do("ip", "netns", "del", self.name, check=False)
