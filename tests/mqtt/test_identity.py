import re
from pathlib import Path

import pytest

from appliance.mqtt.identity import Identity, identify, machine_id
from appliance.settings.base import SettingsError
from appliance.settings.mqtt import MqttSettings
from appliance.settings.settings import parse_settings


def test_the_id_comes_from_the_machine_and_does_not_give_its_own_id_away(tmp_path: Path) -> None:
    file = tmp_path / "machine-id"
    file.write_text("0123456789abcdef0123456789abcdef\n")
    first = machine_id(file)
    assert re.fullmatch("moodbox-[0-9a-f]{8}", first)
    assert first == machine_id(file)
    assert first.removeprefix("moodbox-") not in file.read_text()
    file.write_text("f123456789abcdef0123456789abcdef\n")
    assert machine_id(file) != first


@pytest.mark.parametrize("content", ["uninitialized\n", "", None])
def test_a_machine_without_an_id_goes_by_its_host_name(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "machine-id"
    if content is not None:
        file.write_text(content)
    assert re.fullmatch("moodbox-[0-9a-f]{8}", machine_id(file))


def test_the_owner_may_choose_the_id() -> None:
    assert identify(MqttSettings(device_id="kitchen")).id == "kitchen"
    assert identify(MqttSettings()).id == machine_id()


@pytest.mark.parametrize("wrong", ["a b", "a/b", "a+b", "küche", "#"])
def test_an_id_that_topics_cannot_hold_is_refused(wrong: str) -> None:
    with pytest.raises(SettingsError, match=r"mqtt\.device_id"):
        parse_settings(f'[mqtt]\ndevice_id = "{wrong}"')


@pytest.mark.parametrize("wrong", ["", "/a", "a/", "a//b", "a/#", "+", "$SYS"])
@pytest.mark.parametrize("key", ["base_topic", "discovery_prefix"])
def test_a_topic_that_cannot_be_published_to_is_refused(key: str, wrong: str) -> None:
    with pytest.raises(SettingsError, match=f"mqtt.{key}"):
        parse_settings(f'[mqtt]\n{key} = "{wrong}"')


@pytest.mark.parametrize("table", ['ca = "x"', 'tls = true\ncert = "x"', 'tls = true\nkey = "x"'])
def test_certificates_that_would_not_be_used_are_refused(table: str) -> None:
    with pytest.raises(SettingsError, match=r"mqtt\.(ca|cert)"):
        parse_settings(f"[mqtt]\n{table}")


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Moodbox", "moodbox"), ("Kitchen Box 2", "kitchen_box_2"), ("Küche", "kuche"), ("台所", "box_1"), ("!", "box_1")],
)
def test_entity_ids_are_made_from_the_name_or_else_from_the_id(name: str, slug: str) -> None:
    assert Identity("Box-1", name).slug == slug


def test_topics_lie_in_a_tree_of_the_boxs_own() -> None:
    identity = Identity("kitchen", base="house/moodbox", prefix="ha")
    assert identity.topic("mood") == "house/moodbox/kitchen/mood"
    assert identity.availability == "house/moodbox/kitchen/availability"
    assert identity.discovery == "ha/device/kitchen/config"
    assert identity.birth == "ha/status"
