"""Where the sound can go, as far as the kernel says: `/proc/asound`, which lists the sound cards (ALSA)."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

_ROOT = Path("/proc/asound")
_CARD = re.compile(r"^ *(\d+) \[(\S+) *\]:", re.MULTILINE)
_PCM = re.compile(r"^(\d+)-(\d+): ([^:]*):.*\bplayback\b", re.MULTILINE)


class SoundOutput(Struct, frozen=True):
    """A device for `music.output`, and what the kernel calls it."""

    device: str
    name: str


def sound_outputs(root: Path = _ROOT) -> list[SoundOutput]:
    """Every device that plays; none where there is no card, or the kernel does not say. Blocks."""
    try:
        cards = {found[1]: found[2] for found in _CARD.finditer((root / "cards").read_text())}
        lines = (root / "pcm").read_text()
    except OSError:
        return []
    return [
        SoundOutput(f"plughw:CARD={cards[card]},DEV={int(found[2])}", f"{cards[card]}: {found[3].strip()}")
        for found in _PCM.finditer(lines)
        if (card := str(int(found[1]))) in cards
    ]
