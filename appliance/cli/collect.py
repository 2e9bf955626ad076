"""`moodbox collect`: teach the box the faces of its household, and see, use and delete what was taught."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from appliance.cli.commands import Family, socket_of
from appliance.control.client import ask
from appliance.control.messages import (
    AskCollect,
    AskDropFaces,
    AskEndCollect,
    AskFaces,
    AskLearnCorrections,
    AskUseFaces,
)
from appliance.core.collecting import CollectEnd, CollectPhase, CollectRound
from appliance.errors import MoodboxError
from appliance.words.english import mood_word
from appliance.words.retelling import retold
from appliance.words.speaking import t, tn

RESUME, LIST, STOP, FORGET, USE, CORRECTIONS = "resume", "list", "stop", "forget", "use", "corrections"
PAUSE = 0.25
"""Seconds between two glances at a session."""


def declare_collect(commands: Family) -> None:
    """Add `moodbox collect`."""
    parser = commands.add(
        "collect",
        t("teach the box the faces of its household"),
        "moodbox collect",
        "moodbox collect resume",
        "moodbox collect list",
        "moodbox collect forget 12",
        "moodbox collect use off",
        "moodbox collect corrections on",
        description=t(
            "Pull seven faces four times before the camera, as the box asks for them. It keeps numbers, no pictures. "
            "Everyone whom the camera sees must agree first. Begin, go on with the last session, end it, list what "
            "was taught, delete one face or all, have it used or not, or let corrections teach faces too."
        ),
    )
    parser.add_argument(
        "what",
        nargs="?",
        choices=[RESUME, LIST, STOP, FORGET, USE, CORRECTIONS],
        metavar="resume|list|stop|forget|use|corrections",
    )
    parser.add_argument("value", nargs="?", metavar="NUMBER|on|off")
    parser.add_argument("--agreed", action="store_true", help=t("do not ask whether everyone in sight agrees"))
    parser.add_argument("--json", action="store_true", help=t("the list as JSON"))
    parser.set_defaults(do=_collect)


def _collect(options: argparse.Namespace) -> None:
    socket, value = socket_of(options), options.value
    match options.what:
        case "list":
            faces: dict[str, Any] = ask(socket, AskFaces())
            print(json.dumps(faces, indent=2) if options.json else "\n".join(_lines(faces)))
        case "stop":
            ask(socket, AskEndCollect())
            print(t("Collecting has ended; what was taken stays."))
        case "forget":
            if value is not None and not (value.isascii() and value.isdigit() and int(value)):
                raise MoodboxError(
                    t("expected the number of a face (moodbox collect list), found {value}", value=value)
                )
            ask(socket, AskDropFaces(int(value) if value else None))
            print(t("It is deleted.") if value else t("All that was taught of faces is deleted."))
        case "use" | "corrections" if value not in ("on", "off"):
            raise MoodboxError(t("expected on or off, found {value}", value=value or "-"))
        case "corrections":
            ask(socket, AskLearnCorrections(value == "on", value == "on" and (options.agreed or _agreed())))
            print(t("Corrections teach faces too.") if value == "on" else t("Corrections teach no faces."))
        case "use":
            ask(socket, AskUseFaces(value == "on"))
            print(t("What was taught is used.") if value == "on" else t("What was taught is kept and not used."))
        case _:
            _begin(socket, options.agreed or _agreed(), options.what == RESUME)


def _agreed() -> bool:
    print(t("The box will learn from the face that it sees, and keep numbers of it until you delete them."))
    print(t("Does everyone in sight agree, and for children their parents? Type yes: "), end="", flush=True)
    return sys.stdin.readline().strip().casefold() in {"yes", t("yes")}


def _begin(socket: Path, agreed: bool, resume: bool) -> None:
    ask(socket, AskCollect(agreed, resume))
    try:
        while True:
            time.sleep(PAUSE)
            session: dict[str, Any] | None = ask(socket, AskFaces())["session"]
            if session and session["end"]:
                break
            if session:
                print(f"\r\033[K{_now(session)}", end="", flush=True)
    except KeyboardInterrupt:
        ask(socket, AskEndCollect())
        session = ask(socket, AskFaces())["session"]
    print()
    if session:
        print(end_words(session["end"]))
        print(tn("{count} face was taken.", "{count} faces were taken.", session["taken"]))


def _now(session: dict[str, Any]) -> str:
    if session["dark"]:
        return t("It is too dark to see a face: make more light.")
    if session["phase"] == CollectPhase.WAITING:
        return t("Nobody is seen: sit before the camera.")
    face = f"{mood_word(session['word'])} ({round_words(session['round'])})"
    if session["phase"] == CollectPhase.TAKING:
        return t("Hold it: {face}", face=face)
    return t("{seconds}: make this face: {face}", seconds=f"{session['seconds']:.0f}", face=face)


def round_words(name: str) -> str:
    """What kind of face a round asks for."""
    words = {
        CollectRound.USUAL: t("as you would"),
        CollectRound.NEARER: t("from nearer"),
        CollectRound.FARTHER: t("from farther away"),
        CollectRound.STRONGER: t("once more, stronger"),
    }
    return words[CollectRound(name)]


def end_words(name: str | None) -> str:
    """Why a session has ended."""
    words = {
        CollectEnd.DONE: t("All faces have been pulled. Thank you!"),
        CollectEnd.COMPANY: t(
            "It ended because a second face appeared: one at a time. Go on with: moodbox collect resume"
        ),
        CollectEnd.TIME: t("It ended after ten minutes. Go on with: moodbox collect resume"),
        CollectEnd.ASKED: t("It was ended. Go on with: moodbox collect resume"),
        CollectEnd.BLIND: t("It ended because the camera shows nothing."),
        CollectEnd.MODEL: t("It ended because another model has come into force."),
    }
    return words[CollectEnd(name)] if name else t("It has ended.")


def _lines(faces: dict[str, Any]) -> list[str]:
    lines = [_head_words(faces)]
    for each in faces["samples"]:
        how = t("from a correction") if each["corrected"] else round_words(each["round"])
        face = f"{mood_word(each['word'])} ({how})"
        other = "" if each["fits"] else t("of another model, not used")
        lines.append(f"{each['id']:>4}  {each['at']}  {face:<32} {other}".rstrip())
    return lines


def _head_words(faces: dict[str, Any]) -> str:
    head = faces["head"]
    if not faces["samples"]:
        return t("No faces have been taught.")
    if not faces["use"]:
        return t("What was taught is kept and not used.")
    if head is None:
        return t("What was taught is not in use yet.")
    if not head["used"]:
        return t("What was taught is not used: {why}.", why=retold(head["why"]))
    return t(
        "In use. Of the faces taught it reads {after} % as they were meant; the model alone {before} %.",
        after=f"{head['after']:.0f}",
        before=f"{head['before']:.0f}",
    )
