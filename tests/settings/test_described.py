"""Settings as the owner meets them."""

from __future__ import annotations

import msgspec

from appliance.settings.described import described_settings, table_description
from appliance.settings.settings import Settings, override_with

BY_KEY = {each.key: each for each in described_settings()}


def test_every_key_is_described_with_its_default() -> None:
    tables = msgspec.to_builtins(Settings())
    assert {each.key: each.default for each in described_settings()} == {
        f"{table}.{key}": value for table, keys in tables.items() for key, value in keys.items()
    }


def test_what_owners_change_says_what_it_means() -> None:
    assert [each.key for each in described_settings() if each.level == "owner" and not each.description] == []


def test_what_names_files_folders_and_whom_to_trust_is_changed_by_hand() -> None:
    names = ("file", "folder", "signers", "socket")
    for each in described_settings():
        if each.kind == "text" and any(name in each.description.lower() for name in names):
            assert each.level == "by hand" or each.key in {"camera.source", "music.output"}, each.key


def test_bounds_and_choices_are_those_that_are_checked() -> None:
    assert BY_KEY["mood.policy"].kind == "choice"
    assert BY_KEY["camera.rotate"].choices == (0, 90, 180, 270)
    assert (BY_KEY["music.fade"].least, BY_KEY["music.fade"].most) == (0, 10)
    assert BY_KEY["camera.looks_per_second"].above == 0
    assert BY_KEY["mqtt.device_name"].longest == 64
    for each in described_settings():
        if each.choices:
            for choice in each.choices:
                override_with(Settings(), {each.key: choice})


def test_every_table_says_what_it_is_about() -> None:
    assert all(table_description(table) for table in {key.partition(".")[0] for key in BY_KEY})
