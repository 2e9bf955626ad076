"""What Home Assistant is told of the box: one retained message that describes the device and all its entities."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from appliance.domain.status import Status
from appliance.mqtt.entities import ENTITIES
from appliance.mqtt.entity import PRESS, Entity
from appliance.mqtt.identity import Identity
from appliance.mqtt.output_options import output_options
from appliance.mqtt.triggers import PLATFORM, TRIGGERS, trigger_components
from appliance.words.speaking import speaking, t

ONLINE, OFFLINE = "online", "offline"


def discovery_message(identity: Identity, status: Status) -> dict[str, Any]:
    """The device's discovery message, with names in the language of its identity.

    The status gives the limits of the volume.
    """
    with speaking(identity.language):
        components = {entity.key: _component(entity, identity, status) for entity in offered(identity)}
    components |= trigger_components(identity)
    return {
        "device": _device(identity),
        "origin": {"name": "Moodbox", "sw_version": identity.version},
        "components": components,
        "availability_topic": identity.availability,
        "payload_available": ONLINE,
        "payload_not_available": OFFLINE,
        "qos": 1,
    }


def offered(identity: Identity) -> tuple[Entity, ...]:
    """The entities that this box has: nothing that it could not do."""
    return tuple(entity for entity in ENTITIES if identity.power or not entity.power)


def _device(identity: Identity) -> dict[str, Any]:
    optional = {
        "suggested_area": identity.area,
        "configuration_url": identity.page,
        "hw_version": identity.hardware,
    }
    return {
        "identifiers": [identity.id],
        "name": identity.name,
        "manufacturer": "Moodbox",
        "model": "Moodbox",
        "sw_version": identity.version,
        **{key: value for key, value in optional.items() if value},
    }


def _component(entity: Entity, identity: Identity, status: Status) -> dict[str, Any]:
    topic = identity.topic(entity.key)
    object_id = f"{identity.slug}_{entity.key}"
    component: dict[str, Any] = {
        "platform": entity.platform,
        "unique_id": f"{identity.id}_{entity.key}",
        # Home Assistant 2025.4 reads the one, later versions the other, with its domain.
        "object_id": object_id,
        "default_entity_id": f"{entity.platform}.{object_id}",
        "name": entity.name and t(entity.name),
        "qos": 1,
        **entity.config,
    }
    if entity.platform != "button":
        component["state_topic"] = topic
    if entity.attributes:
        component["json_attributes_topic"] = f"{topic}/attributes"
    if entity.command:
        component["command_topic"] = f"{topic}/set"
    if entity.platform == "button":
        component["payload_press"] = PRESS
    return component | varying(status).get(entity.key, {})


def varying(status: Status) -> dict[str, dict[str, Any]]:
    """What of the components depends on the box's state, by key: when it changes, the message is due again."""
    return {"volume": volume_limits(status), "output": {"options": list(output_options(status))}}


def volume_limits(status: Status) -> dict[str, Any]:
    """The owner's floor and cap; Home Assistant refuses a number whose limits are equal."""
    floor, cap = status.player.volume_floor, status.player.volume_cap
    return {"min": min(floor, 99), "max": max(cap, min(floor, 99) + 1)}


def dropped(retained: bytes, identity: Identity) -> dict[str, dict[str, str]]:
    """The components that an earlier retained message names and this box does not have.

    Each is reduced to its platform, which is how Home Assistant is told to remove it. A message that is not ours to
    understand drops nothing.
    """
    try:
        components = json.loads(retained)["components"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    if not isinstance(components, Mapping):
        return {}
    platforms = {entity.key: str(entity.platform) for entity in offered(identity)}
    platforms |= {trigger.key: PLATFORM for trigger in TRIGGERS}
    return {
        key: {"platform": component["platform"]}
        for key, component in components.items()
        if isinstance(component, Mapping) and isinstance(component.get("platform"), str)
        if platforms.get(key) != component["platform"]
    }
