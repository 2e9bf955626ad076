"""Carries out a wish for other settings, as root: python -m appliance.systemd.settings_keeper WISH.

The wish comes from the process that talks to the network, so nothing of it is trusted: its size, its form and its keys
are checked, and the file as a whole must be valid settings before and after.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from appliance.lib import atomic_file
from appliance.lib.plain_file import read_plain
from appliance.settings.base import SettingsError
from appliance.settings.change import change_settings_file
from appliance.settings.paths import SYSTEM_FILE
from appliance.systemd.settings_wish import ANSWER, LARGEST, SettingsAnswer, SettingsWish


def carry_out(wish: Path, file: Path, answer: Path) -> str:
    """Take a wish away, do it and answer it; why it was refused, or empty."""
    try:
        data = _taken(wish)
        wished = msgspec.json.decode(data, type=SettingsWish)
    except OSError as error:
        return f"{wish} cannot be read ({error.strerror})"
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        return f"{wish} is no wish: {error}"
    try:
        given = SettingsAnswer(id=wished.id, was=change_settings_file(file, wished.changes))
    except SettingsError as error:
        given = SettingsAnswer(id=wished.id, error=str(error))
    atomic_file.write(answer, msgspec.json.encode(given), 0o644)
    return given.error


def _taken(wish: Path) -> bytes:
    """The content of a wish, which is then gone. Raises OSError or ValueError."""
    try:
        return read_plain(wish, LARGEST)
    finally:
        wish.unlink(missing_ok=True)


def main() -> int:
    """Carry out the wish that is there; 1 with a line on standard error if it was refused."""
    refused = carry_out(Path(sys.argv[1]), SYSTEM_FILE, ANSWER)
    if refused:
        print(refused, file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
