"""What can be wrong with the way to the broker."""

from __future__ import annotations

from appliance.errors import MoodboxError


class BrokerError(MoodboxError, ConnectionError):
    """The broker cannot be reached, or refuses; the text says why."""


class CredentialsError(MoodboxError, ValueError):
    """A password or certificate cannot be used; the text names the file, what was found and what would be right."""


class CommandError(MoodboxError, ValueError):
    """A command cannot be understood; the text says which, what was found and what would be right."""


class BrokerUnreachable(BrokerError):
    """There is no connection to the broker; it may be down, or on its way up."""
