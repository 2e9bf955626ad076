"""What the page and the unit that sets up the Wi-Fi tell each other: what is in sight, and which network to join."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from appliance.lib import atomic_file
from appliance.lib.plain_file import read_plain
from appliance.wifi.networks import LONGEST_NAME, Trouble, WifiNetwork, is_name, is_password

FOLDER = "wifi"
"""Within the run directory: whoever may write there may have the box join a network while it is being set up."""
WISH, LOOKED = "wish.json", "looked"
LARGEST_WISH = 1_000
_LARGEST_STATE = 100_000
"""Bytes."""
MOST_NETWORKS = 60


class SetupState(Struct, frozen=True, kw_only=True):
    """The access point that is open, and what the page is to show there."""

    name: str
    """Of the access point."""
    address: str
    """The box's own in it."""
    networks: tuple[WifiNetwork, ...] = ()
    """What was in sight before it was opened, the strongest first."""
    tried: str = ""
    """The SSID that could not be joined last, in hex."""
    trouble: Trouble | None = None
    """Why it could not."""


class JoinWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which network to join: its SSID in hex, and its password, empty for none."""

    ssid: Annotated[str, Meta(pattern=f"^([0-9a-f]{{2}}){{1,{LONGEST_NAME}}}$")]
    password: Annotated[str, Meta(max_length=64)]


def state_file(run_dir: Path) -> Path:
    """What the unit tells, in a folder beside the run directory where root alone writes.

    It is not there unless the access point is open.
    """
    return run_dir.with_name(f"{run_dir.name}-wifi") / "state.json"


def read_state(file: Path) -> SetupState | None:
    """The access point that is open; None for none."""
    with contextlib.suppress(OSError, ValueError, RecursionError):
        return msgspec.json.decode(read_plain(file, _LARGEST_STATE), type=SetupState)
    return None


def write_state(file: Path, state: SetupState) -> None:
    """Tell it to everyone on the box. Raises OSError."""
    atomic_file.write(file, msgspec.json.encode(state), 0o644)


def wish_to_join(folder: Path, wish: JoinWish) -> None:
    """Have a network joined. Raises OSError."""
    atomic_file.write(folder / WISH, msgspec.json.encode(wish), 0o640)


def take_wish(folder: Path) -> JoinWish | None:
    """The wish, which is then gone; None for none. Raises ValueError for what is none."""
    file = folder / WISH
    try:
        data = read_plain(file, LARGEST_WISH)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(f"it cannot be read ({error.strerror})") from error
    finally:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
    try:
        wish = msgspec.json.decode(data, type=JoinWish)
    except RecursionError as error:
        raise ValueError("it has far too many brackets within brackets") from error
    if not is_name(bytes.fromhex(wish.ssid)) or not is_password(wish.password):
        raise ValueError("no network has such a name or password")
    return wish


def note_look(folder: Path) -> None:
    """Note that somebody has the page open. Nothing happens where that cannot be."""
    with contextlib.suppress(OSError):
        (folder / LOOKED).touch()


def last_look(folder: Path) -> float:
    """When somebody had the page open last, in seconds of the file system's clock; 0 for never."""
    try:
        return (folder / LOOKED).lstat().st_mtime
    except OSError:
        return 0.0
