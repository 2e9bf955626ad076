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
    options = parser.parse_args(arguments)
    unknown = [name for name in options.emotions if name not in set(EMOTIONS)]
    if unknown:
        parser.error(f"{unknown[0]!r} is not an emotion; known: {', '.join(EMOTIONS)}")
    emotions = [Emotion(name) for name in options.emotions] or EMOTIONS
    with contextlib.suppress(OSError):
        os.nice(10)
    try:
        ensure_house_music(options.songs_dir, lambda path: print(path, flush=True), emotions)
    except ComposerError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
