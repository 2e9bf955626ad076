"""`python -m appliance.composer SONGS_DIR [EMOTION…]`: makes house music, one line for each piece."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from appliance.composer.encode import ComposerError
from appliance.composer.files import ensure_house_music
from appliance.domain.emotions import EMOTIONS, Emotion


def main(arguments: Sequence[str] | None = None) -> int:
    """Run by hand or as a child process, politely: everything else on the box goes first."""
    parser = argparse.ArgumentParser(prog="python -m appliance.composer", description="Compose house music.")
    parser.add_argument("songs_dir", type=Path, metavar="SONGS_DIR", help="the folder that holds one for each emotion")
    parser.add_argument("emotions", nargs="*", metavar="EMOTION", help=f"only these of {', '.join(EMOTIONS)}")
    parser.add_argument(
        "--for-a-box",
        action="store_true",
        help="hear on standard input, a line each, which emotion is wanted first; also say what is begun",
    )
    options = parser.parse_args(arguments)
    unknown = [name for name in options.emotions if name not in set(EMOTIONS)]
    if unknown:
        parser.error(f"{unknown[0]!r} is not an emotion; known: {', '.join(EMOTIONS)}")
    emotions = [Emotion(name) for name in options.emotions] or EMOTIONS
    with contextlib.suppress(OSError):
        os.nice(10)
    try:
        ensure_house_music(
            options.songs_dir,
            lambda path: print(path, flush=True),
            emotions,
            _Wanted() if options.for_a_box else lambda: None,
            lambda emotion: print("composing for", emotion, flush=True) if options.for_a_box else None,
        )
    except ComposerError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


class _Wanted:
    """The emotion that was named last on standard input, which is not waited for."""

    def __init__(self) -> None:
        self._last: Emotion | None = None
        os.set_blocking(sys.stdin.fileno(), False)

    def __call__(self) -> Emotion | None:
        with contextlib.suppress(BlockingIOError):
            for name in os.read(sys.stdin.fileno(), 65_536).decode(errors="replace").split():
                self._last = Emotion(name) if name in set(EMOTIONS) else self._last
        return self._last


if __name__ == "__main__":
    sys.exit(main())
