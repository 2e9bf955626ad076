"""The addresses of Spotify's playlists, and that to which it sends the owner."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

REDIRECT = "http://127.0.0.1:8888/callback"
"""Where Spotify sends the browser after signing in; the app's settings must name it. Nothing listens there: the owner
copies the address, which holds the answer."""
_ID = re.compile(r"[0-9A-Za-z]{22}")


def is_spotify(url: str) -> bool:
    """Whether an address is a playlist of Spotify's, as its apps give it."""
    return bool(playlist_id(url))


def playlist_id(url: str) -> str:
    """The id in a playlist's address or `spotify:playlist:…`; empty for anything else."""
    if url.startswith("spotify:playlist:"):
        found = url.rpartition(":")[2]
    elif urlsplit(url).hostname == "open.spotify.com":
        parts = urlsplit(url).path.strip("/").split("/")
        found = parts[-1] if "playlist" in parts[:-1] else ""
    else:
        return ""
    return found if _ID.fullmatch(found) else ""
