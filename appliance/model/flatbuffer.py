"""Reads flatbuffers that may be damaged: whatever is read lies within the file, or FlatbufferError is raised."""

from __future__ import annotations

import struct

from appliance.model.errors import ModelError

_MOST_TABLES = 100_000
"""A file may name one table again and again; no model has so many."""


class FlatbufferError(ModelError):
    """An offset, a length or a table that cannot be."""


class Flatbuffer:
    """A flatbuffer's bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._left = _MOST_TABLES

    @property
    def root(self) -> FlatbufferTable:
        """The table that all else hangs from."""
        return self.table(self.unsigned(0))

    def unsigned(self, at: int) -> int:
        """The 32-bit number at a place."""
        return int(self.unpack("I", at)[0])

    def unpack(self, kinds: str, at: int) -> tuple[int | float, ...]:
        """Numbers at a place, aligned and of these kinds (as `struct` names them)."""
        size, width = struct.calcsize(f"<{kinds}"), struct.calcsize(kinds[-1])
        if at < 0 or at + size > len(self.data):
            raise FlatbufferError(f"it points to byte {at}, but has {len(self.data)}")
        if at % width:
            raise FlatbufferError(f"numbers of {width} bytes begin at the odd place {at}")
        return struct.unpack_from(f"<{kinds}", self.data, at)

    def target(self, at: int) -> int:
        """Where the reference at a place leads to."""
        return at + self.unsigned(at)

    def table(self, at: int) -> FlatbufferTable:
        """The table at a place; its own shape is checked, its fields when they are read."""
        self._left -= 1
        if self._left < 0:
            raise FlatbufferError(f"it has more than {_MOST_TABLES} tables")
        shape = at - int(self.unpack("i", at)[0])
        size, length = (int(number) for number in self.unpack("HH", shape))
        if size < 4 or size % 2 or length < 4 or at + length > len(self.data):
            raise FlatbufferError(f"the table at byte {at} has an impossible size")
        fields = self.unpack(f"{size // 2 - 2}H", shape + 4) if size > 4 else ()
        return FlatbufferTable(self, at, length, tuple(int(offset) for offset in fields))


class FlatbufferTable:
    """One table. A field that the file leaves out is 0, None or empty."""

    def __init__(self, file: Flatbuffer, at: int, length: int, fields: tuple[int, ...]) -> None:
        self._file, self._at, self._length, self._fields = file, at, length, fields

    @property
    def present(self) -> set[int]:
        """The numbers of the fields that the file has."""
        return {number for number, offset in enumerate(self._fields) if offset}

    def number(self, field: int, kind: str, default: int = 0) -> int:
        """A whole number of a kind as `struct` names it."""
        if (place := self._place(field, struct.calcsize(f"<{kind}"))) is None:
            return default
        return int(self._file.unpack(kind, place)[0])

    def numbers(self, field: int, kind: str) -> tuple[int | float, ...]:
        """A vector of numbers."""
        start, count = self.span(field, struct.calcsize(f"<{kind}"))
        return self._file.unpack(f"{count}{kind}", start) if count else ()

    def integers(self, field: int) -> list[int]:
        """A vector of signed 32-bit numbers."""
        return [int(number) for number in self.numbers(field, "i")]

    def span(self, field: int, width: int) -> tuple[int, int]:
        """Where a vector of entries of `width` bytes begins, and how many they are."""
        if (place := self._place(field, 4)) is None:
            return 0, 0
        start = self._file.target(place)
        count = self._file.unsigned(start)
        if start + 4 + count * width > len(self._file.data):
            raise FlatbufferError(f"the vector at byte {start} does not end within the file")
        return start + 4, count

    def reference(self, field: int) -> int | None:
        """Where the file says where a vector, string or table is; None if it leaves the field out."""
        return self._place(field, 4)

    def text(self, field: int) -> str:
        """A string."""
        start, count = self.span(field, 1)
        if start and self._file.data[start + count : start + count + 1] != b"\0":
            raise FlatbufferError(f"the string at byte {start} does not end where it should")
        return self._file.data[start : start + count].decode(errors="replace")

    def table(self, field: int) -> FlatbufferTable | None:
        """The table that a field refers to."""
        place = self._place(field, 4)
        return None if place is None else self._file.table(self._file.target(place))

    def tables(self, field: int) -> list[FlatbufferTable]:
        """A vector of tables."""
        start, count = self.span(field, 4)
        return [self._file.table(self._file.target(start + 4 * index)) for index in range(count)]

    def expect_numbers(self, but: set[int]) -> None:
        """Every field can hold a number of any width, except those in `but`, which are vectors of 32-bit numbers."""
        if self._at + self._length + 8 > len(self._file.data):
            raise FlatbufferError(f"the table at byte {self._at} lies too close to the end of the file")
        for field in self.present:
            self._place(field, 1)
            if field in but:
                self.numbers(field, "i")

    def _place(self, field: int, width: int) -> int | None:
        offset = self._fields[field] if field < len(self._fields) else 0
        if not offset:
            return None
        if offset < 4 or offset + width > self._length:
            raise FlatbufferError(f"field {field} of the table at byte {self._at} lies outside it")
        return self._at + offset
