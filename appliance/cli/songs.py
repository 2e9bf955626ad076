"""`moodbox songs`: what the folders hold; adds, moves and removes songs, whether the box runs or not."""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from appliance.cli.commands import Family
from appliance.control.client import ask
from appliance.control.messages import SOCKET, AskSongs, NotRunning, RequestRefused
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.lib.text import printable_name
from appliance.settings.last_good import load_or_last_good
from appliance.settings.settings import Settings, load_settings
from appliance.songs.errors import NoSuchSong, SongError
from appliance.songs.store import SongStore
from appliance.songs.survey import FolderSurvey
from appliance.words.numbers import listed
from appliance.words.retelling import retold
from appliance.words.speaking import t, tn

_USAGE = """\
moodbox songs [--json] [EMOTION]
       moodbox songs add EMOTION FILE...
       moodbox songs move SONG... EMOTION
       moodbox songs remove SONG..."""
_ALL = 1 << 40
_AT_ONCE = 100  # names that the box is told in one line, which holds 64 KiB of names of 255 bytes


def declare_songs(commands: Family) -> None:
    """Add `moodbox songs`."""
    parser = commands.add(
        "songs",
        t("list, add, move and remove songs"),
        "moodbox songs happy",
        "moodbox songs add happy holiday.mp3 dance.flac",
        "moodbox songs move happy/rain.flac sad",
        description=t(
            "List, add, move and remove songs. A SONG is its path within the songs' folder, such as "
            "happy/album/song.flac, or any path to it."
        ),
    )
    parser.usage = _USAGE
    parser.add_argument("--json", action="store_true", help=t("everything, as JSON"))
    parser.add_argument("words", nargs="*", metavar="...", help=argparse.SUPPRESS)
    parser.set_defaults(do=functools.partial(_do, parser))


