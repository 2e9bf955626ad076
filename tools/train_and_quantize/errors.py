"""What the tool can find wrong; each says which file or key, what was found and what would be right."""

from __future__ import annotations

from appliance.errors import MoodboxError


class DataError(MoodboxError, ValueError):
    """Training data that cannot be used."""


class RecipeError(MoodboxError, ValueError):
    """A recipe that cannot be followed."""


class CollectError(MoodboxError, RuntimeError):
    """Pictures that cannot be taken or kept."""


class PushError(MoodboxError, RuntimeError):
    """A push that not every box accepted."""


class RunError(MoodboxError, RuntimeError):
    """A run folder that cannot be continued or exported."""
