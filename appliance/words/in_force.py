"""The box's language as it holds now: what the owner chooses on the page holds at once."""

from __future__ import annotations

from collections.abc import Callable

from appliance.words.languages import LanguageChoice


class LanguageInForce:
    """One for the whole box; it begins as the settings say."""

    def __init__(self, choice: LanguageChoice) -> None:
        self.choice = choice
        self._speakers: list[Callable[[LanguageChoice], None]] = []

    def follow(self, speak: Callable[[LanguageChoice], None]) -> None:
        """Call this with each choice from now on."""
        self._speakers.append(speak)

    def choose(self, choice: LanguageChoice) -> None:
        """The owner chooses another one."""
        self.choice = choice
        for speak in self._speakers:
            speak(choice)
