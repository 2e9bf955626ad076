"""The box named `kitchen`, as whoever watches the broker sees it."""

from __future__ import annotations

from appliance.settings.settings import Settings, parse_settings
from tests.mqtt.broker import Broker, Watcher, until

BASE = "moodbox/kitchen"
CONFIG = "homeassistant/device/kitchen/config"
BIRTH = "homeassistant/status"


def kitchen(broker: Broker, more: str = "", music: str = "", box: str = "kitchen") -> Settings:
    return parse_settings(
        f'[mqtt]\nhost = "127.0.0.1"\nport = {broker.port}\ndevice_id = "{box}"\n{more}\n[music]\n{music}'
    )


def state(watcher: Watcher, key: str, box: str = "kitchen") -> str | None:
    payload = watcher.last.get(f"moodbox/{box}/{key}")
    return None if payload is None else payload.decode()


async def shows(watcher: Watcher, key: str, value: str, box: str = "kitchen") -> None:
    await until(
        lambda: state(watcher, key, box) == value, what=f"{key} is {state(watcher, key, box)!r} and not {value!r}"
    )


async def online(watcher: Watcher, box: str = "kitchen") -> None:
    """The box has said everything: its last state is there."""
    await shows(watcher, "availability", "online", box)
    await until(lambda: state(watcher, "detector", box) is not None)
