"""The parts that are fuzzed, by name."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fuzz.bundle import open_bundle
from tests.fuzz.fuzz import Target
from tests.fuzz.http import open_http
from tests.fuzz.link import open_link
from tests.fuzz.mpd import open_mpd
from tests.fuzz.mqtt import open_mqtt
from tests.fuzz.release import open_release
from tests.fuzz.settings import open_settings
from tests.fuzz.sqlite import open_sqlite

TARGETS: Mapping[str, Target] = {
    "link": open_link,
    "mpd": open_mpd,
    "mqtt": open_mqtt,
    "settings": open_settings,
    "bundle": open_bundle,
    "release": open_release,
    "sqlite": open_sqlite,
    "http": open_http,
}
