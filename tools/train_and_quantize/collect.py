"""The subcommand `collect`: agreement first, then a person's pictures with a preview, into folders for `--add`."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import sys
import webbrowser
from pathlib import Path
from typing import Any

from tools.train_and_quantize.errors import CollectError

CONSENT = (
    "Pictures of your face are about to be taken and kept on this computer, in {folder}.\n"
    "They are used to teach a model, leave this computer only if somebody copies them, and are gone when that folder\n"
    "is deleted. Only who is at least 18, or whose parents agree too, may take part. You can stop at any time: Ctrl-C."
)
AGREED = "I agree"
_SPEAKERS = (("spd-say", "--wait"), ("say",), ("espeak-ng",), ("espeak",))
"""Programs that say a text aloud, the first that is there."""
_NAME = re.compile(r"[A-Za-z0-9][\w-]{0,40}", re.ASCII)


def declare(commands: Any) -> None:
    """Add it to the tool's subcommands."""
    collect = commands.add_parser(
        "collect", help="take pictures of a consenting person's faces, into folders for --add"
    )
    collect.add_argument("person", help="a name for the person, of letters, digits and hyphens")
    collect.add_argument("--camera", required=True, metavar="CAMERA",
                         help="0 for the first webcam, another device, a film, or a folder of pictures")  # fmt: skip
    collect.add_argument(
        "--out", type=Path, default=Path("faces"), help="where the persons' folders are (default: faces)"
    )
    collect.add_argument("--rounds", type=_whole(1, 4), default=4, help="how often each emotion comes (default: 4)")
    collect.add_argument("--burst", type=_whole(1, 9999), default=100, help="pictures each time (default: 100)")
    collect.add_argument("--countdown", type=_whole(0, 60), default=3, help="seconds before each burst (default: 3)")
    collect.add_argument("--patience", type=_whole(1, 3600), default=60,
                         help="seconds after which a burst ends with what it has (default: 60)")  # fmt: skip
    collect.add_argument("--quiet", action="store_true", help="say nothing aloud")
    collect.add_argument("--no-preview", action="store_true", help="without the page in the browser")
    collect.set_defaults(function=_collect)


def _whole(least: int, most: int) -> Any:
    def number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text[:6]) <= most:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} to {most}, found {text!r}")
        return int(text)

    return number


def _collect(options: argparse.Namespace) -> None:
    from tools.train_and_quantize.collecting import Collector, Moment, Plan, Seen
    from tools.train_and_quantize.face_cutter import FaceCutter
    from tools.train_and_quantize.preview import Preview

    if not _NAME.fullmatch(options.person):
        raise CollectError(f"{options.person!r} is no name for a folder; use letters, digits and hyphens")
    folder = options.out / options.person
    cutter = FaceCutter(options.camera)
    voice = _voice(options.quiet)
    try:
        _agree(folder, voice)
        preview = Preview()
        with contextlib.ExitStack() as stack:
            if not options.no_preview:
                _open(stack.enter_context(preview.served()))

            def show(seen: Seen, moment: Moment) -> None:
                if not options.no_preview:
                    preview.show(seen, moment)

            def announce(words: str) -> None:
                print(f"\a{words}", flush=True)
                voice(words)

            print(f"looking through {cutter.name}", flush=True)
            plan = Plan(options.rounds, options.burst, options.countdown, options.patience)
            kept = Collector(folder, plan, cutter.look, show, announce).run()
    except KeyboardInterrupt:
        raise CollectError(f"stopped; what was taken is in {folder}, and the same command goes on") from None
    finally:
        cutter.close()
    print(f"{folder}: " + ", ".join(f"{count} {emotion}" for emotion, count in kept.items()))
    if empty := [emotion for emotion, count in kept.items() if not count]:
        raise CollectError(f"{folder}: nothing of {', '.join(empty)}: a face was not found; the same command goes on")


def _agree(folder: Path, voice: Any) -> None:
    """Nothing is taken before the person has typed that they agree. Raises CollectError."""
    words = CONSENT.format(folder=folder)
    print(words, flush=True)
    voice(words)
    print(f"Type {AGREED!r} to begin: ", end="", flush=True)
    if sys.stdin.readline().strip().strip(".'\"").lower() != AGREED.lower():
        raise CollectError("nothing was taken: the person did not agree")


def _voice(quiet: bool) -> Any:
    """Says a text aloud while the collecting goes on, where a program for it is installed."""
    found = next((words for words in _SPEAKERS if shutil.which(words[0])), None)

    def say(text: str) -> None:
        if found and not quiet:
            with contextlib.suppress(OSError):
                subprocess.Popen([*found, text], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    return say


def _open(address: str) -> None:
    """In a browser, where there is a screen for one."""
    print(f"preview: {address}", flush=True)
    if sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(address)
