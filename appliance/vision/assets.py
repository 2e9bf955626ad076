"""Files that are not in the repository: installed under `<sys.prefix>/share/moodbox/`, checked before they are used."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from appliance.errors import MoodboxError
from appliance.lib.checksum import sha256_of

FULL_RANGE = "face_detection_full_range_sparse.tflite"
SHORT_RANGE = "face_detection_short_range.tflite"
PORTRAIT = "astronaut.png"

SHA256 = {
    # mediapipe 0.10.x wheels, mediapipe/modules/face_detection/
    FULL_RANGE: "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1",
    SHORT_RANGE: "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    # scikit-image wheels, skimage/data/: NASA's portrait of Eileen Collins, in the public domain
    PORTRAIT: "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
}


class AssetError(MoodboxError, OSError):
    """An installed file is missing or altered; the text names it and says how to get it back."""


def assets_folder() -> Path:
    """Where the installer puts the files; `MOODBOX_SHARE` names another place."""
    return Path(os.environ.get("MOODBOX_SHARE") or Path(sys.prefix) / "share" / "moodbox")


def read_asset(name: str) -> bytes:
    """The content of one of the files in `SHA256`. Raises AssetError if it is missing, unreadable or altered."""
    file = assets_folder() / name
    try:
        data = file.read_bytes()
    except OSError as error:
        raise AssetError(f"{file}: cannot be read ({error.strerror}); {_remedy()}") from error
    found = sha256_of(data)
    if found != SHA256[name]:
        raise AssetError(f"{file}: sha256 is {found[:12]}…, it should be {SHA256[name][:12]}…; {_remedy()}")
    return data


def _remedy() -> str:
    """Where pip installed Moodbox, the program that fetches the files came with it; on a box the installer runs it."""
    fetch = Path(sys.prefix) / "share" / "moodbox" / "provisioning" / "fetch_assets.py"
    return f"fetch it: {sys.executable} {fetch}" if fetch.is_file() else "run the installation again"
