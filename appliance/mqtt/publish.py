"""Which states to publish, and when: on change, not too often, the last value never lost. Pure; no timer of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from appliance.domain.status import Status
from appliance.mqtt.connection import Message
from appliance.mqtt.entities import ENTITIES
from appliance.mqtt.entity import Entity, State
from appliance.mqtt.identity import Identity

_ANSWER_AFTER = 1.0  # seconds that a command is given to show in the state, before the state is repeated as it is
_REFUSALS_EVERY = 0.2  # seconds from answer to answer when nothing but nonsense comes


@dataclass(slots=True)
class _Kept:
    """The last that the broker has of an entity."""

    state: bytes | None = None
    attributes: bytes | None = None
    at: float = -float("inf")
    answer_at: float = field(default=float("inf"))
    refused_at: float = -float("inf")


class Publisher:
    """Fed with every status, several times a second; says what to send. Times are CLOCK_MONOTONIC seconds."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._kept = {entity.key: _Kept() for entity in ENTITIES if entity.state}

    def forget(self) -> None:
        """The broker, or Home Assistant, may have nothing: the next status is published as a whole."""
        for kept in self._kept.values():
            kept.state = kept.attributes = None
            kept.at = -float("inf")

    def answer(self, key: str, now: float, refused: bool) -> None:
        """A command has come: repeat the entity's true state, at once if it was refused or as soon as it changes."""
        if key in self._kept:
            kept = self._kept[key]
            kept.at = kept.at if refused else -float("inf")
            kept.answer_at = max(now, kept.refused_at + _REFUSALS_EVERY) if refused else now + _ANSWER_AFTER
            kept.refused_at = kept.answer_at if refused else kept.refused_at

    def due(self, status: Status, now: float) -> Iterator[Message]:
        """The messages to send now. What has to wait is told by a later status."""
        for entity in ENTITIES:
            if entity.state:
                yield from self._due(entity, self._kept[entity.key], status, now)

    def _due(self, entity: Entity, kept: _Kept, status: Status, now: float) -> Iterator[Message]:
        assert entity.state
        state = payload(entity.state(status))
        attributes = json.dumps(entity.attributes(status)).encode() if entity.attributes else None
        changed = (state, attributes) != (kept.state, kept.attributes)
        answering, aged = now >= kept.answer_at, now >= kept.at + entity.refresh
        if not (answering or aged or (changed and now >= kept.at + entity.every)):
            return
        topic = self._identity.topic(entity.key)
        if attributes is not None and attributes != kept.attributes:
            yield Message(f"{topic}/attributes", attributes, retain=True)
        yield Message(topic, state, retain=True)
        kept.state, kept.attributes, kept.at = state, attributes, now
        if answering:
            kept.answer_at = float("inf")


def payload(state: State) -> bytes:
    """A state in Home Assistant's own words: `ON`, `OFF`, `None` for unknown, JSON for a mapping."""
    match state:
        case None:
            return b"None"
        case bool():
            return b"ON" if state else b"OFF"
        case Mapping():
            return json.dumps(state).encode()
        case _:
            return str(state).encode(errors="replace")
