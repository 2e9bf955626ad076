"""`moodbox listen`: what is heard in sound files, without a running box."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from appliance.cli.commands import Family
from appliance.domain.emotions import EMOTIONS
from appliance.lib.text import printable_path
from appliance.songs.formats import AUDIO
from appliance.sound.child import Ears
from appliance.sound.features import Unhearable
from appliance.sound.hear import Heard
from appliance.sound.index import SoundIndex, packed
from appliance.sound.library import index_of, suggestions
from appliance.sound.traits import sounding
from appliance.words.english import mood_word, sounding_in_words
from appliance.words.retelling import retold
from appliance.words.speaking import t

_MODES = ("minor", "major", None)


def declare_listen(commands: Family) -> None:
    """Add `moodbox listen`."""
    parser = commands.add(
        "listen",
        t("hear what songs are like: valence, arousal, tempo, mode, sound"),
        "moodbox listen song.flac",
        "moodbox listen --json --library music/",
        description=t(
            "Hear what songs are like. Valence and arousal, -1 to 1, are a song's place among the music that "
            "Moodbox was made with, or with --library its rank among the songs named."
        ),
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|FOLDER")
    parser.add_argument("--json", action="store_true", help=t("one line of JSON for each file"))
    parser.add_argument("--library", action="store_true", help=t("rank the songs among each other, once all are heard"))
    parser.set_defaults(do=_listen)


def _listen(options: argparse.Namespace) -> int:
    failed = 0
    with Ears() as ears:
        answers = (_hear(ears, file, fault) for file, fault in listed(options.paths))
        lines = _among_each_other(answers) if options.library else (_alone(*answer) for answer in answers)
        for line in lines:
            failed += "error" in line
            print(json.dumps(line) if options.json else _in_words(line), flush=True)
    return 1 if failed else 0


def listed(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Each file, and the songs below each folder in the order of names; "" or what is wrong with a folder."""
    for path in paths:
        if not path.is_dir():
            yield path, ""
            continue
        count = 0
        faults: list[OSError] = []
        for place, folders, names in os.walk(path, onerror=faults.append):
            folders.sort()
            for name in sorted(names):
                if Path(name).suffix.lower() in AUDIO and not name.startswith("."):
                    count += 1
                    yield Path(place, name), ""
        for fault in faults:
            yield Path(os.fsdecode(fault.filename)), f"cannot be read: {fault.strerror}"
        if not count and not faults:
            yield path, "holds no songs"


def _hear(ears: Ears, file: Path, fault: str) -> tuple[Path, Heard | str]:
    if fault:
        return file, fault
    try:
        return file, ears.hear(file)
    except Unhearable as error:
        return file, str(error)
    except OSError as error:
        return file, f"cannot be heard: {error.strerror or error}"


def _alone(file: Path, heard: Heard | str) -> dict[str, Any]:
    if isinstance(heard, str):
        return {"file": printable_path(file), "error": heard}
    place = np.array([[heard.valence, heard.arousal]], np.float32)
    return _line(file, place[0], int(suggestions(place)[0]), packed(heard.sound[None])[0], heard, heard.traits)


def _among_each_other(answers: Iterable[tuple[Path, Heard | str]]) -> Iterator[dict[str, Any]]:
    answers = list(answers)
    rows = [heard for _, heard in answers if isinstance(heard, Heard)]
    index = index_of(rows)
    row = 0
    for file, heard in answers:
        if isinstance(heard, str):
            yield _alone(file, heard)
        else:
            yield _of_row(file, heard, index, row)
            row += 1


def _of_row(file: Path, heard: Heard, index: SoundIndex, row: int) -> dict[str, Any]:
    return _line(file, index.places[row], int(index.suggested[row]), index.sounds[row], heard, index.traits[row])


def _line(file: Path, place: Any, suggested: int, sound: Any, heard: Heard, traits: Any) -> dict[str, Any]:
    return {
        "file": printable_path(file),
        "valence": round(float(place[0]), 4),
        "arousal": round(float(place[1]), 4),
        "suggested": EMOTIONS[suggested].value if suggested >= 0 else None,
        "tempo": round(heard.tempo, 1) if np.isfinite(heard.tempo) else None,
        "mode": _MODES[heard.mode],
        "sound": sound.tolist(),
        "why": sounding_in_words(sounding(heard.tempo, heard.mode, traits)),
    }


def _in_words(line: dict[str, Any]) -> str:
    if "error" in line:
        return f"{line['file']}: {retold(line['error'])}"
    place = {"valence": f"{line['valence']:+.2f}", "arousal": f"{line['arousal']:+.2f}", "why": line["why"]}
    if line["suggested"]:
        mood = mood_word(line["suggested"])
        words = t("valence {valence}, arousal {arousal}, suggested {mood} ({why})", mood=mood, **place)
    else:
        words = t("valence {valence}, arousal {arousal} ({why})", **place)
    return f"{line['file']}: {words}"
