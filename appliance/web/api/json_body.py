"""Reading what a request brings: JSON of a known shape within limits; and answering in JSON."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from appliance.web.api.errors import WebError

T = TypeVar("T")

LARGEST = 16 * 1024
"""Bytes in the JSON body of a request, at most; no API body needs a tenth of it."""
_SECONDS = 10.0  # for a body to arrive


class Empty(msgspec.Struct, forbid_unknown_fields=True):
    """`{}`: a request that says all by its path."""


async def read_json(request: web.Request, kind: type[T]) -> T:
    """The request's JSON body as `kind`; an empty body counts as `{}`. Raises WebError 400, 408, 413 or 415."""
    if request.content_length != 0 and request.can_read_body and request.content_type != "application/json":
        raise WebError(415, f"the body is {request.content_type}; it must be application/json")
    body = await take(request, LARGEST)
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise WebError(400, f"the body is not what is wanted here: {error}") from error


async def take(request: web.Request, most: int) -> bytes:
    """The request's body of at most `most` bytes. Raises WebError 408 or 413."""
    if (request.content_length or 0) > most:
        raise WebError(413, f"the body has {request.content_length} bytes; at most {most} are taken")
    body = bytearray()
    try:
        async with asyncio.timeout(_SECONDS):
            async for part in request.content.iter_any():
                body += part
                if len(body) > most:
                    raise WebError(413, f"the body has more than {most} bytes, which are the most that are taken")
    except TimeoutError:
        raise WebError(408, f"the body did not arrive within {_SECONDS:.0f} seconds") from None
    return bytes(body)


def read_query(request: web.Request, kind: type[T]) -> T:
    """The parameters after the `?` as `kind`, numbers read from their digits. Raises WebError 400."""
    found: dict[str, str] = {}
    for name, value in request.query.items():
        if name in found:
            raise WebError(400, f"{name} is given twice; once is enough")
        found[name] = value
    try:
        return msgspec.convert(found, kind, strict=False)
    except msgspec.ValidationError as error:
        raise WebError(400, f"what stands after the ? is not what is wanted here: {error}") from error


def json_answer(value: Any, status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")


def packed_answer(request: web.Request, value: Any) -> web.Response:
    """The same compressed, if the browser takes that: for answers of tens of kilobytes."""
    response = json_answer(value)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.enable_compression(web.ContentCoding.gzip)
    return response


def no_content() -> web.Response:
    """204: it is done, or the conductor has been told, and there is nothing to say."""
    return web.Response(status=204)
