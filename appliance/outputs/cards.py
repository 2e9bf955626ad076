"""The sound cards, as far as the kernel says: `/proc/asound` (ALSA)."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from msgspec.structs import replace

from appliance.domain.outputs import OutputKind, SoundOutput

KERNEL = Path("/proc/asound")
_CARD = re.compile(r"^ *(\d+) \[(\S+) *\]: (.*?) - (.*)$", re.MULTILINE)
_PCM = re.compile(r"^(\d+)-(\d+): ([^:]*):.*\bplayback\b", re.MULTILINE)
_NUMBER = re.compile(r"\d+")
_NAMED_CARD = re.compile(r"^(?:plug)?(?:hw|dmix|front|sysdefault|default|iec958|hdmi):(?:CARD=)?([^,]+)")
_BOARDS = ("snd_rpi", "snd-rpi", "sndrpi", "iqaudio", "allo", "audioinjector", "justboom", "pisound", "hifiberry")
"""How the names of the kernel's drivers for boards on a Raspberry Pi's I2S pins begin (sound/soc/bcm in the kernel)."""
_SPELT = {
    "hifiberry": "HiFiBerry", "justboom": "JustBoom", "iqaudio": "IQaudIO", "rpi": "Raspberry Pi", "dac": "DAC",
    "dacplus": "DAC+", "dacplusadc": "DAC+ ADC", "dacplusadcpro": "DAC+ ADC Pro", "dacplusdsp": "DAC+ DSP",
    "dacplushd": "DAC+ HD", "amp": "Amp", "digi": "Digi", "codeczero": "Codec Zero",
}  # fmt: skip


def card_outputs(root: Path = KERNEL) -> list[SoundOutput]:
    """Every device of a card that plays; none where there is no card, or the kernel does not say. Blocks."""
    try:
        cards = {found[1]: (found[2], found[3], found[4]) for found in _CARD.finditer((root / "cards").read_text())}
        lines = (root / "pcm").read_text()
    except OSError:
        return []
    playing = [(str(int(found[1])), int(found[2]), found[3].strip()) for found in _PCM.finditer(lines)]
    of_card = Counter(card for card, _, _ in playing)
    hdmi = sum(1 for name, driver, title in cards.values() if _is_hdmi(driver, title))
    return _told_apart(
        [
            _output(cards[card], number, pcm, alone=of_card[card] == 1, hdmi_cards=hdmi)
            for card, number, pcm in playing
            if card in cards
        ]
    )


def card_of(device: str) -> str | None:
    """The card (by its name or number) that an ALSA device such as `plughw:CARD=Headphones,DEV=0` is on; None if the
    device does not say.
    """
    found = _NAMED_CARD.match(device)
    return found[1] if found else None


def card_is_there(card: str, root: Path = KERNEL) -> bool:
    """Whether the kernel has this card now. Blocks."""
    try:
        cards = list(_CARD.finditer((root / "cards").read_text()))
    except OSError:
        return False
    return any(card in (found[1], found[2]) for found in cards)


def _is_hdmi(driver: str, title: str) -> bool:
    return "hdmi" in driver.lower() or "hdmi" in title.lower()


def _output(card: tuple[str, str, str], number: int, pcm: str, *, alone: bool, hdmi_cards: int) -> SoundOutput:
    name, driver, title = card
    device = f"plughw:CARD={name},DEV={number}"
    if _is_hdmi(driver, title):
        return SoundOutput(device, OutputKind.HDMI, "" if hdmi_cards == 1 else _socket(name, title))
    if pcm.upper().startswith("HDMI"):  # one of a desktop's card, which has several
        return SoundOutput(device, OutputKind.HDMI, f"{_next_number(pcm)} ({title})")
    if driver.startswith("bcm2835") and "headpho" in f"{driver} {title}".lower():
        return SoundOutput(device, OutputKind.JACK)
    detail = title if alone else f"{title}, {pcm}"
    if driver == "USB-Audio":
        return SoundOutput(device, OutputKind.USB, detail)
    if title.lower().startswith(_BOARDS) or driver.lower().startswith(_BOARDS):
        return SoundOutput(device, OutputKind.I2S, _board(title))
    return SoundOutput(device, OutputKind.OTHER, detail)


def _socket(name: str, title: str) -> str:
    """The number of an HDMI socket as it stands on the box: `vc4-hdmi-0` is the first, `bcm2835 HDMI 1` as well."""
    return _next_number(title) if title.startswith("vc4") else (_NUMBER.findall(title) or [name])[-1]


def _next_number(text: str) -> str:
    found = _NUMBER.findall(text)
    return str(int(found[-1]) + 1) if found else "1"


def _board(title: str) -> str:
    """`snd_rpi_hifiberry_dacplus` as `HiFiBerry DAC+`; other words as the kernel has them."""
    bare = re.sub(r"^snd[_-]?rpi[_-]?", "", title, flags=re.IGNORECASE)
    return " ".join(_SPELT.get(word.lower(), word) for word in re.split(r"[_\s]+", bare) if word) or title


def _told_apart(outputs: list[SoundOutput]) -> list[SoundOutput]:
    """Two of the same product bear their cards' names as well."""
    same = Counter((each.kind, each.detail) for each in outputs)
    return [
        replace(each, detail=f"{each.detail} ({card_of(each.device)})".strip())
        if same[each.kind, each.detail] > 1
        else each
        for each in outputs
    ]
