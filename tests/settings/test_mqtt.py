import pytest

from appliance.settings.base import SettingsError
from appliance.settings.settings import parse_settings


@pytest.mark.parametrize(
    ("host", "right"),
    [
        ("mqtt://broker.local", "broker.local"),
        ("mqtts://me@broker.local:8883/x", "broker.local"),
        ("192.168.1.7:1883", "192.168.1.7"),
        (" broker ", "broker"),
        ("me@broker", "broker"),
        (":1883", "192.168.1.5"),
    ],
)
def test_a_host_that_is_more_than_a_name_is_answered_with_the_name_alone(host: str, right: str) -> None:
    with pytest.raises(SettingsError) as error:
        parse_settings(f'[mqtt]\nhost = "{host}"\n')
    assert f"mqtt.host is {host!r}" in str(error.value)
    assert f"such as {right!r}; for its port there is mqtt.port" in str(error.value)


@pytest.mark.parametrize("host", ["broker", "broker.local", "192.168.1.7", "::1", "fe80::1%eth0"])
def test_names_and_addresses_are_taken(host: str) -> None:
    assert parse_settings(f'[mqtt]\nhost = "{host}"\n').mqtt.host == host
