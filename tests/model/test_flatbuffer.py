import struct

import pytest

from appliance.model.flatbuffer import Flatbuffer, FlatbufferError
from tests.model.tiny import flatbuffer

NUMBERS = struct.pack("<i", 7)
DATA = flatbuffer({0: NUMBERS, 2: {0: NUMBERS}, 3: [{0: NUMBERS}, {}]}, b"TEST")


def read(data: bytes) -> list[int]:
    root = Flatbuffer(data).root
    inner = root.table(2)
    return [root.number(0, "i"), inner.number(0, "i") if inner else 0, *(t.number(0, "i", -1) for t in root.tables(3))]


def test_tables_vectors_and_defaults_are_read() -> None:
    assert read(DATA) == [7, 7, 7, -1]
    root = Flatbuffer(DATA).root
    assert root.present == {0, 2, 3}
    assert (root.number(9, "i", 5), root.table(1), root.tables(1), root.text(1)) == (5, None, [], "")


def test_every_cut_is_refused_or_leaves_out_only_padding() -> None:
    for length in range(8, len(DATA) - 16):
        with pytest.raises(FlatbufferError):
            read(DATA[:length])


@pytest.mark.parametrize("value", [1, 2, 0x7F, 0x80, 0xFF])
def test_whatever_byte_changes_nothing_but_an_error_is_raised(value: int) -> None:
    for place in range(len(DATA)):
        damaged = bytearray(DATA)
        damaged[place] ^= value
        try:
            read(bytes(damaged))
        except FlatbufferError:
            continue


def test_a_vector_that_names_one_table_for_ever_is_refused() -> None:
    count = 150_000
    table = 28 + 4 * count + 4
    head = struct.pack("<I4sHHHxxiII", 16, b"TEST", 6, 8, 4, 8, 4, count)
    vector = b"".join(struct.pack("<I", table - 28 - 4 * index) for index in range(count))
    data = head + vector + struct.pack("<HHi", 4, 4, 4)
    with pytest.raises(FlatbufferError, match="more than 100000 tables"):
        Flatbuffer(data).root.tables(0)
