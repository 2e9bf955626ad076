from pathlib import Path

import pytest

from appliance.settings.base import SettingsError
from appliance.settings.music import split_address
from appliance.settings.settings import parse_settings


def test_addresses_name_hosts_ports_sockets_and_passwords() -> None:
    assert split_address("stereo") == ("stereo", 6600, None)
    assert split_address("stereo:6601") == ("stereo", 6601, None)
    assert split_address("secret@stereo:6601") == ("stereo", 6601, "secret")
    assert split_address("[::1]:6601") == ("::1", 6601, None)
    assert split_address("/run/mpd/socket") == ("/run/mpd/socket", 6600, None)
    assert split_address("~/mpd.sock") == (str(Path.home() / "mpd.sock"), 6600, None)
    assert split_address("@abstract") == ("@abstract", 6600, None)


@pytest.mark.parametrize("address", ["stereo:mpd", "stereo:0", "stereo:70000", "stereo:६६००"])
def test_a_port_that_is_none_is_an_error(address: str) -> None:
    with pytest.raises(SettingsError, match="port"):
        split_address(address)


@pytest.mark.parametrize("address", [":6600", " stereo", "stereo/mpd", "mpd://stereo"])
def test_what_is_no_address_is_an_error_that_names_the_key(address: str) -> None:
    with pytest.raises(SettingsError, match=r"music\.mpd is .*; it must be HOST, HOST:PORT or"):
        parse_settings(f'[music]\nmpd = "{address}"\n')


def test_a_wrong_address_is_found_when_the_settings_are_read() -> None:
    with pytest.raises(SettingsError, match=r"music\.mpd is 'stereo:mpd'; .* stereo:6600"):
        parse_settings('[music]\nmpd = "stereo:mpd"\n')


@pytest.mark.parametrize("name", ["kitchen", "moodbox-2.local", "192.168.1.7", "fe80::1", "K", ""])
def test_another_box_is_followed_by_name_or_address(name: str) -> None:
    assert parse_settings(f'[music]\nfollow = "{name}"\n').music.follow == name


@pytest.mark.parametrize(
    "name", ["my kitchen", "kitchen:1704", "-kitchen", "http://kitchen", "kitchen/", "küche", "a" * 300]
)
def test_what_can_be_no_box_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=r"music\.follow is .*; it must be a box's name or address alone"):
        parse_settings(f'[music]\nfollow = "{name}"\n')


def test_a_box_cannot_follow_and_serve() -> None:
    with pytest.raises(
        SettingsError, match=r"music\.follow is 'kitchen' and music\.output is 'snapcast'.* \(at line 2: "
    ):
        parse_settings('[music]\nfollow = "kitchen"\noutput = "snapcast"\n')


def test_the_box_itself_does_not_play_by_its_own_server_again() -> None:
    assert parse_settings('[snapcast]\nhere = "auto"\n').snapcast.here == "auto"
    with pytest.raises(SettingsError, match=r"snapcast\.here is 'snapcast'; it must be an output of the box's own"):
        parse_settings('[snapcast]\nhere = "snapcast"\n')
