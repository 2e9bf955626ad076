"""Spotify: the owner's own playlists through the Web API, with an app of the owner's and PKCE (no secret).

Since February 2026 an app in development mode needs a Premium account and gives the items of the account's own
playlists only (https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import requests
import spotipy
from spotipy.cache_handler import CacheHandler
from spotipy.oauth2 import SpotifyOauthError, SpotifyPKCE

from appliance.lib import atomic_file
from appliance.lists.download import PATIENCE, TRIES, WAIT, reason
from appliance.lists.entries import ENTRIES, ListEntry, cut
from appliance.lists.errors import ListError, NotFetched, NotSignedIn
from appliance.lists.formats import ReadList
from appliance.lists.matching import isrc
from appliance.lists.spotify_address import REDIRECT, playlist_id

# It logs every refusal, which the errors here tell in words.
logging.getLogger("spotipy").setLevel(logging.CRITICAL)

TOKEN = "spotify.json"  # noqa: S105 - a file's name
"""In the folder of the lists: what Spotify gave the box when the owner signed in."""
_SCOPE = "playlist-read-private playlist-read-collaborative"
_PAGE = 50


class TokenFile(CacheHandler):  # type: ignore[misc] # spotipy has no types
    """Where spotipy keeps the owner's token: a file that nobody else may read."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / TOKEN

    def get_cached_token(self) -> dict[str, Any] | None:
        """The token; None where nobody has signed in, or where the file is damaged."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, Any])
        except (OSError, msgspec.DecodeError, RecursionError):
            return None

    def save_token_to_cache(self, token_info: dict[str, Any]) -> None:
        """Keep a token. Raises OSError."""
        atomic_file.make_folder(self._file.parent, 0o750)
        atomic_file.write(self._file, msgspec.json.encode(token_info), 0o600)


class _SignIn(SpotifyPKCE):  # type: ignore[misc] # spotipy has no types
    def get_authorization_response(self, open_browser: bool | None = None) -> str:  # noqa: ARG002 - spotipy's signature
        """Spotipy would ask at the terminal, where nobody is. Raises NotSignedIn."""
        raise NotSignedIn("Spotify does not let the box read playlists any more: moodbox lists sign-in spotify")


class Spotify:
    """The owner's playlists. `sleep` in seconds; `api` and `accounts` are Spotify's addresses."""

    def __init__(
        self,
        client_id: str,
        folder: Path,
        sleep: Callable[[float], None] = time.sleep,
        api: str = "https://api.spotify.com/v1/",
        accounts: str = "https://accounts.spotify.com",
    ) -> None:
        if not client_id:
            raise NotSignedIn(
                "lists.spotify_client_id is empty; make an app on https://developer.spotify.com/dashboard with "
                f"{REDIRECT} as its redirect URI and name its client id in the settings"
            )
        self._sleep = sleep
        session = requests.Session()
        self._auth = _SignIn(
            client_id,
            REDIRECT,
            scope=_SCOPE,
            open_browser=False,
            cache_handler=TokenFile(folder),
            requests_session=session,
            requests_timeout=WAIT,
        )
        self._auth.OAUTH_AUTHORIZE_URL = f"{accounts}/authorize"
        self._auth.OAUTH_TOKEN_URL = f"{accounts}/api/token"
        self._client = spotipy.Spotify(auth_manager=self._auth, requests_session=session, requests_timeout=WAIT)
        self._client.prefix = api

    def sign_in_address(self) -> str:
        """The address at which the owner lets the box read playlists."""
        return str(self._auth.get_authorize_url())

    def sign_in(self, answer: str) -> None:
        """Take the address that Spotify has sent the browser to. Raises NotSignedIn or NotFetched."""
        code = parse_qs(urlsplit(answer.strip()).query).get("code", [""])[0]
        if not code:
            raise NotSignedIn(
                f"{answer.strip()[:80]!r} holds no code; copy the whole address that begins with {REDIRECT}?code="
            )
        try:
            self._auth.get_access_token(code, check_cache=False)
        except SpotifyOauthError as error:
            raise NotSignedIn(f"Spotify does not accept the code ({error}); sign in once more") from error
        except requests.RequestException as error:
            raise NotFetched(f"Spotify cannot be reached ({reason(error)})") from error

    def read_playlist(self, url: str) -> ReadList:
        """A playlist's songs. Raises NotSignedIn or NotFetched."""
        playlist = playlist_id(url)
        if not self._auth.cache_handler.get_cached_token():
            raise NotSignedIn("nobody has signed in to Spotify yet: moodbox lists sign-in spotify")
        name = cut(self._ask(lambda: self._client.playlist(playlist, fields="name")).get("name"))
        entries, offset = list[ListEntry](), 0
        while offset < ENTRIES:
            page = self._ask(
                lambda at=offset: self._client.playlist_items(  # type: ignore[misc] # mypy knows no default here
                    playlist, limit=_PAGE, offset=at, additional_types=("track",)
                )
            )
            items = page.get("items")
            if not isinstance(items, list) or not items:
                break
            entries += [entry for item in items if isinstance(item, dict) and (entry := _entry(item))]
            offset += len(items)
            if not page.get("next"):
                break
        if not entries:
            raise NotFetched(
                f"Spotify gives no songs of the playlist {name or playlist}; since February 2026 an app of one's own "
                "is given the items of one's own playlists only"
            )
        return ReadList(name, entries)

    def _ask(self, question: Callable[[], Any]) -> dict[str, Any]:
        for attempt in range(1, TRIES + 1):
            try:
                answer = question()
            except spotipy.SpotifyException as error:
                if error.http_status in {429, 500, 502, 503, 504} and attempt < TRIES:
                    self._wait(error, attempt)
                    continue
                raise _explained(error) from error
            except SpotifyOauthError as error:
                raise NotSignedIn(
                    f"Spotify no longer accepts the box's token ({error}): moodbox lists sign-in spotify"
                ) from error
            except requests.RequestException as error:
                if attempt == TRIES:
                    raise NotFetched(f"Spotify cannot be reached ({reason(error)})") from error
                self._sleep(2.0**attempt)
                continue
            if not isinstance(answer, dict):
                raise NotFetched("Spotify answers with something else than a playlist")
            return answer
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, error: spotipy.SpotifyException, attempt: int) -> None:
        try:
            seconds = float((error.headers or {}).get("Retry-After", ""))
        except ValueError:
            seconds = 2.0**attempt
        if seconds > PATIENCE:
            raise NotFetched(f"Spotify is busy and asks to come back in {round(seconds / 60)} minutes")
        self._sleep(max(seconds, 0.0))


