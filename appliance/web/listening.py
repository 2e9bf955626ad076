"""A song sent to be heard on the phone: in parts, if the player asks for parts (RFC 9110, section 14)."""

from __future__ import annotations

import asyncio
import os
import re

from aiohttp import web

from appliance.songs.keeper import Opened

_CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


async def send(request: web.Request, song: Opened) -> web.StreamResponse:
    """Answer with an open song, whole or the part that is asked for."""
    tag = f'"{song.changed:x}-{song.size:x}"'
    headers = {"ETag": tag, "Accept-Ranges": "bytes", "Cache-Control": "private, no-cache"}
    if tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    wanted = request.headers.get("Range", "") if request.headers.get("If-Range", tag) == tag else ""
    start, stop = part(wanted, song.size)
    if start >= stop and song.size:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{song.size}"})
    status = 200
    if wanted and (start, stop) != (0, song.size):
        status, headers["Content-Range"] = 206, f"bytes {start}-{stop - 1}/{song.size}"
    response = web.StreamResponse(status=status, headers=headers)
    response.content_type, response.content_length = song.media_type, stop - start
    await response.prepare(request)
    while request.method != "HEAD" and start < stop:
        data = await asyncio.to_thread(os.pread, song.file.fileno(), min(_CHUNK, stop - start), start)
        if not data:  # it was cut short meanwhile: better an end that shows than one that seems right
            raise ConnectionResetError
        await response.write(data)
        start += len(data)
    return response


def part(wanted: str, size: int) -> tuple[int, int]:
    """The bytes from which and up to which a `Range` asks; all for what it does not understand or that asks for more.

    Empty (from not below up to) if the file has none of them.
    """
    match = _RANGE.fullmatch(wanted.replace(" ", ""))
    if match is None or match.group(1) == match.group(2) == "":
        return 0, size
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return 0, size
    return int(first), min(size, int(last) + 1) if last else size
