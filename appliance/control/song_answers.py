"""What the running box answers to questions about its songs: what it makes of one, which sound alike, which groups."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from appliance.catalogue.songs import SongTags
from appliance.control.messages import AskClusters, AskLike, AskPath, AskWhy, SongQuestion
from appliance.domain.emotions import EMOTIONS
from appliance.errors import MoodboxError
from appliance.journey.describing import because, emotion_of
from appliance.journey.plane import Plane
from appliance.journey.route import describe_route, route
from appliance.sound.clusters import clusters_of
from appliance.sound.index import SoundIndex
from appliance.sound.traits import sounding

NAMED = 5
"""Songs that are named where a name fits several."""
EXAMPLES = 3
"""Songs that are named of each group."""


class NoSuchSong(MoodboxError, LookupError):
    """The catalogue has no such song; the text says what it has."""


@dataclass(frozen=True, slots=True)
class SongAnswers:
    """One for the whole box.

    `song` gives a song's tags, and why it cannot be heard; `plane` the songs as they are chosen from, None at first.
    """

    song: Callable[[str], Awaitable[tuple[SongTags | None, str]]]
    plane: Callable[[], Plane | None]
    genres: Callable[[], Awaitable[dict[str, str]]]
    """The genre of each file that has one."""

    async def answer(self, question: SongQuestion) -> dict[str, Any]:
        """Raises NoSuchSong, NoWay."""
        plane = self.plane()
        if plane is None:
            raise NoSuchSong("the songs are not known yet; ask again in a moment")
        match question:
            case AskWhy(file):
                return await self._why(plane, find_song(plane.index.files, file))
            case AskLike(file, count):
                row = find_song(plane.index.files, file)
                if not plane.scales[row]:
                    raise NoSuchSong(f"{plane.index.files[row]} has not been listened to yet")
                alike = plane.index.nearest(row, count)
                return {
                    "file": plane.index.files[row],
                    "like": [
                        {
                            "file": plane.index.files[other],
                            "cosine": round(cosine, 3),
                            "emotion": emotion_of(plane, other),
                        }
                        for other, cosine in alike
                    ],
                }

            case AskPath(start, end):
                files = plane.index.files
                here, there = (word if word in EMOTIONS else files[find_song(files, word)] for word in (start, end))
                rows = await asyncio.to_thread(route, plane, here, there, random.Random())
                return {"songs": describe_route(plane, rows)}
            case AskClusters():
                genres = await self.genres()
                tags = [genres.get(file, "") for file in plane.index.files]
                return {"clusters": await asyncio.to_thread(clusters_in, plane.index, tags)}

    async def _why(self, plane: Plane, row: int) -> dict[str, Any]:
        index = plane.index
        file = index.files[row]
        tags, problem = await self.song(file)
        sounds = sounding(float(index.tempo[row]), int(index.mode[row]), index.traits[row])
        return {
            "file": file,
            "title": tags.title if tags else "",
            "artist": tags.artist if tags else "",
            "emotion": emotion_of(plane, row),
            "because": because(plane, row),
            "heard": bool(plane.scales[row]),
            "problem": problem or None,
            "valence": _rounded(plane.places[row, 0]),
            "arousal": _rounded(plane.places[row, 1]),
            "tempo": sounds.bpm,
            "mode": sounds.mode,
            "traits": list(sounds.traits),
        }


def find_song(files: tuple[str, ...], text: str) -> int:
    """The row of the one song that is called so, or whose name holds the text. Raises NoSuchSong."""
    text = text.strip("/")
    exact = [row for row, file in enumerate(files) if file == text or file.endswith(f"/{text}")]
    found = exact or [row for row, file in enumerate(files) if text.casefold() in file.casefold()]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NoSuchSong(f"there is no song {text!r}; name one as `moodbox status --json` does, or a part of its name")
    names = ", ".join(files[row] for row in found[:NAMED])
    raise NoSuchSong(f"{len(found)} songs are called {text!r}: {names}{' …' if len(found) > NAMED else ''}; name one")


def _rounded(value: float) -> float | None:
    return round(float(value), 2) if math.isfinite(value) else None


def clusters_in(index: SoundIndex, genres: Sequence[str]) -> list[dict[str, Any]]:
    """The groups of songs that sound alike, the largest first: `name`, `songs` (how many), and some `examples`."""
    clusters = clusters_of(index, genres)
    groups: list[dict[str, Any]] = []
    for number, name in enumerate(clusters.names):
        rows = np.flatnonzero(clusters.numbers == number)
        examples = [index.files[row] for row in rows[:: max(1, len(rows) // EXAMPLES)][:EXAMPLES]]
        groups.append({"name": name, "songs": len(rows), "examples": examples})
    return sorted((group for group in groups if group["songs"]), key=lambda group: -int(group["songs"]))
