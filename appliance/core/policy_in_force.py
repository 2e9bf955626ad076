"""Which policy is in force: the owner's, else the one that the box has the songs for."""

from __future__ import annotations

from appliance.domain.moods import Policy

ENOUGH = 100
"""So many songs must be known before journeys are the default: with fewer, half of them are soon used up."""


class PolicyInForce:
    """The policy that the owner chose last, else the settings', else `journey` or `lift` by what is known of songs."""

    def __init__(self, chosen: Policy | None, usual: Policy | None) -> None:
        self.chosen = chosen
        """By page, command or Home Assistant."""
        self._usual = usual
        self._songs = 0

    def know(self, songs: int) -> bool:
        """So many songs have been heard, so that a journey may lead over them. True if the policy is another now."""
        before = self.policy
        self._songs = songs
        return self.policy is not before

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.chosen or self._usual or (Policy.JOURNEY if self._songs >= ENOUGH else Policy.LIFT)
