"""Snapcast's server or client as a unit of its own: reads what is asked for, then becomes the program.

`python -m appliance.snapcast.unit server`, or `client`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from appliance.errors import MoodboxError
from appliance.settings.last_good import load_or_last_good
from appliance.settings.settings import Settings
from appliance.snapcast.client import client_command
from appliance.snapcast.programs import server_command
from appliance.snapcast.units import CLIENT_WISH, FOLDER, PID, SERVER_WISH, ClientWish, ServerWish


def main(arguments: Sequence[str]) -> int:
    """Become the program; returns 0 if nobody asks for it any more, 1 with a line on standard error if it cannot be."""
    wish = CLIENT_WISH if arguments == ["client"] else SERVER_WISH
    try:
        settings, _ = load_or_last_good()
        file = settings.run_dir / FOLDER / wish
        content = file.read_bytes()
        command = command_for(content, settings, wish)
        file.with_suffix(PID).write_text(f"{os.getpid()} {Path(command[0]).name}\n")
        os.execv(command[0], command)  # noqa: S606 - a program without a shell is wanted
    except FileNotFoundError as error:
        if str(error.filename).endswith(wish):
            return 0
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    except (MoodboxError, OSError, msgspec.MsgspecError) as error:
        print(error, file=sys.stderr)
    return 1


def command_for(content: bytes, settings: Settings, wish: str) -> list[str]:
    """The command that a wish asks for. Raises MsgspecError for one that means nothing, OSError."""
    if wish == CLIENT_WISH:
        asked = msgspec.json.decode(content, type=ClientWish)
        return client_command(asked.host, asked.port, asked.name, asked.device)
    fifo = Path(msgspec.json.decode(content, type=ServerWish).fifo)
    conf = settings.run_dir / FOLDER / "snapserver.conf"
    return server_command(settings.snapcast, fifo, settings.state_dir / FOLDER, conf)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