def _explained(error: spotipy.SpotifyException) -> ListError:
    said = str(error.msg).splitlines()[-1].strip() if error.msg else ""
    match error.http_status:
        case 401:
            return NotSignedIn(f"Spotify does not know the box any more ({said}): moodbox lists sign-in spotify")
        case 403:
            return NotFetched(
                f"Spotify does not give this playlist ({said}); an app of one's own needs a Premium account and is "
                "given the items of one's own playlists only. What it does not give, exportify.net may export as CSV"
            )
        case 404:
            return NotFetched("Spotify has no such playlist, or it is not the owner's")
    return NotFetched(f"Spotify does not give the playlist (HTTP {error.http_status}: {said})")


def _entry(item: dict[str, Any]) -> ListEntry | None:
    """An entry from an item of a page; `item` held the song as `track` before February 2026."""
    song = item.get("item") or item.get("track")
    if not isinstance(song, dict):
        return None
    artists = song.get("artists")
    names = [cut(each.get("name")) for each in artists if isinstance(each, dict)] if isinstance(artists, list) else []
    album, ids, length = song.get("album"), song.get("external_ids"), song.get("duration_ms")
    return ListEntry(
        title=cut(song.get("name")),
        artist=", ".join(filter(None, names)),
        album=cut(album.get("name")) if isinstance(album, dict) else "",
        seconds=length / 1000 if isinstance(length, int) and length > 0 else None,
        isrc=isrc(cut(ids.get("isrc"))) if isinstance(ids, dict) else "",
    )
