"""Where the page is."""

import socket
from pathlib import Path

import pytest

from appliance.settings.base import SettingsError
from appliance.settings.settings import Settings, parse_settings
from appliance.settings.web import WebSettings
from appliance.web.address import address_of, addresses, announced_name, is_private

EVERYWHERE = "0.0.0.0"  # noqa: S104 - that is what the test is about


@pytest.mark.parametrize(
    ("settings", "installed", "places", "url"),
    [
        (WebSettings(), False, [("::1", 8080), ("127.0.0.1", 8080)], "http://localhost:8080/"),
        (WebSettings(), True, [("::", 80), (EVERYWHERE, 80)], "http://moodbox.local/"),
        (WebSettings(port=8000), True, [("::", 8000), (EVERYWHERE, 8000)], "http://moodbox.local:8000/"),
        (WebSettings(listen="*"), False, [("::", 8080), (EVERYWHERE, 8080)], "http://{name}.local:8080/"),
        (WebSettings(listen="192.168.1.20"), True, [("192.168.1.20", 80)], "http://192.168.1.20/"),
        (WebSettings(listen="fd00::5", port=81), True, [("fd00::5", 81)], "http://[fd00::5]:81/"),
    ],
)
def test_it_listens_where_the_settings_say(
    settings: WebSettings, installed: bool, places: list[tuple[str, int]], url: str
) -> None:
    assert addresses(settings, installed) == places
    assert address_of(settings, installed) == url.format(name=socket.gethostname().partition(".")[0])


def test_an_address_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"web\.listen is 'my box'"):
        parse_settings('[web]\nlisten = "my box"')
    assert parse_settings("").web == Settings().web


@pytest.mark.parametrize(
    ("settings", "installed", "private"),
    [
        (WebSettings(), False, True),
        (WebSettings(), True, False),
        (WebSettings(listen="*"), False, False),
        (WebSettings(listen="127.0.0.1"), True, True),
        (WebSettings(listen="192.168.1.20"), False, False),
    ],
)
def test_a_page_for_this_machine_alone_is_no_place_to_send_others_to(
    settings: WebSettings, installed: bool, private: bool
) -> None:
    assert is_private(settings, installed) is private


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (None, "moodbox.local"),
        ("moodbox.local\n", "moodbox.local"),
        ("moodbox-2.local\n", "moodbox-2.local"),
        ("", "moodbox.local"),
        ("moodbox-2.local/evil", "moodbox.local"),
        ("example.org", "moodbox.local"),
    ],
)
def test_a_second_box_goes_by_the_name_that_it_is_announced_by(tmp_path: Path, told: str | None, name: str) -> None:
    file = tmp_path / "name"
    if told is not None:
        file.write_text(told)
    assert announced_name(file) == name


def test_a_name_that_is_no_text_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "name").write_bytes(b"\xff")
    assert announced_name(tmp_path / "name") == "moodbox.local"
