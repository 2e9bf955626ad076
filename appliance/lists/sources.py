"""How this box reads lists: by its settings and the tokens that the owner has given it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appliance.lists.download import Downloader
from appliance.lists.refresh import Sources
from appliance.lists.tokens import read_listenbrainz_token
from appliance.settings.settings import Settings

if TYPE_CHECKING:
    from appliance.lists.spotify import Spotify


def sources_of(settings: Settings) -> Sources:
    """The sources of a box."""
    return Sources(Downloader(), lambda: spotify_of(settings), read_listenbrainz_token(settings.lists_dir))


def spotify_of(settings: Settings) -> Spotify:
    """Spotify by the owner's app. Raises NotSignedIn where none is named."""
    from appliance.lists.spotify import Spotify  # takes a second of a small box

    return Spotify(settings.lists.spotify_client_id, settings.lists_dir)
