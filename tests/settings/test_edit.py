"""Keys changed in a settings file's text."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.settings.base import SettingsError
from appliance.settings.edit import change_keys
from appliance.settings.reference import settings_reference
from appliance.settings.settings import Settings, parse_settings


@pytest.mark.parametrize(
    "before",
    ["", "[mqtt]\n", '[mqtt]\n# host = ""\n', '[mqtt]\nport = 1\nhost = "old"\n[music]\n', '[mqtt]\n"host"="old"'],
)
def test_a_key_is_set_wherever_its_place_is(before: str) -> None:
    after = change_keys(before, {"mqtt.host": 'br"oker'})
    assert parse_settings(after).mqtt.host == 'br"oker'
    assert after.count("host") == 1
    assert change_keys(after, {"mqtt.host": 'br"oker'}) == after


def test_a_key_in_another_table_is_left_alone() -> None:
    after = change_keys('[model]\nallowed_signers = "x"\n[mqtt]\n', {"mqtt.host": "broker"})
    assert parse_settings(after).model.allowed_signers == "x"


def test_remarks_order_and_other_keys_stay() -> None:
    before = '# Mine.\n[music]\n  fade = 2.5   # gently\n# volume = 60\n\n[mood] # of the room\npolicy = "match"\n'
    after = change_keys(before, {"music.fade": 0.0, "music.volume": 40, "mood.policy": "cheer"})
    assert after == '# Mine.\n[music]\nfade = 0.0   # gently\nvolume = 40\n\n[mood] # of the room\npolicy = "cheer"\n'


def test_a_key_that_is_taken_out_stays_as_a_remark() -> None:
    after = change_keys("[music]\nfade = 2.5\n", {"music.fade": None, "music.volume": None})
    assert after == "[music]\n# fade = 2.5\n"
    assert change_keys(after, {"music.fade": 1.0}) == "[music]\nfade = 1.0\n"


@pytest.mark.parametrize(
    ("before", "changes", "told"),
    [
        ("", {"mqtt.discovery_prefix": "#"}, "mqtt.discovery_prefix is '#'"),
        ("[music]\nvolume_cap = 50\n", {"music.volume_floor": 60}, "must not be higher"),
        ("", {"music.fade": "long"}, "music.fade is 'long'"),
        ("", {"music.fade": float("inf")}, "not valid TOML"),
        ("", {"music.colour": 1}, "has no key 'colour'"),
        ("", {"nonsense": 1}, "is no key"),
        ("[music\n", {"music.fade": 1}, "not valid TOML"),
        ('[mqtt]\nhost = """\nbroker"""\n', {"mqtt.host": "x"}, "not valid TOML"),
        ("music.fade = 1\n", {"music.fade": 2}, "not valid TOML"),
        ("[camera]\nsource = '''\n[music]\nfade = 1.0\n'''\n", {"music.fade": 2.0}, "edit it by hand"),
    ],
)
def test_what_would_make_the_file_worse_is_refused(before: str, changes: dict[str, object], told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        change_keys(before, changes)  # type: ignore[arg-type]
    assert told in str(refused.value)


VALUES = {
    "music.fade": st.floats(0, 10),
    "music.volume": st.integers(0, 100),
    "music.house_music": st.booleans(),
    "mood.policy": st.sampled_from(["match", "cheer", "lift"]),
    "mqtt.suggested_area": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
}


@given(st.lists(st.sampled_from(sorted(VALUES)).flatmap(lambda key: VALUES[key].map(lambda value: (key, value)))))
def test_whatever_is_changed_the_file_says_just_that(changes: list[tuple[str, object]]) -> None:
    text, wanted = settings_reference(), msgspec.to_builtins(Settings())
    for key, value in changes:
        try:
            text = change_keys(text, {key: value})  # type: ignore[dict-item]
        except SettingsError:
            assert key == "mqtt.suggested_area"  # a user's home that is not there
            continue
        table, _, name = key.partition(".")
        wanted[table][name] = value
    assert msgspec.to_builtins(parse_settings(text)) == wanted
    assert text.count("\n") >= settings_reference().count("\n")
