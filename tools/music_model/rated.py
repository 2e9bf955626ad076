"""Music that listeners have rated, for measuring only: nothing that is shipped is made from it."""

from __future__ import annotations

import csv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.music_model.listening import FromFile, Task, content_key, midi_tasks

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Rated:
    """Songs to listen to, with the (n, 2) valence and arousal that listeners heard in them, on any scale around 0."""

    name: str
    tasks: list[Task]
    feelings: Numbers


def emotify(folder: Path) -> Rated:
    """Recordings with the shares of listeners who felt each of nine feelings (Aljanaki, Wiering & Veltkamp 2016).

    `labels.csv` beside the files: file, then a column for each feeling. Arousal is the shares of joyful activation,
    power and tension less those of calmness, tenderness and sadness; valence those of joyful activation, tenderness
    and calmness less those of tension and sadness.
    """
    tasks, feelings = [], []
    with (folder / "labels.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            joy, power, tension, calm, tender, sad = (
                float(row[name])
                for name in ("joyful_activation", "power", "tension", "calmness", "tenderness", "sadness")
            )
            file = folder / row["file"]
            tasks.append(Task(content_key(file), FromFile(file)))
            feelings.append((joy + tender + calm - tension - sad, joy + power + tension - calm - tender - sad))
    return Rated("emotify", tasks, np.array(feelings))


def vgmidi(folder: Path, font: Path) -> Rated:
    """Piano arrangements of game music (Ferreira & Whitehead 2019); `labels.csv`: file, valence, arousal."""
    with (folder / "labels.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if (folder / row["file"]).is_file()]
    feelings = np.array([(float(row["valence"]), float(row["arousal"])) for row in rows])
    return Rated(f"vgmidi, {font.stem}", midi_tasks([folder / row["file"] for row in rows], font), feelings)


def emopia(archive: Path, font: Path, work: Path, every: int) -> Rated:
    """Piano clips of pop whose quadrant Q1..Q4 is in their name (Hung et al. 2021); each `every`th of them."""
    folder = work / "emopia"
    with zipfile.ZipFile(archive) as zipped:
        names = sorted(name for name in zipped.namelist() if name.endswith(".mid"))[::every]
        zipped.extractall(folder, names)
    quadrants = [int(Path(name).name[1]) for name in names]
    feelings = np.array([((1, -1, -1, 1)[q - 1], (1, 1, -1, -1)[q - 1]) for q in quadrants], float)
    return Rated(f"emopia, {font.stem}", midi_tasks([folder / name for name in names], font), feelings)
