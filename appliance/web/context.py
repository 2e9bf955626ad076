"""What the rooms of the API are given: how to ask the box for something, and where to read what it knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appliance.clock import Clock
from appliance.emotion import Look, Mood
from appliance.events import Event
from appliance.history import History
from appliance.model.store import Store
from appliance.settings import Settings
from appliance.songs.keeper import SongKeeper
from appliance.teaching import Teaching

BY = "page"
"""Who asks, in every event that comes from the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One for the whole page; the callables may be called at any time from the conductor's loop and return at once."""

    settings: Settings
    clock: Clock
    emit: Callable[[Event], None]
    """Tell the conductor what the owner wants; it is decided on later, in the order of the events."""
    status: Callable[[], dict[str, Any]]
    """The box's state of this moment, as `appliance.status.describe` gives it, with its problems."""
    mood: Callable[[], Mood]
    """What the judge says now."""
    look: Callable[[], Look | None]
    """The last look; None while there is no vision process."""
    history: History
    teaching: Teaching
    store: Store
    """The models on the box."""
    models_changed: Callable[[], None]
    """Have the running box look which model is in force."""
    songs: SongKeeper
    origins: Sequence[Mapping[str, Any]]
    """Every setting in force: `key`, `value` and `source`."""
    said: Callable[[], list[str]]
    """The last lines that the box has said."""
