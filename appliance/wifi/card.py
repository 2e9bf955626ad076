"""What the owner may say of the set-up on the card itself, and what the box is called while it lasts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from appliance.lib.plain_file import read_plain
from appliance.wifi.networks import is_password

FILES = (Path("/boot/firmware/moodbox-setup.txt"), Path("/boot/moodbox-setup.txt"))
"""On the partition that every computer can read; the second on Debian."""
PASSWORD = "moodbox-setup"  # noqa: S105 - known to everyone
"""Of the access point, unless the card has another. It is the same for every box: docs/owner/wifi.md says why."""
_LARGEST = 1_000
"""Bytes."""


@dataclass(frozen=True, slots=True)
class CardSetup:
    """`asked`: the set-up is wanted though the box was set up before."""

    asked: bool
    password: str = PASSWORD
    problem: str = ""
    """What is wrong with the file, in words."""


def read_card(files: tuple[Path, ...] = FILES) -> CardSetup:
    """What the first of the files says that is there: its first line is the access point's password, if it has one."""
    for file in files:
        try:
            lines = read_plain(file, _LARGEST).decode("utf-8-sig").splitlines()
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            return CardSetup(True, problem=f"{file} is no text of one line ({error}); the password is {PASSWORD}")
        password = lines[0].strip() if lines else ""
        if not is_password(password):
            wanted = f"it must have 8 to 63 characters. Until then it is {PASSWORD}"
            return CardSetup(True, problem=f"{file}: the first line is no password; {wanted}")
        return CardSetup(True, password or PASSWORD)
    return CardSetup(False)


def access_point_name(machine_id: str) -> str:
    """`Moodbox-` with four signs that tell this box from another, and tell nothing of the machine's id."""
    return f"Moodbox-{hashlib.sha256(f'moodbox wifi {machine_id}'.encode()).hexdigest()[:4].upper()}"
