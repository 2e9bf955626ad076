import socket
from pathlib import Path

import pytest

from appliance.mqtt import client
from appliance.mqtt.client import port_of, try_once
from appliance.mqtt.errors import BrokerError, CredentialsError
from appliance.settings.mqtt import MqttSettings
from tests.mqtt.broker import Broker, until
from tests.ports import free_port

pytestmark = pytest.mark.needs("mosquitto")


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_PATIENCE", 60.0)


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
async def test_a_broker_that_takes_us_is_left_in_peace(broker: Broker, protocol: str) -> None:
    try_once(MqttSettings(host="127.0.0.1", port=broker.port, protocol=protocol), "doctor")  # type: ignore[arg-type]
    await until(lambda: "Received DISCONNECT from doctor" in broker.log.read_text())


def test_a_broker_that_is_not_there_is_named() -> None:
    port = free_port()
    with pytest.raises(BrokerError, match=rf"127.0.0.1:{port} cannot be reached: .*refused"):
        try_once(MqttSettings(host="127.0.0.1", port=port), "doctor")


def test_a_broker_that_does_not_take_us_says_why(tmp_path: Path) -> None:
    broker = Broker(tmp_path, anonymous=False)
    broker.start()
    with pytest.raises(BrokerError, match="it refuses: Not authorized"):
        try_once(MqttSettings(host="127.0.0.1", port=broker.port), "doctor")
    broker.kill()


def test_a_server_that_says_nothing_is_no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_PATIENCE", 0.5)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(BrokerError, match="does not speak MQTT 5: no answer"),
    ):
        try_once(MqttSettings(host="127.0.0.1", port=silent.getsockname()[1]), "doctor")


def test_a_password_that_cannot_be_used_is_told_without_a_try(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match="nothing"):
        try_once(MqttSettings(host="127.0.0.1", password_file=str(tmp_path / "nothing")), "doctor")


@pytest.mark.parametrize(
    ("settings", "port"),
    [
        (MqttSettings(host="a"), 1883),
        (MqttSettings(host="a", tls=True), 8883),
        (MqttSettings(host="a", tls=True, port=1234), 1234),
    ],
)
def test_the_usual_ports_are_used(settings: MqttSettings, port: int) -> None:
    assert port_of(settings) == port
