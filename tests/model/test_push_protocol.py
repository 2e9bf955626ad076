import contextlib
import os
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model import push_protocol
from appliance.model.bundle import LARGEST
from appliance.model.push_protocol import WireError

PUSH = push_protocol.pack_push(b"signature", b"bundle" * 20_000)


@contextlib.contextmanager
def pipe(data: bytes, close: bool = True) -> Iterator[int]:
    """The reading end of a pipe into which `data` is written by a thread."""
    reading, writing = os.pipe()

    def write() -> None:
        with contextlib.suppress(BrokenPipeError):
            view = memoryview(data)
            while view:
                view = view[os.write(writing, view) :]
        if close:
            os.close(writing)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield reading
    finally:
        os.close(reading)
        thread.join()
        if not close:
            os.close(writing)


def test_what_is_packed_is_read() -> None:
    with pipe(PUSH) as source:
        assert push_protocol.read_push(source) == (b"signature", b"bundle" * 20_000)


@pytest.mark.parametrize("cut", [0, 1, 20, 50, 60, 1000, len(PUSH) - 1])
def test_a_push_that_is_cut_off_is_refused(cut: int) -> None:
    with pipe(PUSH[:cut]) as source, pytest.raises(WireError, match="cut off"):
        push_protocol.read_push(source)


def test_bytes_beyond_the_announced_are_refused() -> None:
    with pipe(PUSH + b"x") as source, pytest.raises(WireError, match="bytes follow"):
        push_protocol.read_push(source)


@pytest.mark.parametrize(
    "first",
    [
        b'{"moodbox_push":2,"signature":1,"bundle":1}',
        b'{"moodbox_push":1,"signature":0,"bundle":1}',
        b'{"moodbox_push":1,"signature":1,"bundle":%d}' % (LARGEST + 1),
        b'{"moodbox_push":1,"signature":1,"bundle":1,"more":1}',
        b"PK\x03\x04",
        b"",
    ],
)
def test_a_wrong_first_line_is_refused_before_anything_else_is_read(first: bytes) -> None:
    with pipe(first + b"\n" + bytes(1_000_000)) as source, pytest.raises(WireError, match="first line is wrong"):
        push_protocol.read_push(source)


def test_an_endless_first_line_is_refused() -> None:
    with pipe(b"x" * 1_000_000) as source, pytest.raises(WireError, match="longer than"):
        push_protocol.read_push(source)


def test_a_dead_push_is_given_up() -> None:
    with pipe(PUSH[:1000], close=False) as source, pytest.raises(WireError, match="no byte for"):
        push_protocol.read_push(source, idle=0.05)


def test_a_push_that_trickles_is_given_up() -> None:
    with pipe(PUSH[:1000], close=False) as source, pytest.raises(WireError, match="given up"):
        push_protocol.read_push(source, idle=60, total=0.05)


@given(st.binary(max_size=400))
def test_junk_is_refused_with_our_own_error(junk: bytes) -> None:
    with pipe(junk) as source, pytest.raises(WireError):
        push_protocol.read_push(source)
