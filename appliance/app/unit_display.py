"""What the conductor's systemd unit shows in a terminal's place: the journal and `systemctl status`."""

from __future__ import annotations

import logging

from msgspec.structs import replace

from appliance.app.terminal import summary
from appliance.domain.status import Status
from appliance.lib.clock import Clock
from appliance.systemd.journal import Journal
from appliance.systemd.notify import Notifier

log = logging.getLogger(__name__)


class UnitDisplay:
    """In the terminal display's place: lines go to the journal, the live line to `systemctl status`."""

    def __init__(self, clock: Clock, journal: Journal, notifier: Notifier) -> None:
        self._clock, self._journal, self._notifier = clock, journal, notifier

    def say(self, text: str) -> None:
        """Write one line, which belongs to the conductor."""
        self._journal.write(text)

    def live(self, status: Status) -> None:
        """Show mood, track and trouble; not what changes every second, for systemd would be woken for it."""
        self._journal.mood = status.mood.mood
        steady = replace(
            status,
            next_judgement=None,
            player=replace(status.player, elapsed=0.0),
            vision=replace(status.vision, faces=()),
        )
        words = summary(steady, self._clock.now()).removeprefix("nobody in sight · ").replace(" 0:00", "")
        self._notifier.status(" · ".join([*status.problems, words]))

    def close(self) -> None:
        """Nothing to give back, unlike a terminal."""
