"""Which device an address belongs to; tests/web/test_guests.py asks the kernel for real."""

from __future__ import annotations

import socket

import pytest

from appliance.web.auth.neighbours import Neighbours, read_neighbours

CARDS = {"192.168.1.7": "02:00:00:00:00:01", "fd00::7": "02:00:00:00:00:01", "fd00::8": "02:00:00:00:00:02"}


class Table:
    def __init__(self) -> None:
        self.now, self.asked, self.cards, self.cost = 0.0, 0, dict(CARDS), 0.003
        self.neighbours = Neighbours(self._read, lambda: self.now)

    def _read(self) -> dict[str, str]:
        self.asked += 1
        self.now += self.cost
        return dict(self.cards)


def test_all_addresses_of_a_device_are_one() -> None:
    device_of = Table().neighbours.device_of
    one = {device_of(address) for address in ("192.168.1.7", "::ffff:192.168.1.7", "fd00:0::7", "fd00::7%eth0")}
    assert one == {"02:00:00:00:00:01"}
    assert device_of("fd00::8") != device_of("fd00::7")


def test_who_is_no_neighbour_counts_by_the_address() -> None:
    device_of = Table().neighbours.device_of
    assert device_of("192.168.1.99") == "192.168.1.99"
    assert device_of("2606:4700::1") == device_of("2606:4700::2") == "2606:4700::/64"
    assert device_of("nonsense") == "nonsense"


def test_a_flood_of_unknown_addresses_takes_a_tenth_of_the_time() -> None:
    table = Table()
    for number in range(1000):
        table.neighbours.device_of(f"192.168.{2 + number // 250}.{number % 250}")
        table.now += 0.001
    assert table.asked * 0.003 < 0.12 * table.now
    assert table.neighbours.device_of("192.168.7.9") == table.neighbours.device_of("192.168.7.8") == "unknown"
    assert table.neighbours.device_of("127.0.0.1") == "127.0.0.1"
    assert table.neighbours.device_of("192.168.1.7") == CARDS["192.168.1.7"]


def test_a_kernel_that_is_slow_once_makes_all_one_for_some_seconds_at_most() -> None:
    table = Table()
    table.cost = 2.0
    table.neighbours.device_of("192.168.7.1")
    assert table.neighbours.device_of("192.168.7.2") == "unknown"
    table.now += 3.1
    assert table.neighbours.device_of("192.168.7.2") == "192.168.7.2"


def test_this_machine_itself_which_is_in_no_table_stays_who_it_is_between_two_looks() -> None:
    table = Table()
    for _ in range(20):
        assert table.neighbours.device_of("192.168.7.1") == "192.168.7.1"
    assert table.asked == 1
    table.now += 1.0
    table.neighbours.device_of("192.168.7.2")
    assert table.neighbours.device_of("192.168.7.1") == "192.168.7.1"


def test_a_new_neighbour_is_found_at_once_and_asked_for_seldom() -> None:
    table = Table()
    table.neighbours.device_of("192.168.1.7")
    table.cards["192.168.7.9"] = "02:00:00:00:00:09"
    table.now += 0.05
    assert table.neighbours.device_of("192.168.7.9") == "02:00:00:00:00:09"
    for _ in range(1000):
        table.neighbours.device_of("192.168.7.9")
    assert table.asked == 2
    table.now += 31
    table.neighbours.device_of("192.168.7.9")
    assert table.asked == 3


def test_where_the_kernel_may_not_be_asked_every_address_is_a_device(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(socket, "socket", forbidden)
    assert read_neighbours() == {}
