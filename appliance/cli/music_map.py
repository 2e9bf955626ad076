"""`moodbox music map`: a picture of which songs sound alike."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from appliance.catalogue.reading import read_index, read_tags
from appliance.catalogue.schema import FILE
from appliance.cli.commands import Family
from appliance.cli.listen import listed
from appliance.errors import MoodboxError
from appliance.lib.atomic_file import write
from appliance.lib.text import printable_path
from appliance.settings.last_good import load_or_last_good
from appliance.sound.child import Ears
from appliance.sound.clusters import clusters_of
from appliance.sound.features import Unhearable
from appliance.sound.graph import NEIGHBOURS, edges_between, some_songs
from appliance.sound.hear import Heard
from appliance.sound.index import SoundIndex
from appliance.sound.library import index_of
from appliance.sound.picture import graph_svg
from appliance.words.numbers import listed as listed_words
from appliance.words.retelling import retold
from appliance.words.speaking import t, tn

SONGS = 100


def declare_map(music: Family) -> None:
    """Add `moodbox music map`."""
    parser = music.add(
        "map",
        t("draw which songs sound alike"),
        "moodbox music map songs.svg",
        'moodbox music map --like "library/a song.flac" --by euclid --threshold 0.9 songs.svg',
        "moodbox music map --folder music/ songs.svg",
        description=t("Draw songs as dots, each joined to those that sound most like it, as an SVG picture."),
    )
    parser.add_argument("picture", type=Path, metavar="FILE.svg", help=t("where the picture goes"))
    parser.add_argument("--folder", type=Path, help=t("the songs of this folder, heard now, instead of the box's own"))
    parser.add_argument(
        "--songs", type=int, default=SONGS, metavar="N", help=t("so many songs; {count} unless given", count=SONGS)
    )
    parser.add_argument(
        "--like", metavar="SONG", help=t("the songs that sound most like this one; else evenly over all")
    )
    parser.add_argument("--neighbours", type=int, default=NEIGHBOURS, metavar="N",
                        help=t("join each song to so many; {count} unless given", count=NEIGHBOURS))  # fmt: skip
    parser.add_argument("--by", choices=("cosine", "euclid"), default="cosine", help=t("how likeness is measured"))
    parser.add_argument(
        "--threshold",
        type=float,
        metavar="X",
        help=t("join only songs at least so alike (cosine, -1 to 1) or at most so far apart (euclid, 0 to 2)"),
    )
    parser.set_defaults(do=_map)


def _map(options: argparse.Namespace) -> None:
    index, genres = _from_folder(options.folder) if options.folder else _from_catalogue(options)
    rows = _chosen(index, options.like, max(1, options.songs))
    if not rows:
        raise MoodboxError("no song has been heard yet; `moodbox music status` says how far the box is")
    edges = edges_between(index, rows, options.neighbours, options.by, options.threshold)
    picture = graph_svg(index, rows, edges, clusters_of(index, genres), options.by)
    try:
        write(options.picture, picture.encode())
    except OSError as error:
        raise MoodboxError(f"{options.picture}: cannot be written ({error.strerror})") from error
    drawn = tn("{count} song", "{count} songs", len(rows)), tn("{count} pair", "{count} pairs", len(edges))
    print(f"{options.picture}: {listed_words(list(drawn))}")


def _chosen(index: SoundIndex, like: str | None, count: int) -> list[int]:
    if like is None:
        return some_songs(index, count)
    row = index.row_of(like)
    if row is None:
        found = [number for number, file in enumerate(index.files) if like.casefold() in file.casefold()]
        if len(found) != 1:
            raise MoodboxError(f"{like!r} is part of the names of {len(found)} songs; name one of them")
        row = found[0]
    return [row, *(other for other, _ in index.nearest(row, count - 1))]


def _from_folder(folder: Path) -> tuple[SoundIndex, list[str]]:
    heard: dict[str, Heard] = {}
    with Ears() as ears:
        for file, fault in listed([folder]):
            try:
                if fault:
                    _complain(file, fault)
                else:
                    heard[file.relative_to(folder).as_posix()] = ears.hear(file)
            except Unhearable as error:
                _complain(file, str(error))
    files = sorted(heard)
    return index_of([heard[file] for file in files], files), []


def _complain(file: Path, fault: str) -> None:
    print(f"moodbox: {printable_path(file)}: {retold(fault)}", file=sys.stderr)


def _from_catalogue(options: argparse.Namespace) -> tuple[SoundIndex, list[str]]:
    database = load_or_last_good(options.settings)[0].state_dir / FILE
    index = read_index(database)
    genres = {song.file: song.genre for song in read_tags(database)}
    return index, [genres.get(file, "") for file in index.files]
