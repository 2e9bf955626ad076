"""The boxes that this one is paired with, over a restart: one small file."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import msgspec

from appliance.lib import atomic_file
from appliance.lib.json_file import read_json
from appliance.lib.set_aside import set_aside

log = logging.getLogger(__name__)

FILE = "peers.json"
"""In the state directory."""
MOST = 20
"""Boxes that one box may be paired with."""
Id = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{1,64}$")]


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """A paired box."""

    id: Id
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    key: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    """In hex."""


class KeptPeers(msgspec.Struct, frozen=True):
    """What the file holds."""

    peers: Annotated[tuple[Peer, ...], msgspec.Meta(max_length=MOST)] = ()


def load_peers(folder: Path) -> tuple[Peer, ...]:
    """Those that were kept. A file that cannot be understood is set aside, and said."""
    file = folder / FILE
    try:
        return read_json(file, KeptPeers).peers
    except FileNotFoundError:
        return ()
    except OSError as error:
        log.warning("%s cannot be read (%s): paired boxes are not known", file, error.strerror)
    except ValueError as error:
        log.warning("%s is broken (%s): pair the boxes again", file, error)
        try:
            set_aside(file)
        except OSError as problem:
            log.warning("%s cannot be set aside (%s)", file, problem.strerror)
    return ()


def save_peers(folder: Path, peers: tuple[Peer, ...]) -> None:
    """Keep them, for nobody else to read. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    atomic_file.write(folder / FILE, msgspec.json.encode(KeptPeers(peers)) + b"\n", 0o600)
