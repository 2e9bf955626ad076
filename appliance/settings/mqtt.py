"""The settings of the way to the broker."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from msgspec import Meta

from appliance.settings.base import BY_HAND, OWNER, Section, SettingsError

# `wanted` is what the owner reads when the value is wrong.
Word = Annotated[
    str,
    Meta(pattern="^[A-Za-z0-9_-]*$", max_length=64, extra={"wanted": "at most 64 letters, digits, _ and -, in quotes"}),
]
Name = Annotated[str, Meta(min_length=1, max_length=64, extra={"wanted": "1 to 64 characters in quotes"})]
Topic = Annotated[
    str,
    Meta(
        pattern=r"^[^+#$/\x00]+(/[^+#/\x00]+)*$",
        max_length=128,
        extra={"wanted": 'a topic such as "moodbox" or "home/moodbox", without + and #'},
    ),
]


class MqttSettings(Section, frozen=True):
    """`[mqtt]`: the broker through which Home Assistant sees the box."""

    host: Annotated[str, Meta(description="The broker's name or address; empty for no MQTT."), OWNER] = ""
    port: Annotated[int, Meta(ge=0, le=65_535, description="0 for the usual one: 1883, or 8883 with TLS."), OWNER] = 0
    protocol: Literal["5", "3.1.1"] = "5"
    tls: Annotated[bool, Meta(description="Talk to the broker encrypted."), OWNER] = False
    ca: Annotated[
        str,
        Meta(
            description="File of the authority that signed the broker's certificate; empty for those that the "
            "system trusts."
        ),
        BY_HAND,
    ] = ""
    cert: Annotated[
        str, Meta(description="File of the box's own certificate, if the broker asks for one."), BY_HAND
    ] = ""
    key: Annotated[
        str, Meta(description="File of that certificate's private key; not readable by everyone."), BY_HAND
    ] = ""
    user: Annotated[str, Meta(description="The name that the box has at the broker; empty for none."), OWNER] = ""
    password_file: Annotated[
        str, Meta(description="File that holds the password alone; not readable by everyone."), BY_HAND
    ] = ""
    discovery_prefix: Topic = "homeassistant"
    base_topic: Annotated[Topic, Meta(description="The box's topics are `<base_topic>/<device_id>/…`.")] = "moodbox"
    device_id: Annotated[
        Word, Meta(description="Letters, digits, `_` and `-`; empty for one made from the machine's id.")
    ] = ""
    device_name: Annotated[Name, Meta(description="What Home Assistant calls the box."), OWNER] = "Moodbox"
    suggested_area: Annotated[
        str, Meta(description="The room that Home Assistant offers for the box; empty for none."), OWNER
    ] = ""


def check_mqtt(mqtt: MqttSettings) -> None:
    """Raises SettingsError for a host that is more than a name, and for keys that do not go together."""
    if re.search(r"[\s/@]", mqtt.host) or mqtt.host.count(":") == 1:
        alone = re.sub(r"^\s*(\w+://)?([^@/]*@)?|[\s/:].*$", "", mqtt.host)
        raise SettingsError(
            f"mqtt.host is {mqtt.host!r}; it must be the broker's name or address alone, such as "
            f"{alone or '192.168.1.5'!r}; for its port there is mqtt.port",
            "mqtt",
            "host",
        )
    if unused := [key for key in ("ca", "cert", "key") if getattr(mqtt, key) and not mqtt.tls]:
        key = unused[0]
        raise SettingsError(f"mqtt.{key} is set, but mqtt.tls is false; set mqtt.tls = true to use it", "mqtt", key)
    if bool(mqtt.cert) != bool(mqtt.key):
        raise SettingsError(
            "of mqtt.cert and mqtt.key only one is set; a client certificate needs both",
            "mqtt",
            "cert" if mqtt.cert else "key",
        )
