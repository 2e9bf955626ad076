"""A folder of songs, heard: what each is like, which cluster it is in, and which mood its owner's folder says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from appliance.cli.listen import listed
from appliance.domain.emotions import EMOTIONS, Emotion, circumplex, folder_of
from appliance.sound.child import Ears
from appliance.sound.clusters import Clusters, clusters_of
from appliance.sound.features import Unhearable
from appliance.sound.hear import Heard
from appliance.sound.index import SoundIndex
from appliance.sound.library import SUGGESTED, index_of

UNSORTED = "unsorted"
"""The folder of songs of which no emotion is clear."""


@dataclass(frozen=True, slots=True)
class Collection:
    """The songs of a folder that could be heard, in the order of `index`, and what was wrong with the others."""

    folder: Path
    files: tuple[str, ...]
    """Paths within the folder, with `/`."""
    index: SoundIndex
    clusters: Clusters
    problems: dict[str, str]

    def mood(self, row: int) -> Emotion | None:
        """The emotion in whose folder the owner keeps a song."""
        return folder_of(self.files[row])

    def suggested(self, row: int) -> Emotion | None:
        """The emotion that a song clearly shows."""
        number = int(self.index.suggested[row])
        return EMOTIONS[number] if number >= 0 else None

    def nearest(self, row: int) -> Emotion:
        """The emotion that music can show whose point on the plane is the nearest."""
        place = self.index.places[row]
        choices = (*SUGGESTED, Emotion.NEUTRAL)
        return min(choices, key=lambda each: float(np.hypot(*(place - np.array(circumplex(each))))))


def hear_collection(folder: Path, progress: Callable[[str], None] = lambda _: None) -> Collection:
    """Hear every song below a folder. `progress` is told each one's name."""
    heard: dict[str, Heard] = {}
    problems: dict[str, str] = {}
    with Ears() as ears:
        for path, fault in listed([folder]):
            name = path.relative_to(folder).as_posix()
            progress(name)
            if fault:
                problems[name] = fault
                continue
            try:
                heard[name] = ears.hear(path)
            except Unhearable as error:
                problems[name] = str(error)
    files = sorted(heard)
    index = index_of([heard[name] for name in files], files)
    return Collection(folder, tuple(files), index, clusters_of(index), problems)


def sort_copy(collection: Collection, to: Path, everything: bool) -> int:
    """Copy the songs into folders by emotion below `to`, without overwriting anything; how many were copied.

    A song that lies in an emotion's folder stays there. The others go where the suggestion says, or without one to
    `unsorted`; with `everything` to the nearest emotion instead.
    """
    copied = 0
    for row, name in enumerate(collection.files):
        mood = collection.mood(row) or collection.suggested(row) or (collection.nearest(row) if everything else None)
        within = name.split("/", 1)[1] if collection.mood(row) else name
        target = to / (mood.value if mood else UNSORTED) / within
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(collection.folder / name, target)
            copied += 1
    return copied
