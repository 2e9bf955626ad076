"""What the API can do with songs."""

from __future__ import annotations

from appliance.emotion import Emotion
from appliance.web.openapi import Operation
from appliance.web.songs_api import Added, Folders, Moving, Paging, Songs

_SONG = "/api/songs/{emotion}/{name}"
_TYPES = {"emotion": Emotion}

SONGS = (
    Operation(does="The folders of songs, and what is wrong in them", method="GET", path="/api/songs", answer=Folders),
    Operation(
        does="The songs of an emotion, page by page",
        method="GET",
        path="/api/songs/{emotion}",
        path_types=_TYPES,
        query=Paging,
        answer=Songs,
        errors=(404,),
    ),
    Operation(
        does="Listen to a song, or to a range of its bytes (206)",
        method="GET",
        path=_SONG,
        path_types=_TYPES,
        answer="audio/*",
        errors=(404, 416),
    ),
    Operation(
        does="Put a song in: the body is the file; nothing is overwritten",
        method="PUT",
        path=_SONG,
        path_types=_TYPES,
        body="application/octet-stream",
        status=201,
        answer=Added,
        errors=(404, 409, 507),
    ),
    Operation(
        does="Move a song to another emotion",
        method="POST",
        path=f"{_SONG}/move",
        path_types=_TYPES,
        body=Moving,
        status=204,
        errors=(404, 409, 507),
    ),
    Operation(
        does="Delete a song",
        method="DELETE",
        path=_SONG,
        path_types=_TYPES,
        status=204,
        errors=(404, 409, 507),
    ),
)
