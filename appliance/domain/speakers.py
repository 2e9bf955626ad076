"""Loudspeakers in other rooms, which play in step."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Percent = Annotated[int, Meta(ge=0, le=100)]
Milliseconds = Annotated[int, Meta(ge=-2000, le=2000)]


class Speaker(Struct, frozen=True, kw_only=True):
    """One loudspeaker that has ever asked for the music."""

    id: str
    name: str
    connected: bool
    volume: Percent
    muted: bool
    latency: Annotated[int, Meta(description="milliseconds by which its sound is late by itself")]


class SpeakerChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be changed of a loudspeaker; null leaves it."""

    name: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    volume: Percent | None = None
    muted: bool | None = None
    latency: Milliseconds | None = None
