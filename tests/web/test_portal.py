"""The page in the box's own access point: shown to every phone that comes by it, and to nobody else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from appliance.web.portal import PATH
from appliance.wifi.messages import FOLDER, LOOKED, SetupState, state_file, take_wish, write_state
from appliance.wifi.networks import WifiNetwork
from tests.web.running_page import Browser, RunningPage, staged

HOME, OPEN, OFFICE = b"Caf\xc3\xa9 <1>".hex(), b"Open".hex(), b"Office".hex()
STATE = SetupState(
    name="Moodbox-1A2B",
    address="127.0.0.1",
    networks=(
        WifiNetwork(ssid=HOME, kind="wpa", signal=80),
        WifiNetwork(ssid=OPEN, kind="open", signal=20),
        WifiNetwork(ssid=OFFICE, kind="other", signal=90),
    ),
)
PROBES = {
    "Android": ("connectivitycheck.gstatic.com", "/generate_204"),
    "iOS": ("captive.apple.com", "/hotspot-detect.html"),
    "Windows": ("www.msftconnecttest.com", "/connecttest.txt"),
    "Firefox": ("detectportal.firefox.com", "/canonical.html"),
    "anything": ("example.org:80", "/any?thing=1"),
}


@asynccontextmanager
async def at_the_access_point(folder: Path, state: SetupState = STATE) -> AsyncIterator[tuple[RunningPage, Browser]]:
    """A box that has its access point open, and a phone in it."""
    run = folder / "run"
    (run / FOLDER).mkdir(parents=True)
    state_file(run).parent.mkdir()
    write_state(state_file(run), state)
    async with staged(folder) as running:
        yield running, running.browser()


@pytest.mark.parametrize("system", PROBES)
async def test_a_phone_that_looks_for_the_internet_is_led_to_the_page(tmp_path: Path, system: str) -> None:
    host, path = PROBES[system]
    async with at_the_access_point(tmp_path) as (running, phone):
        answer = await phone.ask("GET", path, headers={"Host": host})
        assert (answer.status, answer.headers["Location"]) == (302, f"{running.url}{PATH}")
        page = await phone.ask("GET", PATH)
        assert page.status == 200
        assert "Which Wi-Fi?" in page.text
        assert "Café &lt;1&gt;" in page.text
        assert f'value="{OFFICE}" required disabled' in page.text
        assert (running.settings.run_dir / FOLDER / LOOKED).exists()


async def test_its_style_is_given_out_without_signing_in(tmp_path: Path) -> None:
    async with at_the_access_point(tmp_path) as (_, phone):
        page = (await phone.ask("GET", PATH)).text
        style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
        assert (await phone.ask("GET", style)).status == 200


async def test_what_is_chosen_becomes_a_wish_once(tmp_path: Path) -> None:
    async with at_the_access_point(tmp_path) as (running, phone):
        sent = {"network": HOME, "password": " pass word ", "name": ""}
        answer = await phone.ask("POST", PATH, data=sent)
        assert answer.status == 200
        assert "Joining Café &lt;1&gt;" in answer.text
        assert "Moodbox-1A2B" in answer.text
        wish = take_wish(running.settings.run_dir / FOLDER)
        assert wish is not None
        assert (wish.ssid, wish.password) == (HOME, " pass word ")


async def test_a_hidden_network_is_named(tmp_path: Path) -> None:
    async with at_the_access_point(tmp_path) as (running, phone):
        sent = {"network": "other", "password": "password", "name": "Hidden"}
        assert (await phone.ask("POST", PATH, data=sent)).status == 200
        wish = take_wish(running.settings.run_dir / FOLDER)
        assert wish is not None
        assert bytes.fromhex(wish.ssid) == b"Hidden"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a network first."),
        ({"network": "zz"}, "Choose a network first."),
        ({"network": b"Elsewhere".hex()}, "Choose a network first."),
        ({"network": "other", "name": ""}, "1 to 32"),
        ({"network": "other", "name": "é" * 17}, "1 to 32"),
        ({"network": HOME}, "8 to 63"),
        ({"network": HOME, "password": "short"}, "8 to 63"),
        ({"network": OPEN, "password": "with\nbreak"}, "8 to 63"),
    ],
)
async def test_what_cannot_be_is_said_and_no_wish_made(tmp_path: Path, sent: dict[str, str], said: str) -> None:
    async with at_the_access_point(tmp_path) as (running, phone):
        answer = await phone.ask("POST", PATH, data=sent)
        assert answer.status == 400
        assert said in answer.text
        assert take_wish(running.settings.run_dir / FOLDER) is None


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("password", "did not take the password"),
        ("gone", "not in reach"),
        ("address", "no address"),
        ("failed", "once more"),
    ],
)
async def test_what_failed_is_said_with_the_network_chosen_still(tmp_path: Path, trouble: str, said: str) -> None:
    state = msgspec.convert(msgspec.to_builtins(STATE) | {"tried": HOME, "trouble": trouble}, SetupState)
    async with at_the_access_point(tmp_path, state) as (_, phone):
        page = (await phone.ask("GET", PATH)).text
        assert said in page
        assert f'value="{HOME}" required checked' in page


async def test_another_sites_form_joins_nothing(tmp_path: Path) -> None:
    async with at_the_access_point(tmp_path) as (running, phone):
        sent = {"network": HOME, "password": "password"}
        for headers in ({"Origin": "http://evil.example"}, {}):
            answer = await phone.ask("POST", PATH, data=sent, origin=False, headers=headers)
            assert answer.status == 403
        assert take_wish(running.settings.run_dir / FOLDER) is None


async def test_elsewhere_in_the_box_nothing_has_changed(tmp_path: Path) -> None:
    async with at_the_access_point(tmp_path) as (_, phone):
        assert 'action="/welcome"' in (await phone.ask("GET", "/")).text
        assert (await phone.ask("GET", "/", headers={"Host": "moodbox.local"})).status == 200
        assert (await phone.ask("GET", "/api/status")).status == 401


async def test_by_another_way_than_the_access_point_there_is_no_such_page(tmp_path: Path) -> None:
    state = msgspec.structs.replace(STATE, address="10.42.0.1")
    async with at_the_access_point(tmp_path, state) as (running, visitor):
        assert (await visitor.ask("GET", PATH)).status == 401
        assert (
            await visitor.ask("GET", "/generate_204", headers={"Host": "connectivitycheck.gstatic.com"})
        ).status == 403
        state_file(running.settings.run_dir).write_text("nonsense")
        assert (await visitor.ask("GET", PATH)).status == 401


async def test_the_page_is_in_the_phones_language(tmp_path: Path) -> None:
    async with at_the_access_point(tmp_path) as (_, phone):
        page = (await phone.ask("GET", PATH, headers={"Accept-Language": "de"})).text
        assert "Welches WLAN?" in page
        assert "Which" not in page
