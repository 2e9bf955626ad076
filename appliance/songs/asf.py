"""Windows Media (ASF): whether a file's header describes sound, as its specification lays it out."""

from __future__ import annotations

import uuid

_HEADER = uuid.UUID("75b22630-668e-11cf-a6d9-00aa0062ce6c").bytes_le
_STREAM = uuid.UUID("b7dc0791-a9b7-11cf-8ee6-00c00c205365").bytes_le
_AUDIO = uuid.UUID("f8699e40-5b4d-11cf-a8fd-00805f5c442b").bytes_le
_HEADER_BYTES = 30  # id, size, the number of objects in it, two reserved bytes
_OBJECT_BYTES = 24  # id and size
_RESERVED = b"\x01\x02"


def is_sound(head: bytes) -> bool:
    """Whether an ASF header begins here in which one stream is sound.

    Of a header that is longer than `head` the objects that begin in it must be whole as far as they can be seen.
    """
    if not head.startswith(_HEADER) or head[_HEADER_BYTES - 2 : _HEADER_BYTES] != _RESERVED:
        return False
    end, at = int.from_bytes(head[16:24], "little"), _HEADER_BYTES
    for _ in range(int.from_bytes(head[24:28], "little")):
        if at + _OBJECT_BYTES > len(head):  # such as behind a picture of the cover
            return at < end
        size = int.from_bytes(head[at + 16 : at + _OBJECT_BYTES], "little")
        if size < _OBJECT_BYTES or at + size > end:
            return False
        if head.startswith(_STREAM, at) and head.startswith(_AUDIO, at + _OBJECT_BYTES):
            return True
        at += size
    return False
