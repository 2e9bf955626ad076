"""The owner's token of ListenBrainz, for playlists that are private: a file that nobody else may read."""

from __future__ import annotations

from pathlib import Path

from appliance.lib import atomic_file
from appliance.lists.errors import ListError

FILE = "listenbrainz.token"


def read_listenbrainz_token(folder: Path) -> str:
    """The token; empty where none is kept or it cannot be read: public playlists need none."""
    try:
        token = (folder / FILE).read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return token if _is_token(token) else ""


def keep_listenbrainz_token(folder: Path, token: str) -> None:
    """Keep a token, or forget it if it is empty. Raises ListError."""
    token = token.strip()
    if token and not _is_token(token):
        raise ListError("a token of ListenBrainz is one short line, as https://listenbrainz.org/settings shows it")
    try:
        if token:
            atomic_file.make_folder(folder, 0o750)
            atomic_file.write(folder / FILE, token.encode() + b"\n", 0o600)
        else:
            (folder / FILE).unlink(missing_ok=True)
    except OSError as error:
        raise ListError(f"{folder / FILE}: cannot be written ({error.strerror})") from error


def _is_token(text: str) -> bool:
    return text.isascii() and text.isprintable() and len(text) <= 200
