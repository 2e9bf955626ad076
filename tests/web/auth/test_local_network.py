"""What counts as the home's own network."""

from pathlib import Path

import pytest

from appliance.web.auth.local_network import is_local, visitor_of

OWN = "20010db8000100020000000000000005 02 40 00 80     eth0\n00000000000000000000000000000001 01 80 10 80       lo\n"


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("127.0.0.1", True), ("192.168.1.7", True), ("10.3.2.1", True), ("172.31.0.1", True), ("169.254.9.9", True),
        ("::1", True), ("fe80::1%wlan0", True), ("fd00::7", True), ("::ffff:192.168.1.7", True),
        ("2001:db8:1:2::99", True), ("2001:db8:1:3::99", False), ("172.32.0.1", False), ("8.8.8.8", False),
        ("::ffff:8.8.8.8", False), ("100.64.0.1", False), ("2606:4700::1", False), ("", False), (None, False),
        ("nonsense", False),
    ],
)  # fmt: skip
def test_private_addresses_and_the_machines_own_networks_are_local(
    tmp_path: Path, address: str | None, local: bool
) -> None:
    (tmp_path / "if_inet6").write_text(OWN)
    assert is_local(address, tmp_path / "if_inet6") is local


def test_a_machine_without_ipv6_has_no_such_networks(tmp_path: Path) -> None:
    assert not is_local("2001:db8:1:2::99", tmp_path / "missing")


def test_a_prefix_of_the_whole_world_makes_nobody_local(tmp_path: Path) -> None:
    (tmp_path / "if_inet6").write_text("20010db8000100020000000000000005 02 00 00 80     tun0\n")
    assert not is_local("2001:db8:1:2::99", tmp_path / "if_inet6")


@pytest.mark.parametrize(
    ("address", "visitor"),
    [
        ("192.168.1.7", "192.168.1.7"), ("8.8.8.8", "8.8.8.8"), ("fe80::1%wlan0", "fe80::1%wlan0"), ("::1", "::1"),
        ("2001:db8:1:2::99", "2001:db8:1:2::99"), ("2001:db8:1:3::99", "2001:db8:1:3::/64"),
        ("fd00::7", "fd00::/64"), ("nonsense", "nonsense"), ("", ""),
    ],
)  # fmt: skip
def test_neighbours_count_one_by_one_and_networks_elsewhere_as_one(tmp_path: Path, address: str, visitor: str) -> None:
    (tmp_path / "if_inet6").write_text(OWN)
    assert visitor_of(address, tmp_path / "if_inet6") == visitor
