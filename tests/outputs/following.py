"""A box that plays its own music."""

from appliance.core.auto_pause import AutoPause
from appliance.core.following import Following
from appliance.settings.settings import Settings


def follows_nobody() -> Following:
    return Following(Settings(), AutoPause(0, 0), 0)
