"""Features of many songs and of their halves, kept on disk so that an interrupted run goes on where it stopped."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from appliance.composer import compose
from appliance.composer.synth import RATE
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.songs.formats import AUDIO
from appliance.sound.decode import listen_to_file
from appliance.sound.features import VERSION, Unhearable, features_of
from appliance.sound.frames import Frames, listen_to
from tools.music_model.fit import Songs
from tools.music_model.variants import sounding, variant

Three = npt.NDArray[np.float32]
"""(3, F): features of a whole song, of its first half and of its second."""
RENDER_RATE, RENDER_SECONDS = 22_050, 40


def thirds(frames: Frames) -> Three:
    """The features of a song and of its halves. Raises Unhearable if one of them holds too little."""
    return np.stack([features_of(each) for each in (frames, *halves(frames))])


def halves(frames: Frames) -> tuple[Frames, Frames]:
    """What was heard in the first and in the second half."""
    short, slow = len(frames.power) // 2, len(frames.chroma) // 2

    def cut(a: slice, b: slice) -> Frames:
        return dataclasses.replace(
            frames, bands=frames.bands[a], power=frames.power[a], crossings=frames.crossings[a],
            parts=frames.parts[a], chroma=frames.chroma[b], tones=frames.tones[b],
        )  # fmt: skip

    return cut(slice(short), slice(slow)), cut(slice(short, None), slice(slow, None))


@dataclass(frozen=True, slots=True)
class Task:
    """One song to listen to: what it is called in the cache, and how it is heard."""

    name: str
    hear: Callable[[], Frames]

    def __call__(self) -> Three | None:
        """Its features; None if nothing can be heard."""
        try:
            return thirds(self.hear())
        except Unhearable:
            return None


@dataclass(frozen=True, slots=True)
class FromFile:
    """A sound file."""

    file: Path

    def __call__(self) -> Frames:
        """What is heard."""
        return listen_to_file(self.file).frames


@dataclass(frozen=True, slots=True)
class FromVariant:
    """A variant by its number."""

    number: int

    def __call__(self) -> Frames:
        """What is heard."""
        return listen_to(sounding(variant(self.number)).mean(axis=1), RATE)


@dataclass(frozen=True, slots=True)
class FromHouse:
    """A piece of house music."""

    emotion: Emotion
    number: int

    def __call__(self) -> Frames:
        """What is heard."""
        return listen_to(compose(self.emotion, self.number).samples.mean(axis=1), RATE)


@dataclass(frozen=True, slots=True)
class FromMidi:
    """A MIDI file, played by FluidSynth with a sound font."""

    file: Path
    font: Path

    def __call__(self) -> Frames:
        """What is heard."""
        command = ["fluidsynth", "-ni", "-q", "-C", "0", "-R", "0", "-r", str(RENDER_RATE), "-g", "0.6",
                   "-O", "s16", "-T", "raw", "-F", "/dev/stdout", str(self.font), str(self.file)]  # fmt: skip
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdin=quiet, stdout=subprocess.PIPE, stderr=quiet) as synthesiser:
            assert synthesiser.stdout
            sound = synthesiser.stdout.read(RENDER_RATE * 4 * RENDER_SECONDS)
            synthesiser.kill()
        samples = np.frombuffer(sound[: len(sound) // 4 * 4], "<i2").reshape(-1, 2).mean(axis=1) / 32_768
        return listen_to(samples.astype(np.float32), RENDER_RATE)


def composed_tasks(count: int) -> list[Task]:
    """The first `count` variants."""
    return [Task(f"variant-{number}", FromVariant(number)) for number in range(count)]


def house_tasks() -> list[Task]:
    """The house pieces, five for each emotion."""
    return [Task(f"house-{emotion}-{n}", FromHouse(emotion, n)) for emotion in EMOTIONS for n in range(1, 6)]


def file_tasks(folder: Path) -> list[Task]:
    """Every song below a folder, in the order of names."""
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in AUDIO and file.is_file())
    return [Task(content_key(file), FromFile(file)) for file in files]


def midi_tasks(files: Iterable[Path], font: Path) -> list[Task]:
    """MIDI files as a sound font plays them."""
    return [Task(f"{font.stem}-{content_key(file)}", FromMidi(file, font)) for file in files]


def heard_songs(tasks: Sequence[Task], work: Path, jobs: int) -> tuple[Songs, list[int]]:
    """The features of the songs that can be heard, and which of the tasks they are; kept below `work`."""
    found = list(_each(tasks, work, jobs))
    known = [number for number, three in enumerate(found) if three is not None]
    table = np.array([found[number] for number in known], np.float64)
    return Songs(table[:, 0], table[:, 1], table[:, 2]), known


def _each(tasks: Sequence[Task], work: Path, jobs: int) -> Iterator[Three | None]:
    folder = work / f"features-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [task for task in tasks if not (folder / f"{task.name}.npy").exists()]
    with ProcessPoolExecutor(jobs) as pool:
        for task, three in zip(missing, pool.map(_listen, missing, chunksize=1), strict=True):
            partial = folder / f"{task.name}.part.npy"
            np.save(partial, np.zeros((0,)) if three is None else three)
            os.replace(partial, folder / f"{task.name}.npy")  # noqa: PTH105 - a whole file or none
    for task in tasks:
        kept = np.load(folder / f"{task.name}.npy")
        yield kept if kept.size else None


def _listen(task: Task) -> Three | None:
    return task()


def content_key(file: Path) -> str:
    """A name for the cache that changes with the file's content."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:20]
