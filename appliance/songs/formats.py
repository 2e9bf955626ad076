"""Which files are music: by the ending of the name, and by what the content shows itself to be."""

from __future__ import annotations

from typing import BinaryIO, NamedTuple

from appliance.songs import asf, mpeg_frames
from appliance.songs.playlists import LISTS

HEAD = 64 * 1024
"""Bytes at a file's beginning that tell what it is."""


class AudioFormat(NamedTuple):
    """A kind of file: the media type for browsers, and the name of its content."""

    media_type: str
    content: str


KINDS = {
    ".flac": AudioFormat("audio/flac", "FLAC"),
    ".mp3": AudioFormat("audio/mpeg", "MPEG audio"),
    ".mp2": AudioFormat("audio/mpeg", "MPEG audio"),
    ".ogg": AudioFormat("audio/ogg", "Ogg"),
    ".oga": AudioFormat("audio/ogg", "Ogg"),
    ".opus": AudioFormat("audio/ogg", "Ogg"),
    ".m4a": AudioFormat("audio/mp4", "MP4"),
    ".m4b": AudioFormat("audio/mp4", "MP4"),
    ".mp4": AudioFormat("audio/mp4", "MP4"),
    ".aac": AudioFormat("audio/aac", "AAC"),
    ".wav": AudioFormat("audio/wav", "WAV"),
    ".aif": AudioFormat("audio/aiff", "AIFF"),
    ".aiff": AudioFormat("audio/aiff", "AIFF"),
    ".wma": AudioFormat("audio/x-ms-wma", "WMA"),
    ".mka": AudioFormat("audio/x-matroska", "Matroska"),
    ".ape": AudioFormat("audio/x-ape", "Monkey's Audio"),
    ".mpc": AudioFormat("audio/x-musepack", "Musepack"),
    ".tta": AudioFormat("audio/x-tta", "True Audio"),
    ".wv": AudioFormat("audio/x-wavpack", "WavPack"),
    ".dff": AudioFormat("audio/x-dff", "DFF"),
    ".dsf": AudioFormat("audio/x-dsf", "DSF"),
    ".it": AudioFormat("audio/x-mod", "Impulse Tracker"),
    ".mod": AudioFormat("audio/x-mod", "Protracker"),
    ".s3m": AudioFormat("audio/x-mod", "Scream Tracker"),
    ".xm": AudioFormat("audio/x-mod", "FastTracker"),
}
"""Every ending that MPD takes for music and Moodbox knows the content of."""

AUDIO = frozenset(KINDS)
SONG = AUDIO | frozenset(LISTS)
"""The endings of everything that may be played, lists of streams included."""

_MAGIC = (
    (0, b"fLaC", "FLAC"),
    (0, b"OggS", "Ogg"),
    (4, b"ftyp", "MP4"),
    (8, b"WAVE", "WAV"),
    (8, b"AIFF", "AIFF"),
    (8, b"AIFC", "AIFF"),
    (0, b"\x1a\x45\xdf\xa3", "Matroska"),
    (0, b"MAC ", "Monkey's Audio"),
    (0, b"MPCK", "Musepack"),
    (0, b"MP+", "Musepack"),
    (0, b"TTA1", "True Audio"),
    (0, b"wvpk", "WavPack"),
    (0, b"FRM8", "DFF"),
    (0, b"DSD ", "DSF"),
    (0, b"ADIF", "AAC"),
    (0, b"IMPM", "Impulse Tracker"),
    (0, b"Extended Module: ", "FastTracker"),
    (44, b"SCRM", "Scream Tracker"),
    (1080, b"M.K.", "Protracker"),
    (1080, b"M!K!", "Protracker"),
    (1080, b"FLT4", "Protracker"),
    (1080, b"4CHN", "Protracker"),
    (1080, b"6CHN", "Protracker"),
    (1080, b"8CHN", "Protracker"),
)
_TAG_HEAD = 10
_MOST_TAGS = 8


def recognise_format(file: BinaryIO) -> str:
    """What a file's content is, in the words of `AudioFormat.content`; empty if it is no music that Moodbox knows.

    Tags (ID3v2, as its specification describes them) before the music are skipped. Raises OSError.
    """
    start = 0
    for _ in range(_MOST_TAGS):
        file.seek(start)
        if not (length := tag_length(file.read(_TAG_HEAD))):
            break
        start += length
    file.seek(start)
    head = file.read(HEAD)
    for at, magic, content in _MAGIC:
        if head.startswith(magic, at):
            return content
    return "WMA" if asf.is_sound(head) else mpeg_frames.recognise_mpeg(head)


def tag_length(head: bytes | bytearray) -> int:
    """The length in bytes of the ID3v2 tag that begins here, its head included; 0 if none does."""
    if len(head) < _TAG_HEAD or head[:3] != b"ID3" or any(byte >= 0x80 for byte in head[6:10]):
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    footer = _TAG_HEAD if head[5] & 0x10 else 0
    return _TAG_HEAD + size + footer
