"""What every table of the settings file has in common."""

from __future__ import annotations

from typing import Annotated

import msgspec

from appliance.errors import MoodboxError

OWNER = msgspec.Meta(extra={"level": "owner"})
"""Marks a key that owners change; the page shows it as a card of its own."""
BY_HAND = msgspec.Meta(extra={"level": "by hand"})
"""Marks a key that names files, folders or whom to trust: it is changed in the file alone, never from the page."""

Seconds = Annotated[float, msgspec.Meta(ge=0, le=86_400)]


class SettingsError(MoodboxError, ValueError):
    """The settings file cannot be used; the text says which key, what was found and what would be right.

    `at` is the table and, where it is one, the key that the mistake is in.
    """

    def __init__(self, text: str, *at: str) -> None:
        super().__init__(text)
        self.at = at


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the settings file: frozen, and a key it does not know is an error."""
