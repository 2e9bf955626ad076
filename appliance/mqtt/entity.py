"""What an entity in Home Assistant is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from appliance.domain.status import Status

State = str | int | float | bool | None | Mapping[str, Any]

PRESS = "PRESS"
NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity. `key` names it in topics, ids and commands; `name` None gives it the device's name."""

    key: str
    platform: Literal["sensor", "binary_sensor", "select", "button", "switch", "number", "event", "update", "text"]
    name: str | None
    config: Mapping[str, Any] = field(default_factory=dict)
    """What Home Assistant is told of it besides, in Home Assistant's own words."""
    state: Callable[[Status], State] | None = None
    attributes: Callable[[Status], Mapping[str, Any]] | None = None
    command: bool = False
    power: bool = False
    """Only for a box that is installed for good, which may turn its machine off."""
    every: float = 1.0
    """At most one state in so many seconds; the last one is kept and follows."""
    refresh: float = NEVER
    """A state is repeated after so many seconds, so that Home Assistant can tell a fresh value from one left behind."""


DIAGNOSTIC = {"entity_category": "diagnostic"}
CONFIG = {"entity_category": "config"}
