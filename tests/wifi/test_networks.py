"""Networks: their names, their passwords, and how NetworkManager tells of them."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.wifi import profile
from appliance.wifi.networks import WifiNetwork, is_name, is_password, strongest
from appliance.wifi.nmcli import fields, kind_of, networks_of, situation_of, trouble_of

HOME = b"Caf\xc3\xa9 \\: 5".hex()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), max_size=20), min_size=1))
def test_fields_come_back_as_they_were(texts: list[str]) -> None:
    line = ":".join(text.replace("\\", "\\\\").replace(":", "\\:") for text in texts)
    assert fields(line) == texts


def test_the_networks_in_sight_are_named_once_by_the_strongest() -> None:
    told = f"{HOME.upper()}:40:WPA2\n{HOME.upper()}:71:WPA2 WPA3\n:99:WPA2\n6F:20:\n6F70:31:WPA2 802.1X\nnonsense\n"
    assert networks_of(told) == (
        WifiNetwork(ssid=HOME, kind="wpa", signal=71),
        WifiNetwork(ssid="6f70", kind="other", signal=31),
        WifiNetwork(ssid="6f", kind="open", signal=20),
    )
    assert networks_of(told)[0].name == "Café \\: 5"


@pytest.mark.parametrize(
    ("security", "kind"),
    [("", "open"), ("--", "open"), ("WPA1 WPA2", "wpa"), ("WPA2 WPA3", "wpa"), ("WPA3", "sae"), ("OWE", "owe"),
     ("WEP", "other"), ("WPA2 802.1X", "other"), ("WPA3 802.1X", "other"), ("something new", "other")],
)  # fmt: skip
def test_what_a_network_asks_for_is_known_by_nmcli_s_words(security: str, kind: str) -> None:
    assert kind_of(security) == kind


def test_the_access_point_of_its_own_is_no_network() -> None:
    own = profile.ACCESS_POINT_ID
    devices = f"wifi:connected:{own}\nloopback:connected (externally):x\nethernet:unavailable:\nbridge:connected:y\n"
    there = situation_of(devices, f"{own}:802-11-wireless\nz:802-3-ethernet\n")
    assert (there.online, there.radio, there.knows) == (False, True, False)
    there = situation_of(devices + "ethernet:connected (externally):e\n", "w:802-11-wireless\n")
    assert (there.online, there.radio, there.knows) == (True, True, True)
    assert not situation_of("wifi:unmanaged:\n", "").radio


def test_the_cause_of_a_failure_is_known_by_nmcli_s_words() -> None:
    said = "Error: Connection activation failed: {}"
    assert trouble_of(said.format("Secrets were required, but not provided.")) == "password"
    assert trouble_of(said.format("The Wi-Fi network could not be found.")) == "gone"
    assert trouble_of(said.format("IP configuration could not be reserved (no available address, ...).")) == "address"
    assert trouble_of("anything else") == "failed"


@given(st.text(max_size=70))
def test_a_password_is_of_eight_to_sixty_three_bytes_or_a_key(text: str) -> None:
    if is_password(text):
        assert "\n" not in text
        assert text == "" or 8 <= len(text.encode()) <= 64
    if 8 <= len(text) <= 63 and set(text) <= set(string.ascii_letters + string.digits + " \\;#="):
        assert is_password(text)


def test_a_key_has_sixty_four_hex_digits() -> None:
    assert is_password("0F" * 32)
    assert not is_password("0G" * 32)
    assert not is_password("1234567")


def test_a_name_has_one_to_thirty_two_bytes_that_are_not_all_zero() -> None:
    assert is_name(b"x" * 32)
    assert not any(is_name(each) for each in (b"", b"x" * 33, bytes(32)))


@given(st.binary(min_size=1, max_size=32), st.text(string.printable[:95], min_size=8, max_size=63))
def test_whatever_is_in_a_name_or_password_a_profile_keeps_its_lines(ssid: bytes, password: str) -> None:
    lines = profile.network_profile(ssid, "wpa", password, hidden=False).splitlines()
    assert [line for line in lines if line.startswith("[")] == [
        "[connection]", "[wifi]", "[wifi-security]", "[ipv4]", "[ipv6]",
    ]  # fmt: skip
    (named,) = [line for line in lines if line.startswith("ssid=")]
    assert bytes(int(number) for number in named.removeprefix("ssid=").split(";")[:-1]) == ssid
    (kept,) = [line for line in lines if line.startswith("psk=")]
    assert kept.removeprefix("psk=").replace("\\\\", "\0").replace("\\s", " ").replace("\0", "\\") == password


@given(st.lists(st.tuples(st.sampled_from(["61", "62", "63"]), st.integers(0, 100))))
def test_the_strongest_come_first_and_no_name_twice(seen: list[tuple[str, int]]) -> None:
    found = strongest([WifiNetwork(ssid=ssid, kind="open", signal=signal) for ssid, signal in seen])
    assert {network.ssid for network in found} == {ssid for ssid, _ in seen}
    assert len(found) == len({network.ssid for network in found})
    assert [network.signal for network in found] == sorted((network.signal for network in found), reverse=True)
    assert all(network.signal == max(signal for ssid, signal in seen if ssid == network.ssid) for network in found)
