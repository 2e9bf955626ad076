"""Blueprints for Home Assistant, handed out to everyone: they hold nothing of the box's own.

Home Assistant fetches a blueprint by its address, without signing in, and wants the address to end in `.yaml`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "blueprints"
_AT = "/blueprints/"


@cache
def blueprint_paths() -> frozenset[str]:
    """The paths of all blueprints on the page."""
    return frozenset(f"{_AT}{file.name}" for file in FOLDER.glob("*.yaml"))


def blueprint_routes() -> list[web.RouteDef]:
    """One route for each blueprint."""
    return [web.get(path, _blueprint) for path in sorted(blueprint_paths())]


async def _blueprint(request: web.Request) -> web.Response:
    return web.Response(body=_content(request.path), content_type="text/yaml", charset="utf-8")


@cache
def _content(path: str) -> bytes:
    return (FOLDER / path.removeprefix(_AT)).read_bytes()
