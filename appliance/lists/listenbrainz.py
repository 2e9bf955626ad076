"""ListenBrainz: playlists by their address, and what it makes for a listener every week.

https://listenbrainz.readthedocs.io/en/latest/users/api/playlist.html
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import msgspec

from appliance.lists.download import Downloader, host
from appliance.lists.errors import NotFetched
from appliance.lists.formats import ReadList
from appliance.lists.jspf import parse_jspf

API = "https://api.listenbrainz.org"
_HOSTS = {"listenbrainz.org", "www.listenbrainz.org", "beta.listenbrainz.org"}
_PLAYLIST = re.compile(r"/playlist/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?", re.IGNORECASE)
_FOR_A_USER = re.compile(r"/user/([^/]+)/(?:recommendations|playlists/recommended|playlists)/?", re.IGNORECASE)
_PAGE = 25
"""Playlists that are asked for at a time."""
_PAGES = 4
_WEEKLY = ("weekly-jams", "weekly-exploration")
"""The generators of the playlists that ListenBrainz makes every Monday."""
_EXTENSION = "https://musicbrainz.org/doc/jspf#playlist"


def is_listenbrainz(url: str) -> bool:
    """Whether an address is a playlist of ListenBrainz, or the page of what it makes for a listener."""
    path = _path(url)
    return urlsplit(url).hostname in _HOSTS and bool(_PLAYLIST.fullmatch(path) or _FOR_A_USER.fullmatch(path))


def read_listenbrainz(url: str, downloader: Downloader, token: str = "", api: str = API) -> ReadList:
    """The songs of a playlist, or of the newest weekly playlists that ListenBrainz has made for a listener.

    `token` is the owner's, for private playlists. Raises NotFetched or NotAList.
    """
    headers = {"Authorization": f"Token {token}"} if token else {}
    if found := _PLAYLIST.fullmatch(_path(url)):
        return _playlist(found[1].lower(), downloader, headers, api)
    found = _FOR_A_USER.fullmatch(_path(url))
    if not found:
        raise NotFetched(
            f"{url} is no playlist of ListenBrainz; one is https://listenbrainz.org/playlist/…, and the weekly ones of "
            "a listener are https://listenbrainz.org/user/NAME/recommendations"
        )
    user = unquote(found[1])
    parts = [_playlist(mbid, downloader, headers, api) for mbid in _weekly(user, downloader, headers, api)]
    if not parts:
        raise NotFetched(f"ListenBrainz has made no weekly playlist for {user} yet; it does once it knows some listens")
    return ReadList(f"ListenBrainz weekly for {user}", [entry for part in parts for entry in part.entries])


def _path(url: str) -> str:
    return urlsplit(url).path


def _playlist(mbid: str, downloader: Downloader, headers: dict[str, str], api: str) -> ReadList:
    data = downloader.get(f"{api}/1/playlist/{mbid}", headers)
    name, entries = parse_jspf(data.decode(errors="replace"), f"ListenBrainz's playlist {mbid}")
    return ReadList(name, entries)


def _weekly(user: str, downloader: Downloader, headers: dict[str, str], api: str) -> list[str]:
    """The ids of the newest playlist of each weekly kind."""
    newest: dict[str, tuple[str, str]] = {}
    for page in range(_PAGES):
        url = f"{api}/1/user/{quote(user, safe='')}/playlists/createdfor?count={_PAGE}&offset={page * _PAGE}"
        answer = _object(downloader.get(url, headers), url)
        playlists = answer.get("playlists")
        for each in playlists if isinstance(playlists, list) else []:
            kind, date, mbid = _made_by(each)
            if kind in _WEEKLY and mbid and date >= newest.get(kind, ("", ""))[0]:
                newest[kind] = (date, mbid)
        total = answer.get("playlist_count")
        if not playlists or not isinstance(total, int) or (page + 1) * _PAGE >= total:
            break
    return [newest[kind][1] for kind in _WEEKLY if kind in newest]


def _made_by(item: object) -> tuple[str, str, str]:
    """A playlist's generator, its date and its id; empty where it does not tell."""
    playlist = item.get("playlist") if isinstance(item, dict) else None
    if not isinstance(playlist, dict):
        return "", "", ""
    kind: object = playlist
    for key in ("extension", _EXTENSION, "additional_metadata", "algorithm_metadata", "source_patch"):
        kind = kind.get(key) if isinstance(kind, dict) else None
    found = _PLAYLIST.search(str(playlist.get("identifier", "")))
    return str(kind or ""), str(playlist.get("date", "")), found[1].lower() if found else ""


def _object(data: bytes, url: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotFetched(f"{host(url)} answers with something else than its lists ({error})") from error
