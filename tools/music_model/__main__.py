"""`python -m tools.music_model train | evaluate`: makes `appliance/sound/ear.npz`, and measures it on rated music."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from appliance.sound.ear import FILE, Ear, load_ear
from tools.music_model import rated
from tools.music_model.fit import Songs, fit_ear
from tools.music_model.listening import composed_tasks, file_tasks, heard_songs, house_tasks
from tools.music_model.measures import agreement, other_halves
from tools.music_model.variants import HOUSE_FEELINGS, variant

VARIANTS = 300
"""Pieces that are composed unless another number is given."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the commands."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    parser = argparse.ArgumentParser(prog="python -m tools.music_model", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    train = commands.add_parser("train", help="compose, listen, fit, and write the ear")
    train.add_argument("--free", type=Path, required=True, metavar="FOLDER", help="free music of any kind")
    train.add_argument("--variants", type=int, default=VARIANTS, help=f"pieces to compose ({VARIANTS})")
    train.add_argument("--output", type=Path, default=FILE, help=f"where the ear goes ({FILE})")
    train.set_defaults(do=_train)
    evaluate = commands.add_parser("evaluate", help="measure an ear on music that listeners have rated")
    evaluate.add_argument("--ear", type=Path, default=FILE)
    evaluate.add_argument("--emotify", type=Path, metavar="FOLDER", help="recordings and their labels.csv")
    evaluate.add_argument("--vgmidi", type=Path, metavar="FOLDER", help="MIDI files and their labels.csv")
    evaluate.add_argument("--emopia", type=Path, metavar="ZIP", help="MIDI files with Q1..Q4 in their names")
    evaluate.add_argument("--every", type=int, default=1, help="take every so many of EMOPIA's clips")
    evaluate.add_argument("--soundfont", type=Path, action="append", default=[], help="what plays MIDI; again for more")
    evaluate.add_argument("--halves", type=Path, metavar="FOLDER", help="songs of which halves shall find each other")
    evaluate.set_defaults(do=_evaluate)
    for command in (train, evaluate):
        command.add_argument("--work", type=Path, default=Path("build/music_model"), help="keeps what was heard")
        command.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    return int(options.do(options) or 0)


def _train(options: argparse.Namespace) -> None:
    composed, known = heard_songs(composed_tasks(options.variants), options.work, options.jobs)
    house, _ = heard_songs(house_tasks(), options.work, options.jobs)
    free, _ = heard_songs(file_tasks(options.free), options.work, options.jobs)
    feelings = [(variant(number).valence, variant(number).arousal) for number in known]
    feelings += [place for place in HOUSE_FEELINGS.values() for _ in range(5)]
    ear = fit_ear(_together(composed, house), np.array(feelings), free)
    write_ear(ear, options.output)
    print(f"{options.output}: from {len(feelings)} composed pieces and {len(free.whole)} free songs")


def write_ear(ear: Ear, file: Path) -> None:
    """Write an ear as the box reads it."""
    np.savez(file, **{field.name: getattr(ear, field.name) for field in dataclasses.fields(ear)})


def _together(one: Songs, other: Songs) -> Songs:
    return Songs(
        *(np.concatenate((getattr(one, field.name), getattr(other, field.name))) for field in dataclasses.fields(one))
    )


def _evaluate(options: argparse.Namespace) -> None:
    ear = load_ear(options.ear)
    sets = [rated.emotify(options.emotify)] if options.emotify else []
    for font in options.soundfont:
        sets += [rated.vgmidi(options.vgmidi, font)] if options.vgmidi else []
        sets += [rated.emopia(options.emopia, font, options.work, options.every)] if options.emopia else []
    for each in sets:
        songs, known = heard_songs(each.tasks, options.work, options.jobs)
        print(json.dumps({"set": each.name, **agreement(ear, songs, each.feelings[known])}), flush=True)
    if options.halves:
        songs, _ = heard_songs(file_tasks(options.halves), options.work, options.jobs)
        print(json.dumps({"set": str(options.halves), "songs": len(songs.whole), **other_halves(ear, songs)}))


if __name__ == "__main__":
    sys.exit(main())
