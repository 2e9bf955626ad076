"""A song sent to be heard on the phone: in parts, if the player asks for parts (RFC 9110, section 14)."""

from __future__ import annotations

import asyncio
import os
import re

from aiohttp import web

from appliance.songs.store import OpenedSong
from appliance.web.api.errors import WebError

_CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


async def send(request: web.Request, song: OpenedSong) -> web.StreamResponse:
    """Answer with an open song, whole or the part that is asked for."""
    tag = f'"{song.changed:x}-{song.size:x}"'
    headers = {"ETag": tag, "Accept-Ranges": "bytes", "Cache-Control": "private, no-cache"}
    if tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    wanted = request.headers.get("Range", "") if request.headers.get("If-Range", tag) == tag else ""
    asked = part(wanted, song.size)
    start, stop = asked or (0, song.size)
    if start >= stop:
        error = WebError(416, f"the song has {song.size} bytes, and none of those that are asked for")
        error.headers["Content-Range"] = f"bytes */{song.size}"
        raise error
    if asked:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{song.size}"
    response = web.StreamResponse(status=206 if asked else 200, headers=headers)
    response.content_type, response.content_length = song.media_type, stop - start
    await response.prepare(request)
    while request.method != "HEAD" and start < stop:
        data = await asyncio.to_thread(os.pread, song.file.fileno(), min(_CHUNK, stop - start), start)
        if not data:  # it was cut short meanwhile: better an end that shows than one that seems right
            raise ConnectionResetError
        await response.write(data)
        start += len(data)
    return response


def part(wanted: str, size: int) -> tuple[int, int] | None:
    """From which and before which byte a `Range` asks, of a file of `size` bytes; the first is not below the second
    if the file has none of them. None for what is no range, or several.
    """
    match = _RANGE.fullmatch(wanted.replace(" ", ""))
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    return int(first), min(size, int(last) + 1) if last else size
