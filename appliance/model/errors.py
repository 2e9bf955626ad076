"""What can be wrong with a model."""

from __future__ import annotations

from appliance.errors import MoodboxError


class ModelError(MoodboxError, ValueError):
    """A model that cannot be used; the text names the file or key, what was found and what would be right."""


class BundleError(ModelError):
    """A bundle file that is truncated, altered or not a bundle."""


class ManifestError(ModelError):
    """A manifest with a missing, unknown or wrong entry."""
