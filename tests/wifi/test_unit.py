"""The set-up from end to end with a radio that stands in a file: open, wish, wrong password, joined, over."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from appliance.lib.clock import ManualClock
from appliance.wifi.fake import FakeAir, FakeRadio
from appliance.wifi.messages import FOLDER, WISH, JoinWish, read_state, state_file, wish_to_join
from appliance.wifi.networks import WifiNetwork
from appliance.wifi.plan import PATIENCE, SETTLED
from appliance.wifi.unit import SetupPlaces, SetupUnit

HOME, SILENT, AWAY = b"Home".hex(), b"Silent".hex(), b"Away".hex()
AIR = FakeAir(
    networks=(
        WifiNetwork(ssid=HOME, kind="wpa", signal=80),
        WifiNetwork(ssid=SILENT, kind="open", signal=30),
    ),
    passwords={HOME: "right password"},
    silent=(SILENT,),
)


class House:
    """A set-up whose time passes by itself, and what is to happen in it: `at` seconds, each once."""

    def __init__(self, folder: Path, air: FakeAir = AIR) -> None:
        self.file = folder / "air.json"
        self.file.write_bytes(msgspec.json.encode(air))
        self.places = SetupPlaces(run_dir=folder / "run", done=folder / "done")
        self.places.wishes.mkdir(parents=True)
        self.places.state.parent.mkdir()
        self.clock = ManualClock(0.0)
        self.radio = FakeRadio(self.file)
        self._to_come: list[tuple[float, Callable[[], None]]] = []

    def at(self, seconds: float, happens: Callable[[], None]) -> None:
        self._to_come.append((seconds, happens))

    async def run(self, longest: float) -> bool:
        """Whether it ended by itself within so many seconds of its own time."""
        unit = SetupUnit(self.radio, self.places, "Moodbox-1A2B", "moodbox-setup", self.clock, self._sleep)
        self._longest = longest
        try:
            await unit.run()
        except asyncio.CancelledError:
            return False
        return True

    def _sleep(self, seconds: float) -> Awaitable[None]:
        return self._pass_by(seconds)

    async def _pass_by(self, seconds: float) -> None:
        self.clock.advance(seconds)
        for at, happens in [each for each in self._to_come if each[0] <= self.clock.monotonic()]:
            self._to_come.remove((at, happens))
            happens()
        if self.clock.monotonic() > self._longest:
            raise asyncio.CancelledError

    def wish(self, ssid: str, password: str) -> None:
        wish_to_join(self.places.wishes, JoinWish(ssid=ssid, password=password))


async def test_a_wrong_password_leads_back_and_the_right_one_home(tmp_path: Path) -> None:
    house = House(tmp_path)
    told = []

    def look() -> None:
        told.append((house.radio.air().open, read_state(house.places.state)))

    house.at(PATIENCE + 5, look)
    house.at(PATIENCE + 10, lambda: house.wish(HOME, "wrong password"))
    house.at(PATIENCE + 30, look)
    house.at(PATIENCE + 40, lambda: house.wish(HOME, "right password"))
    house.at(PATIENCE + 60, look)
    assert await house.run(PATIENCE + SETTLED + 200)
    (name, first), (again, second), (closed, third) = told
    assert name == again == "Moodbox-1A2B"
    assert first is not None
    assert (first.networks, first.trouble) == (AIR.networks, None)
    assert second is not None
    assert (second.tried, second.trouble) == (HOME, "password")
    assert (closed, third) == ("", None)
    assert house.radio.air().joined == HOME
    assert house.places.done.exists()
    assert not house.places.state.exists()


@pytest.mark.parametrize(("ssid", "trouble"), [(SILENT, "address"), (AWAY, "gone")])
async def test_what_kept_it_out_is_told_where_the_wish_came_from(tmp_path: Path, ssid: str, trouble: str) -> None:
    house, told = House(tmp_path), []
    house.at(PATIENCE + 10, lambda: house.wish(ssid, ""))
    house.at(PATIENCE + 50, lambda: told.append(read_state(house.places.state)))
    assert not await house.run(PATIENCE + 60)
    assert house.radio.air().joined == ""
    assert not house.places.done.exists()
    assert told[0] is not None
    assert (told[0].tried, told[0].trouble) == (ssid, trouble)


async def test_a_cable_closes_the_access_point_and_ends_the_set_up(tmp_path: Path) -> None:
    house = House(tmp_path)

    def plug_in() -> None:
        assert house.radio.air().open
        air = msgspec.structs.replace(house.radio.air(), cable=True)
        house.file.write_bytes(msgspec.json.encode(air))

    house.at(PATIENCE + 100, plug_in)
    assert await house.run(PATIENCE + SETTLED + 200)
    assert not house.radio.air().open


async def test_told_to_stop_it_closes_the_access_point_and_is_not_done(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert not await house.run(PATIENCE + 60)
    assert not house.radio.air().open
    assert not house.places.state.exists()
    assert not house.places.done.exists()


@pytest.mark.parametrize(
    "wish",
    [b"", b"no json", b"[" * 900, b"x" * 5000, json.dumps({"ssid": "zz", "password": ""}).encode(),
     json.dumps({"ssid": "00", "password": ""}).encode(), json.dumps({"ssid": "61", "password": "short"}).encode(),
     json.dumps({"ssid": "61", "password": "", "more": 1}).encode()],
)  # fmt: skip
async def test_a_wish_that_is_none_changes_nothing(tmp_path: Path, wish: bytes) -> None:
    house = House(tmp_path)
    house.at(PATIENCE + 10, lambda: (house.places.wishes / WISH).write_bytes(wish) and None)
    still = []
    house.at(PATIENCE + 30, lambda: still.append(house.radio.air().open))
    await house.run(PATIENCE + 40)
    assert still == ["Moodbox-1A2B"]
    assert not (house.places.wishes / WISH).exists()


async def test_a_wish_by_a_link_is_not_followed(tmp_path: Path) -> None:
    house = House(tmp_path)
    secret = tmp_path / "secret"
    secret.write_text(json.dumps({"ssid": HOME, "password": "right password"}))
    house.at(PATIENCE + 10, lambda: (house.places.wishes / WISH).symlink_to(secret))
    await house.run(PATIENCE + 40)
    assert house.radio.air().joined == ""
    assert secret.exists()


async def test_a_radio_that_fails_is_tried_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    whole = house.file.read_bytes()
    house.at(5, lambda: house.file.write_bytes(b"broken") and None)
    house.at(PATIENCE + 30, lambda: house.file.write_bytes(whole) and None)
    still = []
    house.at(PATIENCE + 60, lambda: still.append(house.radio.air().open))
    await house.run(PATIENCE + 70)
    assert still == ["Moodbox-1A2B"]


def test_the_state_lies_beside_the_run_directory() -> None:
    assert state_file(Path("/run/moodbox")) == Path("/run/moodbox-wifi/state.json")
    assert FOLDER in (Path(__file__).parents[2] / "systemd/moodbox.tmpfiles").read_text()
