"""The real performer where a test has a history and nothing else that could be asked for anything."""

from __future__ import annotations

from typing import Any

from appliance.app.performer import Performer
from appliance.history import History
from appliance.lib.clock import Clock


class _NoPlayer:
    def __getattr__(self, name: str) -> Any:
        return _nothing


def _nothing(*_: Any, **__: Any) -> None:
    pass


def recording_performer(history: History, clock: Clock) -> Performer:
    """A performer that carries out what concerns the history, and drops the rest."""
    return Performer(_NoPlayer(), history, _nothing, _nothing, _nothing, _nothing, _nothing, _nothing, clock.now)