def _do(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    settings = load_settings(options.settings)
    store = SongStore.of(settings)
    match options.words:
        case []:
            return _show_folders(store, options.json)
        case [name] if name in EMOTIONS:
            return _show_songs(store, Emotion(name), options.json)
        case ["add", name, *files] if name in EMOTIONS and files:
            emotion = Emotion(name)
            return _each(options, files, lambda file: _add(store, emotion, Path(file)))
        case ["move", *songs, name] if name in EMOTIONS and songs:
            to, was = Emotion(name), list[str]()
            failed = _each(options, songs, lambda song: _move(store, song, to, was))
            _tell(settings, [AskSongs(to, was=tuple(was[at : at + _AT_ONCE])) for at in range(0, len(was), _AT_ONCE)])
            return failed
        case ["remove", *songs] if songs:
            return _each(options, songs, lambda song: _remove(store, song))
    parser.print_usage(sys.stderr)
    moods = ", ".join(EMOTIONS)
    wrong = t(
        "{words} is none of these; an EMOTION is one of {moods}", words=repr(" ".join(options.words)), moods=moods
    )
    print(wrong, file=sys.stderr)
    return 2


def _show_folders(store: SongStore, as_json: bool) -> int:
    found = store.survey()
    if as_json:
        folders = [_described(store, folder) for folder in found]
        print(json.dumps({"songs": str(store.songs), "folders": folders, "free_bytes": store.free_bytes()}, indent=2))
        return 0
    for folder in found:
        print(f"{folder.emotion:<9} {_held(store, folder)}")
        for problem in folder.problems:
            print(f"          {retold(str(problem))}")
    return 0


def _described(store: SongStore, folder: FolderSurvey) -> dict[str, Any]:
    base = store.songs / folder.emotion
    return {
        "emotion": folder.emotion,
        "songs": folder.songs,
        "streams": folder.streams,
        "house": store.house_in_use(folder),
        "unplayable": [
            {"file": printable_name(str(place.relative_to(base))), "problem": text} for place, text in folder.problems
        ],
    }


def _held(store: SongStore, folder: FolderSurvey) -> str:
    house = store.house_in_use(folder)
    parts = [
        folder.songs and tn("{count} song", "{count} songs", folder.songs),
        folder.streams and tn("{count} stream", "{count} streams", folder.streams),
        house and tn("{count} piece of house music", "{count} pieces of house music", house),
    ]
    return listed([part for part in parts if part]) or t("nothing yet; another emotion stands in")


def _show_songs(store: SongStore, emotion: Emotion, as_json: bool) -> int:
    total, songs = store.page(emotion, 0, _ALL)
    if as_json:
        shown = [
            {"name": s.name, "bytes": s.size, "house": s.house, "playable": not s.problem, "problem": s.problem or None}
            for s in songs
        ]
        print(json.dumps({"total": total, "songs": shown}, indent=2))
        return 0
    for song in songs:
        print(f"{song.name}: {retold(song.problem)}" if song.problem else song.name)
    return 0


def _each(options: argparse.Namespace, things: Sequence[str], do: Any) -> int:
    """Do something with each, even if others fail, and tell a running box what has changed."""
    failed, changed = 0, dict[Emotion, list[str]]()
    for thing in things:
        try:
            told, folders = do(thing)
        except SongError as error:
            print(f"moodbox: {printable_name(retold(str(error)))}", file=sys.stderr)
            failed += 1
        else:
            print(printable_name(told))
            for emotion, new in folders.items():
                changed.setdefault(emotion, []).extend(new)
    _tell_box(load_or_last_good(options.settings)[0], changed)
    return 1 if failed else 0


def _tell_box(settings: Settings, changed: dict[Emotion, list[str]]) -> None:
    _tell(
        settings,
        [
            AskSongs(emotion, tuple(new[first : first + _AT_ONCE]))
            for emotion, new in sorted(changed.items())
            for first in range(0, max(1, len(new)), _AT_ONCE)
        ],
    )


def _tell(settings: Settings, requests: Sequence[AskSongs]) -> None:
    with contextlib.suppress(NotRunning, RequestRefused):  # then MPD finds them by itself, a little later
        for request in requests:
            ask(settings.run_dir / SOCKET, request)


def _add(store: SongStore, emotion: Emotion, file: Path) -> tuple[str, dict[Emotion, list[str]]]:
    new = f"{emotion}/{store.add(emotion, file)}"
    return new, {emotion: [new]}


def _move(store: SongStore, song: str, to: Emotion, was: list[str]) -> tuple[str, dict[Emotion, list[str]]]:
    emotion, name = _found(store, song)
    new = f"{to}/{store.move(emotion, name, to)}"
    was.append(f"{emotion}/{name}")
    return new, {emotion: [], to: [new]}


def _remove(store: SongStore, song: str) -> tuple[str, dict[Emotion, list[str]]]:
    emotion, name = _found(store, song)
    store.remove(emotion, name)
    return t("{song} removed", song=f"{emotion}/{name}"), {emotion: []}


def _found(store: SongStore, song: str) -> tuple[Emotion, str]:
    """The emotion and the name of a song by its path. Raises NoSuchSong for one that is outside the songs' folders."""
    for path in _readings(store, song):
        if len(path.parts) > 1 and path.parts[0] in EMOTIONS:
            return Emotion(path.parts[0]), "/".join(path.parts[1:])
    raise NoSuchSong(
        f"{song!r} is no song in {store.songs}; name one such as happy/song.flac (`moodbox songs happy` lists them)"
    )


def _readings(store: SongStore, song: str) -> Iterator[Path]:
    """The paths within the songs' folder that may be meant: a path from there, or from where the owner is."""
    yield Path(song)
    here = os.path.abspath(song)  # noqa: PTH100 - links stay as they are, and `..` goes
    for base in (store.songs.absolute(), store.songs.resolve()):
        if Path(here).is_relative_to(base):
            yield Path(here).relative_to(base)
