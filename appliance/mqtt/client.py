"""A paho client as the settings want it, and a single try whether the broker takes it."""

from __future__ import annotations

import contextlib
import socket
import time
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from appliance.mqtt import credentials
from appliance.mqtt.errors import BrokerError
from appliance.settings.mqtt import MqttSettings

_PROTOCOLS = {"5": MQTTProtocolVersion.MQTTv5, "3.1.1": MQTTProtocolVersion.MQTTv311}
_PATIENCE = 5.0  # seconds that a broker has to answer a try


def make_client(settings: MqttSettings, client_id: str) -> paho.Client:
    """A client that does not reconnect by itself. Raises CredentialsError."""
    password, tls = credentials.password(settings), credentials.tls(settings)
    protocol = _PROTOCOLS[settings.protocol]
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        clean_session=None if protocol is MQTTProtocolVersion.MQTTv5 else True,
        protocol=protocol,
        reconnect_on_failure=False,
    )
    if settings.user:
        client.username_pw_set(settings.user, password)
    if tls:
        client.tls_set_context(tls)
    client.on_socket_open = no_delay
    return client


def no_delay(_client: paho.Client, _data: object, connection: Any) -> None:
    """Have a client's socket send at once: Nagle's algorithm would have a message wait 40 ms for an acknowledgement."""
    with contextlib.suppress(OSError, AttributeError):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def port_of(settings: MqttSettings) -> int:
    """The broker's port: the one set, or the usual one."""
    return settings.port or (8883 if settings.tls else 1883)


def refusal(reason: ReasonCode) -> str:
    """Why the broker does not take us, and what may help."""
    hint = '; set mqtt.protocol = "3.1.1"' if str(reason) == "Unsupported protocol version" else ""
    return f"it refuses: {reason}{hint}"


def try_once(settings: MqttSettings, client_id: str) -> None:
    """Connect and leave again, within some seconds. Raises MoodboxError saying why that cannot be done."""
    place = f"the broker at {settings.host}:{port_of(settings)}"
    client, answers = make_client(settings, client_id), list[ReasonCode]()
    client.on_connect = lambda _client, _data, _flags, reason, _properties: answers.append(reason)
    try:
        client.connect(settings.host, port_of(settings))
        deadline = time.monotonic() + _PATIENCE
        while not answers and time.monotonic() < deadline:
            if client.loop(0.2):
                break
    except (OSError, ValueError) as error:  # ValueError: a host name that cannot be encoded
        raise BrokerError(f"{place} cannot be reached: {error}") from error
    finally:
        client.disconnect()
        client.loop(0.2)
    if not answers:
        raise BrokerError(f"{place} does not speak MQTT {settings.protocol}: no answer")
    if answers[0].is_failure:
        raise BrokerError(f"{place}: {refusal(answers[0])}")
